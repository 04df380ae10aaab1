//! Counters of a store's work.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a store did since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Writes that are stored and acknowledged.
    pub writes: u64,
    /// Transactions that held them; fewer than `writes` when writes shared one.
    pub transactions: u64,
    /// Times that a lock held by another program was waited for in vain and tried again.
    pub busy_retries: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    writes: AtomicU64,
    transactions: AtomicU64,
    busy_retries: AtomicU64,
}

impl Counters {
    pub(crate) fn committed(&self, writes: usize) {
        let writes = u64::try_from(writes).expect("a count of what is in memory fits a u64");
        self.writes.fetch_add(writes, Ordering::Relaxed);
        self.transactions.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn busy_retry(&self) {
        self.busy_retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> StoreStats {
        StoreStats {
            writes: self.writes.load(Ordering::Relaxed),
            transactions: self.transactions.load(Ordering::Relaxed),
            busy_retries: self.busy_retries.load(Ordering::Relaxed),
        }
    }
}
