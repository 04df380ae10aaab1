//! How long things take, for those who look on: counts in buckets, which cost an addition each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the buckets in milliseconds: close together around what is promised (an event within half a second,
/// a welcome within three), and up to half an hour for what waits for Discord's limits. One more bucket has what took
/// longer.
const BOUNDS_MS: [u64; 18] = [
    1, 2, 5, 10, 25, 50, 100, 250, 500, 750, 1_000, 2_000, 3_000, 5_000, 10_000, 60_000, 300_000, 1_800_000,
];

/// What is measured.
#[derive(Debug, Default)]
pub struct Latencies {
    /// From an event's arrival to the commit that holds it.
    pub event_handling: Histogram,
    /// From a join, by Discord's clock, to its welcome being known to stand in the channel.
    pub join_to_post: Histogram,
    /// From asking for a card to its bytes, with fetching the avatar and waiting for a thread.
    pub card: Histogram,
}

/// How often something took how long.
#[derive(Debug, Default)]
pub struct Histogram {
    counts: [AtomicU64; BOUNDS_MS.len() + 1],
    sum_us: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Buckets {
    /// The upper bound of each bucket in seconds, from the smallest, the last being infinite, and how often something lay in
    /// it and not in those before.
    pub buckets: Vec<(f64, u64)>,
    /// All together, in seconds.
    pub sum_s: f64,
}

impl Histogram {
    pub(crate) fn observe(&self, took: Duration) {
        self.observe_many(took, 1);
    }

    /// Something took so long for so many at once.
    pub(crate) fn observe_many(&self, took: Duration, count: u64) {
        let bucket = BOUNDS_MS.partition_point(|bound| Duration::from_millis(*bound) < took);
        self.counts[bucket].fetch_add(count, Ordering::Relaxed);
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.sum_us.fetch_add(us.saturating_mul(count), Ordering::Relaxed);
    }

    /// Reads it. What is observed meanwhile may be in the one and not in the other.
    #[expect(
        clippy::cast_precision_loss,
        reason = "bounds are small, and sums may be off by their last digits"
    )]
    pub fn snapshot(&self) -> Buckets {
        let bounds = BOUNDS_MS
            .iter()
            .map(|bound| *bound as f64 / 1e3)
            .chain([f64::INFINITY]);
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        Buckets {
            buckets: bounds.zip(counts).collect(),
            sum_s: self.sum_us.load(Ordering::Relaxed) as f64 / 1e6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lies_in_the_first_bucket_that_holds_it() {
        let histogram = Histogram::default();
        histogram.observe(Duration::from_millis(1));
        histogram.observe(Duration::from_micros(1_001));
        histogram.observe_many(Duration::from_secs(3_600), 2);
        let Buckets { buckets, sum_s } = histogram.snapshot();
        let filled: Vec<_> = buckets.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(filled, [(0.001, 1), (0.002, 1), (f64::INFINITY, 2)]);
        assert!((sum_s - 7_200.002_001).abs() < 1e-9, "{sum_s}");
    }
}
