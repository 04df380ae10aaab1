//! Pauses between tries: exponential, with full jitter.

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// How the pauses between tries grow. Each is a random share, at least a tenth, of its upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The first pause is at most this long; each next one at most twice the one before.
    pub first: Duration,
    /// No pause is longer.
    pub longest: Duration,
}

impl Patience {
    /// A run of tries; the seed makes its jitter.
    pub(crate) fn start(self, seed: u64) -> Pauses {
        Pauses {
            patience: self,
            tries: 0,
            random: SmallRng::seed_from_u64(seed),
        }
    }

    /// The pause after the `tries`-th try in a row (from 1) failed: a random share, at least a tenth, of its upper bound.
    fn pause(self, tries: u32, random: &mut SmallRng) -> Duration {
        let bound = self
            .first
            .saturating_mul(1 << (tries - 1).min(20))
            .min(self.longest);
        bound.mul_f64(random.random_range(0.1..=1.0))
    }
}

/// Where a run of tries stands.
#[derive(Debug)]
pub(crate) struct Pauses {
    patience: Patience,
    tries: u32,
    random: SmallRng,
}

impl Pauses {
    /// Goes on as if `tries` tries had failed already.
    pub(crate) fn after(mut self, tries: u32) -> Self {
        self.tries = tries;
        self
    }

    /// Whether nothing has failed yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.tries == 0
    }

    /// How long to wait before the next try.
    pub(crate) fn next_pause(&mut self) -> Duration {
        self.tries = self.tries.saturating_add(1);
        self.patience.pause(self.tries, &mut self.random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound_and_differ_by_seed() {
        let patience = Patience {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(300),
        };
        let mut pauses = patience.start(1);
        let all: Vec<_> = (0..64).map(|_| pauses.next_pause()).collect();
        assert!(all[0] <= Duration::from_secs(1));
        assert!(all.iter().all(|pause| *pause >= Duration::from_millis(100)));
        assert!(all.iter().all(|pause| *pause <= Duration::from_secs(300)));
        assert!(all[20..].iter().any(|pause| *pause > Duration::from_secs(150)));
        assert_ne!(all[0], patience.start(2).next_pause());
    }
}
