//! The roles that members have from us by their level.

use domain::id::{RoleId, UserId};
use domain::settings::{Field, FieldChange};
use domain::time::UnixMs;

/// A role that a member has from us, or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenRole {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub role: RoleId,
    /// Whether they have it.
    pub state: GivenState,
    /// When that was found out, or the giving begun.
    pub at: UnixMs,
}

/// Whether a member has a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenState {
    /// Perhaps: somebody began to give it and did not say how that ended.
    Giving,
    /// Yes.
    Given,
    /// No: it was to be given, and they were no member.
    Gone,
}

impl GivenState {
    /// The word in the databases.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Giving => "giving",
            Self::Given => "given",
            Self::Gone => "gone",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Giving, Self::Given, Self::Gone];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// Whether changes of settings concern who has which role; then the guild is due at once.
pub(crate) fn bear_on_roles(changes: &[FieldChange]) -> bool {
    let bears = |field| matches!(field, Field::ActivityLevelRoles | Field::ActivityLevels);
    changes.iter().any(|change| bears(change.field))
}
