//! From a path to an open database.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::broadcast;

use super::Sqlite;
use super::connection::{self, APPLICATION_ID};
use super::file::{self, DatabaseFile};
use super::keep::Keep;
use super::migrate::{self, MIGRATIONS};
use super::readers::Readers;
use super::upkeep;
use super::watch::Watch;
use super::writer::{self, Writer};
use crate::error::OpenError;
use crate::options::StoreOptions;
use crate::retry::Backoff;
use crate::settings::SETTINGS_NEWS_LEN_MAX;
use crate::stats::Counters;

pub(super) fn open(asked: &Path, options: &StoreOptions) -> Result<Sqlite, OpenError> {
    let DatabaseFile { path, lock } = file::claim(asked)?;
    // Whoever made it has died: it would hold the lock.
    upkeep::remove_unfinished(&path);
    let counters = Arc::new(Counters::default());
    let connection = patiently(asked, options, &counters, || prepare(asked, &path, options))?;
    let unusable = |source: io::Error| OpenError::Unusable {
        path: asked.to_owned(),
        source: source.into(),
    };
    let lock = Arc::new(lock);
    let keep = Arc::new(Keep::new(&path));
    let readers = Readers::open(
        &path,
        options,
        Arc::clone(&counters),
        Arc::clone(&keep),
        Arc::clone(&lock),
    )
    .map_err(|error| explain(asked, error))?;
    let watch = lock
        .hold_open(&path)
        .and_then(|database| Watch::new(&path, database))
        .map_err(unusable)?;
    let settings = writer::Settings {
        retry: options.retry,
        queue_len_max: options.queue_len_max.max(1),
        group_len_max: options.group_len_max.max(1),
        quiet_for: options.quiet_for,
    };
    let writer = Writer::start(connection, settings, Arc::clone(&counters), (watch, keep), lock);
    Ok(Sqlite {
        writer: writer.map_err(unusable)?,
        readers: Arc::new(readers),
        path,
        counters,
        news: broadcast::Sender::new(SETTINGS_NEWS_LEN_MAX),
    })
}

/// A refusal, or a failure of SQLite's that may be worth another try.
enum Trouble {
    Refused(OpenError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn patiently<T>(
    asked: &Path,
    options: &StoreOptions,
    counters: &Counters,
    mut work: impl FnMut() -> Result<T, Trouble>,
) -> Result<T, OpenError> {
    let mut backoff = Backoff::new(options.retry, rand::random());
    let mut is_told = false;
    loop {
        let error = match work() {
            Ok(done) => return Ok(done),
            Err(Trouble::Refused(refusal)) => return Err(refusal),
            Err(Trouble::Sqlite(error)) => error,
        };
        let pause = connection::is_busy(&error)
            .then(|| backoff.next_pause())
            .flatten();
        let Some(pause) = pause else {
            return Err(explain(asked, error));
        };
        if !std::mem::replace(&mut is_told, true) {
            tracing::warn!(
                "another program holds the database {}, and is waited for",
                asked.display()
            );
        }
        counters.busy_retry();
        std::thread::sleep(pause);
    }
}

/// Opens the writing connection: judges what the file says of itself, then marks a new one and migrates.
fn prepare(asked: &Path, path: &Path, options: &StoreOptions) -> Result<Connection, Trouble> {
    let mut db = connection::open_to_write(path, options.retry.limits().busy_timeout)?;
    let version = migrate::version(&db)?;
    let known = migrate::newest(MIGRATIONS);
    if version > known {
        return Err(Trouble::Refused(OpenError::TooNew {
            path: asked.to_owned(),
            found: version,
            known,
        }));
    }
    if 0 < version && version < known && !options.migrate {
        return Err(Trouble::Refused(OpenError::Older {
            path: asked.to_owned(),
            found: version,
            known,
        }));
    }
    // Reads the schema, which fails on a damaged file before anything is written to it.
    let tables: u32 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let mark: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if mark != APPLICATION_ID {
        // The header was ours or absent, so SQLite has just rolled a half-made file back to nothing.
        if tables > 0 {
            return Err(Trouble::Refused(OpenError::OtherProgram {
                path: asked.to_owned(),
            }));
        }
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    connection::make_writer(&db)?;
    match migrate::migrate(&mut db, MIGRATIONS, known) {
        Err(error) if !connection::is_busy(&error) => {
            Err(Trouble::Refused(not_migrated(asked, version, known, error)))
        }
        migrated => Ok(migrated.map(|()| db)?),
    }
}

/// Why a database was not brought to another version. A new one, of version 0, could not be made.
pub(super) fn not_migrated(asked: &Path, from: u32, to: u32, error: rusqlite::Error) -> OpenError {
    if from == 0 {
        return explain(asked, error);
    }
    // A table that is there already or is missing, a rule that a row breaks. SQLite's code for the first says nothing else.
    let is_about_tables = matches!(error, rusqlite::Error::SqlInputError { .. })
        || matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch)
        );
    let why = if is_about_tables {
        OpenError::OtherTables {
            place: asked.display().to_string(),
            version: from,
            source: said(error),
        }
    } else {
        explain(asked, error)
    };
    OpenError::NotMigrated {
        from,
        to,
        why: Box::new(why),
    }
}

/// What SQLite says, without the whole text of the statement.
fn said(error: rusqlite::Error) -> Box<dyn Error + Send + Sync> {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.into(),
        error => error.into(),
    }
}

pub(super) fn explain(asked: &Path, error: rusqlite::Error) -> OpenError {
    let path = asked.to_owned();
    if let rusqlite::Error::FromSqlConversionFailure(_, _, source) = error {
        return OpenError::Damaged { path, source };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { path },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged {
            path,
            source: error.into(),
        },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenError::NotWritable {
            place: path.clone(),
            path,
            source: io::Error::other(error),
        },
        // SQLite says "disk I/O error" or "unable to open database file" of a full disk too.
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
            match file::try_writing(&path) {
                Err(source) => OpenError::NotWritable {
                    place: folder(&path).to_owned(),
                    path,
                    source,
                },
                // The little that was tried had room.
                Ok(()) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => OpenError::Full { path },
                Ok(()) => OpenError::Unusable {
                    path,
                    source: error.into(),
                },
            }
        }
        _ => OpenError::Unusable {
            path,
            source: said(error),
        },
    }
}

/// Where a file lies.
fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn failure(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn each_cause_of_a_migration_that_fails_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("droas.sqlite");
        for (code, said, may_pass) in [
            (ffi::SQLITE_FULL, "is full; free some space", true),
            (
                ffi::SQLITE_BUSY,
                "is locked by another program; end that program",
                true,
            ),
            (ffi::SQLITE_CORRUPT, "is damaged", false),
            (ffi::SQLITE_READONLY, "cannot be written", false),
            (
                ffi::SQLITE_IOERR,
                "see that it lies on a local disk, and that the disk is well",
                false,
            ),
            (ffi::SQLITE_NOMEM, "more memory", false),
            (ffi::SQLITE_ERROR, "are not those of its version 3", false),
            (ffi::SQLITE_CONSTRAINT, "are not those of its version 3", false),
            (ffi::SQLITE_MISUSE, "report it as a fault of droas", false),
        ] {
            let told = not_migrated(&path, 3, 5, failure(code));
            let sentence = told.to_string();
            for part in [said, "from version 3 to version 5 and is as it was"] {
                assert!(sentence.contains(part), "{part} in {sentence}");
            }
            assert_eq!(told.may_pass(), may_pass, "{sentence}");
            let speaks_of_room = sentence.contains("space") || sentence.contains("full");
            assert_eq!(speaks_of_room, code == ffi::SQLITE_FULL, "{sentence}");
            // A new database has no version before.
            assert!(
                !not_migrated(&path, 0, 5, failure(code))
                    .to_string()
                    .contains("version 0")
            );
        }
    }
}
