//! Leaderboards, each read from its index.

use std::ops::RangeInclusive;

use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;

use crate::activity::{Best, Board, DayTotal, Ranked, ranks};
use crate::postgres::failure::Failure;
use crate::postgres::row::{id, limit, to_db};
use crate::postgres::session::Session;

/// Meters that are read at first; each further reading takes four times as many, up to the last number.
const METERS_READ: (i64, i64) = (64, 16_384);

/// Reads the index from its end in growing portions, until no more of it can be among the best.
pub(super) async fn by_score(
    db: &Session,
    guild: GuildId,
    now: UnixMs,
    rules: &ScoreRules,
    skip: u64,
    len_max: usize,
) -> Result<Vec<Ranked>, Failure> {
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let wanted = skip.saturating_add(len_max);
    let mut best = Best::new(wanted, now, rules);
    let mut len = limit(wanted)
        .saturating_mul(2)
        .clamp(METERS_READ.0, METERS_READ.1);
    // Behind this one, as the index sorts.
    let mut last = (i64::MAX, i64::MAX, i64::MAX);
    loop {
        let (after, above) = best.bounds(last.0);
        let rows = db
            .rows(
                "SELECT fades_out_at, score, user_id FROM activity_meter
                 WHERE guild_id = $1 AND fades_out_at > $2 AND (fades_out_at, score, user_id) < ($3, $4, $5)
                     AND score > $6
                 ORDER BY fades_out_at DESC, score DESC, user_id DESC LIMIT $7",
                &[&to_db(guild.0), &after, &last.0, &last.1, &last.2, &above, &len],
            )
            .await?;
        for row in &rows {
            let (fades_out_at, score, user) = (
                row.try_get("fades_out_at")?,
                row.try_get("score")?,
                row.try_get("user_id")?,
            );
            last = (fades_out_at, score, user);
            if !best.take(user, Score(score), UnixMs(fades_out_at)) {
                return Ok(best.ranked(skip));
            }
        }
        if limit(rows.len()) < len {
            return Ok(best.ranked(skip));
        }
        len = (len * 4).min(METERS_READ.1);
    }
}

pub(super) async fn of_day(
    db: &Session,
    guild: GuildId,
    day: Day,
    skip: u64,
    len_max: usize,
) -> Result<Vec<Ranked>, Failure> {
    by_messages(
        db,
        "SELECT user_id, messages FROM activity_daily WHERE guild_id = $1 AND day = $2
         ORDER BY messages DESC, user_id LIMIT $3 OFFSET $4",
        "SELECT count(*) AS better FROM activity_daily WHERE guild_id = $1 AND day = $2 AND messages > $3",
        (guild, day.0),
        skip,
        len_max,
    )
    .await
}

pub(super) async fn of_month(
    db: &Session,
    guild: GuildId,
    month: Month,
    skip: u64,
    len_max: usize,
) -> Result<Vec<Ranked>, Failure> {
    by_messages(
        db,
        "SELECT user_id, messages FROM activity_monthly WHERE guild_id = $1 AND month = $2
         ORDER BY messages DESC, user_id LIMIT $3 OFFSET $4",
        "SELECT count(*) AS better FROM activity_monthly WHERE guild_id = $1 AND month = $2 AND messages > $3",
        (guild, month.0),
        skip,
        len_max,
    )
    .await
}

async fn by_messages(
    db: &Session,
    lines: &'static str,
    better: &'static str,
    (guild, period): (GuildId, i32),
    skip: u64,
    len_max: usize,
) -> Result<Vec<Ranked>, Failure> {
    let guild = to_db(guild.0);
    let offset = i64::try_from(skip).unwrap_or(i64::MAX);
    let rows = db
        .rows(lines, &[&guild, &period, &limit(len_max), &offset])
        .await?;
    let counts: Vec<i64> = rows
        .iter()
        .map(|row| row.try_get("messages"))
        .collect::<Result<_, _>>()?;
    let before_first = match counts.first() {
        Some(messages) if skip > 0 => {
            let row = db.row(better, &[&guild, &period, messages]).await?;
            id(&row, "better")?
        }
        _ => 0,
    };
    let lines = rows.iter().zip(ranks(before_first, skip, &counts));
    lines
        .map(|(row, rank)| {
            Ok(Ranked {
                rank,
                user: UserId(id(row, "user_id")?),
                score: Score::ZERO,
                messages: id(row, "messages")?,
            })
        })
        .collect()
}

pub(super) async fn count(db: &Session, guild: GuildId, board: Board, now: UnixMs) -> Result<u64, Failure> {
    let guild = to_db(guild.0);
    let row = match board {
        Board::Score => {
            db.row(
                "SELECT count(*) AS lines FROM activity_meter WHERE guild_id = $1 AND fades_out_at > $2",
                &[&guild, &now.0],
            )
            .await?
        }
        Board::Day(day) => {
            db.row(
                "SELECT count(*) AS lines FROM activity_daily WHERE guild_id = $1 AND day = $2",
                &[&guild, &day.0],
            )
            .await?
        }
        Board::Month(month) => {
            db.row(
                "SELECT count(*) AS lines FROM activity_monthly WHERE guild_id = $1 AND month = $2",
                &[&guild, &month.0],
            )
            .await?
        }
    };
    id(&row, "lines")
}

/// 1 more than there are members with a higher score.
pub(super) async fn rank(
    db: &Session,
    guild: GuildId,
    score: Score,
    now: UnixMs,
    rules: &ScoreRules,
) -> Result<u64, Failure> {
    // A score is above this one where it was when it was stored, and takes longer to fade out.
    let fades_after = now.0.saturating_add(score.0 / rules.fade);
    let row = db
        .row(
            "SELECT 1 + count(*) AS rank FROM activity_meter
             WHERE guild_id = $1 AND fades_out_at > $2 AND score > $3",
            &[&to_db(guild.0), &fades_after, &score.0],
        )
        .await?;
    id(&row, "rank")
}

pub(super) async fn totals(
    db: &Session,
    guild: GuildId,
    days: &RangeInclusive<Day>,
) -> Result<Vec<DayTotal>, Failure> {
    let rows = db
        .rows(
            "SELECT day, sum(messages)::bigint AS messages, count(*) AS members FROM activity_daily
             WHERE guild_id = $1 AND day BETWEEN $2 AND $3 GROUP BY day ORDER BY day",
            &[&to_db(guild.0), &days.start().0, &days.end().0],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(DayTotal {
                day: Day(row.try_get("day")?),
                messages: id(row, "messages")?,
                members: id(row, "members")?,
            })
        })
        .collect()
}
