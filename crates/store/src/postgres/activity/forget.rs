//! Forgets activity: old days, members, and guilds that the bot has left.

use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;

use super::members;
use crate::activity::{ErasedMember, GUILDS_PORTION, PORTION};
use crate::postgres::failure::Failure;
use crate::postgres::row::{id, limit, to_db};
use crate::postgres::session::Session;

/// Everything of a member's activity in a guild.
pub(super) async fn member(tx: &Session, guild: GuildId, user: UserId) -> Result<ErasedMember, Failure> {
    let (guild_id, user_id) = (to_db(guild.0), to_db(user.0));
    let days = members::days(tx, guild, user).await?;
    let days: Vec<i32> = days.iter().map(|(day, _)| day.0).collect();
    let months = members::months(tx, guild, user).await?;
    let months: Vec<i32> = months.iter().map(|(month, _)| month.0).collect();
    Ok(ErasedMember {
        days: tx
            .execute(
                "DELETE FROM activity_daily WHERE guild_id = $1 AND user_id = $2 AND day = ANY ($3)",
                &[&guild_id, &user_id, &days],
            )
            .await?,
        months: tx
            .execute(
                "DELETE FROM activity_monthly WHERE guild_id = $1 AND user_id = $2 AND month = ANY ($3)",
                &[&guild_id, &user_id, &months],
            )
            .await?,
        guilds: tx
            .execute(
                "DELETE FROM activity_meter WHERE guild_id = $1 AND user_id = $2",
                &[&guild_id, &user_id],
            )
            .await?,
        welcomes: 0,
    })
}

/// Guilds with welcomes of somebody.
pub(super) async fn guilds_that_welcomed(db: &Session, user: UserId) -> Result<Vec<GuildId>, Failure> {
    let rows = db
        .rows(
            "SELECT DISTINCT guild_id FROM welcome WHERE user_id = $1 ORDER BY guild_id",
            &[&to_db(user.0)],
        )
        .await?;
    rows.iter().map(|row| id(row, "guild_id").map(GuildId)).collect()
}

/// What somebody was called and looked like, in a guild's welcomes that are settled; while one of theirs is not, none: how
/// it ends may bring back an earlier one.
pub(super) async fn names(tx: &Session, guild: GuildId, user: UserId) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE welcome SET username = '', global_name = NULL, nick = NULL, discriminator = 0, avatar = NULL,
             guild_avatar = NULL
         WHERE guild_id = $1 AND user_id = $2 AND username <> '' AND NOT EXISTS (
             SELECT FROM welcome AS open
             WHERE open.guild_id = $1 AND open.user_id = $2 AND open.state IN ('pending', 'sending')
         )",
        &[&to_db(guild.0), &to_db(user.0)],
    )
    .await
}

/// Guilds with days before a day.
pub(super) struct OldDays {
    pub(super) guilds: Vec<GuildId>,
    /// Where to go on looking; `None` at the end.
    pub(super) next: Option<i64>,
}

/// Looks at the next guilds from `from` on, in the order of the database: at the oldest day of each.
pub(super) async fn next_old_days(db: &Session, before: Day, from: i64) -> Result<OldDays, Failure> {
    let rows = db
        .rows(
            "WITH RECURSIVE known (guild_id, day) AS (
                 (SELECT guild_id, day FROM activity_daily WHERE guild_id >= $1 ORDER BY guild_id, day LIMIT 1)
                 UNION ALL
                 SELECT next.guild_id, next.day FROM known CROSS JOIN LATERAL (
                     SELECT guild_id, day FROM activity_daily WHERE guild_id > known.guild_id
                     ORDER BY guild_id, day LIMIT 1
                 ) AS next
             )
             SELECT guild_id, day FROM known LIMIT $2",
            &[&from, &GUILDS_PORTION],
        )
        .await?;
    let (mut guilds, mut next) = (Vec::new(), None);
    for row in &rows {
        let guild: i64 = row.try_get("guild_id")?;
        if row.try_get::<_, i32>("day")? < before.0 {
            guilds.push(GuildId(guild.cast_unsigned()));
        }
        next = guild.checked_add(1);
    }
    let is_end = limit(rows.len()) < GUILDS_PORTION;
    Ok(OldDays {
        guilds,
        next: if is_end { None } else { next },
    })
}

/// Some of a guild's days before a day; 0 when there are none any more.
pub(super) async fn days_portion(tx: &Session, guild: GuildId, before: Day) -> Result<u64, Failure> {
    tx.execute(
        "DELETE FROM activity_daily WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM activity_daily WHERE guild_id = $1 AND day < $2 LIMIT $3
         ))",
        &[&to_db(guild.0), &before.0, &PORTION],
    )
    .await
}

/// Guilds from which the bot was removed before a time, those that it was removed from first.
pub(super) async fn guilds_removed(
    db: &Session,
    removed_before: UnixMs,
    guilds_max: usize,
) -> Result<Vec<GuildId>, Failure> {
    let rows = db
        .rows(
            "SELECT guild_id FROM guild_config WHERE removed_at < $1 ORDER BY removed_at LIMIT $2",
            &[&removed_before.0, &limit(guilds_max)],
        )
        .await?;
    rows.iter().map(|row| id(row, "guild_id").map(GuildId)).collect()
}

/// Some of what a guild did, if the bot was removed from it before a time; 0 when there is nothing any more.
pub(super) async fn guild_portion(
    tx: &Session,
    guild: GuildId,
    removed_before: UnixMs,
) -> Result<u64, Failure> {
    let mut deleted = 0;
    for sql in [
        "DELETE FROM activity_daily WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM activity_daily WHERE guild_id = $1
                 AND EXISTS (SELECT FROM guild_config WHERE guild_id = $1 AND removed_at < $2)
             LIMIT $3
         ))",
        "DELETE FROM activity_monthly WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM activity_monthly WHERE guild_id = $1
                 AND EXISTS (SELECT FROM guild_config WHERE guild_id = $1 AND removed_at < $2)
             LIMIT $3
         ))",
        "DELETE FROM activity_meter WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM activity_meter WHERE guild_id = $1
                 AND EXISTS (SELECT FROM guild_config WHERE guild_id = $1 AND removed_at < $2)
             LIMIT $3
         ))",
    ] {
        deleted += tx
            .execute(sql, &[&to_db(guild.0), &removed_before.0, &PORTION])
            .await?;
    }
    Ok(deleted)
}
