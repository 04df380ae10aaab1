//! What the store is measured against: what bots do that count messages in SQLite themselves. For each message the same
//! two rows as ours: a score that rises and fades, and the count of a day.

mod naive;
mod tuned;

use std::path::Path;
use std::time::Duration;

use domain::day::Day;
use domain::id::{GuildId, UserId};
use rusqlite::{Connection, ErrorCode};
use serde::{Deserialize, Serialize};

use super::workload::Operation;
use crate::loadtest::exactness::Counted;
use naive::Naive;
use tuned::Tuned;

/// Points that a message adds, in each of the stretches of [`COOLDOWN_MS`] at most once.
const GAIN: f64 = 5.0;
const COOLDOWN_MS: i64 = 60_000;
/// A score begins to fade so long after the last message, by so much in a millisecond.
const GRACE_MS: i64 = 3_600_000;
const FADE: f64 = 2.0 / 3_600_000.0;

/// Longer than bots wait for a lock who say so.
const PATIENCE: Duration = Duration::from_secs(5);

/// A way to count messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Baseline {
    /// As [`Baseline::Naive`], and a lock is an error at once.
    Naive0,
    /// A connection for each message, a rollback journal; reads the rows, then writes them.
    Naive,
    /// A connection for each worker, a write-ahead log, UPSERT.
    Tuned,
}

/// A worker's way to the database.
pub(super) trait Session: Send {
    /// Counts a message on a day.
    fn count(&mut self, operation: &Operation, day: Day) -> rusqlite::Result<()>;
}

impl Baseline {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Naive0 => "naive0",
            Self::Naive => "naive",
            Self::Tuned => "tuned",
        }
    }

    /// What it is, for people.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Naive0 => "a connection for each operation, rollback journal, no waiting for locks",
            Self::Naive => "a connection for each operation, rollback journal",
            Self::Tuned => "a connection for each worker, write-ahead log, UPSERT",
        }
    }

    /// Makes a file with empty tables.
    pub(super) fn make(self, file: &Path) -> rusqlite::Result<()> {
        let db = Connection::open(file)?;
        let journal = match self {
            Self::Naive0 | Self::Naive => "DELETE",
            Self::Tuned => "WAL",
        };
        db.pragma_update_and_check(None, "journal_mode", journal, |_| Ok(()))?;
        db.execute_batch(
            "CREATE TABLE meter (
                 guild_id INTEGER NOT NULL, user_id INTEGER NOT NULL, score REAL NOT NULL, last_msg INTEGER NOT NULL,
                 PRIMARY KEY (guild_id, user_id)
             ) WITHOUT ROWID;
             CREATE TABLE daily (
                 guild_id INTEGER NOT NULL, day INTEGER NOT NULL, user_id INTEGER NOT NULL, messages INTEGER NOT NULL,
                 PRIMARY KEY (guild_id, day, user_id)
             ) WITHOUT ROWID;",
        )
    }

    /// For a worker; the file was made.
    pub(super) fn session(self, file: &Path) -> rusqlite::Result<Box<dyn Session>> {
        Ok(match self {
            Self::Naive0 => Box::new(Naive::new(file, Duration::ZERO)),
            Self::Naive => Box::new(Naive::new(file, PATIENCE)),
            Self::Tuned => Box::new(Tuned::open(file)?),
        })
    }
}

/// What a failure is called.
pub(super) fn kind(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => "busy".to_owned(),
        Some(ErrorCode::DatabaseLocked) => "locked".to_owned(),
        Some(other) => format!("{other:?}"),
        None => "other".to_owned(),
    }
}

/// Reads all counts.
pub(super) fn recount(file: &Path) -> rusqlite::Result<Counted> {
    let db = Connection::open(file)?;
    let mut statement = db.prepare("SELECT guild_id, user_id, sum(messages) FROM daily GROUP BY 1, 2")?;
    let mut rows = statement.query([])?;
    let mut counted = Counted::default();
    while let Some(row) = rows.next()? {
        let id = |index| row.get(index).map(i64::cast_unsigned);
        counted.add(GuildId(id(0)?), UserId(id(1)?), id(2)?, true);
    }
    Ok(counted)
}
