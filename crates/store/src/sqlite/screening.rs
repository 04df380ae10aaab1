//! Welcomes that wait until their member has passed membership screening: pending rows of `welcome` that are not due at
//! any time.

use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::welcome::{Membership, SkipReason};
use rusqlite::{Connection, params};

use super::row::{id, to_db};

/// Makes a member's welcome due. It grows stale from here, so it counts as queued now. Returns how many that were.
pub(super) fn pass(tx: &Connection, membership: Membership, at: UnixMs) -> rusqlite::Result<u64> {
    let passed = tx
        .prepare_cached(
            "UPDATE welcome SET in_screening = 0, queued_at = ?3, next_attempt_at = ?3
             WHERE guild_id = ?1 AND user_id = ?2 AND in_screening = 1 AND state = 'pending'",
        )?
        .execute([to_db(membership.guild.0), to_db(membership.user.0), at.0])?;
    Ok(passed as u64)
}

pub(super) fn waiting(db: &Connection, guild: GuildId) -> rusqlite::Result<Vec<UserId>> {
    db.prepare_cached(
        "SELECT user_id FROM welcome WHERE guild_id = ?1 AND in_screening = 1 AND state = 'pending'",
    )?
    .query_map([to_db(guild.0)], |row| id(row, 0).map(UserId))?
    .collect()
}

/// Ends the wait of those who joined before `before`.
pub(super) fn give_up(tx: &Connection, before: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE welcome SET state = 'skipped', skip_reason = ?2, settled_at = ?1
         WHERE in_screening = 1 AND state = 'pending' AND queued_at < ?1",
    )?
    .execute(params![before.0, SkipReason::Stale.name()])?;
    Ok(())
}
