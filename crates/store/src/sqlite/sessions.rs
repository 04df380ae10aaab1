//! The table `gateway_session`.

use domain::shard::ShardKey;
use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::row::{id, to_db};
use crate::batch::{Checkpoint, CheckpointChange, recent_of_db, recent_to_db};

pub(super) fn find(db: &Connection, shard: ShardKey) -> rusqlite::Result<Option<Checkpoint>> {
    db.prepare_cached(
        "SELECT shard_id, shard_count, session_id, resume_url, sequence, recent_messages
         FROM gateway_session
         WHERE shard_count = ?1 AND shard_id = ?2",
    )?
    .query_row([shard.count, shard.id], checkpoint)
    .optional()
}

pub(super) fn all(db: &Connection) -> rusqlite::Result<Vec<Checkpoint>> {
    db.prepare_cached(
        "SELECT shard_id, shard_count, session_id, resume_url, sequence, recent_messages
         FROM gateway_session
         ORDER BY shard_id, shard_count",
    )?
    .query_map([], checkpoint)?
    .collect()
}

fn checkpoint(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    Ok(Checkpoint {
        shard: ShardKey {
            id: row.get(0)?,
            count: row.get(1)?,
        },
        session_id: row.get(2)?,
        resume_url: row.get(3)?,
        sequence: id(row, 4)?,
        recent_messages: recent_of_db(row.get_ref(5)?.as_blob()?),
    })
}

pub(super) fn change(tx: &Connection, change: &CheckpointChange, at: UnixMs) -> rusqlite::Result<()> {
    match change {
        CheckpointChange::Save(checkpoint) => tx
            .prepare_cached(
                "INSERT INTO gateway_session (shard_count, shard_id, session_id, resume_url, sequence,
                     recent_messages, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (shard_count, shard_id) DO UPDATE SET
                     session_id = excluded.session_id,
                     resume_url = excluded.resume_url,
                     sequence = excluded.sequence,
                     recent_messages = excluded.recent_messages,
                     updated_at = excluded.updated_at",
            )?
            .execute(params![
                checkpoint.shard.count,
                checkpoint.shard.id,
                checkpoint.session_id,
                checkpoint.resume_url,
                to_db(checkpoint.sequence),
                recent_to_db(&checkpoint.recent_messages),
                at.0,
            ])?,
        CheckpointChange::Forget(shard) => tx
            .prepare_cached("DELETE FROM gateway_session WHERE shard_count = ?1 AND shard_id = ?2")?
            .execute([shard.count, shard.id])?,
    };
    Ok(())
}
