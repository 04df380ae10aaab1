//! The daily report of a guild: who wrote most on the last whole day.
//!
//! [`times`] says when which day is reported. A [`Report`] is a row of an outbox of its own, one for each guild and day,
//! so that a day is reported once, whatever happens.

pub mod times;

use crate::day::Day;
use crate::id::{ChannelId, GuildId, MessageId};
use crate::time::UnixMs;

/// A day's report, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose it is.
    pub guild: GuildId,
    /// The day that it is about; there is one for each guild and day.
    pub day: Day,
    /// When it was to be posted.
    pub due_at: UnixMs,
    /// Where it stands.
    pub state: ReportState,
    /// Where the latest attempt posts; `None` while nothing is, or may have been, posted.
    pub channel: Option<ChannelId>,
    /// How many posts were begun.
    pub attempts: u32,
    /// When the first post was begun whose outcome may still be open: Discord's nonce window counts from here.
    pub first_attempt_at: Option<UnixMs>,
    /// Nothing is to be done before this time.
    pub next_attempt_at: UnixMs,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// Not posted for certain, and to be posted.
    Pending,
    /// A post was begun and its outcome is not known: perhaps it stands in the channel.
    Sending,
    /// It stands in the channel.
    Posted {
        /// The message, when Discord told it.
        message: Option<MessageId>,
        /// The channel that it was posted in.
        channel: ChannelId,
        /// When that became known.
        at: UnixMs,
    },
    /// It will not be posted.
    Skipped {
        /// Why.
        reason: ReportSkip,
        /// When that was decided.
        at: UnixMs,
    },
}

/// Why a report is not posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportSkip {
    /// Nobody wrote on that day.
    Empty,
    /// The guild wants no reports any more.
    Off,
    /// The channel does not exist any more.
    ChannelGone,
    /// The bot cannot see the channel.
    NoAccess,
    /// The bot may not post in the channel, or may not attach pictures.
    NoPermission,
    /// Discord refused the message for good.
    Refused,
    /// It could not be posted in time.
    Late,
    /// Whether it was posted could not be found out, and a second post might have been a second report.
    UnknownOutcome,
    /// The bot was removed from the guild.
    GuildLeft,
}

impl Report {
    /// The message's nonce: the same for every attempt of every process, also with a database that was begun anew. It is
    /// no welcome's, whose nonces are numbers. 25 characters, which is what Discord takes.
    pub fn nonce(&self) -> String {
        format!("r{:016x}{:08x}", self.guild.0, self.day.0)
    }
}

impl ReportSkip {
    /// All reasons, in the order of their declaration.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::Off,
        Self::ChannelGone,
        Self::NoAccess,
        Self::NoPermission,
        Self::Refused,
        Self::Late,
        Self::UnknownOutcome,
        Self::GuildLeft,
    ];

    /// The reason's name in the store and in logs: lower case with underscores. Never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Off => "off",
            Self::ChannelGone => "channel_gone",
            Self::NoAccess => "no_access",
            Self::NoPermission => "no_permission",
            Self::Refused => "refused",
            Self::Late => "late",
            Self::UnknownOutcome => "unknown_outcome",
            Self::GuildLeft => "guild_left",
        }
    }

    /// Reads [`ReportSkip::name`] back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::id::WelcomeId;

    fn report(guild: u64, day: i32) -> Report {
        Report {
            guild: GuildId(guild),
            day: Day(day),
            due_at: UnixMs(0),
            state: ReportState::Pending,
            channel: None,
            attempts: 0,
            first_attempt_at: None,
            next_attempt_at: UnixMs(0),
        }
    }

    #[test]
    fn nonce_is_of_one_guild_and_day_and_never_a_welcomes() {
        let guilds = [0, 1, 0x10, u64::MAX];
        let nonces: HashSet<String> = guilds
            .into_iter()
            .flat_map(|guild| [i32::MIN, -1, 0, 1, 20_000].map(|day| report(guild, day).nonce()))
            .collect();
        assert_eq!(nonces.len(), 20);
        for nonce in nonces {
            assert_eq!(nonce.len(), 25, "{nonce}");
            assert_eq!(WelcomeId::from_nonce(&nonce), None, "{nonce}");
        }
    }

    #[test]
    fn reasons_read_back() {
        for reason in ReportSkip::ALL {
            assert_eq!(ReportSkip::from_name(reason.name()), Some(reason));
        }
        assert_eq!(ReportSkip::from_name("tired"), None);
    }
}
