//! Groups: rows of the outbox that one message greets. A group lives from the beginning of its post until that is known to
//! have posted nothing; one that was posted stays as it is. Who changes one holds the lock of its guild.

use domain::id::{ChannelId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::Welcome;

use super::failure::Failure;
use super::row::{self, to_db, welcome_columns};
use super::session::Session;

/// Binds those of `ids` that can be, and takes them for an attempt.
pub(super) async fn begin(
    tx: &Session,
    ids: &[WelcomeId],
    channel: ChannelId,
    now: UnixMs,
    due_again_at: UnixMs,
) -> Result<Vec<Welcome>, Failure> {
    let ids: Vec<i64> = ids.iter().map(|id| to_db(id.0)).collect();
    let rows = tx
        .rows(
            concat!(
                "WITH free AS MATERIALIZED (
                     SELECT id AS free_id FROM welcome
                     WHERE id = ANY ($1) AND state = 'pending' AND NOT has_left AND next_attempt_at <= $3
                     ORDER BY id FOR UPDATE
                 )
                 UPDATE welcome SET
                     state = 'sending',
                     group_id = (SELECT min(free_id) FROM free),
                     attempts = attempts + 1,
                     channel_id = $2,
                     first_attempt_at = coalesce(first_attempt_at, $3),
                     next_attempt_at = $4
                 WHERE id IN (SELECT free_id FROM free)
                 RETURNING ",
                welcome_columns!()
            ),
            &[&ids, &to_db(channel.0), &now.0, &due_again_at.0],
        )
        .await?;
    Ok(oldest_first(row::welcomes(&rows)?))
}

pub(super) async fn begin_again(
    tx: &Session,
    group: WelcomeId,
    now: UnixMs,
    due_again_at: UnixMs,
) -> Result<Vec<Welcome>, Failure> {
    let rows = tx
        .rows(
            concat!(
                "UPDATE welcome SET in_doubt = true, attempts = attempts + 1, next_attempt_at = $3
                 WHERE group_id = $1 AND state = 'sending' AND next_attempt_at <= $2
                     AND EXISTS (SELECT FROM welcome WHERE group_id = $1 AND state = 'sending' AND NOT has_left)
                 RETURNING ",
                welcome_columns!()
            ),
            &[&to_db(group.0), &now.0, &due_again_at.0],
        )
        .await?;
    Ok(oldest_first(row::welcomes(&rows)?))
}

pub(super) async fn find(db: &Session, group: WelcomeId) -> Result<Vec<Welcome>, Failure> {
    let rows = db
        .rows(
            concat!(
                "SELECT ",
                welcome_columns!(),
                " FROM welcome WHERE group_id = $1 ORDER BY id"
            ),
            &[&to_db(group.0)],
        )
        .await?;
    row::welcomes(&rows)
}

/// What an update returns comes in no order.
fn oldest_first(mut welcomes: Vec<Welcome>) -> Vec<Welcome> {
    welcomes.sort_by_key(|welcome| welcome.id);
    welcomes
}
