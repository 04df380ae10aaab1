//! Scores anew, by other rules than those under which they were stored.

use domain::activity::rules::ScoreRules;
use domain::id::GuildId;

use crate::activity::PORTION;
use crate::postgres::failure::Failure;
use crate::postgres::row::to_db;
use crate::postgres::session::Session;

/// What a portion did.
pub(super) struct Portion {
    pub(super) rescored: u64,
    /// Where the next portion begins; `None` at the end.
    pub(super) next: Option<i64>,
}

/// The members from `first` on, in the order of the database. 3600000000 is the highest score, and no silence need be longer.
pub(super) async fn portion(
    tx: &Session,
    guild: GuildId,
    rules: &ScoreRules,
    first: i64,
) -> Result<Portion, Failure> {
    let guild = to_db(guild.0);
    let last: Option<i64> = tx
        .row(
            "SELECT max(user_id) AS last FROM (
                 SELECT user_id FROM activity_meter WHERE guild_id = $1 AND user_id >= $2 ORDER BY user_id LIMIT $3
             ) AS portion",
            &[&guild, &first, &PORTION],
        )
        .await?
        .try_get("last")?;
    let Some(last) = last else {
        return Ok(Portion {
            rescored: 0,
            next: None,
        });
    };
    let rescored = tx
        .execute(
            "UPDATE activity_meter SET (score, fades_out_at) = (
                 SELECT score, last_at + $4::bigint + score / $5::bigint FROM (
                     SELECT least(
                         greatest(base - $5 * least(greatest(first_at - base_at - $4, 0), 3600000000), 0) + gained,
                         3600000000
                     ) AS score OFFSET 0
                 ) AS scored
             )
             WHERE guild_id = $1 AND user_id BETWEEN $2 AND $3",
            &[&guild, &first, &last, &rules.grace_ms(), &rules.fade],
        )
        .await?;
    Ok(Portion {
        rescored,
        next: last.checked_add(1),
    })
}
