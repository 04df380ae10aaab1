//! Members.

use super::Id;

/// The member flag DID_REJOIN: left and came back.
/// Source: Discord's documentation, "Guild Resource", heading "Guild Member Flags", read in August 2026.
pub const DID_REJOIN: u32 = 1;

/// A user's membership of a guild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: Id,
    /// The name in this guild.
    pub nick: Option<String>,
    /// Roles besides @everyone.
    pub roles: Vec<Id>,
    /// When they joined, in microseconds since 1970.
    pub joined_at_us: i64,
    /// Hash of the avatar for this guild alone.
    pub avatar: Option<String>,
    /// Flags as bits, such as [`DID_REJOIN`].
    pub flags: u32,
    /// Has not passed membership screening yet.
    pub pending: bool,
}

impl Member {
    pub(super) fn new(user: Id, joined_at_us: i64) -> Self {
        Self {
            user,
            nick: None,
            roles: Vec::new(),
            joined_at_us,
            avatar: None,
            flags: 0,
            pending: false,
        }
    }
}
