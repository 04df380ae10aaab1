//! The path that a person chose: judged before SQLite touches anything.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

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
    /// The database itself, for looking at it beside SQLite; closed when nobody uses the database any more.
    database: OnceLock<Arc<File>>,
}

impl FileLock {
    /// The open database. It must not be closed before SQLite has closed it: a process that closes a file loses all its locks
    /// on it, so it is held as long as this.
    pub(super) fn hold_open(&self, path: &Path) -> io::Result<Arc<File>> {
        if let Some(held) = self.database.get() {
            return Ok(Arc::clone(held));
        }
        let file = Arc::new(File::open(path)?);
        Ok(Arc::clone(self.database.get_or_init(|| file)))
    }
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

/// Writes something beside the database and takes it away again: the operating system says plainly what is in the way, where
/// SQLite says "disk I/O error".
pub(super) fn try_writing(path: &Path) -> io::Result<()> {
    let place = beside(path, &format!(".{:016x}.probe", rand::random::<u64>()));
    let written = fs::write(&place, [0; 4096]);
    // It may not have been made.
    drop(fs::remove_file(&place));
    written
}

/// Whether a process of droas has the database at `path` open, or is just opening it.
pub(super) fn is_claimed(path: &Path) -> bool {
    let Ok(file) = OpenOptions::new().write(true).open(lock_place(path)) else {
        return false;
    };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

fn lock_place(path: &Path) -> PathBuf {
    beside(path, ".lock")
}

/// The path with something behind it.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut place = path.as_os_str().to_owned();
    place.push(suffix);
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
    if source.kind() == io::ErrorKind::PermissionDenied {
        return OpenError::NotWritable {
            path: asked.to_owned(),
            place: asked.to_owned(),
            source,
        };
    }
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

/// The length of the header of a SQLite file.
pub(super) const HEADER_LEN: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const PAGE_SIZE_AT: usize = 16;
const PAGE_COUNT_AT: usize = 28;
const APPLICATION_ID_AT: usize = 68;

/// What the header of a database of droas says.
pub(super) struct Header {
    page_size: u64,
    page_count: u64,
}

impl Header {
    /// Reads the header of a database that droas made; `None` for anything else.
    pub(super) fn of_ours(header: &[u8; HEADER_LEN]) -> Option<Self> {
        let is_ours =
            header.starts_with(MAGIC) && number(header, APPLICATION_ID_AT) == APPLICATION_ID.cast_unsigned();
        is_ours.then(|| Self {
            page_size: match number(header, PAGE_SIZE_AT) >> 16 {
                1 => 65_536,
                size => u64::from(size),
            },
            page_count: u64::from(number(header, PAGE_COUNT_AT)),
        })
    }

    /// How long the file must be at least.
    pub(super) fn len_bytes(&self) -> u64 {
        self.page_size * self.page_count
    }
}

/// Four bytes of a header.
fn number(header: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(header[at..at + 4].try_into().expect("four bytes"))
}

/// Reads the header itself: SQLite would roll back a journal or leave files beside a database that is not ours. Our own
/// carries its mark from its first page on, since the mark is written before the file is switched to the log.
/// Source: sqlite.org, "Database File Format", heading "The Database Header", read in August 2026.
pub(super) fn refuse_foreign(asked: &Path, path: &Path) -> Result<(), OpenError> {
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
    if number(&header, APPLICATION_ID_AT) != APPLICATION_ID.cast_unsigned() {
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
        // Whoever may open it may lock it.
        .mode(0o600)
        .open(place)
        .map_err(|source| OpenError::NotWritable {
            path: asked.to_owned(),
            place: if place.exists() {
                place.to_owned()
            } else {
                place.parent().unwrap_or(place).to_owned()
            },
            source,
        })?;
    match file.try_lock() {
        Ok(()) => Ok(FileLock {
            _file: file,
            database: OnceLock::new(),
        }),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: asked.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(unusable(asked, source)),
    }
}
