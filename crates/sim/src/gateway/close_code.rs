//! The codes with which the gateway closes a connection.
//!
//! Source: Discord's documentation, "Opcodes and Status Codes", heading "Gateway Close Event Codes", read in August
//! 2026.

/// Why the gateway closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// Something went wrong at Discord's.
    UnknownError = 4000,
    /// No such opcode, or a payload that does not fit it.
    UnknownOpcode = 4001,
    /// No JSON, or too long.
    DecodeError = 4002,
    /// Something else than IDENTIFY, RESUME or a heartbeat came first.
    NotAuthenticated = 4003,
    /// The token is wrong.
    AuthenticationFailed = 4004,
    /// A second IDENTIFY.
    AlreadyAuthenticated = 4005,
    /// A RESUME with a sequence that was never sent.
    InvalidSequence = 4007,
    /// Too many sends.
    RateLimited = 4008,
    /// No heartbeat came.
    SessionTimedOut = 4009,
    /// A shard that cannot be.
    InvalidShard = 4010,
    /// Too many guilds for one shard.
    ShardingRequired = 4011,
    /// No such version.
    InvalidVersion = 4012,
    /// Intents that do not exist.
    InvalidIntents = 4013,
    /// Intents that are not switched on.
    DisallowedIntents = 4014,
}

impl CloseCode {
    /// The number on the wire.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The reason that Discord gives with it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::UnknownError => "Unknown error.",
            Self::UnknownOpcode => "Unknown opcode.",
            Self::DecodeError => "Error while decoding payload.",
            Self::NotAuthenticated => "Not authenticated.",
            Self::AuthenticationFailed => "Authentication failed.",
            Self::AlreadyAuthenticated => "Already authenticated.",
            Self::InvalidSequence => "Invalid seq.",
            Self::RateLimited => "Rate limited.",
            Self::SessionTimedOut => "Session timed out.",
            Self::InvalidShard => "Invalid shard.",
            Self::ShardingRequired => "Sharding required.",
            Self::InvalidVersion => "Invalid API version.",
            Self::InvalidIntents => "Invalid intent(s).",
            Self::DisallowedIntents => "Disallowed intent(s).",
        }
    }
}
