//! How statements are run: reads once, writes in a transaction of their own whose end is always known.
//!
//! Macros, since a future that borrows from what a closure is given cannot yet be known to be `Send`.

use super::Postgres;
use super::failure::Failure;
use super::locks::{self, Locks};
use super::pool::Lease;
use super::session::Session;
use crate::error::StoreError;
use crate::retry::Backoff;
use crate::stats::PendingWrite;

/// `read!(postgres, |db| work)`: runs statements that change nothing. `work` is a future of `Result<T, Failure>`.
macro_rules! read {
    ($postgres:expr, |$db:ident| $work:expr) => {{
        let begun = std::time::Instant::now();
        let lease = $postgres.pool.lease().await;
        let lease = lease.inspect_err(|_| $postgres.counters.failed())?;
        let $db = lease.session();
        let answer: Result<_, crate::postgres::failure::Failure> = $work.await;
        lease.give_back();
        let answer = answer.map_err(crate::error::StoreError::from);
        $postgres.counters.read(begun, answer)
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

/// A transaction's mark: the number of transactions that its connection's row of `droas_writer` shows once it is committed.
/// The row is changed by nobody else, and stays locked until the transaction has ended.
///
/// The server's own number of a transaction is no mark: one of which nothing had reached the disk when the server crashed is
/// given again to another transaction.
#[derive(Clone, Debug, Default)]
struct Mark {
    writer: i64,
    transactions: String,
}

/// A transaction, as often as it has to be run.
pub(super) struct Run<'a> {
    postgres: &'a Postgres,
    /// The term in which it is written.
    term: Option<i64>,
    take_locks: String,
    backoff: Option<Backoff>,
    mark: Mark,
    /// Counted among those that wait, until it has ended.
    pending: Option<PendingWrite>,
}

impl<'a> Run<'a> {
    pub(super) fn new(postgres: &'a Postgres, locks: Locks) -> Self {
        Self {
            postgres,
            term: postgres.leadership.term(),
            take_locks: locks.take().unwrap_or_default(),
            backoff: None,
            mark: Mark::default(),
            pending: Some(postgres.counters.begin_write()),
        }
    }

    /// Begins a transaction, marks it and takes its locks.
    pub(super) async fn begin(&mut self) -> Result<Lease<'a>, StoreError> {
        let begun = self.begin_uncounted().await;
        begun.inspect_err(|_| self.ended(false))
    }

    /// Commits what was done. `None`: it was taken back, and is to be done again.
    pub(super) async fn end<T>(
        &mut self,
        lease: Lease<'a>,
        done: Result<T, Failure>,
    ) -> Result<Option<T>, StoreError> {
        let ended = self.end_uncounted(lease, done).await;
        match &ended {
            Ok(Some(_)) => self.ended(true),
            Ok(None) => {}
            Err(_) => self.ended(false),
        }
        ended
    }

    fn ended(&mut self, well: bool) {
        if let Some(pending) = self.pending.take() {
            pending.ended(well);
        }
    }

    async fn begin_uncounted(&mut self) -> Result<Lease<'a>, StoreError> {
        loop {
            let lease = self.postgres.pool.lease().await?;
            match begin(lease.session(), self.term, &self.take_locks).await {
                Ok(Some(mark)) => {
                    self.mark = mark;
                    return Ok(lease);
                }
                // It has not written for long, and its row was tidied away: another connection gets another row.
                Ok(None) => drop(lease),
                Err(failure) => self.not_done(lease, failure).await?,
            }
        }
    }

    async fn end_uncounted<T>(
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
                    tracing::warn!(%failure, "the connection broke during a commit; asking what became of it");
                    // The place among the connections stays taken meanwhile.
                    let committed = self.postgres.was_committed(&self.mark).await?;
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
        if let Failure::TakenOver = failure {
            self.postgres.leadership.lose();
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
    async fn was_committed(&self, mark: &Mark) -> Result<bool, StoreError> {
        let longest = self.retry.limits().longest;
        let mut backoff = Backoff::new(self.retry, rand::random());
        loop {
            match self.find(mark).await {
                Ok(committed) => return Ok(committed),
                // The server is away, or has not noticed yet that the connection broke.
                Err(failure) => tracing::warn!(%failure, "what became of a commit is not known yet"),
            }
            if self.pool.is_closing() {
                return Err(StoreError::Closed);
            }
            tokio::time::sleep(backoff.next_pause().unwrap_or(longest)).await;
        }
    }

    /// Waits for the row's lock, that is for the end of the transaction, as long as for any lock.
    async fn find(&self, mark: &Mark) -> Result<bool, Failure> {
        let session = self.pool.connect().await?;
        let ask = format!(
            "SELECT transactions FROM droas_writer WHERE id = {} FOR UPDATE",
            mark.writer
        );
        Ok(session.run_for_text(&ask).await? == Some(mark.transactions.clone()))
    }
}

/// All in one message. `None` when the connection's row is not there.
async fn begin(session: &Session, term: Option<i64>, take_locks: &str) -> Result<Option<Mark>, Failure> {
    let writer = session.writer().await?;
    // The term is read by a statement behind the lock, which sees what a takeover stored that was waited for.
    let (stay_leader, and_term) = match term {
        Some(_) => (locks::write_as_leader(), ", (SELECT term FROM leadership)"),
        None => (String::new(), ""),
    };
    let sql = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED;
         {stay_leader};
         UPDATE droas_writer SET transactions = transactions + 1, used_at = now() WHERE id = {writer}
         RETURNING transactions{and_term};
         {take_locks}"
    );
    let Some(row) = session.run_for_row(&sql).await? else {
        return Ok(None);
    };
    if let Some(term) = term
        && row.get(1) != Some(term.to_string().as_str())
    {
        return Err(Failure::TakenOver);
    }
    let transactions = row.get(0).unwrap_or_default().to_owned();
    Ok(Some(Mark { writer, transactions }))
}
