//! Counts messages: what the domain says of [`Meter::plus`](domain::activity::meter::Meter::plus), as one statement for each
//! round of runs, and one each for days and months.

use domain::activity::meter::MemberActivity;
use domain::activity::rules::ScoreRules;

use crate::activity::{self, MessagesRow, MeterRow};
use crate::postgres::failure::Failure;
use crate::postgres::session::Session;

/// A member's first run as it is; any other added to what is there, without reading that first.
///
/// `$9` to `$12` are grace, fade, cooldown and half of the gain. 3600000000 is the highest score, and no silence need be
/// longer: a unit or more fades in each millisecond. 5270498306774157604 is every third of 63 bits, those of double
/// messages. No time of an id lies before 1970, so division rounds down. Each `OFFSET 0` keeps what is
/// below it from being written out wherever it is named, and so from being reckoned again and again.
const PUT_METERS: &str = "
    INSERT INTO activity_meter AS m
        (guild_id, user_id, base, base_at, first_at, last_at, gained, recent, score, fades_out_at)
    SELECT guild_id, user_id, 0, first_at, first_at, last_at, gained, recent, score, fades_out_at
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[])
        AS run (guild_id, user_id, first_at, last_at, gained, recent, score, fades_out_at)
    ON CONFLICT (guild_id, user_id) DO UPDATE SET
        (base, base_at, first_at, last_at, gained, recent, score, fades_out_at) = (
            SELECT base, base_at, first_at, last_at, gained, recent, score, last_at + $9::bigint + score / $10::bigint
            FROM (
                SELECT base, base_at, first_at, last_at, gained, recent, least(
                    greatest(base - $10 * least(greatest(first_at - base_at - $9, 0), 3600000000), 0) + gained,
                    3600000000
                ) AS score
                FROM (
                    SELECT
                        CASE WHEN is_new THEN score_before ELSE m.base END AS base,
                        CASE WHEN is_new THEN m.last_at ELSE least(m.base_at, m.first_at, excluded.first_at) END
                            AS base_at,
                        CASE WHEN is_new THEN excluded.first_at ELSE least(m.first_at, excluded.first_at) END AS first_at,
                        greatest(m.last_at, excluded.last_at) AS last_at,
                        CASE WHEN is_new THEN 0 ELSE m.gained END + $12::bigint * (
                            length(replace(fresh::bit(64)::text, '0', ''))
                            + length(replace((fresh & 5270498306774157604)::bit(64)::text, '0', ''))
                        ) AS gained,
                        recent
                    FROM (
                        SELECT is_new, score_before, slots & ~known AS fresh, known | slots AS recent
                        FROM (
                            SELECT excluded.first_at - m.last_at > $9 AS is_new,
                                score_before,
                                (m.recent << (3 * least(greatest(later, 0), 21))::int)
                                    & 9223372036854775807 AS known,
                                (excluded.recent << (3 * least(greatest(-later, 0), 21))::int)
                                    & 9223372036854775807 AS slots
                            FROM (
                                SELECT excluded.last_at / $11::bigint - m.last_at / $11 AS later, least(
                                    greatest(
                                        m.base - $10 * least(greatest(m.first_at - m.base_at - $9, 0), 3600000000), 0
                                    ) + m.gained,
                                    3600000000
                                ) AS score_before
                                OFFSET 0
                            ) AS before
                            OFFSET 0
                        ) AS aligned
                        OFFSET 0
                    ) AS merged
                    OFFSET 0
                ) AS added
                OFFSET 0
            ) AS scored
        )
    -- What is older than the last message by more than the grace, or than the slots reach back, changes nothing.
    WHERE m.last_at - excluded.last_at <= $9 AND m.last_at / $11 - excluded.last_at / $11 < 21";

const ADD_DAYS: &str = "
    INSERT INTO activity_daily AS known (guild_id, day, user_id, messages)
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[])
    ON CONFLICT (guild_id, day, user_id) DO UPDATE SET messages = known.messages + excluded.messages";

const ADD_MONTHS: &str = "
    INSERT INTO activity_monthly AS known (guild_id, month, user_id, messages)
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[])
    ON CONFLICT (guild_id, month, user_id) DO UPDATE SET messages = known.messages + excluded.messages";

/// Adds what members wrote. The transaction holds the locks of their guilds.
pub(in crate::postgres) async fn count(tx: &Session, members: &[MemberActivity]) -> Result<(), Failure> {
    for (rules, rows) in activity::rounds(members) {
        put(tx, &rules, &rows).await?;
    }
    let days = activity::messages_by_day(members);
    add(tx, ADD_DAYS, &days).await?;
    add(tx, ADD_MONTHS, &activity::messages_by_month(&days)).await
}

async fn put(tx: &Session, rules: &ScoreRules, rows: &[MeterRow]) -> Result<(), Failure> {
    let column = |of: fn(&MeterRow) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
    tx.execute(
        PUT_METERS,
        &[
            &column(|row| row.guild),
            &column(|row| row.user),
            &column(|row| row.first_at),
            &column(|row| row.last_at),
            &column(|row| row.gained),
            &column(|row| row.recent),
            &column(|row| row.score),
            &column(|row| row.fades_out_at),
            &rules.grace_ms(),
            &rules.fade,
            &rules.cooldown_ms(),
            &(rules.gain.0 / 2),
        ],
    )
    .await?;
    Ok(())
}

async fn add(tx: &Session, sql: &'static str, rows: &[MessagesRow]) -> Result<(), Failure> {
    let guilds: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let periods: Vec<i32> = rows.iter().map(|row| row.1).collect();
    let users: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let messages: Vec<i64> = rows.iter().map(|row| row.3).collect();
    tx.execute(sql, &[&guilds, &periods, &users, &messages]).await?;
    Ok(())
}
