//! What of the outbox is due, found guild by guild: the length of one guild's queue is nothing to the others.

use domain::id::{GuildId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome};

use super::failure::Failure;
use super::row::{self, id, limit, time_if_any, to_db, welcome_columns};
use super::session::Session;

/// How many rows one statement skips at most; other writes wait for it.
const SKIP_LEN_MAX: i64 = 1000;

/// Due rows of each of the guilds that have waited longest. Leaps from one guild with unsettled rows to the next, and looks
/// only at the first to be due of each.
pub(super) async fn of_guilds(
    db: &Session,
    now: UnixMs,
    leave_out: &[GuildId],
    guilds_max: usize,
    per_guild_max: usize,
) -> Result<Vec<Welcome>, Failure> {
    let leave_out: Vec<i64> = leave_out.iter().map(|guild| to_db(guild.0)).collect();
    let rows = db
        .rows(
            concat!(
                "WITH RECURSIVE guilds (guild) AS (
                     SELECT min(guild_id) FROM welcome WHERE state IN ('pending', 'sending')
                     UNION ALL
                     SELECT (SELECT min(guild_id) FROM welcome
                             WHERE state IN ('pending', 'sending') AND guild_id > guild)
                     FROM guilds WHERE guild IS NOT NULL
                 ), heads AS (
                     SELECT guild, (
                         SELECT min(next_attempt_at) FROM welcome
                         WHERE state IN ('pending', 'sending') AND guild_id = guild
                     ) AS due_at
                     FROM guilds WHERE guild IS NOT NULL
                 ), chosen AS (
                     SELECT guild FROM heads WHERE due_at <= $1 AND guild <> ALL ($2)
                     ORDER BY due_at, guild LIMIT $3
                 )
                 SELECT due.* FROM chosen CROSS JOIN LATERAL (
                     SELECT ",
                welcome_columns!(),
                "    FROM welcome
                     WHERE state IN ('pending', 'sending') AND guild_id = guild AND next_attempt_at <= $1
                     ORDER BY id LIMIT $4
                 ) AS due"
            ),
            &[&now.0, &leave_out, &limit(guilds_max), &limit(per_guild_max)],
        )
        .await?;
    let mut welcomes = row::welcomes(&rows)?;
    welcomes.sort_by_key(|welcome| welcome.id);
    Ok(welcomes)
}

pub(super) async fn of_guild(
    db: &Session,
    guild: GuildId,
    now: UnixMs,
    len_max: usize,
) -> Result<Vec<Welcome>, Failure> {
    let rows = db
        .rows(
            concat!(
                "SELECT ",
                welcome_columns!(),
                " FROM welcome
                 WHERE state IN ('pending', 'sending') AND guild_id = $1 AND next_attempt_at <= $2
                 ORDER BY id LIMIT $3"
            ),
            &[&to_db(guild.0), &now.0, &limit(len_max)],
        )
        .await?;
    row::welcomes(&rows)
}

pub(super) async fn next_at(db: &Session, now: UnixMs) -> Result<Option<UnixMs>, Failure> {
    let row = db
        .row(
            "SELECT min(next_attempt_at) AS next_at FROM welcome
             WHERE state IN ('pending', 'sending') AND next_attempt_at > $1",
            &[&now.0],
        )
        .await?;
    time_if_any(&row, "next_at")
}

pub(super) async fn joined_since(
    db: &Session,
    guild: GuildId,
    since: UnixMs,
    count_max: usize,
) -> Result<usize, Failure> {
    let row = db
        .row(
            // A row is made after its join: older ids need not be looked at.
            "SELECT count(*) AS joined FROM (
                 SELECT FROM welcome WHERE guild_id = $1 AND id >= $2 AND joined_at >= $3 LIMIT $4
             ) AS counted",
            &[
                &to_db(guild.0),
                &to_db(WelcomeId::new(since, 0).0),
                &since.0,
                &limit(count_max),
            ],
        )
        .await?;
    Ok(usize::try_from(id(&row, "joined")?).unwrap_or(usize::MAX))
}

/// The transaction holds the guild's lock.
pub(super) async fn hold_back(
    tx: &Session,
    guild: GuildId,
    since: UnixMs,
    at: UnixMs,
) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE welcome SET state = 'skipped', skip_reason = $4, settled_at = $3 WHERE state = 'pending' AND id IN (
             SELECT id FROM welcome
             WHERE state IN ('pending', 'sending') AND state = 'pending' AND guild_id = $1
                 AND next_attempt_at <= $3 AND joined_at >= $2
             LIMIT $5
         )",
        &[
            &to_db(guild.0),
            &since.0,
            &at.0,
            &SkipReason::HeldBack.name(),
            &SKIP_LEN_MAX,
        ],
    )
    .await
}

pub(super) async fn has_stale(db: &Session, before: UnixMs) -> Result<bool, Failure> {
    let row = db
        .row(
            "SELECT EXISTS (
                 SELECT FROM welcome WHERE state = 'pending' AND queued_at < $1 AND NOT in_screening
             ) AS has_stale",
            &[&before.0],
        )
        .await?;
    Ok(row.try_get("has_stale")?)
}

/// Rows that others hold are left for another time.
pub(super) async fn skip_stale(tx: &Session, before: UnixMs, at: UnixMs) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE welcome SET state = 'skipped', skip_reason = $3, settled_at = $2 WHERE id IN (
             SELECT id FROM welcome WHERE state = 'pending' AND queued_at < $1 AND NOT in_screening
             LIMIT $4 FOR UPDATE SKIP LOCKED
         )",
        &[&before.0, &at.0, &SkipReason::Stale.name(), &SKIP_LEN_MAX],
    )
    .await
}
