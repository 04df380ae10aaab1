//! The one place where connections are made.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{activity, file};
use crate::error::StoreError;
use crate::trouble::Obstacle;

/// Marks a file as a database of droas: "droa" in ASCII.
pub(super) const APPLICATION_ID: i32 = i32::from_be_bytes(*b"droa");

const WRITER_CACHE_KIB: i64 = 2 * 1024;
const READER_CACHE_KIB: i64 = 512;
/// From this length on the log is moved into the file, which waits for the disk; what it is cut back to then. Four times
/// SQLite's own: many small commits write the same pages again and again, and each is moved once.
const LOG_LEN_MAX_BYTES: i64 = 16 * 1024 * 1024;
/// SQLite's own size of a page, which files of this bot have.
const PAGE_BYTES: i64 = 4096;
/// More than there are different statements.
const STATEMENTS_MAX: usize = 64;

/// Opens the file to judge it; nothing is written yet. A new one is for its owner's eyes alone: it will hold names of people.
pub(super) fn open_to_write(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    // The log and its index get the same mode from SQLite. Where no file can be made, it says so itself.
    drop(
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path),
    );
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    Ok(connection)
}

/// Makes it the writing connection.
///
/// `synchronous` is NORMAL: a commit survives the process at once and a power cut after the next checkpoint of the log.
/// That is enough, since effects and the gateway's checkpoint go back together and a resumed session replays both.
pub(super) fn make_writer(connection: &Connection) -> rusqlite::Result<()> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
            Some(format!(
                "its file system allows no write-ahead log, the journal mode stays {mode}"
            )),
        ));
    }
    set_power_cut_safe(connection, false)?;
    connection.pragma_update(None, "journal_size_limit", LOG_LEN_MAX_BYTES)?;
    // SQLite answers with what it took.
    let pages = LOG_LEN_MAX_BYTES / PAGE_BYTES;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", pages, |_| Ok(()))?;
    activity::add_functions(connection)?;
    tune(connection, WRITER_CACHE_KIB)
}

/// Whether the following commits wait until the disk has them (`synchronous` FULL). Not inside a transaction.
pub(super) fn set_power_cut_safe(connection: &Connection, safe: bool) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", if safe { "FULL" } else { "NORMAL" })
}

/// Moves the log into the file. Returns whether it is empty now; where somebody reads, as much as can be is moved.
pub(super) fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get(0).map(|was_in_the_way: bool| !was_in_the_way)
    })
}

/// Leaves the log where it is when the connection is closed: the file is not ours any more.
pub(super) fn keep_log_when_closed(connection: &Connection) {
    if let Err(error) = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        tracing::warn!(%error, "the database's log may be moved into a file that is not ours any more");
    }
}

/// Opens a connection that can only read. The writing one must be open.
pub(super) fn open_reader(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    tune(&connection, READER_CACHE_KIB)?;
    Ok(connection)
}

fn tune(connection: &Connection, cache_kib: i64) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    // Negative: KiB rather than pages.
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    // No memory map of the file: where it is cut, or the disk does not give a page, that is a signal that ends the process,
    // and an error otherwise.
    connection.pragma_update_and_check(None, "mmap_size", 0, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // A plan must not depend on what is bound: a kept statement would be compiled anew whenever its LIMIT is bound, which
    // takes longer than most of them run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Whether another program's lock is in the way: the only failure that is tried again.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// What keeps the file at `path` from being written; `None` when the failure is about what was to be written.
pub(super) fn obstacle(path: &Path, error: &rusqlite::Error) -> Option<Obstacle> {
    if is_busy(error) {
        return Some(Obstacle::Locked);
    }
    let code = error.sqlite_error_code()?;
    let is_of_the_disk = matches!(
        code,
        ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
    );
    let said = match code {
        ErrorCode::DiskFull => Some(io::ErrorKind::StorageFull),
        _ if is_of_the_disk => file::try_writing(path).err().map(|error| error.kind()),
        _ => return None,
    };
    Some(match said {
        Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => Obstacle::Full,
        Some(io::ErrorKind::ReadOnlyFilesystem) => Obstacle::ReadOnly,
        _ => Obstacle::Other(error.to_string()),
    })
}

/// Whether parts of the file cannot be understood.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// A failure, by what the caller can do about it.
pub(super) fn store_error(error: rusqlite::Error) -> StoreError {
    let later = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
        )
    );
    let source = Arc::new(error);
    if later {
        StoreError::Unavailable { source }
    } else {
        StoreError::Broken { source }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn kept_statement_is_compiled_once_whatever_is_bound() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection =
            open_to_write(&folder.path().join("any.sqlite"), Duration::from_secs(1)).expect("a file");
        make_writer(&connection).expect("tuned");
        connection
            .execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY); INSERT INTO row VALUES (1), (2), (3);")
            .expect("rows");
        let mut limited = connection
            .prepare_cached("SELECT id FROM row WHERE id > ?1 ORDER BY id LIMIT ?2")
            .expect("valid");
        for (after, len_max) in [(0, 1), (1, 2), (0, 3)] {
            let ids = limited
                .query_map([after, len_max], |row| row.get(0))
                .expect("a query")
                .collect::<rusqlite::Result<Vec<i64>>>()
                .expect("ids");
            assert_eq!(ids.first(), Some(&(after + 1)));
        }
        assert_eq!(limited.get_status(StatementStatus::RePrepare), 0);
    }
}
