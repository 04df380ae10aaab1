//! Why the gateway will not have us.

/// A close code after which connecting again does not help: somebody must change something first. Everything else is
/// mended inside, by connecting again.
/// Source: Discord's documentation, "Opcodes and Status Codes", heading "Gateway Close Event Codes", read in August
/// 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// 4004.
    #[error(
        "Discord refuses the token (4004): it was reset or mistyped; make a new one in the Developer Portal \
         (https://discord.com/developers/applications) > your application > Bot > Reset Token"
    )]
    TokenRefused,
    /// 4010: a shard's id that is not below the number of shards.
    #[error("Discord refuses the shard (4010): its id must be below the number of shards")]
    InvalidShard,
    /// 4011: too many guilds for so few shards.
    #[error(
        "Discord wants more shards (4011): the bot is in too many guilds for so few; raise the number of shards, or \
         leave it out so that Discord's own recommendation is taken"
    )]
    ShardingRequired,
    /// 4012: the gateway's version that we speak is gone.
    #[error("Discord no longer speaks this version of the gateway (4012): upgrade droas")]
    VersionGone,
    /// 4013: intents that do not exist.
    #[error(
        "Discord does not know the intents (4013): upgrade droas, and where a proxy stands between, look at what it \
         makes of IDENTIFY"
    )]
    InvalidIntents,
    /// 4014: the privileged intent is not granted, the most common mistake of those who host their own bot.
    #[error(
        "GUILD_MEMBERS (Server Members Intent) is not granted (4014): switch it on in the Developer Portal \
         (https://discord.com/developers/applications) > your application > Bot > Privileged Gateway Intents > Server \
         Members Intent, then start again"
    )]
    IntentNotGranted,
}

impl GatewayError {
    /// The error that a close code stands for; `None` when connecting again may help.
    pub(super) fn from_close_code(code: u16) -> Option<Self> {
        Some(match code {
            4004 => Self::TokenRefused,
            4010 => Self::InvalidShard,
            4011 => Self::ShardingRequired,
            4012 => Self::VersionGone,
            4013 => Self::InvalidIntents,
            4014 => Self::IntentNotGranted,
            _ => return None,
        })
    }
}
