//! What is known of one member, or of each.

use domain::activity::meter::faded;
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension, params};

use super::{boards, meter};
use crate::activity::{MemberRecord, Standing};
use crate::sqlite::outbox::limit;
use crate::sqlite::row::{id, to_db};

/// The days of a guild, and of each the messages of a member. The keys begin with the day, so that those of a guild that
/// talks lie together; a member's are found by stepping from one of the guild's days to the next.
const DAYS: &str = "
    WITH RECURSIVE known (day) AS (
        SELECT min(day) FROM activity_daily WHERE guild_id = ?1
        UNION ALL
        SELECT (SELECT min(day) FROM activity_daily WHERE guild_id = ?1 AND day > known.day)
        FROM known WHERE known.day IS NOT NULL
    )
    SELECT day, messages FROM (
        SELECT day, (
            SELECT messages FROM activity_daily WHERE guild_id = ?1 AND day = known.day AND user_id = ?2
        ) AS messages
        FROM known WHERE known.day IS NOT NULL
    ) WHERE messages IS NOT NULL ORDER BY day";

/// The same of months.
const MONTHS: &str = "
    WITH RECURSIVE known (month) AS (
        SELECT min(month) FROM activity_monthly WHERE guild_id = ?1
        UNION ALL
        SELECT (SELECT min(month) FROM activity_monthly WHERE guild_id = ?1 AND month > known.month)
        FROM known WHERE known.month IS NOT NULL
    )
    SELECT month, messages FROM (
        SELECT month, (
            SELECT messages FROM activity_monthly WHERE guild_id = ?1 AND month = known.month AND user_id = ?2
        ) AS messages
        FROM known WHERE known.month IS NOT NULL
    ) WHERE messages IS NOT NULL ORDER BY month";

pub(super) fn standing(
    db: &Connection,
    guild: GuildId,
    user: UserId,
    now: UnixMs,
    today: Day,
    rules: &ScoreRules,
) -> rusqlite::Result<Option<Standing>> {
    // One moment for all that follows.
    let tx = db.unchecked_transaction()?;
    let key = [to_db(guild.0), to_db(user.0)];
    let found = tx
        .prepare_cached(
            "SELECT base, base_at, first_at, last_at, gained, recent FROM activity_meter
             WHERE guild_id = ?1 AND user_id = ?2",
        )?
        .query_row(key, meter)
        .optional()?;
    let Some(meter) = found else { return Ok(None) };
    let score = meter.at(now, rules);
    let months = months(&tx, guild, user)?;
    let this_month = today.month();
    let of_day = |day: Day| {
        tx.prepare_cached(
            "SELECT messages FROM activity_daily WHERE guild_id = ?1 AND user_id = ?2 AND day = ?3",
        )?
        .query_row(params![key[0], key[1], day.0], |row| id(row, 0))
        .optional()
    };
    let messages_today = of_day(today)?;
    let mut streak = u32::from(messages_today.is_some());
    let mut day = today.0.checked_sub(1);
    while let Some(before) = day
        && of_day(Day(before))?.is_some()
    {
        streak += 1;
        day = before.checked_sub(1);
    }
    Ok(Some(Standing {
        meter,
        score,
        rank: boards::rank(&tx, guild, score, now, rules)?,
        today: messages_today.unwrap_or_default(),
        month: months
            .iter()
            .find(|(month, _)| *month == this_month)
            .map_or(0, |(_, messages)| *messages),
        total: months.iter().map(|(_, messages)| messages).sum(),
        streak,
    }))
}

/// The smallest ids first; those with the top bit, which the database sorts first, last.
pub(super) fn scored(
    db: &Connection,
    guild: GuildId,
    after: UserId,
    len_max: usize,
    now: UnixMs,
    rules: &ScoreRules,
) -> rusqlite::Result<Vec<(UserId, Score)>> {
    let mut statement = db.prepare_cached(
        "SELECT user_id, score, fades_out_at FROM activity_meter
         WHERE guild_id = ?1 AND user_id BETWEEN ?2 AND ?3 AND fades_out_at > ?4 ORDER BY user_id LIMIT ?5",
    )?;
    let mut found = Vec::new();
    for (first, last) in crate::activity::ids_behind(after) {
        let wanted = limit(len_max.saturating_sub(found.len()));
        let rows = statement.query_map(params![to_db(guild.0), first, last, now.0, wanted], |row| {
            let score = faded(Score(row.get(1)?), UnixMs(row.get(2)?), now, rules);
            Ok((UserId(id(row, 0)?), score))
        })?;
        for row in rows {
            found.push(row?);
        }
    }
    Ok(found)
}

/// All guilds in which somebody was active.
pub(super) fn guilds_of(db: &Connection, user: UserId) -> rusqlite::Result<Vec<GuildId>> {
    db.prepare_cached("SELECT guild_id FROM activity_meter WHERE user_id = ?1 ORDER BY guild_id")?
        .query_map([to_db(user.0)], |row| id(row, 0).map(GuildId))?
        .collect()
}

pub(super) fn records(db: &Connection, user: UserId) -> rusqlite::Result<Vec<MemberRecord>> {
    let tx = db.unchecked_transaction()?;
    let mut records: Vec<MemberRecord> = tx
        .prepare_cached(
            "SELECT guild_id, base, base_at, first_at, last_at, gained, recent FROM activity_meter
             WHERE user_id = ?1 ORDER BY guild_id",
        )?
        .query_map([to_db(user.0)], |row| {
            Ok(MemberRecord {
                guild: GuildId(id(row, "guild_id")?),
                meter: meter(row)?,
                days: Vec::new(),
                months: Vec::new(),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    for record in &mut records {
        record.days = days(&tx, record.guild, user)?;
        record.months = months(&tx, record.guild, user)?;
    }
    Ok(records)
}

pub(super) fn days(db: &Connection, guild: GuildId, user: UserId) -> rusqlite::Result<Vec<(Day, u64)>> {
    db.prepare_cached(DAYS)?
        .query_map([to_db(guild.0), to_db(user.0)], |row| {
            Ok((Day(row.get(0)?), id(row, 1)?))
        })?
        .collect()
}

pub(super) fn months(db: &Connection, guild: GuildId, user: UserId) -> rusqlite::Result<Vec<(Month, u64)>> {
    db.prepare_cached(MONTHS)?
        .query_map([to_db(guild.0), to_db(user.0)], |row| {
            Ok((Month(row.get(0)?), id(row, 1)?))
        })?
        .collect()
}
