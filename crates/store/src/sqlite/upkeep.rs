//! What an operator does with a file: looks at it, backs it up, restores it, tidies it.
//!
//! A droas that runs holds our own lock on the file. Whoever only reads needs no lock: the log lets them read beside the
//! writer. Whoever replaces or rebuilds the file takes it.

mod backup;
mod maintain;
mod restore;
mod review;
mod schema;
mod status;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

pub(crate) use backup::back_up;
pub(crate) use maintain::{drop_unreadable, maintain};
pub(crate) use restore::restore;
pub(crate) use review::{known_guilds, review};
pub(crate) use schema::{migrate, version};
pub(super) use status::len;
pub(crate) use status::status;

use super::connection::{self, APPLICATION_ID};
use super::{file, migrate, open};
use crate::error::OpenError;
use crate::upkeep::{TableRows, UpkeepError, finished_name};

/// How long a lock of another program is waited for. An operator waits.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// So many findings are told of a damaged file; more say nothing new.
const FINDINGS_MAX: usize = 3;

/// The file's own name for what belongs to it.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The database that a person named, which must be there.
fn existing(asked: &Path) -> Result<PathBuf, UpkeepError> {
    let path = file::resolve(asked)?;
    if path.exists() {
        Ok(path)
    } else {
        Err(UpkeepError::NoDatabase {
            path: asked.to_owned(),
        })
    }
}

/// Opens a file to read it, and sees whether it is one of ours. Nothing is written, also where a crash left work undone.
///
/// SQLite is asked and not the file itself: to close a file that this process has open elsewhere would take the locks away
/// that SQLite holds on it.
fn open_ours(asked: &Path, path: &Path) -> Result<Connection, UpkeepError> {
    let db = connection::open_reader(path, BUSY_TIMEOUT).map_err(|error| open::explain(asked, error))?;
    ours(asked, &db)?;
    Ok(db)
}

/// Sees whether a database is one of ours, or nothing yet.
fn ours(asked: &Path, db: &Connection) -> Result<(), UpkeepError> {
    let explain = |error| open::explain(asked, error);
    let tables: u32 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(explain)?;
    let mark: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(explain)?;
    if mark != APPLICATION_ID && tables > 0 {
        return Err(OpenError::OtherProgram {
            path: asked.to_owned(),
        }
        .into());
    }
    Ok(())
}

/// Opens a database that is there to read it; its version is one that this program knows.
pub(super) fn open_existing(asked: &Path) -> Result<Connection, UpkeepError> {
    let path = existing(asked)?;
    let db = open_ours(asked, &path)?;
    known_version(asked, &db)?;
    Ok(db)
}

/// The schema's version, which must be one that this program knows.
fn known_version(asked: &Path, db: &Connection) -> Result<u32, UpkeepError> {
    let found = migrate::version(db).map_err(|error| open::explain(asked, error))?;
    let known = version_known();
    if found > known {
        return Err(OpenError::TooNew {
            path: asked.to_owned(),
            found,
            known,
        }
        .into());
    }
    Ok(found)
}

/// The newest version that this program knows.
pub(crate) fn version_known() -> u32 {
    migrate::newest(migrate::MIGRATIONS)
}

/// What is lost on the way back from a version.
pub(crate) fn lost_below(version: u32) -> Option<&'static str> {
    let step = (version as usize).checked_sub(1)?;
    migrate::MIGRATIONS.get(step).map(|migration| migration.lost)
}

/// The rows of every table. Inside of a transaction they are those of one moment.
fn table_rows(db: &Connection) -> rusqlite::Result<Vec<TableRows>> {
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tables
        .into_iter()
        .map(|table| {
            let count = format!("SELECT count(*) FROM \"{}\"", table.replace('"', "\"\""));
            let rows: i64 = db.query_row(&count, [], |row| row.get(0))?;
            Ok(TableRows {
                table,
                rows: rows.cast_unsigned(),
            })
        })
        .collect()
}

/// What is wrong with a database: its pages and indexes, then rows that name what is not there.
fn findings(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found: Vec<String> = db
        .prepare(&format!("PRAGMA integrity_check({FINDINGS_MAX})"))?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    found.retain(|line| line != "ok");
    if found.is_empty() {
        let mut statement = db.prepare("PRAGMA foreign_key_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()?
            && found.len() < FINDINGS_MAX
        {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            found.push(format!(
                "a row of {table} names one of {parent} that is not there"
            ));
        }
    }
    Ok(found.into_iter().map(|line| line.replace('\n', " ")).collect())
}

/// A file that is being written and goes away again, with what SQLite puts beside it, unless it was given its name.
struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// In the folder of `of`, so that it can be renamed to it, under a name that nothing else has.
    fn beside(of: &Path) -> Self {
        Self {
            path: beside(of, &format!(".{:016x}.partial", rand::random::<u64>())),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            // It is not there where all went well.
            drop(std::fs::remove_file(beside(&self.path, suffix)));
        }
    }
}

/// Removes what a process left that died while it made a file to be renamed to `of`. Nobody may be making one.
pub(super) fn remove_unfinished(of: &Path) {
    let (Some(folder), Some(name)) = (of.parent(), of.file_name().and_then(|name| name.to_str())) else {
        return;
    };
    // A folder that cannot be read is told by whoever needs what is in it.
    let left = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in left {
        if entry.file_name().to_str().and_then(finished_name) == Some(name) {
            match std::fs::remove_file(entry.path()) {
                Ok(()) => tracing::info!(file = %entry.path().display(), "an unfinished copy was removed"),
                Err(error) => {
                    tracing::warn!(%error, file = %entry.path().display(), "an unfinished copy is left behind");
                }
            }
        }
    }
}

/// Waits until the disk has a file's bytes.
fn sync_file(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}

/// Waits until the disk has the names in the folder of a file.
fn sync_folder(of: &Path) -> std::io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
