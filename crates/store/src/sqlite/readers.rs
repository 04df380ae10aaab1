//! Reads: a small pool of connections that can only read. The log lets them read beside the writer.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection;
use super::file::FileLock;
use super::keep::Keep;
use crate::error::StoreError;
use crate::options::StoreOptions;
use crate::retry::{Backoff, RetryProfile};
use crate::stats::Counters;

pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    /// One for each connection.
    places: Arc<Semaphore>,
    count: u32,
    retry: RetryProfile,
    counters: Arc<Counters>,
    keep: Arc<Keep>,
    /// As long as anybody may read, no other process may write.
    lock: Mutex<Option<Arc<FileLock>>>,
}

impl Readers {
    pub(super) fn open(
        path: &Path,
        options: &StoreOptions,
        counters: Arc<Counters>,
        keep: Arc<Keep>,
        lock: Arc<FileLock>,
    ) -> rusqlite::Result<Self> {
        let count = u32::try_from(options.readers.max(1)).unwrap_or(u32::MAX);
        let busy_timeout = options.retry.limits().busy_timeout;
        let idle = (0..count)
            .map(|_| connection::open_reader(path, busy_timeout))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Self {
            places: Arc::new(Semaphore::new(idle.len())),
            idle: Mutex::new(idle),
            count,
            retry: options.retry,
            counters,
            keep,
            lock: Mutex::new(Some(lock)),
        })
    }

    /// Runs `work` on a connection of its own, off the async threads.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let begun = Instant::now();
        let answer = self.read_uncounted(work).await;
        self.counters.read(begun, answer)
    }

    async fn read_uncounted<T: Send + 'static>(
        self: &Arc<Self>,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || {
            let _place = place;
            let lease = Lease::take(&readers);
            readers.patiently(|| work(lease.connection()))
        });
        match read.await {
            Ok(outcome) => outcome,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(StoreError::Closed),
            },
        }
    }

    fn patiently<T>(&self, mut work: impl FnMut() -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut backoff = None;
        loop {
            let error = match work() {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let backoff = backoff.get_or_insert_with(|| Backoff::new(self.retry, rand::random()));
            let pause = connection::is_busy(&error)
                .then(|| backoff.next_pause())
                .flatten();
            let Some(pause) = pause else {
                return Err(self.keep.failed(error));
            };
            self.counters.busy_retry();
            std::thread::sleep(pause);
        }
    }

    /// Waits for reads that run, refuses later ones, and closes the connections.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.places.acquire_many(self.count).await {
            all.forget();
            self.places.close();
        }
        let connections = std::mem::take(&mut *self.idle());
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Closing may write: not on an async thread.
        let closed = tokio::task::spawn_blocking(move || {
            drop(connections);
            drop(lock);
        });
        if closed.await.is_err() {
            tracing::warn!("the database's readers were not closed in order");
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan; returned when dropped.
struct Lease<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl<'a> Lease<'a> {
    fn take(readers: &'a Readers) -> Self {
        let connection = readers.idle().pop();
        Self { readers, connection }
    }

    fn connection(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("there are as many places as connections")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle().push(connection);
        }
    }
}
