//! Why nothing was done to a database, for its operator.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::error::{OpenError, ServerError, StoreError};

/// Why a database was not looked at, backed up, restored or tidied.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// As when it is opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is nothing to work on.
    #[error(
        "there is no database at {path}; `droas run` makes it at its first start, or name the bot's configuration with --config"
    )]
    NoDatabase {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is no backup of that name.
    #[error("there is no file {path} to restore; name one that `droas db backup` made")]
    NoBackup {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The name is taken.
    #[error("{path} exists and was left as it is; choose another name, or replace it with --force")]
    Exists {
        /// The name.
        path: PathBuf,
    },
    /// The name is that of the database, or of a file that belongs to it.
    #[error("{path} is the database itself or belongs to it; name another file")]
    Itself {
        /// The name.
        path: PathBuf,
    },
    /// The file holds nothing.
    #[error("{path} is empty and no backup; name one that `droas db backup` made")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It was looked through and is not what it should be.
    #[error(
        "{path} is damaged: {}; {advice}",
        findings.join(", ")
    )]
    Unsound {
        /// The file, or what was to become a copy of it.
        path: PathBuf,
        /// What SQLite found, up to a few lines.
        findings: Vec<String>,
        /// What to do.
        advice: &'static str,
    },
    /// The copy could not be written.
    #[error("{path} could not be written ({source}) and nothing was left of it; {advice}")]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the operating system or SQLite says.
        source: Box<dyn Error + Send + Sync>,
        /// What to do.
        advice: &'static str,
    },
    /// Nothing was done, because a backup was to be made first and could not be.
    #[error("no backup could be made of it first: {0}")]
    NotBackedUp(#[source] Box<UpkeepError>),
    /// What lies outside of the database could not be put back, so the database was not replaced.
    #[error("the pictures that belong to {path} could not be put back ({source}); the database is as it was")]
    Belongings {
        /// The backup.
        path: PathBuf,
        /// What whoever was to put them back says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Somebody else has migrated it meanwhile.
    #[error(
        "the database {place} has version {found} now and had version {expected} a moment ago; see who else migrates it, and try again"
    )]
    VersionChanged {
        /// The database.
        place: String,
        /// Its version.
        found: u32,
        /// What it was to be.
        expected: u32,
    },
    /// Bots are connected that would meet another schema than they know.
    #[error("droas has {connections} connections to the database {place}; stop every bot that uses it first")]
    Connected {
        /// The database.
        place: String,
        /// How many there are beside ours.
        connections: u64,
    },
    /// The server has no tables of ours yet.
    #[error("{place} holds nothing of droas yet; `droas run` makes what it needs at its first start")]
    NothingThere {
        /// The database.
        place: String,
    },
    /// The server gave no answer, or a refusal.
    #[error(
        "the database did not do what it was asked ({0}); {advice}",
        advice = if is_unavailable(.0) { "try again, the server's log may say more" } else { "the server's log may say more" }
    )]
    Store(#[from] StoreError),
}

impl UpkeepError {
    /// Whether it may be well in a minute, without anybody doing something about droas or its configuration.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Open(error) => error.may_pass(),
            Self::Store(error) => is_unavailable(error),
            Self::NotWritten { .. } | Self::Belongings { .. } => true,
            Self::NotBackedUp(why) => why.may_pass(),
            _ => false,
        }
    }

    /// A file that could not be written, with what to do about its cause.
    pub fn not_written(path: PathBuf, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self::NotWritten {
            path,
            advice: writing_advice(source.as_ref()),
            source,
        }
    }
}

/// Whether trying again may help.
fn is_unavailable(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable { .. })
}

/// What to do about a file that cannot be written, by the first of its causes that tells.
fn writing_advice(source: &(dyn Error + 'static)) -> &'static str {
    let mut next = Some(source);
    while let Some(cause) = next {
        let io = cause.downcast_ref::<io::Error>();
        if let Some(advice) = io.and_then(|error| by_kind(error.kind())) {
            return advice;
        }
        let code = cause
            .downcast_ref::<rusqlite::Error>()
            .and_then(rusqlite::Error::sqlite_error_code);
        match code {
            Some(ErrorCode::DiskFull) => return NO_ROOM,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                return "end the program that holds the database (a database browser, perhaps), and try again";
            }
            // One of the operating system's that wraps another error leaves that one out of its sources.
            _ => {
                next = match io.and_then(io::Error::get_ref) {
                    Some(wrapped) => Some(wrapped),
                    None => cause.source(),
                }
            }
        }
    }
    "see that its disk has room for it and is well (the system's log tells)"
}

const NO_ROOM: &str = "free some space, or name a place with more room";

fn by_kind(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "make its folder, or name another place",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file stands where a folder is needed: move it away, or name another place"
        }
        io::ErrorKind::PermissionDenied => {
            "let the user that runs droas write in its folder, or name another place"
        }
        io::ErrorKind::ReadOnlyFilesystem => "mount its file system to be written, or name another place",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => NO_ROOM,
        _ => return None,
    })
}

impl From<ServerError> for UpkeepError {
    fn from(error: ServerError) -> Self {
        Self::Open(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_of_a_file_that_cannot_be_written_has_advice_of_its_own() {
        let of_kind = |kind: io::ErrorKind| UpkeepError::not_written("b".into(), io::Error::from(kind));
        for (kind, advice) in [
            (io::ErrorKind::NotFound, "make its folder"),
            (
                io::ErrorKind::NotADirectory,
                "a file stands where a folder is needed",
            ),
            (
                io::ErrorKind::PermissionDenied,
                "let the user that runs droas write",
            ),
            (io::ErrorKind::ReadOnlyFilesystem, "mount its file system"),
            (io::ErrorKind::StorageFull, "free some space"),
            (io::ErrorKind::Other, "is well"),
        ] {
            let said = of_kind(kind).to_string();
            assert!(said.contains(advice), "{said}");
            let speaks_of_space = said.contains("free some space");
            assert_eq!(speaks_of_space, kind == io::ErrorKind::StorageFull, "{said}");
        }
        // What copies pictures wraps what the operating system says.
        let wrapped = io::Error::other(io::Error::from(io::ErrorKind::StorageFull));
        let said = UpkeepError::not_written("b".into(), wrapped).to_string();
        assert!(said.contains("free some space"), "{said}");
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let full = rusqlite::Error::SqliteFailure(full, None);
        let said = UpkeepError::not_written("b".into(), full).to_string();
        assert!(said.contains("free some space"), "{said}");
    }
}
