//! A transaction of the writer's, whose statements are compiled once.

use std::ops::Deref;

use rusqlite::Connection;

/// Rolled back when it is dropped without a commit.
pub(super) struct Transaction<'a> {
    db: &'a Connection,
}

impl<'a> Transaction<'a> {
    /// Takes the lock that lets nobody else write.
    pub(super) fn begin(db: &'a Connection) -> rusqlite::Result<Self> {
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self { db })
    }

    pub(super) fn commit(self) -> rusqlite::Result<()> {
        self.db.prepare_cached("COMMIT")?.execute([]).map(drop)
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.db
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // Committed, or rolled back by SQLite itself.
        if self.db.is_autocommit() {
            return;
        }
        let rolled_back = self
            .db
            .prepare_cached("ROLLBACK")
            .and_then(|mut rollback| rollback.execute([]));
        if let Err(error) = rolled_back {
            tracing::error!(%error, "a transaction of the database was not taken back");
        }
    }
}
