//! Leaderboards, each read from its index.

use std::ops::RangeInclusive;

use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rusqlite::{Connection, params};

use crate::activity::{Best, Board, DayTotal, Ranked, ranks};
use crate::sqlite::outbox::limit;
use crate::sqlite::row::{id, to_db};

pub(super) fn by_score(
    db: &Connection,
    guild: GuildId,
    now: UnixMs,
    rules: &ScoreRules,
    skip: u64,
    len_max: usize,
) -> rusqlite::Result<Vec<Ranked>> {
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let mut best = Best::new(skip.saturating_add(len_max), now, rules);
    let mut statement = db.prepare_cached(
        "SELECT user_id, score, fades_out_at FROM activity_meter
         WHERE guild_id = ?1 AND fades_out_at > ?2 AND fades_out_at <= ?3 AND score > ?4
         ORDER BY fades_out_at DESC",
    )?;
    let (mut until, mut above) = (i64::MAX, i64::MIN);
    'asking: loop {
        let (after, asked_above) = best.bounds(until);
        above = asked_above.max(above);
        let mut rows = statement.query([to_db(guild.0), after, until, above])?;
        let mut last = i64::MAX;
        while let Some(row) = rows.next()? {
            let fades_out_at = row.get(2)?;
            // Among meters that fade out together none may be left out or taken twice.
            if fades_out_at < last && best.bounds(fades_out_at).1 > above {
                until = fades_out_at;
                continue 'asking;
            }
            last = fades_out_at;
            if !best.take(row.get(0)?, Score(row.get(1)?), UnixMs(fades_out_at)) {
                break;
            }
        }
        break;
    }
    Ok(best.ranked(skip))
}

pub(super) fn of_day(
    db: &Connection,
    guild: GuildId,
    day: Day,
    skip: u64,
    len_max: usize,
) -> rusqlite::Result<Vec<Ranked>> {
    by_messages(
        db,
        "SELECT user_id, messages FROM activity_daily WHERE guild_id = ?1 AND day = ?2
         ORDER BY messages DESC, user_id LIMIT ?3 OFFSET ?4",
        "SELECT count(*) FROM activity_daily WHERE guild_id = ?1 AND day = ?2 AND messages > ?3",
        (guild, day.0),
        skip,
        len_max,
    )
}

pub(super) fn of_month(
    db: &Connection,
    guild: GuildId,
    month: Month,
    skip: u64,
    len_max: usize,
) -> rusqlite::Result<Vec<Ranked>> {
    by_messages(
        db,
        "SELECT user_id, messages FROM activity_monthly WHERE guild_id = ?1 AND month = ?2
         ORDER BY messages DESC, user_id LIMIT ?3 OFFSET ?4",
        "SELECT count(*) FROM activity_monthly WHERE guild_id = ?1 AND month = ?2 AND messages > ?3",
        (guild, month.0),
        skip,
        len_max,
    )
}

fn by_messages(
    db: &Connection,
    lines: &str,
    better: &str,
    (guild, period): (GuildId, i32),
    skip: u64,
    len_max: usize,
) -> rusqlite::Result<Vec<Ranked>> {
    let guild = to_db(guild.0);
    let offset = i64::try_from(skip).unwrap_or(i64::MAX);
    let found: Vec<(i64, i64)> = db
        .prepare_cached(lines)?
        .query_map(params![guild, period, limit(len_max), offset], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let before_first = match found.first() {
        Some((_, messages)) if skip > 0 => db
            .prepare_cached(better)?
            .query_row(params![guild, period, messages], |row| id(row, 0))?,
        _ => 0,
    };
    let counts: Vec<i64> = found.iter().map(|(_, messages)| *messages).collect();
    let lines = found.iter().zip(ranks(before_first, skip, &counts));
    Ok(lines
        .map(|((user, messages), rank)| Ranked {
            rank,
            user: UserId(user.cast_unsigned()),
            score: Score::ZERO,
            messages: messages.cast_unsigned(),
        })
        .collect())
}

pub(super) fn count(db: &Connection, guild: GuildId, board: Board, now: UnixMs) -> rusqlite::Result<u64> {
    let (sql, bound) = match board {
        Board::Score => (
            "SELECT count(*) FROM activity_meter WHERE guild_id = ?1 AND fades_out_at > ?2",
            now.0,
        ),
        Board::Day(day) => (
            "SELECT count(*) FROM activity_daily WHERE guild_id = ?1 AND day = ?2",
            i64::from(day.0),
        ),
        Board::Month(month) => (
            "SELECT count(*) FROM activity_monthly WHERE guild_id = ?1 AND month = ?2",
            i64::from(month.0),
        ),
    };
    db.prepare_cached(sql)?
        .query_row([to_db(guild.0), bound], |row| id(row, 0))
}

/// 1 more than there are members with a higher score.
pub(super) fn rank(
    db: &Connection,
    guild: GuildId,
    score: Score,
    now: UnixMs,
    rules: &ScoreRules,
) -> rusqlite::Result<u64> {
    // A score is above this one where it was when it was stored, and takes longer to fade out.
    let fades_after = now.0.saturating_add(score.0 / rules.fade);
    db.prepare_cached(
        "SELECT 1 + count(*) FROM activity_meter WHERE guild_id = ?1 AND fades_out_at > ?2 AND score > ?3",
    )?
    .query_row([to_db(guild.0), fades_after, score.0], |row| id(row, 0))
}

pub(super) fn totals(
    db: &Connection,
    guild: GuildId,
    days: &RangeInclusive<Day>,
) -> rusqlite::Result<Vec<DayTotal>> {
    db.prepare_cached(
        "SELECT day, sum(messages), count(*) FROM activity_daily WHERE guild_id = ?1 AND day BETWEEN ?2 AND ?3
         GROUP BY day ORDER BY day",
    )?
    .query_map(params![to_db(guild.0), days.start().0, days.end().0], |row| {
        Ok(DayTotal {
            day: Day(row.get(0)?),
            messages: id(row, 1)?,
            members: id(row, 2)?,
        })
    })?
    .collect()
}
