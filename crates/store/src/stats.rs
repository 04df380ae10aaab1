//! Counters of a store's work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use domain::histogram::{Bounds, Buckets, Histogram};

/// What a store did since it was opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoreStats {
    /// Writes that are stored and acknowledged.
    pub writes: u64,
    /// Transactions that held them; fewer than `writes` when writes shared one.
    pub transactions: u64,
    /// Times that a lock held by another program was waited for in vain and tried again.
    pub busy_retries: u64,
    /// Reads and writes that ended in an error.
    pub failures: u64,
    /// Writes that wait for their commit now.
    pub writes_waiting: u64,
    /// How long writes took that are stored, from being asked for to their commit.
    pub write_took: Buckets,
    /// How long reads took that were answered, from being asked for to their answer.
    pub read_took: Buckets,
}

#[derive(Debug)]
pub(crate) struct Counters {
    writes: AtomicU64,
    transactions: AtomicU64,
    busy_retries: AtomicU64,
    failures: AtomicU64,
    writes_waiting: AtomicU64,
    write_took: Histogram,
    read_took: Histogram,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            writes: AtomicU64::new(0),
            transactions: AtomicU64::new(0),
            busy_retries: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            writes_waiting: AtomicU64::new(0),
            write_took: Histogram::new(Bounds::WORK),
            read_took: Histogram::new(Bounds::WORK),
        }
    }
}

/// A write that waits for its commit, until it is dropped.
#[derive(Debug)]
pub(crate) struct PendingWrite {
    counters: Arc<Counters>,
    begun: Instant,
}

impl Counters {
    /// A write is asked for.
    pub(crate) fn begin_write(self: &Arc<Self>) -> PendingWrite {
        self.writes_waiting.fetch_add(1, Ordering::Relaxed);
        PendingWrite {
            counters: Arc::clone(self),
            begun: Instant::now(),
        }
    }

    /// A transaction with so many writes is stored.
    pub(crate) fn committed(&self, writes: usize) {
        let writes = u64::try_from(writes).expect("a count of what is in memory fits a u64");
        self.writes.fetch_add(writes, Ordering::Relaxed);
        self.transactions.fetch_add(1, Ordering::Relaxed);
    }

    /// A read that was asked for at `begun` ended.
    pub(crate) fn read<T, E>(&self, begun: Instant, answer: Result<T, E>) -> Result<T, E> {
        match &answer {
            Ok(_) => self.read_took.observe(begun.elapsed()),
            Err(_) => self.failed(),
        }
        answer
    }

    pub(crate) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn busy_retry(&self) {
        self.busy_retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> StoreStats {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        StoreStats {
            writes: read(&self.writes),
            transactions: read(&self.transactions),
            busy_retries: read(&self.busy_retries),
            failures: read(&self.failures),
            writes_waiting: read(&self.writes_waiting),
            write_took: self.write_took.snapshot(),
            read_took: self.read_took.snapshot(),
        }
    }
}

impl PendingWrite {
    /// It is stored, or it failed.
    pub(crate) fn ended(self, well: bool) {
        if well {
            self.counters.write_took.observe(self.begun.elapsed());
        } else {
            self.counters.failed();
        }
    }
}

impl Drop for PendingWrite {
    fn drop(&mut self) {
        self.counters.writes_waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
