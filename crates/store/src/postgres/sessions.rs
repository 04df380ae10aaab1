//! The table `gateway_session`.

use domain::shard::ShardKey;
use domain::time::UnixMs;
use tokio_postgres::Row;

use super::failure::Failure;
use super::row::{id, narrow, to_db};
use super::session::Session;
use crate::batch::{Checkpoint, CheckpointChange, recent_of_db, recent_to_db};

pub(super) async fn find(db: &Session, shard: ShardKey) -> Result<Option<Checkpoint>, Failure> {
    let row = db
        .row_if_any(
            "SELECT shard_id, shard_count, session_id, resume_url, sequence, recent_messages
             FROM gateway_session
             WHERE shard_count = $1 AND shard_id = $2",
            &[&i64::from(shard.count), &i64::from(shard.id)],
        )
        .await?;
    row.as_ref().map(checkpoint).transpose()
}

pub(super) async fn all(db: &Session) -> Result<Vec<Checkpoint>, Failure> {
    let rows = db
        .rows(
            "SELECT shard_id, shard_count, session_id, resume_url, sequence, recent_messages
             FROM gateway_session
             ORDER BY shard_id, shard_count",
            &[],
        )
        .await?;
    rows.iter().map(checkpoint).collect()
}

fn checkpoint(row: &Row) -> Result<Checkpoint, Failure> {
    Ok(Checkpoint {
        shard: ShardKey {
            id: narrow(row, "shard_id")?,
            count: narrow(row, "shard_count")?,
        },
        session_id: row.try_get("session_id")?,
        resume_url: row.try_get("resume_url")?,
        sequence: id(row, "sequence")?,
        recent_messages: recent_of_db(row.try_get("recent_messages")?),
    })
}

pub(super) async fn change(tx: &Session, change: &CheckpointChange, at: UnixMs) -> Result<(), Failure> {
    match change {
        CheckpointChange::Save(checkpoint) => {
            tx.execute(
                "INSERT INTO gateway_session (shard_count, shard_id, session_id, resume_url, sequence,
                     recent_messages, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (shard_count, shard_id) DO UPDATE SET
                     session_id = excluded.session_id,
                     resume_url = excluded.resume_url,
                     sequence = excluded.sequence,
                     recent_messages = excluded.recent_messages,
                     updated_at = excluded.updated_at",
                &[
                    &i64::from(checkpoint.shard.count),
                    &i64::from(checkpoint.shard.id),
                    &checkpoint.session_id,
                    &checkpoint.resume_url,
                    &to_db(checkpoint.sequence),
                    &recent_to_db(&checkpoint.recent_messages),
                    &at.0,
                ],
            )
            .await?
        }
        CheckpointChange::Forget(shard) => {
            tx.execute(
                "DELETE FROM gateway_session WHERE shard_count = $1 AND shard_id = $2",
                &[&i64::from(shard.count), &i64::from(shard.id)],
            )
            .await?
        }
    };
    Ok(())
}
