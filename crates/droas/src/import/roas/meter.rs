//! The tables `meter` and `activity_meter`: a member's score at the last message.

use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::zone::Zone;
use rusqlite::Connection;

use super::super::findings::TableFindings;
use super::table::{self, Named, Values};
use super::{GUILD, Members, USER};

/// Discord's first moment: no message is older.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;
/// By how much clocks may differ.
const AHEAD_MAX_MS: i64 = 3_600_000;
/// More seconds than will have passed in a thousand years: it must be milliseconds.
const MILLISECONDS_FROM: i64 = 33_000_000_000;
/// The highest score, with what adding up fractions may have put on top.
const SCORE_MAX: f64 = 100.000_001;

const COLUMNS: [Named; 4] = [
    GUILD,
    USER,
    Named {
        what: "the score",
        names: &["score", "activity_score", "activity", "points"],
    },
    Named {
        what: "the last message",
        names: &["last_msg", "last_message", "last_message_at", "last_active"],
    },
];

/// A score, and when it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) score: Score,
    pub(super) last: UnixMs,
}

impl Reading {
    /// For who has messages on a day, and no score.
    pub(super) fn none_on(day: Day) -> Self {
        Self {
            score: Score::ZERO,
            last: day.begins(Zone::utc()),
        }
    }
}

pub(super) fn read(
    db: &Connection,
    name: &str,
    now: UnixMs,
    members: &mut Members,
    told: &mut TableFindings,
) -> rusqlite::Result<()> {
    let mut in_milliseconds: u64 = 0;
    table::each(db, name, &COLUMNS, COLUMNS.len(), told, |row, values, told| {
        let one = match one(values, now) {
            Ok(Some(one)) => one,
            Ok(None) => return told.empty += 1,
            Err(reason) => return told.refuse(row, reason),
        };
        in_milliseconds += u64::from(one.was_milliseconds);
        let member = members.entry((one.guild, one.user)).or_default();
        match &mut member.score {
            None => {
                told.taken += 1;
                member.score = Some(one.reading);
            }
            Some(known) => {
                told.merged += 1;
                known.score = known.score.max(one.reading.score);
                known.last = known.last.max(one.reading.last);
            }
        }
    })?;
    if in_milliseconds > 0 {
        told.note(format!(
            "times in milliseconds, which were read as such: {in_milliseconds}"
        ));
    }
    Ok(())
}

struct One {
    guild: GuildId,
    user: UserId,
    reading: Reading,
    was_milliseconds: bool,
}

/// `None` for the row that the bot makes before a member has written.
fn one(values: &Values<'_, '_>, now: UnixMs) -> Result<Option<One>, String> {
    let guild = GuildId(table::id(values.get(0), "the server's id")?);
    let user = UserId(table::id(values.get(1), "the member's id")?);
    let score = table::number(values.get(2), "the score")?;
    let last = table::number(values.get(3), "the time of the last message")?;
    if score == 0.0 && last == 0.0 {
        return Ok(None);
    }
    if score < 0.0 {
        return Err(format!("the score is {}, below 0", written(score)));
    }
    if score > SCORE_MAX {
        return Err(format!("the score is {}, above 100", written(score)));
    }
    let (last, was_milliseconds) = time(last, now)?;
    let score = Score((score * Score::points(1).0 as f64).round() as i64).min(Score::MAX);
    Ok(Some(One {
        guild,
        user,
        reading: Reading { score, last },
        was_milliseconds,
    }))
}

fn time(written: f64, now: UnixMs) -> Result<(UnixMs, bool), String> {
    let whole = written as i64;
    let was_milliseconds = whole >= MILLISECONDS_FROM;
    let at = if was_milliseconds {
        whole
    } else {
        (written * 1000.0) as i64
    };
    if at < DISCORD_EPOCH_MS {
        return Err(format!(
            "the time of the last message is {}, which is none in seconds or milliseconds since there is Discord",
            self::written(written)
        ));
    }
    if at > now.0 + AHEAD_MAX_MS {
        return Err(format!(
            "the time of the last message is {}, which is in the future",
            self::written(written)
        ));
    }
    Ok((UnixMs(at.min(now.0)), was_milliseconds))
}

/// A number as people can read it.
fn written(number: f64) -> String {
    if number.abs() < 1e15 {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}
