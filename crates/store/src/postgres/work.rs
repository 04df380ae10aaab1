//! How statements are run: reads once, writes in a transaction of their own whose end is always known.
//!
//! Macros, since a future that borrows from what a closure is given cannot yet be known to be `Send`.

use tokio_postgres::error::SqlState;

use super::Postgres;
use super::failure::Failure;
use super::locks::Locks;
use super::pool::Lease;
use crate::error::StoreError;
use crate::retry::Backoff;

/// `read!(postgres, |db| work)`: runs statements that change nothing. `work` is a future of `Result<T, Failure>`.
macro_rules! read {
    ($postgres:expr, |$db:ident| $work:expr) => {{
        let lease = $postgres.pool.lease().await?;
        let $db = lease.session();
        let answer: Result<_, crate::postgres::failure::Failure> = $work.await;
        lease.give_back();
        answer.map_err(crate::error::StoreError::from)
    }};
}
pub(super) use read;

/// `write!(postgres, locks, |tx| work)`: runs `work` in a transaction that holds `locks`, again from the start when others
/// were in the way, and is ready when it is committed. With an error nothing was.
macro_rules! write {
    ($postgres:expr, $locks:expr, |$tx:ident| $work:expr) => {{
        let mut run = crate::postgres::work::Run::new($postgres, $locks);
        loop {
            let lease = run.begin().await?;
            let $tx = lease.session();
            let done = $work.await;
            if let Some(done) = run.end(lease, done).await? {
                break Ok::<_, crate::error::StoreError>(done);
            }
        }
    }};
}
pub(super) use write;

/// The id of a transaction, as the server writes it.
type TransactionId = String;

/// A transaction, as often as it has to be run.
pub(super) struct Run<'a> {
    postgres: &'a Postgres,
    begin: String,
    backoff: Option<Backoff>,
    transaction: TransactionId,
}

impl<'a> Run<'a> {
    pub(super) fn new(postgres: &'a Postgres, locks: Locks) -> Self {
        Self {
            postgres,
            begin: locks.begin(),
            backoff: None,
            transaction: String::new(),
        }
    }

    /// Begins a transaction and takes its locks.
    pub(super) async fn begin(&mut self) -> Result<Lease<'a>, StoreError> {
        loop {
            let lease = self.postgres.pool.lease().await?;
            match lease.session().run_for_text(&self.begin).await {
                Ok(Some(transaction)) => {
                    self.transaction = transaction;
                    return Ok(lease);
                }
                Ok(None) => {
                    return Err(Failure::Row("the server gave a transaction no number".to_owned()).into());
                }
                Err(failure) => self.not_done(lease, failure).await?,
            }
        }
    }

    /// Commits what was done. `None`: it was taken back, and is to be done again.
    pub(super) async fn end<T>(
        &mut self,
        lease: Lease<'a>,
        done: Result<T, Failure>,
    ) -> Result<Option<T>, StoreError> {
        let failure = match done {
            Ok(done) => match lease.session().run("COMMIT").await {
                Ok(()) => {
                    lease.give_back();
                    self.postgres.counters.committed(1);
                    return Ok(Some(done));
                }
                Err(failure) if failure.is_refusal() => failure,
                Err(failure) => {
                    let transaction = &self.transaction;
                    tracing::warn!(%failure, transaction, "the connection broke during a commit; asking what became of it");
                    // The place among the connections stays taken meanwhile.
                    let committed = self.postgres.was_committed(transaction).await?;
                    drop(lease);
                    if committed {
                        self.postgres.counters.committed(1);
                    }
                    return Ok(committed.then_some(done));
                }
            },
            Err(failure) => failure,
        };
        self.not_done(lease, failure).await?;
        Ok(None)
    }

    /// Takes a transaction back. Returns after a pause when it is worth repeating at once.
    async fn not_done(&mut self, lease: Lease<'a>, failure: Failure) -> Result<(), StoreError> {
        // A connection that is not given back is closed, and the server takes back what was done on it.
        if failure.is_refusal() && lease.session().run("ROLLBACK").await.is_ok() {
            lease.give_back();
        } else {
            drop(lease);
        }
        if !failure.is_contention() {
            return Err(failure.into());
        }
        let retry = self.postgres.retry;
        let backoff = self
            .backoff
            .get_or_insert_with(|| Backoff::new(retry, rand::random()));
        let Some(pause) = backoff.next_pause() else {
            return Err(failure.into());
        };
        self.postgres.counters.busy_retry();
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

impl Postgres {
    /// Asks what became of a transaction whose commit was not answered, until somebody knows: to go on without knowing would
    /// be to lose its changes, or to make them twice.
    async fn was_committed(&self, transaction: &TransactionId) -> Result<bool, StoreError> {
        let longest = self.retry.limits().longest;
        let mut backoff = Backoff::new(self.retry, rand::random());
        loop {
            match self.status(transaction).await {
                Ok(Some(status)) if status == "committed" => return Ok(true),
                Ok(Some(status)) if status == "aborted" => return Ok(false),
                // Its server process has not noticed yet.
                Ok(Some(_)) => {}
                Ok(None) => {
                    let forgotten =
                        format!("the server does not know any more what became of transaction {transaction}");
                    return Err(Failure::Row(forgotten).into());
                }
                // A server that never came to that number: a copy, which took over without it.
                Err(failure) if failure.code() == Some(&SqlState::INVALID_PARAMETER_VALUE) => {
                    return Ok(false);
                }
                Err(failure) => {
                    tracing::warn!(%failure, transaction, "what became of a commit is not known yet");
                }
            }
            if self.pool.is_closing() {
                return Err(StoreError::Closed);
            }
            tokio::time::sleep(backoff.next_pause().unwrap_or(longest)).await;
        }
    }

    async fn status(&self, transaction: &TransactionId) -> Result<Option<String>, Failure> {
        let session = self.pool.connect().await?;
        let ask = format!("SELECT pg_xact_status('{transaction}'::xid8)");
        session.run_for_text(&ask).await
    }
}
