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
    look_at: Instant,
}

impl Tidy {
    pub(super) fn new(quiet_for: Duration) -> Self {
        Self {
            quiet_for,
            // Of the last run, if that was killed.
            has_log: true,
            look_at: Instant::now() + LOOK_EVERY,
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
        let now = Instant::now();
        if now >= self.look_at {
            self.look_at = now + LOOK_EVERY;
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

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn tables_that_are_asked_are_looked_at_when_it_is_time_and_not_before() {
        let folder = TempDir::new().expect("a temporary folder");
        let timeout = Duration::from_secs(1);
        let db = connection::open_to_write(&folder.path().join("droas.sqlite"), timeout).expect("opens");
        connection::make_writer(&db).expect("set up");
        db.execute_batch(
            "CREATE TABLE number (n INTEGER PRIMARY KEY, half INTEGER) STRICT;
             CREATE INDEX number_half ON number (half);
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)
             INSERT INTO number SELECT n, n / 2 FROM numbers",
        )
        .expect("made");
        let looked_at = || -> bool {
            db.query_row("SELECT count(*) FROM number WHERE half = 7 AND n > 3", [], |_| {
                Ok(())
            })
            .expect("read");
            db.query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'",
                [],
                |row| row.get(0),
            )
            .expect("read")
        };
        let mut tidy = Tidy::new(Duration::ZERO);
        assert!(!looked_at());
        tidy.tidy(&db, timeout);
        assert!(!looked_at());
        tidy.look_at = Instant::now();
        tidy.tidy(&db, timeout);
        assert!(looked_at());
        assert_eq!(tidy.due_after(), None, "and the log is empty");
        let waits: i64 = db
            .pragma_query_value(None, "busy_timeout", |row| row.get(0))
            .expect("read");
        assert_eq!(waits, 1000, "later writes wait for other programs as before");
    }
}
