//! Up to when joins are known, and the searches for those that were missed: the tables `join_watch`, `shard_heard` and
//! `missed_search`.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use domain::id::{GuildId, UserId};
use domain::shard::ShardKey;
use domain::time::UnixMs;

use super::failure::Failure;
use super::row::{id, narrow, time, to_db};
use super::session::Session;
use crate::search::Search;

/// Joins of the guild before `since` are none of ours.
pub(super) async fn watch(tx: &Session, guild: GuildId, since: UnixMs) -> Result<(), Failure> {
    tx.execute(
        "INSERT INTO join_watch (guild_id, since) VALUES ($1, $2)
         ON CONFLICT (guild_id) DO UPDATE SET since = greatest(join_watch.since, excluded.since)",
        &[&to_db(guild.0), &since.0],
    )
    .await?;
    Ok(())
}

pub(super) async fn hear_until(tx: &Session, shard: ShardKey, at: UnixMs) -> Result<(), Failure> {
    tx.execute(
        "INSERT INTO shard_heard (shard_count, shard_id, heard_until) VALUES ($1, $2, $3)
         ON CONFLICT (shard_count, shard_id) DO UPDATE SET
             heard_until = greatest(shard_heard.heard_until, excluded.heard_until)",
        &[&i64::from(shard.count), &i64::from(shard.id), &at.0],
    )
    .await?;
    Ok(())
}

/// Has every guild that was watched before searched from where its joins are known, from the first member on; a search
/// that was not done keeps its beginning. A shard has thousands of guilds: they travel together.
pub(super) async fn begin_session(
    tx: &Session,
    guilds: &[GuildId],
    at: UnixMs,
    told_late_max: Duration,
) -> Result<(), Failure> {
    let heard = heard(tx).await?;
    let counts: BTreeSet<u32> = heard.keys().map(|shard| shard.count).collect();
    let all: BTreeSet<i64> = guilds.iter().map(|guild| to_db(guild.0)).collect();
    let all: Vec<i64> = all.into_iter().collect();
    let watched = tx
        .rows(
            "SELECT guild_id, since FROM join_watch WHERE guild_id = ANY ($1)",
            &[&all],
        )
        .await?;
    let (mut searched, mut from) = (Vec::new(), Vec::new());
    for row in &watched {
        let (guild, watched) = (GuildId(id(row, "guild_id")?), time(row, "since")?);
        // Under each number of shards that the bot ever had, one of them heard of the guild.
        let heard_until = counts
            .iter()
            .filter_map(|count| heard.get(&ShardKey::of(guild, *count)))
            .max();
        searched.push(to_db(guild.0));
        from.push(
            heard_until
                .map_or(watched, |until| (*until - told_late_max).max(watched))
                .0,
        );
    }
    tx.execute(
        "INSERT INTO missed_search (guild_id, since) SELECT * FROM unnest($1::bigint[], $2::bigint[])
         ON CONFLICT (guild_id) DO UPDATE SET
             since = least(missed_search.since, excluded.since), after_user_id = 0, is_there = false, next_at = 0",
        &[&searched, &from],
    )
    .await?;
    tx.execute(
        "INSERT INTO join_watch (guild_id, since) SELECT guild, $2 FROM unnest($1::bigint[]) AS guild
         ON CONFLICT (guild_id) DO NOTHING",
        &[&all, &at.0],
    )
    .await?;
    Ok(())
}

async fn heard(db: &Session) -> Result<HashMap<ShardKey, UnixMs>, Failure> {
    let rows = db
        .rows("SELECT shard_id, shard_count, heard_until FROM shard_heard", &[])
        .await?;
    rows.iter()
        .map(|row| {
            let shard = ShardKey {
                id: narrow(row, "shard_id")?,
                count: narrow(row, "shard_count")?,
            };
            Ok((shard, time(row, "heard_until")?))
        })
        .collect()
}

/// The session tells of the guild's joins from here on, so nothing falls between the list and the events.
pub(super) async fn guild_is_there(tx: &Session, guild: GuildId) -> Result<(), Failure> {
    tx.execute(
        "UPDATE missed_search SET is_there = true WHERE guild_id = $1 AND NOT is_there",
        &[&to_db(guild.0)],
    )
    .await?;
    Ok(())
}

pub(super) async fn forget(tx: &Session, guild: GuildId) -> Result<(), Failure> {
    tx.execute("DELETE FROM join_watch WHERE guild_id = $1", &[&to_db(guild.0)])
        .await?;
    end_search(tx, guild).await
}

pub(super) async fn next_search(db: &Session, now: UnixMs) -> Result<Option<Search>, Failure> {
    let row = db
        .row_if_any(
            // The watch may have moved forward since: the bot was removed and came back.
            "SELECT guild_id, greatest(missed_search.since, join_watch.since) AS since, after_user_id
             FROM missed_search JOIN join_watch USING (guild_id)
             WHERE is_there AND next_at <= $1 ORDER BY next_at, guild_id LIMIT 1",
            &[&now.0],
        )
        .await?;
    row.map(|row| {
        Ok(Search {
            guild: GuildId(id(&row, "guild_id")?),
            since: time(&row, "since")?,
            after: UserId(id(&row, "after_user_id")?),
        })
    })
    .transpose()
}

pub(super) async fn search_on(
    tx: &Session,
    guild: GuildId,
    after: UserId,
    at: UnixMs,
) -> Result<(), Failure> {
    tx.execute(
        "UPDATE missed_search SET after_user_id = $2, next_at = $3 WHERE guild_id = $1",
        &[&to_db(guild.0), &to_db(after.0), &at.0],
    )
    .await?;
    Ok(())
}

pub(super) async fn end_search(tx: &Session, guild: GuildId) -> Result<(), Failure> {
    tx.execute(
        "DELETE FROM missed_search WHERE guild_id = $1",
        &[&to_db(guild.0)],
    )
    .await?;
    Ok(())
}
