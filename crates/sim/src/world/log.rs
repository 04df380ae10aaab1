//! What happened, for an independent count.

use super::Id;

/// What happened, in order. Nothing is taken out of it.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Everybody who joined.
    pub joins: Vec<Join>,
    /// Everybody who left.
    pub leaves: Vec<Leave>,
    /// Every message that was posted.
    pub messages: Vec<Posted>,
    /// Every role that the bot gave to somebody who did not have it, or took from somebody who did.
    pub roles: Vec<RoleChange>,
}

/// Somebody joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// Where.
    pub guild: Id,
    /// Who.
    pub user: Id,
    /// When, in microseconds since 1970.
    pub at_us: i64,
    /// They had been a member before.
    pub rejoined: bool,
    /// GUILD_MEMBER_ADD was sent twice for it.
    pub duplicated: bool,
}

/// Somebody left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Where.
    pub guild: Id,
    /// Who.
    pub user: Id,
    /// When, in microseconds since 1970.
    pub at_us: i64,
}

/// The bot gave a role or took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// Where.
    pub guild: Id,
    /// Whose.
    pub user: Id,
    /// Which.
    pub role: Id,
    /// It was given, not taken.
    pub given: bool,
    /// What the guild's audit log says of it.
    pub reason: Option<String>,
    /// When, in microseconds since 1970.
    pub at_us: i64,
}

/// A message was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Where.
    pub guild: Id,
    /// Where in it.
    pub channel: Id,
    /// The message.
    pub message: Id,
    /// Who wrote it.
    pub author: Id,
    /// When, in microseconds since 1970.
    pub at_us: i64,
    /// The message's type; 0 is an ordinary one.
    pub kind: u8,
    /// The webhook that posted it.
    pub webhook: Option<Id>,
}
