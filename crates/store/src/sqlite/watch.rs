//! Whether the file that is written is still the one at its path: SQLite itself goes on writing into a file that was deleted
//! or replaced, and never says so.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::backup::Progress;

use super::connection;
use super::file::{HEADER_LEN, Header, beside};
use crate::trouble::DatabaseLost;

/// Between two looks at what stands at the paths, while something is written.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A file may be shorter than it says of itself for a moment, when another program moves the log into it.
const SHORT_MAX: Duration = Duration::from_millis(500);

/// Device and number of a file.
type Identity = (u64, u64);

/// Looks after the file of an open database.
pub(super) struct Watch {
    path: PathBuf,
    /// Never closed before SQLite has closed the file: a process that closes a file loses all its locks on it.
    database: Arc<File>,
    identity: Identity,
    /// The log and the index to it, once they have been seen.
    beside: [(PathBuf, Option<Identity>); 2],
    look_at: Instant,
    /// Since when the file has been shorter than it says of itself.
    short_since: Option<Instant>,
}

/// What a look found.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// Nothing stands at the path, or another file.
    Moved,
    /// Something else stands in it, or it was cut.
    Overwritten,
    /// The log or its index is gone.
    NoLog(PathBuf),
}

impl Watch {
    /// `database` is the open file at `path`.
    pub(super) fn new(path: &Path, database: Arc<File>) -> io::Result<Self> {
        let opened = database.metadata()?;
        let mut watch = Self {
            path: path.to_owned(),
            database,
            identity: identity(&opened),
            beside: ["-wal", "-shm"].map(|suffix| (beside(path, suffix), None)),
            look_at: Instant::now(),
            short_since: None,
        };
        for (place, known) in &mut watch.beside {
            *known = fs::metadata(place).ok().as_ref().map(identity);
        }
        Ok(watch)
    }

    /// Looks whether the file is whole, which must be known before the log is moved into it, and now and then what stands at
    /// its path. What is found to be lost is saved as far as it can be.
    pub(super) fn look(&mut self, db: &Connection) -> Result<(), DatabaseLost> {
        let now = Instant::now();
        let mut found = self.is_overwritten(now).then_some(Found::Overwritten);
        if now >= self.look_at {
            self.look_at = now + LOOK_EVERY;
            // A file that was moved away is whole, wherever it is.
            found = self.find_moved().or(found);
        }
        match found {
            None => Ok(()),
            Some(Found::Moved) => Err(self.save(db)),
            Some(Found::Overwritten) => Err(self.put_log_away(db)),
            Some(Found::NoLog(log)) => Err(DatabaseLost::LogGone {
                log,
                is_whole: connection::empty_log(db).unwrap_or(false),
            }),
        }
    }

    fn find_moved(&mut self) -> Option<Found> {
        match fs::metadata(&self.path) {
            Ok(there) if identity(&there) == self.identity => {}
            Ok(_) => return Some(Found::Moved),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(Found::Moved),
            // Whoever cannot look cannot tell.
            Err(_) => return None,
        }
        let gone = self.beside.iter_mut().find_map(|(place, known)| {
            let there = match fs::metadata(&*place) {
                Ok(there) => Some(identity(&there)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(_) => return None,
            };
            match known {
                Some(_) => (there != *known).then(|| place.clone()),
                None => {
                    *known = there;
                    None
                }
            }
        });
        gone.map(Found::NoLog)
    }

    fn is_overwritten(&mut self, now: Instant) -> bool {
        let Ok(len) = self.database.metadata().map(|found| found.len()) else {
            return false;
        };
        let mut header = [0; HEADER_LEN];
        match self.database.read_exact_at(&mut header, 0) {
            Ok(()) => {}
            // Our databases have their first page before they have a log.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return true,
            Err(_) => return false,
        }
        let Some(header) = Header::of_ours(&header) else {
            return true;
        };
        if len >= header.len_bytes() {
            self.short_since = None;
            return false;
        }
        now.saturating_duration_since(*self.short_since.get_or_insert(now)) >= SHORT_MAX
    }

    /// The file lives on without a name for as long as it is open, so it can still be copied, with what its log holds.
    fn save(&self, db: &Connection) -> DatabaseLost {
        match self.copy(db) {
            Ok(saved) => {
                // What comes to stand at the path must not be taken to have this log.
                for (place, known) in &self.beside {
                    if fs::metadata(place).is_ok_and(|there| Some(identity(&there)) == *known)
                        && let Err(error) = fs::remove_file(place)
                    {
                        tracing::warn!(%error, "the log {} is left behind; delete it", place.display());
                    }
                }
                DatabaseLost::Saved {
                    path: self.path.clone(),
                    saved,
                }
            }
            Err(reason) => DatabaseLost::Gone {
                path: self.path.clone(),
                reason,
            },
        }
    }

    fn copy(&self, db: &Connection) -> Result<PathBuf, String> {
        let saved = free_place(&self.path, ".saved");
        let copied = db
            .backup("main", &saved, None::<fn(Progress)>)
            .map_err(|error| error.to_string())
            .and_then(|()| {
                let mode = self.database.metadata().and_then(|found| {
                    fs::set_permissions(&saved, found.permissions())?;
                    File::open(&saved)?.sync_all()
                });
                mode.map_err(|error| error.to_string())
            });
        if copied.is_err() {
            // Half a copy is none. It may not have been begun.
            drop(fs::remove_file(&saved));
        }
        copied.map(|()| saved)
    }

    /// Gives the log another name. Not a byte is written into a file that is not ours any more.
    fn put_log_away(&self, db: &Connection) -> DatabaseLost {
        connection::keep_log_when_closed(db);
        let [(log, _), (index, _)] = &self.beside;
        let place = free_place(log, ".kept");
        if let Err(error) = fs::rename(log, &place).and_then(|()| fs::remove_file(index)) {
            tracing::warn!(%error, "the log {} is left behind; move it away", log.display());
        }
        DatabaseLost::Overwritten {
            path: self.path.clone(),
            log: place,
        }
    }
}

fn identity(found: &fs::Metadata) -> Identity {
    (found.dev(), found.ino())
}

/// A name beside `path` that nothing has yet.
fn free_place(path: &Path, suffix: &str) -> PathBuf {
    let first = beside(path, suffix);
    let others = (2..).map(|n: u32| beside(path, &format!("{suffix}-{n}")));
    std::iter::once(first)
        .chain(others)
        .find(|place| fs::symlink_metadata(place).is_err())
        .expect("numbers do not run out")
}
