//! What those who look on ask: ages and sizes.

use domain::time::UnixMs;

use super::{Backend, Store};
use crate::error::StoreError;

/// The welcomes that are not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenWelcomes {
    /// How many are to be posted.
    pub pending: u64,
    /// How many are begun with an unknown outcome.
    pub sending: u64,
    /// When the welcome was queued that has waited longest of those that are not settled, without those of parked guilds and
    /// of members in screening; `None` when there is none.
    pub queued_at: Option<UnixMs>,
    /// When the welcome became due that has been due longest of all that are not settled; it may lie ahead.
    pub due_at: Option<UnixMs>,
}

/// How much room a database takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatabaseSize {
    /// The file without its log; on a server, the whole database.
    pub bytes: u64,
    /// The log beside the file, which is moved into it now and then; `None` on a server.
    pub log_bytes: Option<u64>,
}

impl Store {
    /// How many welcomes are not settled, and since when they wait. Costs by their number, whatever the history holds.
    pub async fn open_welcomes(&self) -> Result<OpenWelcomes, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.open_welcomes().await,
            Backend::Postgres(postgres) => postgres.open_welcomes().await,
        }
    }

    /// How many rows of stored messages cannot be read, and are kept aside without being counted. A server has none.
    pub async fn unreadable_activity(&self) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.unreadable_activity().await,
            Backend::Postgres(_) => Ok(0),
        }
    }

    /// How much room the database takes.
    pub async fn size(&self) -> Result<DatabaseSize, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => Ok(sqlite.size().await),
            Backend::Postgres(postgres) => postgres.size().await,
        }
    }
}
