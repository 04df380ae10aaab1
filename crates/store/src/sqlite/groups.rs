//! Groups: rows of the outbox that one message greets. A group lives from the beginning of its post until that is known to
//! have posted nothing; one that was posted stays as it is.

use domain::id::{ChannelId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::Welcome;
use rusqlite::{Connection, params};

use super::row::{self, WELCOME, to_db};

/// Binds those of `ids` that can be, and takes them for an attempt.
pub(super) fn begin(
    tx: &Connection,
    ids: &[WelcomeId],
    channel: ChannelId,
    now: UnixMs,
    due_again_at: UnixMs,
) -> rusqlite::Result<Vec<Welcome>> {
    let ids: Vec<i64> = ids.iter().map(|id| to_db(id.0)).collect();
    let bound: Vec<Welcome> = tx
        .prepare_cached(&format!(
            "WITH free AS MATERIALIZED (
                 SELECT id AS free_id FROM welcome
                 WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'pending' AND NOT has_left
                     AND next_attempt_at <= ?3
             )
             UPDATE welcome SET
                 state = 'sending',
                 group_id = (SELECT min(free_id) FROM free),
                 attempts = attempts + 1,
                 channel_id = ?2,
                 first_attempt_at = coalesce(first_attempt_at, ?3),
                 next_attempt_at = ?4
             WHERE id IN (SELECT free_id FROM free)
             RETURNING {WELCOME}"
        ))?
        .query_map(
            // A list of numbers is written the same way in JSON.
            params![format!("{ids:?}"), to_db(channel.0), now.0, due_again_at.0],
            row::welcome,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(oldest_first(bound))
}

pub(super) fn begin_again(
    tx: &Connection,
    group: WelcomeId,
    now: UnixMs,
    due_again_at: UnixMs,
) -> rusqlite::Result<Vec<Welcome>> {
    let taken: Vec<Welcome> = tx
        .prepare_cached(&format!(
            "UPDATE welcome SET in_doubt = 1, attempts = attempts + 1, next_attempt_at = ?3
             WHERE group_id = ?1 AND state = 'sending' AND next_attempt_at <= ?2
                 AND EXISTS (SELECT 1 FROM welcome WHERE group_id = ?1 AND state = 'sending' AND NOT has_left)
             RETURNING {WELCOME}"
        ))?
        .query_map([to_db(group.0), now.0, due_again_at.0], row::welcome)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(oldest_first(taken))
}

pub(super) fn find(db: &Connection, group: WelcomeId) -> rusqlite::Result<Vec<Welcome>> {
    db.prepare_cached(&format!(
        "SELECT {WELCOME} FROM welcome WHERE group_id = ?1 ORDER BY id"
    ))?
    .query_map([to_db(group.0)], row::welcome)?
    .collect()
}

/// What an update returns comes in no order.
fn oldest_first(mut welcomes: Vec<Welcome>) -> Vec<Welcome> {
    welcomes.sort_by_key(|welcome| welcome.id);
    welcomes
}
