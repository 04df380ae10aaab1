//! What can go wrong, by what the caller can do about it.

mod server;

use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::WelcomeId;
use rusqlite::ErrorCode;

pub use server::ServerError;

/// Why a write or a read did not happen. Nothing of it was applied.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Not now: another program holds the database for too long, the disk is full or does not answer, or the server is
    /// away. Try again later.
    #[error("the database is unavailable: {source}")]
    Unavailable {
        /// What the database says.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// Trying again will not help: the data is damaged, or what was asked breaks its rules.
    #[error("the database refused: {source}")]
    Broken {
        /// What the database says.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// Another welcome has the id already that was drawn for a new one. The same with another id can be stored.
    #[error("the id {id} was drawn for a new welcome, and another welcome has it already")]
    IdTaken {
        /// The id, or the first of them.
        id: WelcomeId,
    },
    /// The store was closed.
    #[error("the database was closed")]
    Closed,
}

/// What to do about a place that cannot be written.
fn advice(place: &Path, source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "mount its file system to be written".to_owned(),
        _ => format!("give the user that runs droas write permission{}", who(place)),
    }
}

/// What to do about a failure that nobody expects.
fn mending(source: &(dyn Error + Send + Sync + 'static)) -> &'static str {
    let code = source
        .downcast_ref::<rusqlite::Error>()
        .and_then(rusqlite::Error::sqlite_error_code);
    match code {
        Some(ErrorCode::OutOfMemory) => "give the machine or its container more memory",
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
            "see that it lies on a local disk, and that the disk is well (the system's log tells), or choose another path"
        }
        None if source.is::<io::Error>() => "mend that, or choose another path",
        _ => "try again; should it stay so, report it as a fault of droas, with this sentence",
    }
}

/// Whose a place is, and who we are.
fn who(place: &Path) -> String {
    // The entry of a process belongs to its user.
    let user = fs::metadata("/proc/self").map(|ours| ours.uid());
    match (user, fs::metadata(place)) {
        (Ok(user), Ok(found)) => format!(
            " (it runs as user {user}; the owner is user {}, and the mode is {:o})",
            found.uid(),
            found.mode() & 0o7777
        ),
        _ => String::new(),
    }
}

impl OpenError {
    /// Whether it may pass without anybody doing something about droas or its configuration: starting again later may help.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Server(
                ServerError::Unreachable { .. } | ServerError::Unable { .. } | ServerError::Led { .. },
            )
            | Self::Locked { .. }
            | Self::Full { .. } => true,
            Self::NotMigrated { why, .. } => why.may_pass(),
            Self::NotWritable { source, .. } => matches!(
                source.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::ReadOnlyFilesystem
            ),
            _ => false,
        }
    }
}

/// Why a database was not opened. What the message says is meant for the person who chose the path or the URL; nothing was
/// changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Something about the server or the database on it.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Its folder does not exist.
    #[error(
        "the database {path} cannot be made because the folder {folder} does not exist; create the folder or choose another path"
    )]
    FolderMissing {
        /// The path that was asked for.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// The path names a folder, a device or the like.
    #[error("{path} is not a file, and the database must be one; give the path of a file, such as {}", .path.join("droas.sqlite").display())]
    NotAFile {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error(
        "{place} cannot be written, which the database {path} needs ({source}); {}, or choose another path",
        advice(place, source)
    )]
    NotWritable {
        /// The path that was asked for.
        path: PathBuf,
        /// The file or folder that cannot be written.
        place: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file holds something else than a SQLite database.
    #[error(
        "{path} is not a SQLite database and was left as it is; choose another path, or move that file away to begin with an empty database"
    )]
    NotADatabase {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file is a SQLite database that droas did not make.
    #[error(
        "{path} is the database of another program and was left as it is; choose another path for the database of droas"
    )]
    OtherProgram {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// A newer version of droas made the file.
    #[error(
        "the database {path} has version {found}, but this droas ({program}) knows versions up to {known}, so it was left as it is; run the newer droas that made it, or take it back with that one (`droas db rollback`, a version each time), or restore a backup from before the upgrade (`droas db restore`)",
        program = env!("CARGO_PKG_VERSION")
    )]
    TooNew {
        /// The path that was asked for.
        path: PathBuf,
        /// The version of the file.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// An older version of droas made the file, and it was not to be migrated.
    #[error(
        "the database {path} has version {found}, but this droas ({program}) works with version {known}; bring it up to date with `droas db migrate`",
        program = env!("CARGO_PKG_VERSION")
    )]
    Older {
        /// The path that was asked for.
        path: PathBuf,
        /// The version of the file.
        found: u32,
        /// The version that this program works with.
        known: u32,
    },
    /// Another droas has it open.
    #[error(
        "another droas is using the database {path}; stop that one first, or give this one a path of its own"
    )]
    InUse {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// Another program holds a lock on it for too long.
    #[error(
        "the database {path} is locked by another program; end that program (a backup or a database browser, perhaps) and start again"
    )]
    Locked {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file is a database of droas, but parts of it cannot be read.
    #[error(
        "the database {path} is damaged ({source}); restore a backup, or move the file away to begin with an empty database"
    )]
    Damaged {
        /// The path that was asked for.
        path: PathBuf,
        /// What SQLite says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The disk under it is full.
    #[error("the disk of the database {path} is full; free some space and start again")]
    Full {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// A step of the schema met other tables than its version has.
    #[error(
        "the tables of the database {place} are not those of its version {version} ({source}), so something else than droas has \
         changed them; undo that, or restore a backup from before it"
    )]
    OtherTables {
        /// The database, as a person named it.
        place: String,
        /// Its version.
        version: u32,
        /// What the database says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Its schema was not brought to another version, and the database is as it was.
    #[error("the database was not brought from version {from} to version {to} and is as it was: {why}")]
    NotMigrated {
        /// The version that it has.
        from: u32,
        /// The version that it was to have.
        to: u32,
        /// What is in the way.
        why: Box<OpenError>,
    },
    /// The operating system or SQLite failed in another way.
    #[error("the database {path} cannot be opened ({source}); {}", mending(source.as_ref()))]
    Unusable {
        /// The path that was asked for.
        path: PathBuf,
        /// What it says.
        source: Box<dyn Error + Send + Sync>,
    },
}
