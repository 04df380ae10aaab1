//! Calls of the last while, counted in buckets of time.

use std::time::{Duration, Instant};

const BUCKETS: u64 = 10;

/// How calls ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// How many ended, well or badly.
    pub calls: u32,
    /// How many of them failed.
    pub failed: u32,
    /// How many of them were slow, whether they failed or not.
    pub slow: u32,
}

impl Rates {
    /// The share that failed, 0 to 100, rounded down; 0 when there were no calls.
    pub fn failed_percent(&self) -> u32 {
        percent(self.failed, self.calls)
    }

    /// The share that was slow, 0 to 100, rounded down; 0 when there were no calls.
    pub fn slow_percent(&self) -> u32 {
        percent(self.slow, self.calls)
    }

    pub(crate) fn count(&mut self, failed: bool, slow: bool) {
        self.calls = self.calls.saturating_add(1);
        self.failed = self.failed.saturating_add(failed.into());
        self.slow = self.slow.saturating_add(slow.into());
    }

    fn add(&mut self, other: Rates) {
        self.calls = self.calls.saturating_add(other.calls);
        self.failed = self.failed.saturating_add(other.failed);
        self.slow = self.slow.saturating_add(other.slow);
    }
}

fn percent(part: u32, whole: u32) -> u32 {
    (u64::from(part) * 100)
        .checked_div(whole.into())
        .map_or(0, |share| u32::try_from(share).unwrap_or(100))
}

/// A window that slides by a tenth of its length.
#[derive(Debug)]
pub(crate) struct Window {
    begun_at: Instant,
    bucket_len: Duration,
    /// Each with the number of the tenth that it counts, from the window's beginning.
    buckets: [(u64, Rates); BUCKETS as usize],
    newest: u64,
}

impl Window {
    pub(crate) fn new(len: Duration, now: Instant) -> Self {
        Self {
            begun_at: now,
            bucket_len: len / 10,
            buckets: [(0, Rates::default()); BUCKETS as usize],
            newest: 0,
        }
    }

    pub(crate) fn count(&mut self, failed: bool, slow: bool, now: Instant) {
        // Callers look at the clock before they wait for each other, so a time may be a little older than the last.
        let number = self.number(now).max(self.newest);
        self.newest = number;
        let bucket = &mut self.buckets[(number % BUCKETS) as usize];
        if bucket.0 != number {
            *bucket = (number, Rates::default());
        }
        bucket.1.count(failed, slow);
    }

    pub(crate) fn rates(&self, now: Instant) -> Rates {
        let newest = self.number(now).max(self.newest);
        let mut sum = Rates::default();
        for (number, rates) in self.buckets {
            if number + BUCKETS > newest {
                sum.add(rates);
            }
        }
        sum
    }

    fn number(&self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.begun_at);
        u64::try_from(passed.as_nanos() / self.bucket_len.as_nanos().max(1)).unwrap_or(u64::MAX - BUCKETS)
    }
}
