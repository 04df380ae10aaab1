//! A bounded number of connections, made when they are needed and kept.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::failure::Failure;
use super::session::Session;
use super::url::PostgresUrl;
use crate::error::StoreError;

pub(super) struct Pool {
    url: PostgresUrl,
    lock_timeout: Duration,
    idle: Mutex<Vec<Session>>,
    /// One for each connection that may be open.
    places: Semaphore,
    count: u32,
    closing: AtomicBool,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Pool {
    pub(super) fn new(url: PostgresUrl, lock_timeout: Duration, connections: usize) -> Self {
        let count = u32::try_from(connections.max(1)).unwrap_or(u32::MAX);
        Self {
            url,
            lock_timeout,
            idle: Mutex::default(),
            places: Semaphore::new(count as usize),
            count,
            closing: AtomicBool::new(false),
        }
    }

    /// Waits for a place, and connects where no connection is idle.
    pub(super) async fn lease(&self) -> Result<Lease<'_>, StoreError> {
        let place = self.places.acquire().await.map_err(|_| StoreError::Closed)?;
        let kept = loop {
            let kept = self.idle().pop();
            if kept.as_ref().is_none_or(|session| !session.is_closed()) {
                break kept;
            }
        };
        let session = match kept {
            Some(session) => session,
            None => self.connect().await?,
        };
        Ok(Lease {
            pool: self,
            session: Some(session),
            _place: place,
        })
    }

    /// The database.
    pub(super) fn url(&self) -> &PostgresUrl {
        &self.url
    }

    /// How long a lock is waited for.
    pub(super) fn lock_timeout(&self) -> Duration {
        self.lock_timeout
    }

    /// A connection besides those that are counted.
    pub(super) async fn connect(&self) -> Result<Session, Failure> {
        Session::connect(&self.url, self.lock_timeout, |_| {}).await
    }

    /// Waits for what runs, refuses what comes later, and closes the connections.
    pub(super) async fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        if let Ok(all) = self.places.acquire_many(self.count).await {
            all.forget();
            self.places.close();
        }
        self.idle().clear();
    }

    /// Whether somebody waits for the connections to come to rest.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. When it is dropped it is closed, and the server takes back what was not committed on it.
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    session: Option<Session>,
    _place: SemaphorePermit<'a>,
}

impl Lease<'_> {
    pub(super) fn session(&self) -> &Session {
        self.session.as_ref().expect("it is there until the loan ends")
    }

    /// Keeps the connection for others: nothing is open on it.
    pub(super) fn give_back(mut self) {
        if let Some(session) = self.session.take()
            && !session.is_closed()
        {
            self.pool.idle().push(session);
        }
    }
}
