//! Scores anew, by other rules than those under which they were stored.

use domain::activity::rules::ScoreRules;
use domain::id::GuildId;
use rusqlite::{Connection, params};

use crate::activity::PORTION;
use crate::sqlite::row::to_db;

/// What a portion did.
pub(super) struct Portion {
    pub(super) rescored: u64,
    /// Where the next portion goes on; `None` at the end.
    pub(super) last: Option<i64>,
}

/// The members behind `after`, in the order of the database. 3600000000 is the highest score, and no silence need be longer.
pub(super) fn portion(
    tx: &Connection,
    guild: GuildId,
    rules: &ScoreRules,
    after: Option<i64>,
) -> rusqlite::Result<Portion> {
    let guild = to_db(guild.0);
    let from = match after {
        None => i64::MIN,
        Some(i64::MAX) => {
            return Ok(Portion {
                rescored: 0,
                last: None,
            });
        }
        Some(after) => after + 1,
    };
    let last: Option<i64> = tx
        .prepare_cached(
            "SELECT max(user_id) FROM (
                 SELECT user_id FROM activity_meter WHERE guild_id = ?1 AND user_id >= ?2 ORDER BY user_id LIMIT ?3
             )",
        )?
        .query_row([guild, from, PORTION], |row| row.get(0))?;
    let Some(to) = last else {
        return Ok(Portion {
            rescored: 0,
            last: None,
        });
    };
    let rescored = tx
        .prepare_cached(
            "UPDATE activity_meter SET (score, fades_out_at) = (
                 SELECT score, last_at + ?4 + score / ?5 FROM (
                     SELECT min(
                         max(base - ?5 * min(max(first_at - base_at - ?4, 0), 3600000000), 0) + gained, 3600000000
                     ) AS score
                 )
             )
             WHERE guild_id = ?1 AND user_id BETWEEN ?2 AND ?3",
        )?
        .execute(params![guild, from, to, rules.grace_ms(), rules.fade])?;
    Ok(Portion {
        rescored: rescored as u64,
        last,
    })
}
