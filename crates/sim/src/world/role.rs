//! Roles.

use super::Id;

/// A role of a guild. The one with the guild's id is @everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The role's id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Permissions as bits.
    pub permissions: u64,
    /// Higher roles stand above lower ones; 0 is @everyone's.
    pub position: u32,
    /// The bot that Discord made this role for.
    pub bot: Option<Id>,
}
