//! What fails for a while: plans of faults, drawn from a seed.

use std::ops::Range;

use rand::rngs::StdRng;
use rand::{Rng, RngExt};
use sim::faults::{FakeRateLimit, FaultPlan, GatewayFaults, RateLimitScope, RequestFaults};

/// Draws what fails until the next plan. Each kind of fault is there or not, so that every mixture of them comes up.
pub(crate) fn drawn(random: &mut StdRng) -> FaultPlan {
    FaultPlan {
        create_message: requests(random, 0.3),
        read: requests(random, 0.2),
        cdn: pictures(random),
        gateway: gateway(random),
        ..FaultPlan::default()
    }
}

/// Faults of one class of requests; each kind strikes at up to this share of them.
fn requests(random: &mut StdRng, most: f64) -> RequestFaults {
    RequestFaults {
        delay_ms: sometimes(random, 0.3, |random| [0, random.random_range(1..30)]),
        answer_delay_ms: sometimes(random, 0.3, |random| [0, random.random_range(1..60)]),
        error_before: share(random, 0.4, 0.0..most),
        error_after: share(random, 0.4, 0.0..most),
        reset_before: share(random, 0.4, 0.0..most),
        reset_after: share(random, 0.4, 0.0..most),
        // The client gives up after its timeout, so these are what takes the longest.
        silence_before: share(random, 0.2, 0.0..most / 10.0),
        silence_after: share(random, 0.2, 0.0..most / 10.0),
        rate_limited: share(random, 0.3, 0.0..most / 2.0),
        rate_limit: FakeRateLimit {
            scope: [
                RateLimitScope::User,
                RateLimitScope::Global,
                RateLimitScope::Shared,
            ][random.random_range(0..3)],
            retry_after_ms: random.random_range(10..150),
            headers: true,
        },
        ..RequestFaults::default()
    }
}

/// Avatars fail now and then, or altogether. None is silent: a picture is waited for in real seconds.
fn pictures(random: &mut StdRng) -> RequestFaults {
    let gone = random.random_bool(0.1);
    RequestFaults {
        delay_ms: sometimes(random, 0.2, |random| [0, random.random_range(1..40)]),
        error_before: if gone { 1.0 } else { share(random, 0.3, 0.0..0.5) },
        reset_before: if gone { 0.0 } else { share(random, 0.3, 0.0..0.5) },
        ..RequestFaults::default()
    }
}

fn gateway(random: &mut StdRng) -> GatewayFaults {
    GatewayFaults {
        cut_after: sometimes(random, 0.3, |random| [5, random.random_range(20..90)]),
        duplicate_join: share(random, 0.5, 0.0..0.4),
        reconnect: share(random, 0.25, 0.0..0.02),
        invalidate_resumable: share(random, 0.25, 0.0..0.02),
        invalidate: share(random, 0.15, 0.0..0.01),
        late: share(random, 0.3, 0.0..0.2),
        late_ms: [1, random.random_range(2..80)],
        ..GatewayFaults::default()
    }
}

/// With this chance a number out of a range, else 0. Takes the same count of random numbers either way.
fn share(random: &mut StdRng, chance: f64, range: Range<f64>) -> f64 {
    let drawn = random.random_range(range);
    if random.random_bool(chance) { drawn } else { 0.0 }
}

fn sometimes<R: Rng>(random: &mut R, chance: f64, range: impl FnOnce(&mut R) -> [u64; 2]) -> [u64; 2] {
    let drawn = range(random);
    if random.random_bool(chance) { drawn } else { [0, 0] }
}
