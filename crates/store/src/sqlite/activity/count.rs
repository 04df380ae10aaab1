//! Counts messages: what the domain says of [`Meter::plus`](domain::activity::meter::Meter::plus), as one statement.

use domain::activity::meter::{MemberActivity, Meter};
use domain::activity::rules::ScoreRules;
use domain::id::{GuildId, UserId};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, Statement, params};

use crate::activity::{self, MessagesRow, MeterRow};
use crate::sqlite::row::to_db;

/// Every third of 63 bits, from the third on.
const DOUBLES: i64 = i64::MAX / 0b111 * 0b100;

/// A member's first run as it is; any other added to what is there, without reading that first.
///
/// `?3` and `?4` are the first and the last message, `?6` the slots; `?9` to `?12` grace, fade, cooldown and half of the
/// gain, `?13` the last message's stretch. 3600000000 is the highest score, and no silence need be longer: a
/// unit or more fades in each millisecond. No time of an id lies before 1970, so division rounds down.
const ADD_RUN: &str = "
    INSERT INTO activity_meter AS m
        (guild_id, user_id, base, base_at, first_at, last_at, gained, recent, score, fades_out_at)
    VALUES (?1, ?2, 0, ?3, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (guild_id, user_id) DO UPDATE SET
        (base, base_at, first_at, last_at, gained, recent, score, fades_out_at) = (
            SELECT base, base_at, first_at, last_at, gained, recent, score, last_at + ?9 + score / ?10
            FROM (
                SELECT *, min(
                    max(base - ?10 * min(max(first_at - base_at - ?9, 0), 3600000000), 0) + gained, 3600000000
                ) AS score
                FROM (
                    SELECT
                        iif(is_new, score_before, m.base) AS base,
                        iif(is_new, m.last_at, min(m.base_at, m.first_at, ?3)) AS base_at,
                        iif(is_new, ?3, min(m.first_at, ?3)) AS first_at,
                        max(m.last_at, ?4) AS last_at,
                        iif(is_new, 0, m.gained) + ?12 * halves(slots & ~known) AS gained,
                        known | slots AS recent
                    FROM (
                        SELECT ?3 - m.last_at > ?9 AS is_new,
                            score_before,
                            m.recent << 3 * max(later, 0) & 0x7fffffffffffffff AS known,
                            ?6 << 3 * max(-later, 0) & 0x7fffffffffffffff AS slots
                        FROM (
                            SELECT ?13 - m.last_at / ?11 AS later, min(
                                max(m.base - ?10 * min(max(m.first_at - m.base_at - ?9, 0), 3600000000), 0) + m.gained,
                                3600000000
                            ) AS score_before
                        )
                    )
                )
            )
        )
    -- What is older than the last message by more than the grace, or than the slots reach back, changes nothing.
    WHERE m.last_at - ?4 <= ?9 AND m.last_at / ?11 - ?13 < 21";

/// A member's meter as it is told, whatever was there.
pub(in crate::sqlite) const PUT_METER: &str = "
    INSERT INTO activity_meter
        (guild_id, user_id, base, base_at, first_at, last_at, gained, recent, score, fades_out_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT (guild_id, user_id) DO UPDATE SET
        base = excluded.base,
        base_at = excluded.base_at,
        first_at = excluded.first_at,
        last_at = excluded.last_at,
        gained = excluded.gained,
        recent = excluded.recent,
        score = excluded.score,
        fades_out_at = excluded.fades_out_at";

const ADD_DAY: &str = "
    INSERT INTO activity_daily (guild_id, day, user_id, messages) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (guild_id, day, user_id) DO UPDATE SET messages = messages + excluded.messages";

const ADD_MONTH: &str = "
    INSERT INTO activity_monthly (guild_id, month, user_id, messages) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (guild_id, month, user_id) DO UPDATE SET messages = messages + excluded.messages";

/// Teaches a connection what [`count`] needs: how many halves of the gain slots come to.
pub(in crate::sqlite) fn add_functions(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS
        | FunctionFlags::SQLITE_DIRECTONLY;
    db.create_scalar_function("halves", 1, flags, |context| {
        let slots: i64 = context.get(0)?;
        // One for each bit, and another one for each double message.
        Ok(slots.count_ones() + (slots & DOUBLES).count_ones())
    })
}

/// Adds what members wrote. Needs [`add_functions`].
pub(in crate::sqlite) fn count(tx: &Connection, members: &[MemberActivity]) -> rusqlite::Result<()> {
    let mut put = tx.prepare_cached(ADD_RUN)?;
    for member in members {
        let rules = &member.rules;
        for run in &member.runs {
            let row = MeterRow::new(member, run);
            put.execute(params![
                row.guild,
                row.user,
                row.first_at,
                row.last_at,
                row.gained,
                row.recent,
                row.score,
                row.fades_out_at,
                rules.grace_ms(),
                rules.fade,
                rules.cooldown_ms(),
                rules.gain.0 / 2,
                rules.slot(run.last),
            ])?;
        }
    }
    add_days(tx, &activity::messages_by_day(members))
}

/// Adds messages to their days and months; each day of a member once, sorted.
pub(in crate::sqlite) fn add_days(tx: &Connection, days: &[MessagesRow]) -> rusqlite::Result<()> {
    add(tx, ADD_DAY, days)?;
    add(tx, ADD_MONTH, &activity::messages_by_month(days))
}

fn add(tx: &Connection, sql: &str, rows: &[MessagesRow]) -> rusqlite::Result<()> {
    let mut add = tx.prepare_cached(sql)?;
    for row in rows {
        add.execute(*row)?;
    }
    Ok(())
}

/// Runs [`PUT_METER`].
pub(in crate::sqlite) fn put_meter(
    put: &mut Statement<'_>,
    (guild, user): (GuildId, UserId),
    meter: &Meter,
    rules: &ScoreRules,
) -> rusqlite::Result<()> {
    put.execute(params![
        to_db(guild.0),
        to_db(user.0),
        meter.base.0,
        meter.base_at.0,
        meter.first.0,
        meter.last.0,
        meter.gained.0,
        to_db(meter.recent.0),
        meter.score(rules).0,
        meter.fades_out_at(rules).0,
    ])
    .map(drop)
}
