//! The path that a person chose: judged before SQLite touches anything.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::connection::APPLICATION_ID;
use crate::error::OpenError;

/// A database file that may be opened, and the lock that keeps other processes of droas away from it.
pub(super) struct DatabaseFile {
    /// Absolute, links resolved: two names of one file are one database.
    pub(super) path: PathBuf,
    pub(super) lock: FileLock,
}

/// Held until it is dropped. The operating system releases it when the process ends in whatever way.
pub(super) struct FileLock {
    _file: File,
}

/// Judges the path and takes the lock.
pub(super) fn claim(asked: &Path) -> Result<DatabaseFile, OpenError> {
    let path = resolve(asked)?;
    refuse_read_only(asked, &path)?;
    // The lock goes first: on POSIX systems a process that opens and closes a file loses all its locks on it, and
    // reading the header would so disarm a store that this process has open.
    let place = lock_place(&path);
    let is_new = !place.exists();
    let lock = lock(asked, &place)?;
    if let Err(refusal) = refuse_foreign(asked, &path) {
        if is_new && let Err(error) = fs::remove_file(&place) {
            tracing::warn!(%error, place = %place.display(), "a lock file is left behind");
        }
        return Err(refusal);
    }
    Ok(DatabaseFile { path, lock })
}

/// As [`claim`], but whatever stands at the path: for who puts something else in its place.
pub(super) fn claim_whatever_it_holds(asked: &Path) -> Result<DatabaseFile, OpenError> {
    let path = resolve(asked)?;
    refuse_read_only(asked, &path)?;
    let lock = lock(asked, &lock_place(&path))?;
    Ok(DatabaseFile { path, lock })
}

/// Whether a process of droas has the database at `path` open, or is just opening it.
pub(super) fn is_claimed(path: &Path) -> bool {
    let Ok(file) = OpenOptions::new().write(true).open(lock_place(path)) else {
        return false;
    };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

fn lock_place(path: &Path) -> PathBuf {
    let mut place = path.as_os_str().to_owned();
    place.push(".lock");
    PathBuf::from(place)
}

pub(super) fn resolve(asked: &Path) -> Result<PathBuf, OpenError> {
    let path = asked.to_owned();
    match fs::metadata(asked) {
        Ok(found) if found.is_file() => {
            return fs::canonicalize(asked).map_err(|source| unusable(asked, source));
        }
        Ok(_) => return Err(OpenError::NotAFile { path }),
        Err(error) if is_missing(&error) => {}
        Err(source) => return Err(unusable(asked, source)),
    }
    let Some(name) = asked.file_name() else {
        return Err(OpenError::NotAFile { path });
    };
    let folder = asked
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match fs::canonicalize(folder) {
        Ok(found) if found.is_dir() => Ok(found.join(name)),
        Ok(_) => Err(folder_missing(path, folder)),
        Err(error) if is_missing(&error) => Err(folder_missing(path, folder)),
        Err(source) => Err(unusable(asked, source)),
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn folder_missing(path: PathBuf, folder: &Path) -> OpenError {
    OpenError::FolderMissing {
        path,
        folder: folder.to_owned(),
    }
}

fn unusable(asked: &Path, source: io::Error) -> OpenError {
    OpenError::Unusable {
        path: asked.to_owned(),
        source: source.into(),
    }
}

/// Heeds the read-only mark also where we might write all the same, as root may: somebody set it on purpose.
fn refuse_read_only(asked: &Path, path: &Path) -> Result<(), OpenError> {
    let folder = path.parent().expect("an absolute path of a file has a parent");
    for place in [folder, path] {
        if fs::metadata(place).is_ok_and(|found| found.permissions().readonly()) {
            return Err(OpenError::NotWritable {
                path: asked.to_owned(),
                place: place.to_owned(),
                source: io::Error::new(io::ErrorKind::PermissionDenied, "it is marked read-only"),
            });
        }
    }
    Ok(())
}

/// Reads the header itself: SQLite would roll back a journal or leave files beside a database that is not ours. Our own
/// carries its mark from its first page on, since the mark is written before the file is switched to the log.
/// Source: sqlite.org, "Database File Format", heading "The Database Header", read in August 2026.
pub(super) fn refuse_foreign(asked: &Path, path: &Path) -> Result<(), OpenError> {
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    const HEADER_LEN: usize = 100;
    const APPLICATION_ID_AT: usize = 68;

    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(unusable(asked, source)),
    };
    let mut header = Vec::with_capacity(HEADER_LEN);
    file.by_ref()
        .take(HEADER_LEN as u64)
        .read_to_end(&mut header)
        .map_err(|source| unusable(asked, source))?;
    if header.is_empty() {
        return Ok(());
    }
    if header.len() < HEADER_LEN || !header.starts_with(MAGIC) {
        return Err(OpenError::NotADatabase {
            path: asked.to_owned(),
        });
    }
    let mark: [u8; 4] = header[APPLICATION_ID_AT..APPLICATION_ID_AT + 4]
        .try_into()
        .expect("four bytes");
    if i32::from_be_bytes(mark) != APPLICATION_ID {
        return Err(OpenError::OtherProgram {
            path: asked.to_owned(),
        });
    }
    Ok(())
}

/// Locks the file at `place`, beside the database. SQLite itself would let two processes take turns, and both would
/// greet.
fn lock(asked: &Path, place: &Path) -> Result<FileLock, OpenError> {
    // The file stays when the lock is released: removing it would let a third process lock a new one.
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(place)
        .map_err(|source| OpenError::NotWritable {
            path: asked.to_owned(),
            place: place.parent().unwrap_or(place).to_owned(),
            source,
        })?;
    match file.try_lock() {
        Ok(()) => Ok(FileLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: asked.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(unusable(asked, source)),
    }
}
