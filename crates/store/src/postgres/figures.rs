//! Counts, ages and sizes.

use domain::id::WelcomeId;

use super::row::{id, time_if_any};
use super::work::read;
use super::{Postgres, outbox};
use crate::error::StoreError;
use crate::outbox::CountedWelcomes;
use crate::store::figures::{DatabaseSize, OpenWelcomes};

/// Finds unsettled rows by their partial index, and looks at no others.
const OPEN: &str = "
    SELECT
        count(*) FILTER (WHERE state = 'pending') AS pending,
        count(*) FILTER (WHERE state = 'sending') AS sending,
        min(queued_at) FILTER (WHERE NOT in_screening AND guild_id NOT IN (SELECT guild_id FROM parked)) AS queued_at,
        min(next_attempt_at) AS due_at
    FROM welcome WHERE state IN ('pending', 'sending')";

impl Postgres {
    pub(crate) async fn count_welcomes(
        &self,
        after: Option<WelcomeId>,
        len_max: usize,
    ) -> Result<CountedWelcomes, StoreError> {
        read!(self, |db| outbox::count(db, after, len_max))
    }

    pub(crate) async fn open_welcomes(&self) -> Result<OpenWelcomes, StoreError> {
        read!(self, |db| async {
            let row = db.row(OPEN, &[]).await?;
            Ok(OpenWelcomes {
                pending: id(&row, "pending")?,
                sending: id(&row, "sending")?,
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

#[cfg(test)]
mod tests;
