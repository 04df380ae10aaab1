//! How a store is opened.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::postgres::PostgresUrl;
use crate::retry::RetryProfile;

/// Where the data lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A SQLite file. It is made when it does not exist; its folder is not.
    File(PathBuf),
    /// A database on a PostgreSQL server.
    Server(PostgresUrl),
}

/// Where the data lies and how it is worked on. [`StoreOptions::at`] and [`StoreOptions::in_place`] give sound values for
/// everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// The file or the server.
    pub place: Place,
    /// Whether a schema of an older version is brought up to date. Otherwise it is refused with [`OpenError::Older`] or
    /// [`ServerError::Older`], for who does something before ([`upkeep::migrate`]). An empty database is filled anyway.
    ///
    /// [`OpenError::Older`]: crate::OpenError::Older
    /// [`ServerError::Older`]: crate::ServerError::Older
    /// [`upkeep::migrate`]: crate::upkeep::migrate
    pub migrate: bool,
    /// How long a lock that another program holds is waited for.
    pub retry: RetryProfile,
    /// Of a file, the most writes that wait for the writer; further callers wait for a place. At least 1.
    pub queue_len_max: usize,
    /// Of a file, the most writes that share a transaction. At least 1, which gives each write its own.
    pub group_len_max: usize,
    /// Of a file, how many reads run at the same time. At least 1.
    pub readers: usize,
    /// Of a file, how long nothing must have been written before its log is moved into it, so that it stays small. A write
    /// that comes meanwhile waits for it, some milliseconds.
    pub quiet_for: Duration,
    /// Of a server, the most connections; one more listens for news. Callers wait for a free one. At least 1.
    pub connections: usize,
}

impl StoreOptions {
    /// The SQLite file at `path`.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self::in_place(Place::File(path.as_ref().to_owned()))
    }

    /// The database at `place`.
    pub fn in_place(place: Place) -> Self {
        Self {
            place,
            migrate: true,
            retry: RetryProfile::Balanced,
            queue_len_max: 1024,
            group_len_max: 256,
            readers: 4,
            quiet_for: Duration::from_secs(10),
            connections: 8,
        }
    }
}
