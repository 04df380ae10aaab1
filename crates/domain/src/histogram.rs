//! How often things took how long: counts in buckets, which cost two additions each and no memory as time goes by.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of a histogram's buckets. One more bucket has what took longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds(&'static [u64]);

impl Bounds {
    /// For what is promised to people: close together around an event within half a second and a welcome within three, and
    /// up to half an hour for what waits for Discord's limits.
    pub const PROMISES: Self = Self(&[
        1_000,
        2_000,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        750_000,
        1_000_000,
        2_000_000,
        3_000_000,
        5_000_000,
        10_000_000,
        60_000_000,
        300_000_000,
        1_800_000_000,
    ]);

    /// For what this machine does by itself, from ten microseconds to ten seconds.
    pub const WORK: Self = Self(&[
        10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 10_000_000,
    ]);

    /// For what goes over the network, from ten milliseconds to half a minute.
    pub const REQUESTS: Self = Self(&[
        10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
        30_000_000,
    ]);
}

/// How often something took how long. Whoever measures and whoever reads may do so at the same time.
#[derive(Debug)]
pub struct Histogram {
    bounds: Bounds,
    counts: Box<[AtomicU64]>,
    sum_us: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    /// The upper bound of each bucket in seconds, from the smallest, the last being infinite, and how often something lay in
    /// it and not in those before.
    pub buckets: Vec<(f64, u64)>,
    /// All together, in seconds.
    pub sum_s: f64,
}

impl Histogram {
    /// An empty one.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            counts: (0..=bounds.0.len()).map(|_| AtomicU64::new(0)).collect(),
            sum_us: AtomicU64::new(0),
        }
    }

    /// Something took so long.
    pub fn observe(&self, took: Duration) {
        self.observe_many(took, 1);
    }

    /// Something took so long for so many at once.
    pub fn observe_many(&self, took: Duration, count: u64) {
        let bucket = self
            .bounds
            .0
            .partition_point(|bound| Duration::from_micros(*bound) < took);
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
        let bounds = self.bounds.0.iter().map(|bound| *bound as f64 / 1e6);
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        Buckets {
            buckets: bounds.chain([f64::INFINITY]).zip(counts).collect(),
            sum_s: self.sum_us.load(Ordering::Relaxed) as f64 / 1e6,
        }
    }
}

impl Buckets {
    /// How often something was measured.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lies_in_the_first_bucket_that_holds_it() {
        let histogram = Histogram::new(Bounds::PROMISES);
        histogram.observe(Duration::from_millis(1));
        histogram.observe(Duration::from_micros(1_001));
        histogram.observe_many(Duration::from_secs(3_600), 2);
        let taken = histogram.snapshot();
        let filled: Vec<_> = taken
            .buckets
            .iter()
            .copied()
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(filled, [(0.001, 1), (0.002, 1), (f64::INFINITY, 2)]);
        assert_eq!(taken.count(), 4);
        assert!((taken.sum_s - 7_200.002_001).abs() < 1e-9, "{}", taken.sum_s);
    }

    #[test]
    fn bounds_grow() {
        for bounds in [Bounds::PROMISES, Bounds::WORK, Bounds::REQUESTS] {
            assert!(bounds.0.is_sorted_by(|one, next| one < next), "{bounds:?}");
        }
    }
}
