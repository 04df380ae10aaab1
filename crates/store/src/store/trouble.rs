//! Whether the database can be written.

use super::{Backend, Store};
use crate::trouble::{DatabaseLost, Trouble};

impl Store {
    /// What keeps the database's file from being written now; `None` when nothing does. Reading may go on meanwhile. Of a
    /// server nothing is known but what each call says.
    pub fn trouble(&self) -> Option<Trouble> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.trouble(),
            Backend::Postgres(_) => None,
        }
    }

    /// Waits until the database's file is lost, which is noticed within half a second of a write and within five without
    /// one; on a server, until another process leads in place of this one ([`Store::lead`]). From then on every write fails.
    /// What else became of a server is told by its errors.
    pub async fn lost(&self) -> DatabaseLost {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.lost().await,
            Backend::Postgres(postgres) => postgres.lost().await,
        }
    }
}
