//! A backup in the place of the database.

use std::fs;
use std::io;
use std::path::Path;

use domain::report::ReportSkip;
use domain::time::UnixMs;
use domain::welcome::SkipReason;
use rusqlite::{Connection, params};

use super::super::{connection, file, open};
use super::backup::{copy, not_written};
use super::{
    BUSY_TIMEOUT, Unfinished, beside, known_version, open_ours, remove_unfinished, sync_file, sync_folder,
};
use crate::error::OpenError;
use crate::upkeep::{Belongings, Restored, Unfinished as Past, UpkeepError};

pub(crate) fn restore(
    from: &Path,
    asked: &Path,
    kept_suffix: &str,
    past: Past,
    belongings: Belongings,
) -> Result<Restored, UpkeepError> {
    // Held until the end: no bot can begin on what is being replaced.
    let claimed = file::claim_whatever_it_holds(asked)?;
    let path = &claimed.path;
    if let Err(error @ OpenError::OtherProgram { .. }) = file::refuse_foreign(asked, path) {
        return Err(error.into());
    }
    // Nobody else makes one while the lock is held.
    remove_unfinished(path);
    let source = open_backup(from, path)?;
    let version = known_version(from, &source)?;
    if version == 0 {
        return Err(UpkeepError::Empty {
            path: from.to_owned(),
        });
    }
    let unfinished = Unfinished::beside(path);
    let tables = copy(from, &source, asked, &unfinished.path)?;
    drop(source);
    let welcomes_dropped = match past {
        Past::Kept => 0,
        Past::DroppedAt(now) => {
            drop_work(&unfinished.path, now).map_err(|error| not_written(asked, error))?
        }
    };
    let not_written = |source: io::Error| not_written(asked, source);
    if let Ok(found) = fs::metadata(path) {
        fs::set_permissions(&unfinished.path, found.permissions()).map_err(not_written)?;
    }
    sync_file(&unfinished.path).map_err(not_written)?;
    belongings().map_err(|source| UpkeepError::Belongings {
        path: from.to_owned(),
        source,
    })?;
    let kept = if path.exists() {
        let kept = beside(path, kept_suffix);
        keep(asked, path, &kept)?;
        Some(kept)
    } else {
        remove_log(path).map_err(not_written)?;
        None
    };
    fs::rename(&unfinished.path, path).map_err(not_written)?;
    sync_folder(path).map_err(not_written)?;
    Ok(Restored {
        version,
        tables,
        kept,
        welcomes_dropped,
    })
}

fn open_backup(from: &Path, database: &Path) -> Result<Connection, UpkeepError> {
    let no_backup = || UpkeepError::NoBackup {
        path: from.to_owned(),
    };
    let path = file::resolve(from).map_err(|error| match error {
        OpenError::FolderMissing { .. } => no_backup(),
        error => error.into(),
    })?;
    if !path.exists() {
        return Err(no_backup());
    }
    if path == database {
        return Err(UpkeepError::Itself {
            path: from.to_owned(),
        });
    }
    file::refuse_foreign(from, &path)?;
    open_ours(from, &path)
}

/// Ends what the backup was in the middle of. An attempt that had begun is left: its channel tells how it ended.
fn drop_work(copy: &Path, now: UnixMs) -> rusqlite::Result<u64> {
    let mut db = Connection::open(copy)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    let tx = db.transaction()?;
    let has = |table: &str| tx.table_exists(None, table);
    let dropped = tx.execute(
        "UPDATE welcome SET state = 'skipped', skip_reason = ?1, settled_at = ?2 WHERE state = 'pending'",
        params![SkipReason::Stale.name(), now.0],
    )?;
    tx.execute("DELETE FROM gateway_session", [])?;
    if has("missed_search")? {
        tx.execute("UPDATE welcome SET in_screening = 0 WHERE in_screening = 1", [])?;
        tx.execute("DELETE FROM missed_search", [])?;
        tx.execute("UPDATE join_watch SET since = max(since, ?1)", [now.0])?;
    }
    if has("activity_report")? {
        tx.execute(
            "UPDATE activity_report SET state = 'skipped', skip_reason = ?1, settled_at = ?2 WHERE state = 'pending'",
            params![ReportSkip::Late.name(), now.0],
        )?;
        // As a guild that has just begun to have reports: none is made of days before.
        tx.execute(
            "UPDATE activity_report_schedule SET revision = revision + 1, due_at = 0, next_day = NULL",
            [],
        )?;
    }
    tx.commit()?;
    db.close().map_err(|(_, error)| error)?;
    Ok(dropped as u64)
}

/// Gives the present database a second name, whole, and leaves no log beside it that the next file would be taken to have.
fn keep(asked: &Path, path: &Path, kept: &Path) -> Result<(), UpkeepError> {
    let not_written = |source: io::Error| not_written(kept, source);
    move_log_in(asked, path)?;
    second_name(path, kept).map_err(not_written)?;
    let log = beside(path, "-wal");
    if log.exists() {
        // Only where the database could not be read: what it is worth, it is worth with its log.
        second_name(&log, &beside(kept, "-wal")).map_err(not_written)?;
    }
    sync_folder(path).map_err(not_written)?;
    remove_log(path).map_err(not_written)
}

/// Removes what stands beside a database: another one at its path would be taken to have that log.
fn remove_log(path: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(beside(path, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A database that cannot be read is kept as it is: it may be why there is a restoring.
fn move_log_in(asked: &Path, path: &Path) -> Result<(), UpkeepError> {
    let moved = connection::open_to_write(path, BUSY_TIMEOUT).and_then(|db| {
        let busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        drop(db);
        Ok(busy)
    });
    match moved.map_err(|error| open::explain(asked, error)) {
        Ok(false) | Err(OpenError::Damaged { .. } | OpenError::Unusable { .. }) => Ok(()),
        Ok(true) => Err(OpenError::Locked {
            path: asked.to_owned(),
        }
        .into()),
        Err(error) => Err(error.into()),
    }
}

fn second_name(path: &Path, name: &Path) -> io::Result<()> {
    match fs::hard_link(path, name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // A file system without links.
            fs::copy(path, name)?;
            sync_file(name)
        }
        linked => linked,
    }
}
