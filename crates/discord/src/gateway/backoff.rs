//! The pauses between connections.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Exponential backoff with full jitter: a pause is anything from nothing to a ceiling that doubles with each failure.
#[derive(Debug)]
pub(super) struct Backoff {
    policy: BackoffPolicy,
    failures: u32,
    rng: StdRng,
}

/// The limits of [`Backoff`].
#[derive(Clone, Copy, Debug)]
pub(super) struct BackoffPolicy {
    /// The first ceiling.
    pub(super) base: Duration,
    /// The last ceiling.
    pub(super) cap: Duration,
    /// A session that held for so long was well: the next failure is a first one.
    pub(super) well_after: Duration,
}

impl BackoffPolicy {
    pub(super) const GATEWAY: Self = Self {
        base: Duration::from_millis(500),
        cap: Duration::from_secs(60),
        well_after: Duration::from_secs(60),
    };
}

impl Backoff {
    pub(super) fn new(policy: BackoffPolicy, seed: u64) -> Self {
        Self {
            policy,
            failures: 0,
            rng: StdRng::seed_from_u64(seed),
        }
    }

    /// The pause after a connection whose session held for `held`; `None` when it never had one.
    pub(super) fn next_pause(&mut self, held: Option<Duration>) -> Duration {
        if held.is_some_and(|held| held >= self.policy.well_after) {
            self.failures = 0;
        }
        let ceiling = self.ceiling();
        self.failures = self.failures.saturating_add(1);
        ceiling.mul_f64(self.rng.random_range(0.0..=1.0))
    }

    fn ceiling(&self) -> Duration {
        let doubled = 1_u32
            .checked_shl(self.failures)
            .and_then(|factor| self.policy.base.checked_mul(factor));
        doubled.map_or(self.policy.cap, |ceiling| ceiling.min(self.policy.cap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_double_up_to_the_cap() {
        let mut backoff = Backoff::new(BackoffPolicy::GATEWAY, 1);
        let mut ceilings = Vec::new();
        for _ in 0..100 {
            let ceiling = backoff.ceiling();
            assert!(backoff.next_pause(None) <= ceiling);
            ceilings.push(ceiling.as_millis());
        }
        assert_eq!(
            ceilings[..8],
            [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]
        );
        assert_eq!(ceilings[99], 60_000);
    }

    #[test]
    fn pauses_use_the_whole_range_and_repeat_with_the_seed() {
        let pauses = |seed| -> Vec<Duration> {
            let mut backoff = Backoff::new(BackoffPolicy::GATEWAY, seed);
            (0..40).map(|_| backoff.next_pause(None)).collect()
        };
        assert_eq!(pauses(7), pauses(7));
        assert_ne!(pauses(7), pauses(8));
        let late = &pauses(7)[8..];
        assert!(
            late.iter().any(|pause| *pause < Duration::from_secs(15)),
            "{late:?}"
        );
        assert!(
            late.iter().any(|pause| *pause > Duration::from_secs(45)),
            "{late:?}"
        );
    }

    #[test]
    fn only_a_session_that_held_makes_the_next_pause_short() {
        let mut backoff = Backoff::new(BackoffPolicy::GATEWAY, 3);
        for _ in 0..10 {
            backoff.next_pause(Some(Duration::from_secs(59)));
        }
        assert_eq!(backoff.ceiling(), Duration::from_secs(60));
        assert!(backoff.next_pause(Some(Duration::from_secs(60))) <= Duration::from_millis(500));
        assert_eq!(backoff.ceiling(), Duration::from_secs(1));
    }
}
