//! Counts, ages and sizes.

use domain::id::WelcomeId;
use rusqlite::Connection;

use super::row::{id, time_if_any};
use super::upkeep::{beside, len};
use super::{Sqlite, journal, outbox};
use crate::error::StoreError;
use crate::outbox::CountedWelcomes;
use crate::store::figures::{DatabaseSize, OpenWelcomes};
use crate::upkeep::blocking;

/// Goes along the partial index over unsettled rows, and looks at no others.
const OPEN: &str = "
    SELECT
        count(*) FILTER (WHERE state = 'pending'),
        count(*) FILTER (WHERE state = 'sending'),
        min(queued_at) FILTER (WHERE NOT in_screening AND guild_id NOT IN (SELECT guild_id FROM parked)),
        min(next_attempt_at)
    FROM welcome WHERE state IN ('pending', 'sending')";

impl Sqlite {
    pub(crate) async fn open_welcomes(&self) -> Result<OpenWelcomes, StoreError> {
        self.readers.read(open_welcomes).await
    }

    pub(crate) async fn count_welcomes(
        &self,
        after: Option<WelcomeId>,
        len_max: usize,
    ) -> Result<CountedWelcomes, StoreError> {
        self.readers
            .read(move |db| outbox::count(db, after, len_max))
            .await
    }

    pub(crate) async fn unreadable_activity(&self) -> Result<u64, StoreError> {
        self.readers.read(journal::unreadable).await
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

fn open_welcomes(db: &Connection) -> rusqlite::Result<OpenWelcomes> {
    db.prepare_cached(OPEN)?.query_row([], |row| {
        Ok(OpenWelcomes {
            pending: id(row, 0)?,
            sending: id(row, 1)?,
            queued_at: time_if_any(row, 2)?,
            due_at: time_if_any(row, 3)?,
        })
    })
}

#[cfg(test)]
mod tests;
