//! What an operator does with a database as a whole: looks at it, backs it up, restores it, tidies it. None of it needs a
//! [`Store`](crate::Store), and what only reads may be done while one is open elsewhere.

mod error;
mod review;

use std::error::Error;
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

/// A backup that is to be made.
pub struct BackupPlan {
    /// The file to make.
    pub file: PathBuf,
    /// Whether it may take the place of a file.
    pub replace: bool,
    /// Copies what the database only names.
    pub pictures: CopyPictures,
}

/// Copies the pictures whose hashes (64 hexadecimal digits) it is given, which are those that a backup names. It is called
/// before the backup has its name, on a thread where it may block. With an error there is no backup.
pub type CopyPictures = Box<dyn FnOnce(Vec<String>) -> Result<(), Box<dyn Error + Send + Sync>> + Send>;

/// Puts back what lies outside of the database. It is called when a backup was found sound, before the database is replaced,
/// on a thread where it may block. With an error the database is left as it is.
pub type Belongings = Box<dyn FnOnce() -> Result<(), Box<dyn Error + Send + Sync>> + Send>;

impl BackupPlan {
    /// A new file, and no pictures.
    pub fn new(file: PathBuf) -> Self {
        Self {
            file,
            replace: false,
            pictures: Box::new(|_| Ok(())),
        }
    }
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

/// Copies the database in the file `database` to another file, as it is at one moment, while it may be written. The copy is
/// looked through and on the disk before it has its name; until then, and with an error, there is nothing of that name, or
/// what was there before.
///
/// # Errors
/// [`UpkeepError`]; the database is as it was.
pub async fn back_up(database: &Path, plan: BackupPlan) -> Result<BackedUp, UpkeepError> {
    let database = database.to_owned();
    blocking(move || sqlite::upkeep::back_up(&database, plan)).await
}

/// The name that an unfinished backup was to have, which a process left behind that died; `None` for every other file.
pub fn finished_name(name: &str) -> Option<&str> {
    const MARK_LEN: usize = ".0123456789abcdef".len();
    let (name, suffix) = name.rsplit_once(".partial")?;
    let is_ours = matches!(suffix, "" | "-journal" | "-wal" | "-shm");
    let (finished, mark) = name.split_at_checked(name.len().checked_sub(MARK_LEN)?)?;
    let digits = mark.strip_prefix('.')?;
    let is_mark = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_ours && is_mark && !finished.is_empty()).then_some(finished)
}

/// The version of a database's schema; 0 for an empty file.
///
/// # Errors
/// [`UpkeepError`]: it is not there, is none of ours, or is newer than this program.
pub async fn version(place: &Place) -> Result<u32, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            blocking(move || sqlite::upkeep::version(&path)).await
        }
        Place::Server(url) => postgres::upkeep::version(url).await,
    }
}

/// The newest version of the schema that this program knows.
pub fn version_known() -> u32 {
    sqlite::upkeep::version_known()
}

/// What is lost on the way back from a version to the one before, as the end of a sentence; `None` where there is no way
/// back, since a database of the first version holds nothing without it.
pub fn lost_below(version: u32) -> Option<&'static str> {
    (version > 1)
        .then(|| sqlite::upkeep::lost_below(version))
        .flatten()
}

/// Brings the schema from the version that it has to another that this program knows. Of a file, which no bot may be using,
/// a backup is made first where one is planned; on a server its own programs do that, and bots must be stopped for the way
/// back alone. All of it happens in one transaction.
///
/// # Errors
/// [`UpkeepError`]; the database is as it was. [`UpkeepError::NotBackedUp`] holds why there is no backup.
pub async fn migrate(
    place: &Place,
    from: u32,
    to: u32,
    backup: Option<BackupPlan>,
) -> Result<Option<BackedUp>, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            blocking(move || sqlite::upkeep::migrate(&path, from, to, backup)).await
        }
        Place::Server(url) => postgres::upkeep::migrate(url, from, to).await.map(|()| None),
    }
}

/// Puts a copy of the backup `from` in the place of the file `database`, which no bot may be using. What was there is kept
/// beside it, with `kept_suffix` behind its name. `from` stays as it is. Whatever dies meanwhile, one of the two is there,
/// whole.
///
/// # Errors
/// [`UpkeepError`]; the database is as it was.
pub async fn restore(
    from: &Path,
    database: &Path,
    kept_suffix: &str,
    unfinished: Unfinished,
    belongings: Belongings,
) -> Result<Restored, UpkeepError> {
    let (from, database, suffix) = (from.to_owned(), database.to_owned(), kept_suffix.to_owned());
    blocking(move || sqlite::upkeep::restore(&from, &database, &suffix, unfinished, belongings)).await
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

/// Forgets the rows of stored messages that cannot be read and are kept aside; a bot may use the database meanwhile. Returns
/// how many there were. A server has none.
///
/// # Errors
/// [`UpkeepError`]: nothing was changed.
pub async fn drop_unreadable(place: &Place) -> Result<u64, UpkeepError> {
    match place {
        Place::File(path) => {
            let path = path.clone();
            blocking(move || sqlite::upkeep::drop_unreadable(&path)).await
        }
        Place::Server(_) => Ok(0),
    }
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_unfinished_backup_is_called_is_taken_for_one() {
        for (name, finished) in [
            ("a.sqlite.0123456789abcdef.partial", Some("a.sqlite")),
            ("a.0123456789abcdef.partial-journal", Some("a")),
            ("a.sqlite", None),
            ("a.sqlite.partial", None),
            (".0123456789abcdef.partial", None),
            ("a.0123456789abcdeg.partial", None),
            ("a.0123456789abcdef.partial.gz", None),
            ("ä0123456789abcdef.partial", None),
        ] {
            assert_eq!(finished_name(name), finished, "{name}");
        }
    }

    #[test]
    fn every_way_back_but_the_first_says_what_is_lost() {
        assert_eq!((lost_below(0), lost_below(1)), (None, None));
        for version in 2..=version_known() {
            let lost = lost_below(version).expect("there is a way back");
            assert!(lost.len() > 10 && !lost.ends_with('.'), "{lost}");
        }
        assert_eq!(lost_below(version_known() + 1), None);
    }
}
