//! What is known of a search for missed joins.

use domain::id::{GuildId, UserId};
use domain::time::UnixMs;

/// A guild whose joins are not known without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// The guild.
    pub guild: GuildId,
    /// Joins before this time are known, or none of ours; by Discord's clock.
    pub since: UnixMs,
    /// Members with larger ids are still to be looked at.
    pub after: UserId,
}
