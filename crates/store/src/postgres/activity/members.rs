//! What is known of one member, or of each.

use domain::activity::meter::faded;
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;

use super::{boards, meter};
use crate::activity::{MemberRecord, Standing, ids_behind};
use crate::postgres::failure::Failure;
use crate::postgres::row::{id, limit, time, to_db};
use crate::postgres::session::Session;

pub(super) async fn standing(
    db: &Session,
    guild: GuildId,
    user: UserId,
    now: UnixMs,
    today: Day,
    rules: &ScoreRules,
) -> Result<Option<Standing>, Failure> {
    let (guild_id, user_id) = (to_db(guild.0), to_db(user.0));
    let found = db
        .row_if_any(
            "WITH RECURSIVE streak (day) AS (
                 SELECT max(day) FROM activity_daily
                 WHERE guild_id = $1 AND user_id = $2 AND day IN ($3::int, $3::bigint - 1)
                 UNION ALL
                 SELECT (
                     SELECT day FROM activity_daily
                     WHERE guild_id = $1 AND user_id = $2 AND day = streak.day::bigint - 1
                 ) FROM streak WHERE day IS NOT NULL
             )
             SELECT base, base_at, first_at, last_at, gained, recent,
                 coalesce(
                     (SELECT messages FROM activity_daily WHERE guild_id = $1 AND user_id = $2 AND day = $3), 0
                 ) AS today,
                 (SELECT count(day) FROM streak) AS streak
             FROM activity_meter WHERE guild_id = $1 AND user_id = $2",
            &[&guild_id, &user_id, &today.0],
        )
        .await?;
    let Some(row) = found else { return Ok(None) };
    let meter = meter(&row)?;
    let score = meter.at(now, rules);
    let months = months(db, guild, user).await?;
    let this_month = today.month();
    Ok(Some(Standing {
        meter,
        score,
        rank: boards::rank(db, guild, score, now, rules).await?,
        today: id(&row, "today")?,
        month: months
            .iter()
            .find(|(month, _)| *month == this_month)
            .map_or(0, |(_, messages)| *messages),
        total: months.iter().map(|(_, messages)| messages).sum(),
        streak: crate::postgres::row::narrow(&row, "streak")?,
    }))
}

/// The smallest ids first; those with the top bit, which the database sorts first, last.
pub(super) async fn scored(
    db: &Session,
    guild: GuildId,
    after: UserId,
    len_max: usize,
    now: UnixMs,
    rules: &ScoreRules,
) -> Result<Vec<(UserId, Score)>, Failure> {
    let mut found = Vec::new();
    for (first, last) in ids_behind(after) {
        let wanted = limit(len_max.saturating_sub(found.len()));
        let rows = db
            .rows(
                "SELECT user_id, score, fades_out_at FROM activity_meter
                 WHERE guild_id = $1 AND user_id BETWEEN $2 AND $3 AND fades_out_at > $4 ORDER BY user_id LIMIT $5",
                &[&to_db(guild.0), &first, &last, &now.0, &wanted],
            )
            .await?;
        for row in &rows {
            let score = Score(row.try_get("score")?);
            let left = faded(score, time(row, "fades_out_at")?, now, rules);
            found.push((UserId(id(row, "user_id")?), left));
        }
    }
    Ok(found)
}

/// All guilds in which somebody was active.
pub(super) async fn guilds_of(db: &Session, user: UserId) -> Result<Vec<GuildId>, Failure> {
    let rows = db
        .rows(
            "SELECT guild_id FROM activity_meter WHERE user_id = $1 ORDER BY guild_id",
            &[&to_db(user.0)],
        )
        .await?;
    rows.iter().map(|row| id(row, "guild_id").map(GuildId)).collect()
}

pub(super) async fn records(db: &Session, user: UserId) -> Result<Vec<MemberRecord>, Failure> {
    let rows = db
        .rows(
            "SELECT guild_id, base, base_at, first_at, last_at, gained, recent FROM activity_meter
             WHERE user_id = $1 ORDER BY guild_id",
            &[&to_db(user.0)],
        )
        .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in &rows {
        let guild = GuildId(id(row, "guild_id")?);
        records.push(MemberRecord {
            guild,
            meter: meter(row)?,
            days: days(db, guild, user).await?,
            months: months(db, guild, user).await?,
        });
    }
    Ok(records)
}

/// The keys begin with the day, so that those of a guild that talks lie together; a member's days are found by stepping from
/// one of the guild's days to the next.
pub(super) async fn days(db: &Session, guild: GuildId, user: UserId) -> Result<Vec<(Day, u64)>, Failure> {
    let rows = db
        .rows(
            "WITH RECURSIVE known (day) AS (
                 SELECT min(day) FROM activity_daily WHERE guild_id = $1
                 UNION ALL
                 SELECT (SELECT min(day) FROM activity_daily WHERE guild_id = $1 AND day > known.day)
                 FROM known WHERE known.day IS NOT NULL
             )
             SELECT day, messages FROM (
                 SELECT day, (
                     SELECT messages FROM activity_daily WHERE guild_id = $1 AND day = known.day AND user_id = $2
                 ) AS messages
                 FROM known WHERE day IS NOT NULL OFFSET 0
             ) AS found WHERE messages IS NOT NULL ORDER BY day",
            &[&to_db(guild.0), &to_db(user.0)],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((Day(row.try_get("day")?), id(row, "messages")?)))
        .collect()
}

/// As [`days`].
pub(super) async fn months(db: &Session, guild: GuildId, user: UserId) -> Result<Vec<(Month, u64)>, Failure> {
    let rows = db
        .rows(
            "WITH RECURSIVE known (month) AS (
                 SELECT min(month) FROM activity_monthly WHERE guild_id = $1
                 UNION ALL
                 SELECT (SELECT min(month) FROM activity_monthly WHERE guild_id = $1 AND month > known.month)
                 FROM known WHERE known.month IS NOT NULL
             )
             SELECT month, messages FROM (
                 SELECT month, (
                     SELECT messages FROM activity_monthly
                     WHERE guild_id = $1 AND month = known.month AND user_id = $2
                 ) AS messages
                 FROM known WHERE month IS NOT NULL OFFSET 0
             ) AS found WHERE messages IS NOT NULL ORDER BY month",
            &[&to_db(guild.0), &to_db(user.0)],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((Month(row.try_get("month")?), id(row, "messages")?)))
        .collect()
}
