//! The limiter against a Discord that counts: never a 429, never out of order, never more than the global limit.

use std::collections::{HashMap, VecDeque};

use proptest::prelude::*;

use super::*;

const BOUNDS: Bounds = Bounds {
    per_second: 50,
    invalid_max: 500,
};

fn route(major: u64) -> Route {
    Route::new("POST channels/*/messages", major)
}

fn told(limit: u32, remaining: u32, reset_ms: u64, reset_after_ms: u64) -> Told {
    Told {
        bucket: Some("abcd".into()),
        limit: Some(limit),
        remaining: Some(remaining),
        reset_ms: Some(reset_ms),
        reset_after: Some(Duration::from_millis(reset_after_ms)),
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Discord's side of buckets: windows that begin with their first request.
struct Server {
    limit: u32,
    window_ms: u64,
    buckets: HashMap<u64, (u64, u32)>,
}

impl Server {
    /// Counts a request that arrives; `None` is a 429.
    fn arrive(&mut self, major: u64, at_ms: u64) -> Option<Told> {
        let (began, used) = self.buckets.entry(major).or_insert((at_ms, 0));
        if at_ms >= *began + self.window_ms {
            (*began, *used) = (at_ms, 0);
        }
        if *used >= self.limit {
            return None;
        }
        *used += 1;
        let reset = *began + self.window_ms;
        Some(told(
            self.limit,
            self.limit - *used,
            1_000_000 + reset,
            reset - at_ms,
        ))
    }
}

#[derive(Debug, Clone)]
struct Load {
    limit: u32,
    window_ms: u64,
    /// When each request comes, and for which channel.
    requests: Vec<(u64, u64)>,
    /// How long each takes to Discord, and back.
    travel: Vec<(u64, u64)>,
}

fn loads() -> impl Strategy<Value = Load> {
    (1_u32..8, 500_u64..6_000, 1_usize..150).prop_flat_map(|(limit, window_ms, len)| {
        (
            proptest::collection::vec((0_u64..8_000, 1_u64..5), len),
            proptest::collection::vec((1_u64..40, 1_u64..200), len),
        )
            .prop_map(move |(requests, travel)| Load {
                limit,
                window_ms,
                requests,
                travel,
            })
    })
}

enum Flight {
    Going { arrives: u64, back: u64, major: u64 },
    Coming { returns: u64, told: Told },
}

/// What a run came to: the channel and number of each request in the order of sending, and when.
struct Run {
    sent: Vec<(u64, Ticket, u64)>,
    refused: u32,
}

/// Runs a load through the limiter, from one time at which something happens to the next.
fn run(load: &Load, bounds: Bounds) -> Run {
    let start = Instant::now();
    let mut limiter = Limiter::new(bounds);
    let mut server = Server {
        limit: load.limit,
        window_ms: load.window_ms,
        buckets: HashMap::new(),
    };
    let mut to_come: Vec<(u64, u64)> = load.requests.clone();
    to_come.sort_unstable();
    let mut to_come = VecDeque::from(to_come);
    let mut travel = load.travel.iter().copied().cycle();
    let mut waiting: Vec<(Ticket, u64)> = Vec::new();
    let mut flying: Vec<(Ticket, Flight)> = Vec::new();
    let mut run = Run {
        sent: Vec::new(),
        refused: 0,
    };
    let mut clock = 0;
    loop {
        let now = start + ms(clock);
        while let Some((_, major)) = to_come.pop_front_if(|(at, _)| *at <= clock) {
            waiting.push((limiter.enqueue(route(major), now), major));
        }
        flying.retain_mut(|(ticket, flight)| match flight {
            Flight::Going { arrives, back, major } if *arrives <= clock => {
                let answer = server.arrive(*major, clock);
                run.refused += u32::from(answer.is_none());
                *flight = Flight::Coming {
                    returns: clock + *back,
                    told: answer.unwrap_or_default(),
                };
                true
            }
            Flight::Coming { returns, told } if *returns <= clock => {
                limiter.answered(*ticket, 200, told, now);
                false
            }
            _ => true,
        });
        let mut next = Vec::new();
        loop {
            let before = run.sent.len();
            next.clear();
            waiting.retain(|(ticket, major)| match limiter.step(*ticket, now) {
                Step::Go => {
                    let (out, back) = travel.next().expect("cycles");
                    run.sent.push((*major, *ticket, clock));
                    flying.push((
                        *ticket,
                        Flight::Going {
                            arrives: clock + out,
                            back,
                            major: *major,
                        },
                    ));
                    false
                }
                Step::Wait { until, .. } => {
                    // Rounded up: who asks too early is told to wait on.
                    next.extend(until.map(|until| (until - start).as_micros().div_ceil(1_000) as u64));
                    true
                }
                Step::Barred(barred) => panic!("{barred:?}"),
            });
            if run.sent.len() == before {
                break;
            }
        }
        limiter.take_wakes();
        next.extend(to_come.front().map(|(at, _)| *at));
        next.extend(flying.iter().map(|(_, flight)| match flight {
            Flight::Going { arrives, .. } => *arrives,
            Flight::Coming { returns, .. } => *returns,
        }));
        match next.into_iter().min() {
            Some(at) => clock = at.max(clock + 1),
            None if waiting.is_empty() => return run,
            None => panic!("somebody waits for ever"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn discord_never_has_to_answer_429(load in loads()) {
        prop_assert_eq!(run(&load, BOUNDS).refused, 0);
    }

    #[test]
    fn each_channel_is_served_in_the_order_of_asking(load in loads()) {
        let mut last = HashMap::new();
        for (major, ticket, _) in run(&load, BOUNDS).sent {
            if let Some(earlier) = last.insert(major, ticket) {
                prop_assert!(earlier < ticket);
            }
        }
    }

    #[test]
    fn no_second_holds_more_than_the_global_limit(load in loads(), per_second in 1_u32..12) {
        let load = Load { limit: 1_000, ..load };
        let run = run(&load, Bounds { per_second, ..BOUNDS });
        for (_, _, from) in &run.sent {
            let within = run.sent.iter().filter(|(_, _, at)| (*from..from + 1_000).contains(at)).count();
            prop_assert!(within <= per_second as usize, "{within} from {from} ms on");
        }
    }
}

#[test]
fn bucket_that_is_not_known_lets_one_through_at_a_time() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let (first, second) = (limiter.enqueue(route(1), now), limiter.enqueue(route(1), now));
    let other = limiter.enqueue(route(2), now);
    assert_eq!(limiter.step(first, now), Step::Go);
    assert_eq!(
        limiter.step(second, now),
        Step::Wait {
            until: None,
            earliest: now
        }
    );
    assert_eq!(limiter.step(other, now), Step::Go);
    limiter.take_wakes();
    limiter.answered(first, 200, &told(5, 4, 5_000, 5_000), now + ms(50));
    assert_eq!(limiter.take_wakes(), [second], "who waited is told");
    assert_eq!(limiter.step(second, now + ms(50)), Step::Go);
}

#[test]
fn used_up_window_holds_until_its_end_and_others_go_on() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let first = limiter.enqueue(route(1), now);
    limiter.step(first, now);
    limiter.answered(first, 200, &told(1, 0, 5_000, 3_000), now);
    let second = limiter.enqueue(route(1), now);
    let end = now + ms(3_000);
    assert_eq!(
        limiter.step(second, now),
        Step::Wait {
            until: Some(end),
            earliest: end
        }
    );
    let elsewhere = limiter.enqueue(route(2), now);
    assert_eq!(limiter.step(elsewhere, now), Step::Go);
    assert_eq!(limiter.step(second, end), Step::Go);
}

#[test]
fn route_without_limits_is_not_held_to_one_at_a_time() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let first = limiter.enqueue(route(1), now);
    limiter.step(first, now);
    limiter.answered(first, 200, &Told::default(), now);
    let tickets: Vec<Ticket> = (0..10).map(|_| limiter.enqueue(route(1), now)).collect();
    assert!(
        tickets
            .into_iter()
            .all(|ticket| limiter.step(ticket, now) == Step::Go)
    );
}

#[test]
fn global_429_holds_everything_but_interactions() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let first = limiter.enqueue(route(1), now);
    limiter.step(first, now);
    limiter.limited(first, Scope::Global, Some(ms(3_000)), &Told::default(), now);
    let end = now + ms(3_000);
    let elsewhere = limiter.enqueue(route(2), now);
    let callback = limiter.enqueue(
        Route {
            name: "POST interactions/*/callback",
            global: false,
            ..route(3)
        },
        now,
    );
    for ticket in [first, elsewhere] {
        assert_eq!(
            limiter.step(ticket, now),
            Step::Wait {
                until: Some(end),
                earliest: end
            }
        );
    }
    assert_eq!(limiter.step(callback, now), Step::Go);
    assert_eq!(limiter.step(first, end), Step::Go);
    assert_eq!(limiter.step(elsewhere, end), Step::Go);
}

#[test]
fn request_that_met_a_429_goes_before_those_that_came_later() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let first = limiter.enqueue(route(1), now);
    limiter.step(first, now);
    let second = limiter.enqueue(route(1), now);
    limiter.limited(first, Scope::User, Some(ms(500)), &Told::default(), now);
    let end = now + ms(500);
    assert_eq!(
        limiter.step(second, end),
        Step::Wait {
            until: None,
            earliest: end
        }
    );
    assert_eq!(limiter.step(first, end), Step::Go);
}

#[test]
fn being_held_off_without_a_time_waits_longer_each_time() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let ticket = limiter.enqueue(route(1), now);
    let mut at = now;
    let mut pauses = Vec::new();
    for _ in 0..7 {
        assert_eq!(limiter.step(ticket, at), Step::Go);
        let pause = limiter.limited(ticket, Scope::Edge, None, &Told::default(), at);
        pauses.push(pause.as_secs());
        at += pause;
    }
    assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);
}

#[test]
fn invalid_budget_bars_guarded_calls_and_opens_again() {
    let now = Instant::now();
    let mut limiter = Limiter::new(Bounds {
        invalid_max: 3,
        ..BOUNDS
    });
    for _ in 0..3 {
        let ticket = limiter.enqueue(route(1), now);
        assert_eq!(limiter.step(ticket, now), Step::Go);
        limiter.answered(ticket, 403, &Told::default(), now);
    }
    let barred = limiter.enqueue(route(1), now);
    let end = now + Duration::from_secs(600);
    assert_eq!(
        limiter.step(barred, now + ms(1)),
        Step::Barred(Barred::InvalidBudget(end))
    );
    let about_us = limiter.enqueue(
        Route {
            name: "GET users/@me",
            guarded: false,
            ..route(0)
        },
        now,
    );
    assert_eq!(limiter.step(about_us, now), Step::Go);
    assert_eq!(limiter.step(barred, end), Step::Go);
}

#[test]
fn shared_429_does_not_count_as_invalid() {
    let now = Instant::now();
    let mut limiter = Limiter::new(Bounds {
        invalid_max: 1,
        ..BOUNDS
    });
    let ticket = limiter.enqueue(route(1), now);
    limiter.step(ticket, now);
    limiter.limited(ticket, Scope::Shared, Some(ms(100)), &Told::default(), now);
    assert_eq!(limiter.step(ticket, now + ms(100)), Step::Go);
    limiter.limited(ticket, Scope::User, Some(ms(100)), &Told::default(), now);
    assert!(matches!(
        limiter.step(ticket, now + ms(200)),
        Step::Barred(Barred::InvalidBudget(_))
    ));
}

#[test]
fn refused_token_ends_every_call_at_once() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let (first, waiting) = (limiter.enqueue(route(1), now), limiter.enqueue(route(1), now));
    limiter.step(first, now);
    limiter.take_wakes();
    limiter.answered(first, 401, &Told::default(), now);
    assert!(limiter.take_wakes().contains(&waiting));
    assert_eq!(limiter.step(waiting, now), Step::Barred(Barred::TokenRefused));
}

#[test]
fn given_up_requests_leave_their_place_to_others() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let (first, second) = (limiter.enqueue(route(1), now), limiter.enqueue(route(1), now));
    limiter.step(first, now);
    limiter.take_wakes();
    limiter.abandon(first, now);
    assert_eq!(limiter.take_wakes(), [second]);
    assert_eq!(limiter.step(second, now), Step::Go);
}

#[test]
fn idle_buckets_are_forgotten() {
    let start = Instant::now();
    let mut limiter = Limiter::new(Bounds {
        per_second: 10_000,
        ..BOUNDS
    });
    for major in 1..=1_000 {
        let ticket = limiter.enqueue(route(major), start);
        limiter.step(ticket, start);
        limiter.answered(ticket, 200, &told(5, 4, 5_000, 5_000), start);
    }
    assert_eq!(limiter.buckets.len(), 1_000);
    let later = start + Duration::from_secs(61);
    let ticket = limiter.enqueue(route(1), later);
    assert_eq!(limiter.buckets.len(), 1, "only the one that is used");
    assert_eq!(limiter.step(ticket, later), Step::Go);
    assert_eq!(limiter.turns.len(), 1);
}

#[test]
fn limit_is_busy_while_half_of_it_is_used_up() {
    let now = Instant::now();
    let mut limiter = Limiter::new(BOUNDS);
    let send = |limiter: &mut Limiter, major, now| {
        let ticket = limiter.enqueue(route(major), now);
        assert_eq!(limiter.step(ticket, now), Step::Go);
    };
    for major in 0..25 {
        assert!(!limiter.is_busy(now), "{major}");
        send(&mut limiter, major, now);
    }
    assert!(limiter.is_busy(now));
    assert!(!limiter.is_busy(now + Duration::from_secs(2)));
}
