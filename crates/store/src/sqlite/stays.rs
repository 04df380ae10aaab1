//! What is told of stays that are stored already.

use domain::id::WelcomeId;
use domain::time::UnixMs;
use domain::welcome::{Membership, SkipReason};
use rusqlite::{Connection, params};

use super::guilds;
use super::row::to_db;

/// The gateway told of the beginning of an episode.
pub(super) fn tell(tx: &Connection, id: WelcomeId) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE welcome SET untold = 0 WHERE id = ?1")?
        .execute([to_db(id.0)])
        .map(drop)
}

/// An episode goes on whose leave was told. `screening`: it is greeted, if it was not, and waits for screening or not. Returns
/// how many welcomes are due for it.
pub(super) fn resume(
    tx: &Connection,
    id: WelcomeId,
    membership: Membership,
    at: UnixMs,
    screening: Option<bool>,
) -> rusqlite::Result<u64> {
    let resumed = tx
        .prepare_cached("UPDATE welcome SET has_left = 0 WHERE id = ?1 AND has_left = 1")?
        .execute([to_db(id.0)])?;
    if resumed == 0 {
        return Ok(0);
    }
    guilds::count_members(tx, membership.guild, 1)?;
    let Some(screening) = screening else {
        return Ok(0);
    };
    let due_at = if screening { i64::MAX } else { at.0 };
    let queued = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'pending', skip_reason = NULL, settled_at = NULL, queued_at = ?2,
                 next_attempt_at = ?3, in_screening = ?4
             WHERE id = ?1 AND skip_reason IN (?5, ?6)",
        )?
        .execute(params![
            to_db(id.0),
            at.0,
            due_at,
            screening,
            SkipReason::Left.name(),
            SkipReason::GreetedRecently.name()
        ])?;
    Ok(if screening { 0 } else { queued as u64 })
}
