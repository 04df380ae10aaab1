//! Ages and sizes.

use super::Postgres;
use super::row::{id, time_if_any};
use super::work::read;
use crate::error::StoreError;
use crate::store::figures::{DatabaseSize, OutboxWaits};

const WAITS: &str = "
    SELECT
        (SELECT min(queued_at) FROM welcome
         WHERE state IN ('pending', 'sending') AND NOT in_screening
             AND guild_id NOT IN (SELECT guild_id FROM parked)) AS queued_at,
        (SELECT min(next_attempt_at) FROM welcome WHERE state IN ('pending', 'sending')) AS due_at";

impl Postgres {
    pub(crate) async fn outbox_waits(&self) -> Result<OutboxWaits, StoreError> {
        read!(self, |db| async {
            let row = db.row(WAITS, &[]).await?;
            Ok(OutboxWaits {
                queued_at: time_if_any(&row, "queued_at")?,
                due_at: time_if_any(&row, "due_at")?,
            })
        })
    }

    pub(crate) async fn size(&self) -> Result<DatabaseSize, StoreError> {
        read!(self, |db| async {
            let row = db
                .row("SELECT pg_database_size(current_database()) AS bytes", &[])
                .await?;
            Ok(DatabaseSize {
                bytes: id(&row, "bytes")?,
                log_bytes: None,
            })
        })
    }
}
