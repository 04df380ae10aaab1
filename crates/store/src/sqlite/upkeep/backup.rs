//! A copy of a database, made while it may be written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::super::{file, open};
use super::status::len;
use super::{
    BUSY_TIMEOUT, Unfinished, beside, existing, findings, known_version, open_ours, sync_file, sync_folder,
    table_rows,
};
use crate::error::OpenError;
use crate::upkeep::{BackedUp, BackupPlan, TableRows, UpkeepError};

pub(crate) fn back_up(asked: &Path, plan: BackupPlan) -> Result<BackedUp, UpkeepError> {
    let BackupPlan {
        file,
        replace,
        pictures,
    } = plan;
    let to = file.as_path();
    let path = existing(asked)?;
    refuse_target(&path, to, replace)?;
    let source = open_ours(asked, &path)?;
    let version = known_version(asked, &source)?;
    let unfinished = Unfinished::beside(to);
    let tables = copy(asked, &source, to, &unfinished.path)?;
    drop(source);
    let named = pictures_named(asked, &unfinished.path)?;
    pictures(named).map_err(|source| not_written(to, source))?;
    let not_written = |source: io::Error| not_written(to, source);
    let mode = fs::metadata(&path).map_err(not_written)?.permissions();
    fs::set_permissions(&unfinished.path, mode).map_err(not_written)?;
    sync_file(&unfinished.path).map_err(not_written)?;
    name(&unfinished.path, to, replace)?;
    sync_folder(to).map_err(not_written)?;
    Ok(BackedUp {
        version,
        size_bytes: len(to),
        tables,
    })
}

/// The pictures that a copy names.
fn pictures_named(asked: &Path, copy: &Path) -> Result<Vec<String>, UpkeepError> {
    let read = || {
        let db = open_new(copy)?;
        if !db.table_exists(None, "background_asset")? {
            return Ok(Vec::new());
        }
        let mut statement = db.prepare("SELECT hash FROM background_asset ORDER BY hash")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    read().map_err(|error: rusqlite::Error| open::explain(asked, error).into())
}

/// Copies `source` to the new file `at`, which is to become `to`, and looks the copy through. What is counted and what is
/// copied are of one moment, whatever is written meanwhile.
pub(super) fn copy(
    asked: &Path,
    source: &Connection,
    to: &Path,
    at: &Path,
) -> Result<Vec<TableRows>, UpkeepError> {
    let unreadable = |error| UpkeepError::from(open::explain(asked, error));
    source.execute_batch("BEGIN").map_err(unreadable)?;
    let tables = table_rows(source).map_err(unreadable)?;
    let mut copy = open_new(at).map_err(|error| not_copied(to, error))?;
    copy_pages(source, &mut copy).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => unreadable(error),
        _ => not_copied(to, error),
    })?;
    source.execute_batch("COMMIT").map_err(unreadable)?;
    let mut found = findings(&copy).map_err(unreadable)?;
    if found.is_empty() && table_rows(&copy).map_err(unreadable)? != tables {
        found.push("the copy does not hold the rows of the database".to_owned());
    }
    if !found.is_empty() {
        return Err(UpkeepError::Unsound {
            path: asked.to_owned(),
            findings: found,
            advice: "restore an earlier backup",
        });
    }
    copy.close().map_err(|(_, error)| not_copied(to, error))?;
    Ok(tables)
}

fn open_new(at: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(at, flags)?;
    copy.busy_timeout(BUSY_TIMEOUT)?;
    Ok(copy)
}

/// All pages at once, within the reading that `source` has begun. A copy is one file, so it is taken out of the mode that
/// needs a log beside it.
fn copy_pages(source: &Connection, copy: &mut Connection) -> rusqlite::Result<()> {
    let backup = Backup::new(source, copy)?;
    let step = backup.step(-1)?;
    drop(backup);
    if step != StepResult::Done {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
            Some("another program holds a lock".to_owned()),
        ));
    }
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
}

fn refuse_target(database: &Path, to: &Path, replace: bool) -> Result<(), UpkeepError> {
    let is_same = |path: PathBuf| fs::canonicalize(to).is_ok_and(|to| to == path);
    if ["", "-wal", "-shm", "-journal", ".lock"]
        .iter()
        .any(|suffix| is_same(beside(database, suffix)))
    {
        return Err(UpkeepError::Itself { path: to.to_owned() });
    }
    match fs::symlink_metadata(to) {
        Ok(found) if found.is_dir() => Err(OpenError::NotAFile { path: to.to_owned() }.into()),
        Ok(_) if !replace => Err(UpkeepError::Exists { path: to.to_owned() }),
        _ => Ok(()),
    }
}

/// Gives the finished file its name. Without `replace` that fails where somebody else has taken it meanwhile.
fn name(finished: &Path, to: &Path, replace: bool) -> Result<(), UpkeepError> {
    if !replace {
        match fs::hard_link(finished, to) {
            // The other name goes when the unfinished file is tidied away.
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(UpkeepError::Exists { path: to.to_owned() });
            }
            // A file system without links: nothing stands in the way of the usual.
            Err(_) => {}
        }
    }
    fs::rename(finished, to).map_err(|error| not_written(to, error))
}

pub(super) fn not_written(
    path: &Path,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> UpkeepError {
    UpkeepError::not_written(path.to_owned(), source)
}

/// A copy that SQLite could not write: it says the same of a folder that is missing, one that may not be written and a disk
/// that fails, and the operating system says which.
fn not_copied(to: &Path, error: rusqlite::Error) -> UpkeepError {
    match file::try_writing(to) {
        Err(cause) => not_written(to, cause),
        Ok(()) => not_written(to, error),
    }
}
