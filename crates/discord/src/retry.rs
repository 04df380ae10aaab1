//! Sending again in place: how often, after which pause, and never so often that it adds to the trouble.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// The first pause is at most this long, each next one at most twice the one before. The whole of it is drawn at random
/// (full jitter), so that those who failed together do not come back together.
const PAUSE_BOUND: Duration = Duration::from_millis(500);

/// Tries in place that may be saved up, which are also there at the start.
const SAVED_MAX: f64 = 10.0;
/// Tries in place for each call.
const FOR_EACH_CALL: f64 = 0.2;
/// Tries in place for each second, so that a bot that calls seldom has some too.
const FOR_EACH_SECOND: f64 = 0.5;

/// The pauses and the budget of all who share it.
#[derive(Debug)]
pub(crate) struct Retries {
    /// For each call.
    max: u32,
    shared: Mutex<Shared>,
}

#[derive(Debug)]
struct Shared {
    budget: Budget,
    random: SmallRng,
}

impl Retries {
    pub(crate) fn new(max: u32, seed: u64, now: Instant) -> Self {
        Self {
            max,
            shared: Mutex::new(Shared {
                budget: Budget::new(now),
                random: SmallRng::seed_from_u64(seed),
            }),
        }
    }

    /// A call begins, which earns a share of a try in place.
    pub(crate) fn call_begins(&self, now: Instant) {
        self.shared
            .lock()
            .expect("nothing panics while it holds the lock")
            .budget
            .earn(now);
    }

    /// How long to wait before the `nth` (from 1) try in place of a call; `None` when there is to be none. A try that is
    /// given out counts as made.
    pub(crate) fn pause_before(&self, nth: u32, now: Instant) -> Option<Duration> {
        if nth > self.max {
            return None;
        }
        let mut shared = self
            .shared
            .lock()
            .expect("nothing panics while it holds the lock");
        let bound = PAUSE_BOUND.saturating_mul(1 << nth.saturating_sub(1).min(10));
        shared
            .budget
            .spend(now)
            .then(|| bound.mul_f64(shared.random.random::<f64>()))
    }
}

/// A budget of tries in place: in any time at most so many as were saved up, a fifth of the calls, and one in two
/// seconds.
#[derive(Debug)]
struct Budget {
    saved: f64,
    counted_at: Instant,
}

impl Budget {
    fn new(now: Instant) -> Self {
        Self {
            saved: SAVED_MAX,
            counted_at: now,
        }
    }

    fn earn(&mut self, now: Instant) {
        self.pass(now);
        self.saved = (self.saved + FOR_EACH_CALL).min(SAVED_MAX);
    }

    fn spend(&mut self, now: Instant) -> bool {
        self.pass(now);
        let enough = self.saved >= 1.0;
        if enough {
            self.saved -= 1.0;
        }
        enough
    }

    fn pass(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.counted_at);
        self.counted_at = self.counted_at.max(now);
        self.saved = (self.saved + passed.as_secs_f64() * FOR_EACH_SECOND).min(SAVED_MAX);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pauses_are_drawn_below_a_bound_that_doubles_and_follow_the_seed() {
        let now = Instant::now();
        let draw = |seed: u64| -> Vec<Duration> {
            let retries = Retries::new(3, seed, now);
            (1..=3)
                .map(|nth| retries.pause_before(nth, now).expect("within the budget"))
                .collect()
        };
        let mut longest = [Duration::ZERO; 3];
        for seed in 0..200 {
            for (nth, pause) in draw(seed).into_iter().enumerate() {
                assert!(pause <= PAUSE_BOUND * (1 << nth), "{nth}: {pause:?}");
                longest[nth] = longest[nth].max(pause);
            }
        }
        assert!(longest[2] > PAUSE_BOUND * 3, "{longest:?}");
        assert_eq!(draw(7), draw(7));
    }

    #[test]
    fn call_is_tried_so_often_and_no_more() {
        let now = Instant::now();
        assert_eq!(Retries::new(3, 7, now).pause_before(4, now), None);
        assert_eq!(Retries::new(0, 7, now).pause_before(1, now), None);
    }

    #[test]
    fn bot_that_calls_seldom_may_try_again_after_a_while() {
        let now = Instant::now();
        let mut budget = Budget::new(now);
        while budget.spend(now) {}
        assert!(!budget.spend(now + Duration::from_secs(1)));
        assert!(budget.spend(now + Duration::from_secs(2)));
    }

    proptest! {
        #[test]
        fn tries_in_place_stay_a_fifth_of_the_calls_but_for_a_small_floor(
            steps in proptest::collection::vec((0_u64..300, any::<bool>()), 0..500)
        ) {
            let start = Instant::now();
            let mut budget = Budget::new(start);
            let (mut now, mut calls, mut tries) = (start, 0.0, 0.0);
            for (pass_ms, is_call) in steps {
                now += Duration::from_millis(pass_ms);
                if is_call {
                    budget.earn(now);
                    calls += 1.0;
                } else {
                    tries += f64::from(u8::from(budget.spend(now)));
                }
                let seconds = now.duration_since(start).as_secs_f64();
                prop_assert!(tries <= 10.0 + 0.2 * calls + 0.5 * seconds + 1e-6);
            }
        }
    }
}
