//! Ages and sizes.

use super::Sqlite;
use super::row::time_if_any;
use super::upkeep::{beside, len};
use crate::error::StoreError;
use crate::store::figures::{DatabaseSize, OutboxWaits};
use crate::upkeep::blocking;

/// The partial index over unsettled rows is what both look at.
const WAITS: &str = "
    SELECT
        (SELECT min(queued_at) FROM welcome
         WHERE state IN ('pending', 'sending') AND NOT in_screening
             AND guild_id NOT IN (SELECT guild_id FROM parked)),
        (SELECT min(next_attempt_at) FROM welcome WHERE state IN ('pending', 'sending'))";

impl Sqlite {
    pub(crate) async fn outbox_waits(&self) -> Result<OutboxWaits, StoreError> {
        self.readers
            .read(|db| {
                db.prepare_cached(WAITS)?.query_row([], |row| {
                    Ok(OutboxWaits {
                        queued_at: time_if_any(row, 0)?,
                        due_at: time_if_any(row, 1)?,
                    })
                })
            })
            .await
    }

    pub(crate) async fn size(&self) -> DatabaseSize {
        let path = self.path.clone();
        blocking(move || DatabaseSize {
            bytes: len(&path),
            log_bytes: Some(len(&beside(&path, "-wal"))),
        })
        .await
    }
}
