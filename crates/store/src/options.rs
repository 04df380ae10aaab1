//! How a store is opened.

use std::path::{Path, PathBuf};

use crate::retry::RetryProfile;

/// Where the data lies and how it is worked on. [`StoreOptions::at`] gives sound values for everything but the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// The SQLite file. It is made when it does not exist; its folder is not.
    pub path: PathBuf,
    /// How long a lock that another program holds is waited for.
    pub retry: RetryProfile,
    /// The most writes that wait for the writer; further callers wait for a place. At least 1.
    pub queue_len_max: usize,
    /// The most writes that share a transaction. At least 1, which gives each write its own.
    pub group_len_max: usize,
    /// How many reads run at the same time. At least 1.
    pub readers: usize,
}

impl StoreOptions {
    /// The database at `path`.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            retry: RetryProfile::Balanced,
            queue_len_max: 1024,
            group_len_max: 256,
            readers: 4,
        }
    }
}
