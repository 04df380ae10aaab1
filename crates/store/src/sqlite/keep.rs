//! What is known of the file as a whole, shared by those who write and read it: whether it can be written, and whether it is
//! still there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::{Sqlite, connection};
use crate::error::StoreError;
use crate::trouble::{DatabaseLost, Trouble, Writable};

pub(super) struct Keep {
    path: PathBuf,
    writable: Writable,
    lost: watch::Sender<Option<DatabaseLost>>,
}

impl Keep {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            writable: Writable::new(path),
            lost: watch::Sender::new(None),
        }
    }

    /// A write was stored.
    pub(super) fn succeeded(&self) {
        if self.writable.is_troubled() {
            self.writable.succeeded(Instant::now());
        }
    }

    /// A write was not stored, or a read was not answered. Says what that means to whoever asked.
    pub(super) fn failed(&self, error: rusqlite::Error) -> StoreError {
        self.note(&error);
        connection::store_error(error)
    }

    /// Remembers what is in the way, and tells it where it is news. Returns whether the failure is the file's.
    pub(super) fn note(&self, error: &rusqlite::Error) -> bool {
        if connection::is_damage(error) {
            self.lose(DatabaseLost::Damaged {
                path: self.path.clone(),
                reason: error.to_string(),
            });
            return true;
        }
        match connection::obstacle(&self.path, error) {
            Some(obstacle) => {
                self.writable.failed(obstacle, Instant::now());
                true
            }
            None => false,
        }
    }

    /// Nothing may be written any more. The first reason stays.
    pub(super) fn lose(&self, reason: DatabaseLost) {
        self.lost.send_if_modified(|lost| {
            let is_first = lost.is_none();
            lost.get_or_insert(reason);
            is_first
        });
    }

    /// Why nothing may be written any more.
    pub(super) fn lost(&self) -> Option<StoreError> {
        let lost = self.lost.borrow().clone()?;
        Some(StoreError::Unavailable {
            source: Arc::new(lost),
        })
    }

    /// Waits until nothing may be written any more.
    async fn wait_until_lost(&self) -> DatabaseLost {
        let mut lost = self.lost.subscribe();
        let lost = lost.wait_for(Option::is_some).await;
        let lost = lost.expect("whoever waits holds the sender");
        lost.clone().expect("it was waited for")
    }
}

impl Sqlite {
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.writer.keep().writable.trouble()
    }

    pub(crate) async fn lost(&self) -> DatabaseLost {
        self.writer.keep().wait_until_lost().await
    }
}
