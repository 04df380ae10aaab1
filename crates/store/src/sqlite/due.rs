//! What of the outbox is due, found guild by guild: the length of one guild's queue is nothing to the others.

use domain::id::{GuildId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome};
use rusqlite::{Connection, params};

use super::outbox::limit;
use super::row::{self, WELCOME, id, time_if_any, to_db};

/// How many rows one statement skips at most; other writes wait for it.
const SKIP_LEN_MAX: u32 = 1000;

/// Due rows of each of the guilds that have waited longest.
pub(super) fn of_guilds(
    db: &Connection,
    now: UnixMs,
    leave_out: &[GuildId],
    guilds_max: usize,
    per_guild_max: usize,
) -> rusqlite::Result<Vec<Welcome>> {
    let mut welcomes = Vec::new();
    for guild in guilds(db, now, leave_out, guilds_max)? {
        welcomes.extend(of_guild(db, guild, now, per_guild_max)?);
    }
    welcomes.sort_by_key(|welcome| welcome.id);
    Ok(welcomes)
}

/// Leaps from one guild with unsettled rows to the next, and looks only at the first to be due of each.
fn guilds(
    db: &Connection,
    now: UnixMs,
    leave_out: &[GuildId],
    len_max: usize,
) -> rusqlite::Result<Vec<GuildId>> {
    let leave_out: Vec<i64> = leave_out.iter().map(|guild| to_db(guild.0)).collect();
    db.prepare_cached(
        "WITH RECURSIVE guilds (guild) AS (
             SELECT min(guild_id) FROM welcome WHERE state IN ('pending', 'sending')
             UNION ALL
             SELECT (SELECT min(guild_id) FROM welcome WHERE state IN ('pending', 'sending') AND guild_id > guild)
             FROM guilds WHERE guild IS NOT NULL
         ), heads AS (
             SELECT guild, (
                 SELECT min(next_attempt_at) FROM welcome
                 WHERE state IN ('pending', 'sending') AND guild_id = guild
             ) AS due_at
             FROM guilds WHERE guild IS NOT NULL
         )
         SELECT guild FROM heads
         WHERE due_at <= ?1 AND guild NOT IN (SELECT value FROM json_each(?2))
         ORDER BY due_at, guild LIMIT ?3",
    )?
    .query_map(
        // A list of numbers is written the same way in JSON.
        params![now.0, format!("{leave_out:?}"), limit(len_max)],
        |row| id(row, 0).map(GuildId),
    )?
    .collect()
}

pub(super) fn of_guild(
    db: &Connection,
    guild: GuildId,
    now: UnixMs,
    len_max: usize,
) -> rusqlite::Result<Vec<Welcome>> {
    // The ids alone stand in the index: only those that are wanted are looked up.
    db.prepare_cached(&format!(
        "SELECT {WELCOME} FROM welcome WHERE id IN (
             SELECT id FROM welcome
             WHERE state IN ('pending', 'sending') AND guild_id = ?1 AND next_attempt_at <= ?2
             ORDER BY id LIMIT ?3
         ) ORDER BY id"
    ))?
    .query_map(params![to_db(guild.0), now.0, limit(len_max)], row::welcome)?
    .collect()
}

pub(super) fn next_at(db: &Connection, now: UnixMs) -> rusqlite::Result<Option<UnixMs>> {
    db.prepare_cached(
        "SELECT min(next_attempt_at) FROM welcome
         WHERE state IN ('pending', 'sending') AND next_attempt_at > ?1",
    )?
    .query_row([now.0], |row| time_if_any(row, 0))
}

pub(super) fn joined_since(
    db: &Connection,
    guild: GuildId,
    since: UnixMs,
    count_max: usize,
) -> rusqlite::Result<usize> {
    // A row is made after its join: older ids need not be looked at.
    let count: i64 = db
        .prepare_cached(
            "SELECT count(*) FROM (
                 SELECT 1 FROM welcome WHERE guild_id = ?1 AND id >= ?2 AND joined_at >= ?3 LIMIT ?4
             )",
        )?
        .query_row(
            params![
                to_db(guild.0),
                to_db(WelcomeId::new(since, 0).0),
                since.0,
                limit(count_max)
            ],
            |row| row.get(0),
        )?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(super) fn hold_back(tx: &Connection, guild: GuildId, since: UnixMs, at: UnixMs) -> rusqlite::Result<u64> {
    let skipped = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'skipped', skip_reason = ?4, settled_at = ?3 WHERE id IN (
                 SELECT id FROM welcome
                 WHERE state IN ('pending', 'sending') AND state = 'pending' AND guild_id = ?1
                     AND next_attempt_at <= ?3 AND joined_at >= ?2
                 LIMIT ?5
             )",
        )?
        .execute(params![
            to_db(guild.0),
            since.0,
            at.0,
            SkipReason::HeldBack.name(),
            SKIP_LEN_MAX
        ])?;
    Ok(skipped as u64)
}

pub(super) fn has_stale(db: &Connection, before: UnixMs) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM welcome WHERE state = 'pending' AND queued_at < ?1 AND NOT in_screening)",
    )?
    .query_row([before.0], |row| row.get(0))
}

pub(super) fn skip_stale(tx: &Connection, before: UnixMs, at: UnixMs) -> rusqlite::Result<u64> {
    let skipped = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'skipped', skip_reason = ?3, settled_at = ?2 WHERE id IN (
                 SELECT id FROM welcome WHERE state = 'pending' AND queued_at < ?1 AND NOT in_screening LIMIT ?4
             )",
        )?
        .execute(params![before.0, at.0, SkipReason::Stale.name(), SKIP_LEN_MAX])?;
    Ok(skipped as u64)
}
