//! What an operator does with a database as a whole: looks at it, backs it up, restores it, tidies it. None of it needs a
//! [`Store`](crate::Store), and what only reads may be done while one is open elsewhere.

mod error;
mod review;

use std::path::{Path, PathBuf};

use domain::time::UnixMs;

pub use error::UpkeepError;
pub(crate) use review::SETTINGS_SINCE;
pub use review::{KnownGuild, KnownGuilds, Review, known_guilds, review};

use crate::options::Place;
use crate::postgres;
use crate::sqlite;

/// How many rows a table has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRows {
    /// Its name.
    pub table: String,
    /// At one moment for all tables.
    pub rows: u64,
}

/// What a database looks like from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// The schema's version; 0 while nothing is in it.
    pub version: u32,
    /// The newest version that this program knows. A higher one of the database's was made by a newer program.
    pub version_known: u32,
    /// Of a file, whether a droas has it open; of a server, how many connections of droas's there are beside ours.
    pub in_use: InUse,
    /// Its size.
    pub size_bytes: u64,
    /// Of a file, the size of the log beside it.
    pub log_bytes: Option<u64>,
    /// Of a file, what tidying would give back at least.
    pub free_bytes: Option<u64>,
    /// Every table, by its name.
    pub tables: Vec<TableRows>,
    /// When the last welcome was posted.
    pub last_sent_at: Option<UnixMs>,
    /// When the welcome was queued that has waited longest to be posted.
    pub oldest_pending_at: Option<UnixMs>,
}

/// Who uses a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InUse {
    /// Whether a process has the file open.
    File(bool),
    /// So many connections to the server.
    Connections(u64),
}

/// A backup that was made and looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// The schema's version.
    pub version: u32,
    /// Its size.
    pub size_bytes: u64,
    /// What it holds, which is what the database held at one moment.
    pub tables: Vec<TableRows>,
}

/// What becomes of the work that a backup was in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// It is dropped, as of this time: waiting welcomes are skipped as stale, waiting daily reports as late, sessions are not
    /// resumed, and joins before it are not looked for. What the bot did after the backup is not in it, so members might be
    /// greeted twice otherwise.
    DroppedAt(UnixMs),
    /// It goes on. Right where the bot has not run since the backup was made, as in a move to another machine.
    Kept,
}

/// A database that was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The schema's version. The next start brings an older one up to date.
    pub version: u32,
    /// What it holds now.
    pub tables: Vec<TableRows>,
    /// Where the database that was there before is kept; `None` where there was none.
    pub kept: Option<PathBuf>,
    /// How many waiting welcomes were dropped.
    pub welcomes_dropped: u64,
}

/// What was done to tidy a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintained {
    /// Whether a bot was running, so that of a file only what does not hold it up was done: no `VACUUM`, no statistics.
    pub beside_a_bot: bool,
    /// What was done, in the database's own words.
    pub done: Vec<&'static str>,
    /// Its size before, with the log of a file.
    pub before_bytes: u64,
    /// And after.
    pub after_bytes: u64,
}

/// Looks at a database and changes nothing.
///
/// # Errors
/// [`UpkeepError`]: it is not there, or is none of ours.
pub async fn database_status(place: &Place) -> Result<DatabaseStatus, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            blocking(move || sqlite::upkeep::status(&path)).await
        }
        Place::Server(url) => postgres::upkeep::status(url).await,
    }
}

/// Copies the database in the file `database` to the new file `to`, as it is at one moment, while it may be written. The
/// copy is looked through and on the disk before it has its name; until then, and with an error, there is nothing of that
/// name, or what was there before. `replace` lets it take the place of a file.
///
/// # Errors
/// [`UpkeepError`]; the database is as it was.
pub async fn back_up(database: &Path, to: &Path, replace: bool) -> Result<BackedUp, UpkeepError> {
    let (database, to) = (database.to_owned(), to.to_owned());
    blocking(move || sqlite::upkeep::back_up(&database, &to, replace)).await
}

/// Puts a copy of the backup `from` in the place of the file `database`, which no bot may be using. What was there is kept
/// beside it, with `kept_suffix` behind its name. `from` stays as it is.
///
/// # Errors
/// [`UpkeepError`]; the database is as it was.
pub async fn restore(
    from: &Path,
    database: &Path,
    kept_suffix: &str,
    unfinished: Unfinished,
) -> Result<Restored, UpkeepError> {
    let (from, database, suffix) = (from.to_owned(), database.to_owned(), kept_suffix.to_owned());
    blocking(move || sqlite::upkeep::restore(&from, &database, &suffix, unfinished)).await
}

/// Looks a database through and tidies it: gives back unused space and renews what queries are planned by. A file that a
/// bot is using is looked through, and its log is moved into it as far as nobody reads it.
///
/// # Errors
/// [`UpkeepError::Unsound`]: it is damaged, and nothing was tidied.
pub async fn maintain(place: &Place) -> Result<Maintained, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            blocking(move || sqlite::upkeep::maintain(&path)).await
        }
        Place::Server(url) => postgres::upkeep::maintain(url).await,
    }
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
