//! What is told of stays that are stored already.

use domain::id::WelcomeId;
use domain::time::UnixMs;
use domain::welcome::{Membership, SkipReason};

use super::failure::Failure;
use super::guilds;
use super::row::to_db;
use super::session::Session;

/// The gateway told of the beginning of an episode.
pub(super) async fn tell(tx: &Session, id: WelcomeId) -> Result<(), Failure> {
    tx.execute("UPDATE welcome SET untold = false WHERE id = $1", &[&to_db(id.0)])
        .await
        .map(drop)
}

/// An episode goes on whose leave was told. `screening`: it is greeted, if it was not, and waits for screening or not. Returns
/// how many welcomes are due for it.
pub(super) async fn resume(
    tx: &Session,
    id: WelcomeId,
    membership: Membership,
    at: UnixMs,
    screening: Option<bool>,
) -> Result<u64, Failure> {
    let id = to_db(id.0);
    let resumed = tx
        .execute(
            "UPDATE welcome SET has_left = false WHERE id = $1 AND has_left",
            &[&id],
        )
        .await?;
    if resumed == 0 {
        return Ok(0);
    }
    guilds::count_one_more(tx, membership.guild).await?;
    let Some(screening) = screening else {
        return Ok(0);
    };
    let due_at = if screening { i64::MAX } else { at.0 };
    let queued = tx
        .execute(
            "UPDATE welcome SET state = 'pending', skip_reason = NULL, settled_at = NULL, queued_at = $2,
                 next_attempt_at = $3, in_screening = $4
             WHERE id = $1 AND skip_reason IN ($5, $6)",
            &[
                &id,
                &at.0,
                &due_at,
                &screening,
                &SkipReason::Left.name(),
                &SkipReason::GreetedRecently.name(),
            ],
        )
        .await?;
    Ok(if screening { 0 } else { queued })
}
