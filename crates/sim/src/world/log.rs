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
}
