//! Why nothing was done to a database, for its operator.

use std::error::Error;
use std::path::PathBuf;

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
    #[error(
        "{path} could not be written ({source}) and nothing was left of it; see that its folder exists and can be written, and that \
         the disk has room"
    )]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the operating system or SQLite says.
        source: Box<dyn Error + Send + Sync>,
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
    #[error("the database did not do what it was asked ({0}); try again, the server's log may say more")]
    Store(#[from] StoreError),
}

impl From<ServerError> for UpkeepError {
    fn from(error: ServerError) -> Self {
        Self::Open(error.into())
    }
}
