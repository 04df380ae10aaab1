//! How backups are doing, for the operator.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::time::UnixMs;

use super::folder::FoundBackup;

/// How the backups are doing; the bot's operator reads it in [`Status`](crate::control::Status). Clones share it.
#[derive(Clone, Debug, Default)]
pub struct BackupStanding(Arc<Mutex<BackupStatus>>);

/// How backups are doing. All of it is nothing where none are scheduled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupStatus {
    /// From one to the next; `None` where this bot makes none by the clock.
    pub every: Option<Duration>,
    /// When the newest was made, before the start too.
    pub last_made_at: Option<UnixMs>,
    /// Its size.
    pub last_size_bytes: Option<u64>,
    /// How many could not be made since the start.
    pub failures: u64,
    /// Why the last could not be made; `None` once one was.
    pub error: Option<String>,
}

impl BackupStanding {
    /// How they are doing now.
    pub fn status(&self) -> BackupStatus {
        self.get().clone()
    }

    pub(super) fn begin(&self, every: Duration, newest: Option<&FoundBackup>) {
        let mut status = self.get();
        status.every = Some(every);
        status.last_made_at = newest.map(|newest| newest.made_at);
        status.last_size_bytes = newest.map(|newest| newest.size_bytes);
    }

    pub(super) fn made(&self, at: UnixMs, size_bytes: u64) {
        let mut status = self.get();
        status.last_made_at = Some(at);
        status.last_size_bytes = Some(size_bytes);
        status.error = None;
    }

    pub(super) fn failed(&self, error: String) {
        let mut status = self.get();
        status.failures += 1;
        status.error = Some(error);
    }

    fn get(&self) -> std::sync::MutexGuard<'_, BackupStatus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
