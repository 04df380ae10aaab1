//! What became of the requests of a class, for those who look on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use breaker::State;
use domain::histogram::{Bounds, Buckets, Histogram};

use crate::health::RouteClass;
use crate::rest::RestError;

/// What became of one request; a call may take several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestOutcome {
    /// It was answered with 2xx.
    Ok,
    /// It was answered with 429.
    Limited,
    /// It was answered with another 3xx or 4xx.
    Refused,
    /// It was answered with 5xx, or with what nobody can read.
    Failed,
    /// It was not answered in time.
    Timeout,
    /// No connection could be made, or it broke off.
    Unreachable,
}

impl RequestOutcome {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 6] = [
        Self::Ok,
        Self::Limited,
        Self::Refused,
        Self::Failed,
        Self::Timeout,
        Self::Unreachable,
    ];

    /// A word for it, for metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Limited => "limited",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
        }
    }

    /// Of a request that was answered, and not with 429, by what was made of the answer.
    pub(crate) fn answered<T>(status: u16, made: Result<T, &RestError>) -> Self {
        match made {
            Ok(_) => Self::Ok,
            Err(RestError::Unknown { .. }) if status < 300 => Self::Unreachable,
            Err(RestError::Unknown { .. } | RestError::Malformed { .. }) => Self::Failed,
            Err(_) => Self::Refused,
        }
    }

    /// Of a request without an answer; `None` for one that was never sent.
    pub(crate) fn not_answered(error: &reqwest::Error) -> Option<Self> {
        if error.is_builder() {
            None
        } else if error.is_timeout() {
            Some(Self::Timeout)
        } else {
            Some(Self::Unreachable)
        }
    }
}

/// Where a breaker goes, in the order in which transitions are counted.
const STATES: [State; 3] = [State::Closed, State::Open, State::HalfOpen];

/// What the requests of a class came to since the client was made.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassFigures {
    /// The class.
    pub class: RouteClass,
    /// How many requests ended in which way; every way is there.
    pub requests: [(RequestOutcome, u64); 6],
    /// How long they took, from being sent to their answer's end.
    pub took: Buckets,
    /// How long those waited for their turn at the rate limits that had to wait.
    pub limit_waits: Buckets,
    /// Requests that were sent again in place after a failure.
    pub retries: u64,
    /// Calls that were not made, since the class's breaker was open.
    pub held_back: u64,
    /// How often the class's breaker came into which state; every state is there.
    pub transitions: [(State, u64); 3],
}

/// Counts for a class. Additions only.
#[derive(Debug)]
pub(crate) struct Meter {
    requests: [AtomicU64; 6],
    took: Histogram,
    limit_waits: Histogram,
    retries: AtomicU64,
    held_back: AtomicU64,
    transitions: [AtomicU64; 3],
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            requests: Default::default(),
            took: Histogram::new(Bounds::REQUESTS),
            limit_waits: Histogram::new(Bounds::REQUESTS),
            retries: AtomicU64::new(0),
            held_back: AtomicU64::new(0),
            transitions: Default::default(),
        }
    }
}

impl Meter {
    /// A request ended.
    pub(crate) fn request(&self, outcome: RequestOutcome, took: Duration) {
        self.requests[outcome as usize].fetch_add(1, Ordering::Relaxed);
        self.took.observe(took);
    }

    /// A request waited for its turn.
    pub(crate) fn limit_wait(&self, waited: Duration) {
        self.limit_waits.observe(waited);
    }

    /// A request is sent again after a failure.
    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// A call is not made.
    pub(crate) fn held_back(&self) {
        self.held_back.fetch_add(1, Ordering::Relaxed);
    }

    /// The breaker came into a state.
    pub(crate) fn transition(&self, to: State) {
        for (state, count) in STATES.iter().zip(&self.transitions) {
            if *state == to {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(crate) fn figures(&self, class: RouteClass) -> ClassFigures {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        ClassFigures {
            class,
            requests: RequestOutcome::ALL.map(|outcome| (outcome, read(&self.requests[outcome as usize]))),
            took: self.took.snapshot(),
            limit_waits: self.limit_waits.snapshot(),
            retries: read(&self.retries),
            held_back: read(&self.held_back),
            transitions: std::array::from_fn(|at| (STATES[at], read(&self.transitions[at]))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_its_outcome() {
        let unknown = |status| RestError::Unknown {
            status,
            cause: String::new(),
        };
        let refused = RestError::Refused {
            status: 404,
            code: 10003,
            message: String::new(),
        };
        for (status, made, outcome) in [
            (200, Ok(()), RequestOutcome::Ok),
            (200, Err(&unknown(Some(200))), RequestOutcome::Unreachable),
            (
                200,
                Err(&RestError::Malformed { status: 200 }),
                RequestOutcome::Failed,
            ),
            (503, Err(&unknown(Some(503))), RequestOutcome::Failed),
            (404, Err(&refused), RequestOutcome::Refused),
        ] {
            assert_eq!(RequestOutcome::answered(status, made), outcome, "{status}");
        }
    }

    #[test]
    fn outcomes_and_states_are_counted_apart() {
        let meter = Meter::default();
        for (at, outcome) in RequestOutcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, at);
            (0..=at).for_each(|_| meter.request(outcome, Duration::from_millis(1)));
        }
        meter.transition(State::HalfOpen);
        let figures = meter.figures(RouteClass::Messages);
        assert_eq!(figures.requests.map(|(_, count)| count), [1, 2, 3, 4, 5, 6]);
        assert_eq!(figures.took.count(), 21);
        assert_eq!(
            figures.transitions,
            [(State::Closed, 0), (State::Open, 0), (State::HalfOpen, 1)]
        );
    }
}
