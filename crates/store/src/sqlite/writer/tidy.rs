//! What the writer does when nobody writes: moves the log into the file, so that it stays small and the next start reads
//! little, and lets SQLite look after what it knows of the tables.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::sqlite::connection;

/// From one look at the tables to the next. The first comes so long after the start.
const LOOK_EVERY: Duration = Duration::from_secs(6 * 3600);

/// What is to be tidied.
pub(super) struct Tidy {
    /// How long nothing must have been written.
    quiet_for: Duration,
    /// The log holds what the file does not.
    has_log: bool,
    looked_at: Instant,
}

impl Tidy {
    pub(super) fn new(quiet_for: Duration) -> Self {
        Self {
            quiet_for,
            // Of the last run, if that was killed.
            has_log: true,
            looked_at: Instant::now(),
        }
    }

    /// How long to wait for a quiet moment; `None` when there is nothing to do in one.
    pub(super) fn due_after(&self) -> Option<Duration> {
        self.has_log.then_some(self.quiet_for)
    }

    pub(super) fn written(&mut self) {
        self.has_log = true;
    }

    /// Never waits for others: where somebody reads, as much as can be is moved, and the rest in the next quiet moment.
    pub(super) fn tidy(&mut self, db: &Connection, busy_timeout: Duration) {
        if self.looked_at.elapsed() >= LOOK_EVERY {
            self.looked_at = Instant::now();
            if let Err(error) = db.execute_batch("PRAGMA optimize") {
                tracing::debug!(%error, "the database was not looked after");
            }
        }
        let moved = db
            .busy_timeout(Duration::ZERO)
            .and_then(|()| connection::empty_log(db));
        match moved {
            Ok(all) => self.has_log = !all,
            Err(error) if connection::is_busy(&error) => {}
            Err(error) => {
                // The next commit tells what is the matter.
                tracing::debug!(%error, "the database's log was not moved");
                self.has_log = false;
            }
        }
        if let Err(error) = db.busy_timeout(busy_timeout) {
            tracing::warn!(%error, "the database's writer no longer waits for other programs inside SQLite");
        }
    }
}
