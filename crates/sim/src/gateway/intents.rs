//! Intents as bits.
//!
//! Source: Discord's documentation, "Gateway", heading "List of Intents", read in August 2026.

/// Guilds, roles and channels.
pub const GUILDS: u64 = 1;
/// Members who join, change or leave. Privileged.
pub const GUILD_MEMBERS: u64 = 1 << 1;
/// Who is online. Privileged.
pub const GUILD_PRESENCES: u64 = 1 << 8;
/// Messages in guilds.
pub const GUILD_MESSAGES: u64 = 1 << 9;
/// What other people's messages say. Privileged.
pub const MESSAGE_CONTENT: u64 = 1 << 15;

/// The intents that must be switched on for the application.
pub const PRIVILEGED: u64 = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;

/// All intents that exist: bits 0 to 16, 20, 21, 24 and 25.
pub const KNOWN: u64 = 0x1_ffff | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
