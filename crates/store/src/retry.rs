//! How long a lock that another program holds is waited for.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How often and how patiently a busy or locked database is tried again. Nothing but that is retried: in a file busy and
/// locked, on a server locks, deadlocks and serialization failures.
///
/// Each try waits inside the database first (the busy timeout, or the lock timeout). Between tries there is a pause that doubles from `first` to
/// `longest`, each shortened by a random share of up to a half, so that two programs do not meet again and again.
///
/// | profile | busy timeout | first pause | longest pause | tries | gives up after about |
/// |---|---|---|---|---|---|
/// | aggressive | 100 ms | 5 ms | 100 ms | 20 | 3 s |
/// | balanced | 1 s | 50 ms | 1 s | 20 | 30 s |
/// | conservative | 5 s | 250 ms | 10 s | 20 | 4 min |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryProfile {
    /// A person waits for the answer: many quick tries, and an error within seconds.
    Aggressive,
    /// The bot's own: outlasts a backup or an admin's query.
    #[default]
    Balanced,
    /// Maintenance in no hurry: outlasts other programs' long work and disturbs it little.
    Conservative,
}

pub(crate) struct Limits {
    pub(crate) busy_timeout: Duration,
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
    pub(crate) tries: u32,
}

impl RetryProfile {
    pub(crate) fn limits(self) -> Limits {
        let (busy_timeout_ms, first_ms, longest_ms, tries) = match self {
            Self::Aggressive => (100, 5, 100, 20),
            Self::Balanced => (1_000, 50, 1_000, 20),
            Self::Conservative => (5_000, 250, 10_000, 20),
        };
        Limits {
            busy_timeout: Duration::from_millis(busy_timeout_ms),
            first: Duration::from_millis(first_ms),
            longest: Duration::from_millis(longest_ms),
            tries,
        }
    }
}

/// The pauses of one run of tries.
pub(crate) struct Backoff {
    limits: Limits,
    rng: StdRng,
    failed: u32,
}

impl Backoff {
    /// The seed makes the jitter.
    pub(crate) fn new(profile: RetryProfile, seed: u64) -> Self {
        Self {
            limits: profile.limits(),
            rng: StdRng::seed_from_u64(seed),
            failed: 0,
        }
    }

    /// How long to wait after a try that failed; `None` when it was the last.
    pub(crate) fn next_pause(&mut self) -> Option<Duration> {
        self.failed += 1;
        if self.failed >= self.limits.tries {
            return None;
        }
        let doubled = self.limits.first.saturating_mul(1 << (self.failed - 1).min(16));
        let full = doubled.min(self.limits.longest);
        Some(full.mul_f64(self.rng.random_range(0.5..=1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(profile: RetryProfile, seed: u64) -> Vec<Duration> {
        let mut backoff = Backoff::new(profile, seed);
        std::iter::from_fn(|| backoff.next_pause()).collect()
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_lose_at_most_half() {
        for profile in [
            RetryProfile::Aggressive,
            RetryProfile::Balanced,
            RetryProfile::Conservative,
        ] {
            let limits = profile.limits();
            let all = pauses(profile, 7);
            assert_eq!(all.len(), limits.tries as usize - 1, "{profile:?}");
            let mut full = limits.first;
            for pause in all {
                assert!(
                    pause >= full / 2 && pause <= full,
                    "{profile:?}: {pause:?} of {full:?}"
                );
                full = (full * 2).min(limits.longest);
            }
        }
    }

    #[test]
    fn same_seed_gives_same_pauses_and_another_seed_others() {
        assert_eq!(
            pauses(RetryProfile::Balanced, 1),
            pauses(RetryProfile::Balanced, 1)
        );
        assert_ne!(
            pauses(RetryProfile::Balanced, 1),
            pauses(RetryProfile::Balanced, 2)
        );
    }

    #[test]
    fn profiles_give_up_when_their_table_says() {
        for (profile, at_least, at_most) in [
            (RetryProfile::Aggressive, 2, 4),
            (RetryProfile::Balanced, 25, 40),
            (RetryProfile::Conservative, 170, 300),
        ] {
            let limits = profile.limits();
            let total = pauses(profile, 3).iter().sum::<Duration>() + limits.busy_timeout * limits.tries;
            assert!(
                (at_least..=at_most).contains(&total.as_secs()),
                "{profile:?}: {total:?}"
            );
        }
    }
}
