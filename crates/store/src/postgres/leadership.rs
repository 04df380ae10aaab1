//! Which of several processes over one database is the bot.
//!
//! Whoever leads holds the row of the table `leadership` for a while, under a term that nobody had before, and renews it.
//! Another takes over, with the next term, when the leader's connection has ended or its time is up. A leader that was out of
//! reach may not know yet, so each of its writes looks at the term, behind a lock that no takeover gets between: once another
//! leads, and has read where to go on, nothing of the former is stored any more.
//!
//! Times are the server's. That a connection has ended is noticed at once when a process dies, so that whoever stands by need
//! not wait for the end of the time; when a machine dies, the time decides.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::failure::Failure;
use super::locks;
use super::session::{self, Session};
use super::url::PostgresUrl;

/// How long a leader leads without renewing, in seconds: several times as long as it takes to renew late.
const TERM_S: u32 = 15;
/// How often it renews, and how long the server may take for it.
const RENEW_EVERY: Duration = Duration::from_secs(3);

/// Whether somebody leads, of the row of `leadership`.
const IS_HELD: &str = "until > clock_timestamp()
    AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = leadership.backend)";

/// What this process is to the database.
#[derive(Debug)]
pub(super) struct Leadership {
    /// Its term; 0 before it led, and when it has left that to others.
    term: AtomicI64,
    /// Whether it led, and another took over.
    lost: watch::Sender<bool>,
    renewing: Mutex<Option<AbortHandle>>,
}

impl Leadership {
    pub(super) fn none() -> Self {
        Self {
            term: AtomicI64::new(0),
            lost: watch::Sender::new(false),
            renewing: Mutex::new(None),
        }
    }

    /// The term in which all is written; `None` in a process that does not lead.
    pub(super) fn term(&self) -> Option<i64> {
        let term = self.term.load(Ordering::Acquire);
        (term != 0).then_some(term)
    }

    /// Takes over on a connection of its own, unless somebody leads. Returns whether this process leads now.
    pub(super) async fn take(&self, url: &PostgresUrl, lock_timeout: Duration) -> Result<bool, Failure> {
        let mut renewing = self.renewing.lock().await;
        if renewing.is_some() {
            return Ok(!*self.lost.borrow());
        }
        let session = Session::connect(url, lock_timeout, |_| {}).await?;
        let Some(term) = take_over(&session).await? else {
            return Ok(false);
        };
        self.term.store(term, Ordering::Release);
        tracing::debug!(term, "this process leads");
        let (url, lost) = (url.clone(), self.lost.clone());
        let renew = async move {
            renew(url, lock_timeout, session, term).await;
            lost.send_replace(true);
        };
        *renewing = Some(tokio::spawn(renew).abort_handle());
        Ok(true)
    }

    /// It was found that another leads.
    pub(super) fn lose(&self) {
        self.lost.send_replace(true);
    }

    /// Waits until another has taken over.
    pub(super) async fn lost(&self) {
        let mut lost = self.lost.subscribe();
        // The sender lives as long as this.
        drop(lost.wait_for(|lost| *lost).await);
    }

    /// Leaves it to others, who need not wait for the end of the term.
    pub(super) async fn end(&self) {
        // With its task, the connection is closed.
        if let Some(renewing) = self.renewing.lock().await.take() {
            renewing.abort();
            self.term.store(0, Ordering::Release);
        }
    }
}

impl Drop for Leadership {
    fn drop(&mut self) {
        if let Some(renewing) = self.renewing.get_mut().take() {
            renewing.abort();
        }
    }
}

/// Whether nobody leads.
pub(super) async fn is_free(db: &Session) -> Result<bool, Failure> {
    let held = format!("SELECT term FROM leadership WHERE {IS_HELD}");
    Ok(db.run_for_text(&held).await?.is_none())
}

/// The term that begins; `None` when somebody leads. Waits for what the former leader is still writing.
async fn take_over(db: &Session) -> Result<Option<i64>, Failure> {
    let take = format!(
        "BEGIN; {};
         UPDATE leadership SET term = term + 1, backend = pg_backend_pid(),
             until = clock_timestamp() + interval '{TERM_S} seconds'
         WHERE NOT ({IS_HELD}) RETURNING term;
         COMMIT",
        locks::take_over()
    );
    let term = db.run_for_text(&take).await?;
    Ok(term.and_then(|term| term.parse().ok()))
}

/// Renews a term until another has taken over.
async fn renew(url: PostgresUrl, lock_timeout: Duration, mut session: Session, term: i64) {
    let renew = format!(
        "UPDATE leadership SET backend = pg_backend_pid(), until = clock_timestamp() + interval '{TERM_S} seconds'
         WHERE term = {term} RETURNING term"
    );
    loop {
        match timeout(RENEW_EVERY, session.run_for_text(&renew)).await {
            Ok(Ok(Some(_))) => {
                sleep(RENEW_EVERY).await;
                continue;
            }
            Ok(Ok(None)) => return,
            Ok(Err(failure)) => tracing::debug!(%failure, "the leadership was not renewed"),
            Err(_) => tracing::debug!("the leadership was not renewed in time"),
        }
        session = session::opened("the leadership is still not renewed", || {
            Session::connect(&url, lock_timeout, |_| {})
        })
        .await;
    }
}
