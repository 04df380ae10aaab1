//! Up to when joins are known, and the searches for those that were missed: the tables `join_watch`, `shard_heard` and
//! `missed_search`.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use domain::id::{GuildId, UserId};
use domain::shard::ShardKey;
use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension};

use super::row::{id, time, to_db};
use crate::search::Search;

/// Joins of the guild before `since` are none of ours.
pub(super) fn watch(tx: &Connection, guild: GuildId, since: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO join_watch (guild_id, since) VALUES (?1, ?2)
         ON CONFLICT (guild_id) DO UPDATE SET since = max(since, excluded.since)",
    )?
    .execute([to_db(guild.0), since.0])?;
    Ok(())
}

/// A join that was told is one of ours: where the watch begins later, our clock was ahead of Discord's.
pub(super) fn join_was_told(tx: &Connection, guild: GuildId, joined_at: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE join_watch SET since = ?2 WHERE guild_id = ?1 AND since > ?2")?
        .execute([to_db(guild.0), joined_at.0])?;
    Ok(())
}

pub(super) fn hear_until(tx: &Connection, shard: ShardKey, at: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO shard_heard (shard_count, shard_id, heard_until) VALUES (?1, ?2, ?3)
         ON CONFLICT (shard_count, shard_id) DO UPDATE SET heard_until = max(heard_until, excluded.heard_until)",
    )?
    .execute([i64::from(shard.count), i64::from(shard.id), at.0])?;
    Ok(())
}

/// Has every guild that was watched before searched from where its joins are known, from the first member on; a search
/// that was not done keeps its beginning.
pub(super) fn begin_session(
    tx: &Connection,
    guilds: &[GuildId],
    at: UnixMs,
    told_late_max: Duration,
) -> rusqlite::Result<()> {
    let heard = heard(tx)?;
    let counts: BTreeSet<u32> = heard.keys().map(|shard| shard.count).collect();
    for guild in guilds {
        let watched = tx
            .prepare_cached("SELECT since FROM join_watch WHERE guild_id = ?1")?
            .query_row([to_db(guild.0)], |row| time(row, 0))
            .optional()?;
        let Some(watched) = watched else {
            watch(tx, *guild, at)?;
            continue;
        };
        // Under each number of shards that the bot ever had, one of them heard of the guild.
        let heard_until = counts
            .iter()
            .filter_map(|count| heard.get(&ShardKey::of(*guild, *count)))
            .max();
        let since = heard_until.map_or(watched, |until| (*until - told_late_max).max(watched));
        tx.prepare_cached(
            "INSERT INTO missed_search (guild_id, since) VALUES (?1, ?2)
             ON CONFLICT (guild_id) DO UPDATE SET
                 since = min(since, excluded.since), after_user_id = 0, is_there = 0, next_at = 0",
        )?
        .execute([to_db(guild.0), since.0])?;
    }
    Ok(())
}

fn heard(db: &Connection) -> rusqlite::Result<HashMap<ShardKey, UnixMs>> {
    db.prepare_cached("SELECT shard_id, shard_count, heard_until FROM shard_heard")?
        .query_map([], |row| {
            let shard = ShardKey {
                id: row.get(0)?,
                count: row.get(1)?,
            };
            Ok((shard, time(row, 2)?))
        })?
        .collect()
}

/// The session tells of the guild's joins from here on, so nothing falls between the list and the events.
pub(super) fn guild_is_there(tx: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE missed_search SET is_there = 1 WHERE guild_id = ?1 AND NOT is_there")?
        .execute([to_db(guild.0)])?;
    Ok(())
}

pub(super) fn forget(tx: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM join_watch WHERE guild_id = ?1")?
        .execute([to_db(guild.0)])?;
    end_search(tx, guild)
}

pub(super) fn next_search(db: &Connection, now: UnixMs) -> rusqlite::Result<Option<Search>> {
    db.prepare_cached(
        // The watch may have moved forward since: the bot was removed and came back.
        "SELECT guild_id, max(missed_search.since, join_watch.since), after_user_id
         FROM missed_search JOIN join_watch USING (guild_id)
         WHERE is_there AND next_at <= ?1 ORDER BY next_at LIMIT 1",
    )?
    .query_row([now.0], |row| {
        Ok(Search {
            guild: GuildId(id(row, 0)?),
            since: time(row, 1)?,
            after: UserId(id(row, 2)?),
        })
    })
    .optional()
}

pub(super) fn search_on(tx: &Connection, guild: GuildId, after: UserId, at: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE missed_search SET after_user_id = ?2, next_at = ?3 WHERE guild_id = ?1")?
        .execute([to_db(guild.0), to_db(after.0), at.0])?;
    Ok(())
}

pub(super) fn end_search(tx: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM missed_search WHERE guild_id = ?1")?
        .execute([to_db(guild.0)])?;
    Ok(())
}
