//! The breaker against a plain model of it, through random sequences of calls.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use breaker::{Breaker, Outcome, Permit, Reason, Settings, State, Transition};
use proptest::prelude::*;

const WINDOW_MS: u64 = 1_000;
const CALLS_MIN: usize = 4;
const SLOW_AFTER_MS: u64 = 300;
const OPEN_MIN_MS: u64 = 200;
const OPEN_MAX_MS: u64 = 3_000;
const PROBES: usize = 2;

fn settings() -> Settings {
    Settings {
        window: Duration::from_millis(WINDOW_MS),
        calls_min: CALLS_MIN as u32,
        failure_percent: 50,
        slow_percent: 75,
        slow_after: Duration::from_millis(SLOW_AFTER_MS),
        open_min: Duration::from_millis(OPEN_MIN_MS),
        open_max: Duration::from_millis(OPEN_MAX_MS),
        probes: PROBES as u32,
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Pass {
        ms: u64,
    },
    Start,
    /// Ends one of the calls under way, in whatever state the breaker is by then.
    End {
        which: usize,
        outcome: Outcome,
    },
    Drop {
        which: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcome = prop_oneof![
        3 => Just(Outcome::Good),
        4 => Just(Outcome::Bad),
        1 => Just(Outcome::Neutral),
    ];
    let step = prop_oneof![
        3 => prop_oneof![0_u64..50, 0_u64..400, 0_u64..4_000].prop_map(|ms| Step::Pass { ms }),
        8 => Just(Step::Start),
        7 => (any::<usize>(), outcome).prop_map(|(which, outcome)| Step::End { which, outcome }),
        1 => any::<usize>().prop_map(|which| Step::Drop { which }),
    ];
    proptest::collection::vec(step, 0..120)
}

/// What a breaker is to be, with everything remembered and nothing clever.
struct Model {
    now: u64,
    state: State,
    since: u64,
    /// Counts the states that there were.
    era: usize,
    /// Of this era: when each call ended, whether badly, whether slowly.
    ended: Vec<(u64, bool, bool)>,
    probes_out: usize,
    open_until: u64,
    openings: u64,
}

#[derive(Clone, Copy)]
struct Call {
    era: usize,
    began_at: u64,
}

impl Model {
    fn enter(&mut self, state: State) {
        self.state = state;
        self.since = self.now;
        self.era += 1;
        self.ended.clear();
        self.probes_out = 0;
    }

    fn start(&mut self) -> Option<Call> {
        if self.state == State::Open && self.now >= self.open_until {
            self.enter(State::HalfOpen);
        }
        let permitted = match self.state {
            State::Closed => true,
            State::Open => false,
            State::HalfOpen => self.probes_out + self.ended.len() < PROBES,
        };
        self.probes_out += usize::from(permitted && self.state == State::HalfOpen);
        permitted.then_some(Call {
            era: self.era,
            began_at: self.now,
        })
    }

    /// Whether it is to open now, and why.
    fn end(&mut self, call: Call, outcome: Outcome) -> Option<Reason> {
        if call.era != self.era {
            return None;
        }
        self.probes_out = self.probes_out.saturating_sub(1);
        if outcome == Outcome::Neutral {
            return None;
        }
        let bad = outcome == Outcome::Bad;
        let slow = self.now - call.began_at >= SLOW_AFTER_MS;
        self.ended.push((self.now, bad, slow));
        let tenth = |at: u64| (at - self.since) / (WINDOW_MS / 10);
        let counted: Vec<_> = self
            .ended
            .iter()
            .filter(|(at, ..)| self.state == State::HalfOpen || tenth(*at) + 10 > tenth(self.now))
            .collect();
        let failed = counted.iter().filter(|(_, bad, _)| *bad).count();
        let slow = counted.iter().filter(|(.., slow)| *slow).count();
        let mostly_slow = slow * 100 >= counted.len() * 75;
        match self.state {
            State::Closed if counted.len() < CALLS_MIN => None,
            State::Closed if failed * 100 >= counted.len() * 50 => Some(Reason::Failures),
            State::Closed => mostly_slow.then_some(Reason::Slowness),
            State::HalfOpen if bad => Some(Reason::ProbeFailed),
            State::HalfOpen if counted.len() < PROBES => None,
            State::HalfOpen if mostly_slow => Some(Reason::ProbesSlow),
            State::HalfOpen => {
                self.enter(State::Closed);
                None
            }
            State::Open => panic!("nobody is permitted to call"),
        }
    }

    fn give_back(&mut self, call: Call) {
        if call.era == self.era {
            self.probes_out = self.probes_out.saturating_sub(1);
        }
    }

    /// The shortest and the longest time that it may stay open now.
    fn open_bounds(&mut self) -> (u64, u64) {
        if self.state == State::Closed {
            self.openings = self.openings.saturating_sub((self.now - self.since) / WINDOW_MS);
        }
        let bound = (0..=self.openings).fold(OPEN_MIN_MS, |bound, _| (bound * 2).min(OPEN_MAX_MS));
        self.openings += 1;
        ((bound / 2).max(OPEN_MIN_MS), bound)
    }
}

/// Plays the steps to both, and compares them after each.
fn play(steps: &[Step], seed: u64) {
    let start = Instant::now();
    let told: Arc<Mutex<Vec<Transition>>> = Arc::default();
    let listener = Arc::clone(&told);
    let breaker = Breaker::new(
        settings(),
        seed,
        start,
        Box::new(move |transition| listener.lock().expect("no panics").push(*transition)),
    );
    let mut model = Model {
        now: 0,
        state: State::Closed,
        since: 0,
        era: 0,
        ended: Vec::new(),
        probes_out: 0,
        open_until: 0,
        openings: 0,
    };
    let mut calls: Vec<(Permit<'_>, Call)> = Vec::new();
    for step in steps {
        let now = start + Duration::from_millis(model.now);
        let era = model.era;
        let mut opens = None;
        match *step {
            Step::Pass { ms } => model.now += ms,
            Step::Start => {
                let held = breaker.held_for(now);
                let permit = breaker.acquire(now);
                assert_eq!(held, permit.as_ref().err().map(|refused| refused.retry_after));
                let call = model.start();
                assert_eq!(permit.is_ok(), call.is_some(), "who is permitted to call");
                calls.extend(permit.ok().zip(call));
            }
            Step::End { which, outcome } if !calls.is_empty() => {
                let (permit, call) = calls.swap_remove(which % calls.len());
                permit.end(outcome, now);
                opens = model.end(call, outcome);
            }
            Step::Drop { which } if !calls.is_empty() => {
                let (permit, call) = calls.swap_remove(which % calls.len());
                drop(permit);
                model.give_back(call);
            }
            Step::End { .. } | Step::Drop { .. } => {}
        }
        let told: Vec<Transition> = std::mem::take(&mut *told.lock().expect("no panics"));
        if let Some(reason) = opens {
            let (shortest, longest) = model.open_bounds();
            let [
                Transition {
                    reason: given,
                    open_for: Some(open_for),
                    ..
                },
            ] = told[..]
            else {
                panic!("one opening is told: {told:?}")
            };
            assert_eq!(given, Some(reason));
            let (shortest, longest) = (Duration::from_millis(shortest), Duration::from_millis(longest));
            assert!(
                (shortest..=longest).contains(&open_for),
                "{open_for:?} in {shortest:?} to {longest:?}"
            );
            model.enter(State::Open);
            // The model counts in whole milliseconds; nothing happens between them.
            model.open_until = model.now + u64::try_from(open_for.as_micros().div_ceil(1000)).expect("small");
        } else {
            assert_eq!(told.len(), model.era - era, "{told:?}");
        }
        let snapshot = breaker.snapshot(start + Duration::from_millis(model.now));
        assert_eq!(snapshot.state, model.state);
        assert_eq!(snapshot.since, start + Duration::from_millis(model.since));
        assert_eq!(snapshot.next_probe_in.is_some(), model.state != State::Closed);
        assert_eq!(snapshot.reason.is_some(), model.state != State::Closed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn breaker_does_what_a_plain_model_does(steps in steps(), seed in any::<u64>()) {
        play(&steps, seed);
    }
}

fn breaker(seed: u64, start: Instant) -> Breaker {
    Breaker::new(settings(), seed, start, Box::new(|_| {}))
}

fn fail(breaker: &Breaker, calls: usize, now: Instant) {
    for _ in 0..calls {
        breaker.acquire(now).expect("permitted").end(Outcome::Bad, now);
    }
}

/// Fails its calls, then each first probe, and says how long it stayed open each time.
fn open_times(breaker: &Breaker, mut now: Instant, openings: usize) -> Vec<Duration> {
    fail(breaker, CALLS_MIN, now);
    let mut times = Vec::new();
    for _ in 0..openings {
        let wait = breaker.held_for(now).expect("open");
        times.push(wait);
        now += wait;
        fail(breaker, 1, now);
    }
    times
}

#[test]
fn open_times_grow_to_their_bound_and_differ_by_seed() {
    let start = Instant::now();
    let times = open_times(&breaker(7, start), start, 8);
    assert_eq!(times, open_times(&breaker(7, start), start, 8));
    assert_ne!(times, open_times(&breaker(8, start), start, 8));
    assert!(times[0] <= Duration::from_millis(2 * OPEN_MIN_MS), "{times:?}");
    assert!(
        times[5..]
            .iter()
            .all(|time| *time >= Duration::from_millis(OPEN_MAX_MS / 2)),
        "{times:?}"
    );
}

#[test]
fn open_time_shrinks_again_after_a_good_time() {
    let start = Instant::now();
    let breaker = breaker(7, start);
    open_times(&breaker, start, 6);
    let mut now = start + Duration::from_secs(60);
    for _ in 0..PROBES {
        breaker.acquire(now).expect("a probe").end(Outcome::Good, now);
    }
    assert_eq!(breaker.snapshot(now).state, State::Closed);
    now += Duration::from_millis(7 * WINDOW_MS);
    fail(&breaker, CALLS_MIN, now);
    let wait = breaker.held_for(now).expect("open");
    assert!(wait <= Duration::from_millis(2 * OPEN_MIN_MS), "{wait:?}");
}

#[test]
fn failures_of_long_ago_do_not_count() {
    let start = Instant::now();
    let breaker = breaker(7, start);
    fail(&breaker, CALLS_MIN - 1, start);
    let later = start + Duration::from_millis(WINDOW_MS);
    fail(&breaker, CALLS_MIN - 1, later);
    assert_eq!(breaker.snapshot(later).state, State::Closed);
    assert_eq!(breaker.snapshot(later).rates.failed_percent(), 100);
    fail(&breaker, 1, later);
    assert_eq!(breaker.snapshot(later).state, State::Open);
}

#[test]
fn settings_that_make_no_sense_are_taken_for_the_nearest_that_do() {
    let start = Instant::now();
    let nonsense = Settings {
        window: Duration::ZERO,
        calls_min: 0,
        failure_percent: 0,
        slow_percent: 255,
        slow_after: Duration::ZERO,
        open_min: Duration::from_secs(1),
        open_max: Duration::ZERO,
        probes: 0,
    };
    let breaker = Breaker::new(nonsense, 7, start, Box::new(|_| {}));
    fail(&breaker, 1, start);
    assert_eq!(breaker.held_for(start), Some(Duration::from_secs(1)));
    assert!(breaker.acquire(start + Duration::from_secs(1)).is_ok());
}
