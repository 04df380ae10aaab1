//! Every interleaving of threads that ask for permits, end calls late and drop them.
//!
//! `cargo test -p breaker --features loom --test loom`

use std::time::{Duration, Instant};

use breaker::{Breaker, Outcome, Settings, State};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

const OPEN: Duration = Duration::from_secs(1);

fn settings(probes: u32) -> Settings {
    Settings {
        calls_min: 1,
        failure_percent: 50,
        open_min: OPEN,
        open_max: OPEN,
        probes,
        ..Settings::default()
    }
}

/// One that opened at `start`.
fn opened(probes: u32, start: Instant) -> Arc<Breaker> {
    let breaker = Breaker::new(settings(probes), 1, start, Box::new(|_| {}));
    breaker.acquire(start).expect("closed").end(Outcome::Bad, start);
    Arc::new(breaker)
}

/// How many probes are let through at once.
fn places(breaker: &Breaker, now: Instant) -> usize {
    let mut permits = Vec::new();
    while let Ok(permit) = breaker.acquire(now) {
        permits.push(permit);
    }
    permits.len()
}

#[test]
fn no_more_probes_are_under_way_than_may_be() {
    let start = Instant::now();
    loom::model(move || {
        let breaker = opened(1, start);
        let under_way = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (breaker, under_way) = (Arc::clone(&breaker), Arc::clone(&under_way));
                thread::spawn(move || {
                    if let Ok(permit) = breaker.acquire(start + OPEN) {
                        assert_eq!(under_way.fetch_add(1, Ordering::SeqCst), 0);
                        under_way.fetch_sub(1, Ordering::SeqCst);
                        drop(permit);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!(breaker.snapshot(start + OPEN).state, State::HalfOpen);
        assert_eq!(
            places(&breaker, start + OPEN),
            1,
            "each dropped permit gave its place back"
        );
    });
}

#[test]
fn probe_that_fails_and_one_that_is_dropped_leave_all_places_free() {
    let start = Instant::now();
    loom::model(move || {
        let breaker = opened(2, start);
        let threads: Vec<_> = [Some(Outcome::Bad), None, Some(Outcome::Neutral)]
            .into_iter()
            .map(|outcome| {
                let breaker = Arc::clone(&breaker);
                thread::spawn(move || {
                    let now = start + OPEN;
                    match (breaker.acquire(now), outcome) {
                        (Ok(permit), Some(outcome)) => permit.end(outcome, now),
                        (Ok(permit), None) => drop(permit),
                        (Err(_), _) => return false,
                    }
                    outcome == Some(Outcome::Bad)
                })
            })
            .collect();
        let failed = threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .filter(|failed| *failed)
            .count()
            > 0;
        let state = breaker.snapshot(start + OPEN).state;
        assert_eq!(state == State::Open, failed);
        assert_eq!(places(&breaker, start + OPEN + OPEN), 2);
    });
}

#[test]
fn late_results_do_not_count_in_a_new_state() {
    let start = Instant::now();
    loom::model(move || {
        let breaker = Arc::new(Breaker::new(settings(1), 1, start, Box::new(|_| {})));
        // A call of the closed state fails, perhaps before, perhaps after the other one opened it, or its probe ended.
        let late = {
            let breaker = Arc::clone(&breaker);
            thread::spawn(move || {
                let permit = breaker.acquire(start);
                thread::yield_now();
                if let Ok(permit) = permit {
                    permit.end(Outcome::Bad, start);
                }
            })
        };
        let permit = breaker.acquire(start);
        if let Ok(permit) = permit {
            permit.end(Outcome::Bad, start);
        }
        let probe = breaker.acquire(start + OPEN).expect("the first probe");
        assert_eq!(breaker.snapshot(start + OPEN).state, State::HalfOpen);
        late.join().expect("no panic");
        assert_eq!(
            breaker.snapshot(start + OPEN).state,
            State::HalfOpen,
            "the late result is not the probe's"
        );
        probe.end(Outcome::Good, start + OPEN);
        assert_eq!(breaker.snapshot(start + OPEN).state, State::Closed);
    });
}
