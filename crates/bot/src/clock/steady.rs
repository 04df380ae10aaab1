//! A clock that does not jump.
//!
//! The time of day of a machine jumps: at the first contact with a time server, by a hand, by a host that wakes a sleeping
//! guest. Who joined would seem to have joined days ago, and would not be greeted; what is to be done in an hour would be due
//! in days. So time is counted on by what never jumps, and where that and the time of day differ, Discord tells who is right:
//! each of its answers carries its time.
//! Source: RFC 9110, heading "Date", read in August 2026.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::time::UnixMs;
use rustix::time::{ClockId, clock_gettime};
use tracing::{info, warn};

use super::{Clock, SystemClock};

/// By so much the time of day may move against the count from one look to the next; more is a jump.
const STEP_MAX_MS: u64 = 1_000;
/// Who differs from Discord by no more than this is right. An answer's time is told in whole seconds and takes its way.
const APART_MAX_MS: u64 = 60_000;

/// The machine's clock as long as that agrees with Discord's, and Discord's otherwise.
pub struct SteadyClock {
    time_of_day: Box<dyn Fn() -> UnixMs + Send + Sync>,
    count_ms: Box<dyn Fn() -> i64 + Send + Sync>,
    state: Mutex<State>,
}

struct State {
    /// What is added to the count.
    ahead_ms: i64,
    /// The time of day is not followed.
    differs: bool,
}

impl Default for SteadyClock {
    fn default() -> Self {
        Self::over(|| SystemClock.now(), since_boot_ms)
    }
}

/// Milliseconds since the machine was started, those that it slept among them.
fn since_boot_ms() -> i64 {
    let since = clock_gettime(ClockId::Boottime);
    since.tv_sec * 1_000 + since.tv_nsec / 1_000_000
}

impl SteadyClock {
    /// Over a time of day, and a count of milliseconds that never jumps.
    pub fn over(
        time_of_day: impl Fn() -> UnixMs + Send + Sync + 'static,
        count_ms: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        let ahead_ms = time_of_day().0.saturating_sub(count_ms());
        Self {
            time_of_day: Box::new(time_of_day),
            count_ms: Box::new(count_ms),
            state: Mutex::new(State {
                ahead_ms,
                differs: false,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> UnixMs {
        let mut state = self.state();
        let (shown, count_ms) = ((self.time_of_day)(), (self.count_ms)());
        let counted = UnixMs(count_ms.saturating_add(state.ahead_ms));
        if apart_ms(shown, counted) <= STEP_MAX_MS {
            state.ahead_ms = shown.0.saturating_sub(count_ms);
            return shown;
        }
        if !state.differs {
            state.differs = true;
            warn!(
                by_s = shown.0.saturating_sub(counted.0) / 1_000,
                "the machine's clock has jumped; the bot counts on until Discord has told its time"
            );
        }
        counted
    }

    fn hear(&self, told: UnixMs) {
        let counted = self.now();
        let mut state = self.state();
        let (shown, count_ms) = ((self.time_of_day)(), (self.count_ms)());
        if apart_ms(shown, told) <= APART_MAX_MS {
            state.ahead_ms = shown.0.saturating_sub(count_ms);
            if std::mem::take(&mut state.differs) {
                info!("the machine's clock agrees with Discord's again, and is followed");
            }
        } else if apart_ms(counted, told) > APART_MAX_MS {
            state.ahead_ms = told.0.saturating_sub(count_ms);
            state.differs = true;
            warn!(
                by_s = shown.0.saturating_sub(told.0) / 1_000,
                "the machine's clock is not Discord's; the bot goes by Discord's, and the machine's should be set right"
            );
        }
    }
}

fn apart_ms(one: UnixMs, other: UnixMs) -> u64 {
    one.0.abs_diff(other.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const BEGUN: i64 = 1_790_000_000_000;
    const HOUR: i64 = 3_600_000;

    /// A machine whose count stands at some hours.
    struct Machine {
        shown: Arc<AtomicI64>,
        count: Arc<AtomicI64>,
        clock: SteadyClock,
    }

    impl Machine {
        fn new(shown: i64) -> Self {
            let (shown, count) = (
                Arc::new(AtomicI64::new(shown)),
                Arc::new(AtomicI64::new(7 * HOUR)),
            );
            let (of_day, counted) = (Arc::clone(&shown), Arc::clone(&count));
            let clock = SteadyClock::over(
                move || UnixMs(of_day.load(Ordering::Relaxed)),
                move || counted.load(Ordering::Relaxed),
            );
            Self { shown, count, clock }
        }

        fn pass(&self, ms: i64) {
            self.shown.fetch_add(ms, Ordering::Relaxed);
            self.count.fetch_add(ms, Ordering::Relaxed);
        }

        fn jump(&self, ms: i64) {
            self.shown.fetch_add(ms, Ordering::Relaxed);
        }

        fn now(&self) -> i64 {
            self.clock.now().0 - BEGUN
        }
    }

    #[test]
    fn time_passes_as_on_the_machine_and_is_drawn_along_with_it() {
        let machine = Machine::new(BEGUN);
        machine.pass(HOUR);
        assert_eq!(machine.now(), HOUR);
        for _ in 0..100 {
            machine.jump(-40);
            machine.now();
        }
        assert_eq!(machine.now(), HOUR - 4_000);
    }

    #[test]
    fn jump_is_not_followed_unless_discord_says_so() {
        for jump in [3 * 24 * HOUR, -5 * HOUR] {
            let machine = Machine::new(BEGUN);
            machine.pass(HOUR);
            machine.jump(jump);
            assert_eq!(machine.now(), HOUR, "{jump}");
            machine.pass(HOUR);
            machine.clock.hear(UnixMs(BEGUN + 2 * HOUR));
            assert_eq!(machine.now(), 2 * HOUR, "it jumped to what is wrong: {jump}");
            machine.jump(-jump);
            machine.clock.hear(UnixMs(BEGUN + 2 * HOUR));
            machine.jump(500);
            assert_eq!(
                machine.now(),
                2 * HOUR + 500,
                "it was set right, and is followed: {jump}"
            );

            let machine = Machine::new(BEGUN - jump);
            machine.jump(jump);
            assert_eq!(machine.now(), -jump);
            machine.clock.hear(UnixMs(BEGUN - 700));
            assert_eq!(machine.now(), 0, "it jumped to what is right: {jump}");
        }
    }

    #[test]
    fn clock_that_is_wrong_from_the_beginning_is_put_right_by_discord() {
        let machine = Machine::new(BEGUN + 90 * 24 * HOUR);
        machine.clock.hear(UnixMs(BEGUN));
        machine.pass(HOUR);
        assert_eq!(machine.now(), HOUR);
        machine.clock.hear(UnixMs(BEGUN + HOUR - 900));
        assert_eq!(
            machine.now(),
            HOUR,
            "an answer that was long on its way changes nothing"
        );
    }
}
