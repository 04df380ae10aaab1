//! Identifiers: a type for each, so that a guild cannot be taken for a channel.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use crate::time::UnixMs;

/// Milliseconds between the Unix epoch and Discord's (2015-01-01T00:00:00Z).
/// Source: Discord's documentation, "API Reference", heading "Snowflakes", read in August 2026.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

macro_rules! snowflake {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// When Discord made this id.
            pub fn created_at(self) -> UnixMs {
                UnixMs((self.0 >> 22).cast_signed() + DISCORD_EPOCH_MS)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    )+};
}

snowflake! {
    /// A guild ("server").
    GuildId,
    /// A channel of a guild.
    ChannelId,
    /// A user, in any guild.
    UserId,
    /// A message.
    MessageId,
    /// An application, that is a bot's registration; where an OAuth2 invite points.
    ApplicationId,
    /// One use of a command, a component or a modal.
    InteractionId,
    /// A role of a guild; that of @everyone has the guild's id.
    RoleId,
    /// A file that goes with a message or a command.
    AttachmentId,
}

impl GuildId {
    /// The shard that receives this guild's events, out of `shard_count` (at least 1).
    /// Source: Discord's documentation, "Gateway", heading "Sharding", read in August 2026.
    pub fn shard(self, shard_count: u32) -> u32 {
        u32::try_from((self.0 >> 22) % u64::from(shard_count)).expect("a remainder of a u32 fits a u32")
    }
}

impl MessageId {
    /// The smallest id that a message posted at `time` can have: where to start reading a channel from.
    pub fn floor(time: UnixMs) -> Self {
        Self((time.0.saturating_sub(DISCORD_EPOCH_MS).max(0).cast_unsigned()) << 22)
    }
}

/// A welcome: a row of the outbox. As the message's nonce it makes a second post harmless, so it is unique for the bot
/// over all its processes and for ever, also when the database was started anew.
///
/// 42 bits of milliseconds since Discord's epoch, then 22 bits that the process counts from a random start; rows sort
/// by the time at which they were queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WelcomeId(pub u64);

impl WelcomeId {
    /// The id of a welcome queued at `now`; only the low 22 bits of `count` are used.
    pub fn new(now: UnixMs, count: u32) -> Self {
        Self(MessageId::floor(now).0 & (u64::MAX >> 1) | u64::from(count & 0x3f_ffff))
    }

    /// The id as a message's nonce: decimal, at most 20 characters (Discord takes 25).
    pub fn nonce(self) -> String {
        self.0.to_string()
    }

    /// Reads a nonce back; `None` for a nonce that is not one of ours.
    pub fn from_nonce(nonce: &str) -> Option<Self> {
        let id = Self(nonce.parse().ok()?);
        (id.nonce() == nonce).then_some(id)
    }
}

impl fmt::Display for WelcomeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snowflake_tells_its_time() {
        // The worked example of Discord's documentation.
        assert_eq!(
            MessageId(175_928_847_299_117_063).created_at(),
            UnixMs(1_462_015_105_796)
        );
    }

    #[test]
    fn guild_finds_its_shard() {
        assert_eq!(GuildId(197_038_439_483_310_086).shard(1), 0);
        assert_eq!(GuildId((7 << 22) | 5).shard(4), 3);
    }

    #[test]
    fn nonce_reads_back_and_foreign_ones_do_not() {
        let id = WelcomeId::new(UnixMs(1_790_000_000_000), u32::MAX);
        assert!(id.nonce().len() <= 25);
        assert_eq!(WelcomeId::from_nonce(&id.nonce()), Some(id));
        for foreign in ["", "007", "-1", "abc", "99999999999999999999999"] {
            assert_eq!(WelcomeId::from_nonce(foreign), None, "{foreign:?}");
        }
    }

    #[test]
    fn later_welcomes_have_larger_ids() {
        let now = UnixMs(1_790_000_000_000);
        assert!(WelcomeId::new(now, u32::MAX) < WelcomeId::new(UnixMs(now.0 + 1), 0));
    }
}
