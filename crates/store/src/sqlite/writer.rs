//! Writes: one thread owns the only connection that writes, and commits together what waits.

mod queue;
mod tidy;
mod transaction;

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::connection;
use super::file::FileLock;
use super::journal::{Journal, Waits};
use super::keep::Keep;
use super::watch::Watch;
use crate::error::StoreError;
use crate::retry::{Backoff, RetryProfile};
use crate::stats::Counters;
use queue::{Next, Queue};
use tidy::Tidy;
use transaction::Transaction;

/// How long the writer waits for a request at most before it looks after its file.
const LOOK_EVERY: Duration = Duration::from_secs(5);

pub(super) struct Settings {
    pub(super) retry: RetryProfile,
    pub(super) queue_len_max: usize,
    pub(super) group_len_max: usize,
    /// After so long without a write the log is moved into the file.
    pub(super) quiet_for: Duration,
}

/// What a write must survive besides the end of the process, which it always survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// A power cut may take it back, together with the newest writes before and after it.
    WithTheLog,
    /// A power cut too. Waits for the disk.
    PowerCut,
}

/// The handle of the writing thread, which stores what is queued and then ends when the handle is dropped.
pub(super) struct Writer {
    queue: mpsc::Sender<Request>,
    counters: Arc<Counters>,
    waits: Waits,
    keep: Arc<Keep>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

enum Request {
    Write(Box<dyn Write>),
    /// Nothing comes after this but what is queued already.
    Close,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        settings: Settings,
        counters: Arc<Counters>,
        file: (Watch, Arc<Keep>),
        lock: Arc<FileLock>,
    ) -> io::Result<Self> {
        let (queue, requests) = mpsc::channel(settings.queue_len_max);
        let waits = Waits::default();
        let (watch, keep) = file;
        let writing = Writing {
            connection,
            journal: Journal::empty(waits.clone()),
            settings,
            counters: Arc::clone(&counters),
            watch,
            keep: Arc::clone(&keep),
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                writing.run(requests);
                drop(lock);
            })?;
        Ok(Self {
            queue,
            counters,
            waits,
            keep,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(super) fn keep(&self) -> &Keep {
        &self.keep
    }

    /// Runs `work` in a transaction that it may share with others, again from the start when the transaction has to be
    /// repeated, and answers when it is committed.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.write_and_tell(durability, move |tx, _| work(tx), |_| {})
            .await
    }

    /// As [`Writer::write`], of what reads or changes activity: all messages that were noted before are counted first.
    pub(super) async fn write_counted<T: Send + 'static>(
        &self,
        durability: Durability,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let work = move |tx: &Connection, journal: &mut Journal| {
            journal.count(tx)?;
            work(tx)
        };
        self.write_and_tell(durability, work, |_| {}).await
    }

    /// Has all messages counted that were acknowledged before.
    pub(super) async fn count(&self) -> Result<(), StoreError> {
        if self.waits.any() {
            self.write_counted(Durability::WithTheLog, |_| Ok(())).await?;
        }
        Ok(())
    }

    /// As [`Writer::write`], of work that sees to the journal itself; calls `committed` after the commit and before the
    /// answer, also when nobody waits for that any more.
    pub(super) async fn write_and_tell<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnMut(&Connection, &mut Journal) -> rusqlite::Result<T> + Send + 'static,
        committed: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, StoreError> {
        let pending = self.counters.begin_write();
        let (reply, answer) = oneshot::channel();
        let write = Task {
            durability,
            work,
            result: None,
            committed,
            reply,
        };
        let request = Request::Write(Box::new(write));
        self.queue.send(request).await.map_err(|_| StoreError::Closed)?;
        let stored = answer.await.map_err(|_| StoreError::Closed)?;
        pending.ended(stored.is_ok());
        stored
    }

    /// Lets the thread finish what is queued, and waits until it has closed the file.
    pub(super) async fn close(&self) {
        let mut thread = self.thread.lock().await;
        let Some(running) = thread.take() else { return };
        // An error says that the thread has ended, which is what we want.
        drop(self.queue.send(Request::Close).await);
        let joined = tokio::task::spawn_blocking(move || running.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the database's writer ended with a panic");
        }
    }
}

/// A write that waits for its commit.
trait Write: Send {
    fn durability(&self) -> Durability;
    /// May be called again after a rollback.
    fn run(&mut self, tx: &Connection, journal: &mut Journal) -> rusqlite::Result<()>;
    /// Tells the caller. `Ok` only after a `run` that was committed.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Task<T, F, C> {
    durability: Durability,
    work: F,
    result: Option<T>,
    committed: C,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F, C> Write for Task<T, F, C>
where
    T: Send,
    F: FnMut(&Connection, &mut Journal) -> rusqlite::Result<T> + Send,
    C: FnOnce(&T) + Send,
{
    fn durability(&self) -> Durability {
        self.durability
    }

    fn run(&mut self, tx: &Connection, journal: &mut Journal) -> rusqlite::Result<()> {
        self.result = Some((self.work)(tx, journal)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self {
            work,
            result,
            committed,
            reply,
            ..
        } = *self;
        // Before the caller goes on, who may hold the same and is then the one to free it.
        drop(work);
        let answer = outcome.map(|()| result.expect("a committed write has run"));
        if let Ok(result) = &answer {
            committed(result);
        }
        // A caller who does not wait any more need not know.
        drop(reply.send(answer));
    }
}

/// What the thread owns.
struct Writing {
    connection: Connection,
    journal: Journal,
    settings: Settings,
    counters: Arc<Counters>,
    watch: Watch,
    keep: Arc<Keep>,
}

/// Why a transaction was not committed.
enum Failed {
    /// One of the writes failed; the others may be well.
    Write(rusqlite::Error),
    /// The transaction itself did.
    Transaction(rusqlite::Error),
}

impl Writing {
    fn run(mut self, requests: mpsc::Receiver<Request>) {
        let mut requests = Queue::new(requests);
        let mut tidy = Tidy::new(self.settings.quiet_for);
        let mut quiet_since = Instant::now();
        loop {
            let tidy_in = tidy
                .due_after()
                .map(|after| after.saturating_sub(quiet_since.elapsed()));
            let next_in = [tidy_in, self.journal.due_after()].into_iter().flatten().min();
            let request = match requests.wait(Some(next_in.unwrap_or(LOOK_EVERY).min(LOOK_EVERY))) {
                Next::Request(request) => request,
                Next::Quiet => {
                    let is_time = tidy
                        .due_after()
                        .is_some_and(|after| quiet_since.elapsed() >= after);
                    if self.is_well() && self.count_if_due() {
                        tidy.written();
                    }
                    if self.keep.lost().is_none() && is_time {
                        tidy.tidy(&self.connection, self.settings.retry.limits().busy_timeout);
                        quiet_since = Instant::now();
                    }
                    continue;
                }
                Next::End => break,
            };
            let mut group = Vec::new();
            let mut next = Some(request);
            while let Some(request) = next {
                match request {
                    Request::Write(write) => group.push(write),
                    Request::Close => requests.close(),
                }
                let full = group.len() >= self.settings.group_len_max;
                next = if full { None } else { requests.next() };
            }
            self.commit(group);
            self.count_if_due();
            tidy.written();
            quiet_since = Instant::now();
        }
        self.close();
    }

    /// Whether the file is still the one that was opened, as far as was looked.
    fn is_well(&mut self) -> bool {
        if self.keep.lost().is_none()
            && let Err(lost) = self.watch.look(&self.connection)
        {
            self.keep.lose(lost);
        }
        self.keep.lost().is_none()
    }

    /// Commits a group and answers each write. When one write fails they are all repeated alone: it then takes nobody
    /// with it. When the commit fails, all fail and nothing is applied.
    fn commit(&mut self, mut group: Vec<Box<dyn Write>>) {
        if group.is_empty() {
            return;
        }
        self.is_well();
        if let Some(lost) = self.keep.lost() {
            for write in group {
                write.answer(Err(lost.clone()));
            }
            return;
        }
        match self.commit_patiently(&mut group) {
            Ok(()) => {
                self.counters.committed(group.len());
                self.keep.succeeded();
                for write in group {
                    write.answer(Ok(()));
                }
            }
            Err(Failed::Write(_)) if group.len() > 1 => {
                for write in group {
                    self.commit(vec![write]);
                }
            }
            Err(Failed::Write(error) | Failed::Transaction(error)) => {
                let error = self.keep.failed(error);
                for write in group {
                    write.answer(Err(error.clone()));
                }
            }
        }
    }

    /// Repeats the transaction for as long as another program's lock is in the way.
    fn commit_patiently(&mut self, group: &mut [Box<dyn Write>]) -> Result<(), Failed> {
        let mut backoff = None;
        loop {
            let failed = match self.commit_once(group) {
                Ok(()) => return Ok(()),
                Err(failed) => failed,
            };
            let (Failed::Write(error) | Failed::Transaction(error)) = &failed;
            if !connection::is_busy(error) {
                return Err(failed);
            }
            self.keep.note(error);
            let backoff = backoff.get_or_insert_with(|| Backoff::new(self.settings.retry, rand::random()));
            let Some(pause) = backoff.next_pause() else {
                return Err(Failed::Transaction(match failed {
                    Failed::Write(error) | Failed::Transaction(error) => error,
                }));
            };
            self.counters.busy_retry();
            thread::sleep(pause);
        }
    }

    fn commit_once(&mut self, group: &mut [Box<dyn Write>]) -> Result<(), Failed> {
        let power_cut_safe = group
            .iter()
            .any(|write| write.durability() == Durability::PowerCut);
        if power_cut_safe {
            connection::set_power_cut_safe(&self.connection, true).map_err(Failed::Transaction)?;
        }
        let committed = self.transact(group);
        if power_cut_safe && let Err(error) = connection::set_power_cut_safe(&self.connection, false) {
            // Slower from now on, not wrong.
            tracing::warn!(%error, "commits go on waiting for the disk");
        }
        committed
    }

    fn transact(&mut self, group: &mut [Box<dyn Write>]) -> Result<(), Failed> {
        let tx = Transaction::begin(&self.connection).map_err(Failed::Transaction)?;
        self.journal.begin();
        for write in group {
            write.run(&tx, &mut self.journal).map_err(Failed::Write)?;
        }
        self.journal.write(&tx).map_err(Failed::Transaction)?;
        tx.commit().map_err(Failed::Transaction)?;
        self.journal.committed();
        Ok(())
    }

    /// Counts what waits in the journal once it is time, which nobody waits for. Returns whether it did.
    fn count_if_due(&mut self) -> bool {
        let is_due = self.journal.due_after().is_some_and(|after| after.is_zero());
        if is_due && self.keep.lost().is_none() {
            self.count();
        }
        is_due
    }

    fn count(&mut self) {
        let counted = Transaction::begin(&self.connection).and_then(|tx| {
            self.journal.begin();
            self.journal.count(&tx)?;
            tx.commit()
        });
        match counted {
            Ok(()) => {
                self.keep.succeeded();
                self.journal.committed();
            }
            Err(error) => {
                self.journal.put_off();
                if self.keep.note(&error) {
                    tracing::debug!(%error, "messages that are stored are counted later");
                } else {
                    tracing::error!(%error, "messages are stored and cannot be counted");
                }
            }
        }
    }

    /// Counts what waits and moves the log into the file. Where a foreign program is in the way, what is left stays, and
    /// nothing is lost.
    fn close(mut self) {
        if self.keep.lost().is_some() {
            // What is at the path now is not ours to write into.
            connection::keep_log_when_closed(&self.connection);
            return;
        }
        if self.journal.due_after().is_some() {
            self.count();
        }
        let moved = connection::empty_log(&self.connection);
        if let Err(error) = moved.and_then(|_| self.connection.close().map_err(|(_, error)| error)) {
            tracing::warn!(%error, "the database's log stays beside it; the next start reads it");
        }
    }
}

#[cfg(test)]
mod tests;
