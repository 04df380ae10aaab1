//! Waiting for one's turn: the limiter with a clock and tasks that sleep.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::error::RestError;
use super::limiter::{Barred, Bounds, LimitFigures, Limiter, Route, Scope, Step, Ticket, Told};
use crate::meter::Meter;

/// The limits that all requests of a token share.
#[derive(Clone, Debug)]
pub(super) struct Turns(Arc<Mutex<Shared>>);

#[derive(Debug)]
struct Shared {
    limiter: Limiter,
    /// How each ticket is told to ask again.
    bells: HashMap<Ticket, Arc<Notify>>,
}

/// A request's place in the queue. To drop it gives the place up; once it went, what was sent still counts.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Turns,
    ticket: Ticket,
    bell: Arc<Notify>,
}

impl Turns {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self(Arc::new(Mutex::new(Shared {
            limiter: Limiter::new(bounds),
            bells: HashMap::new(),
        })))
    }

    /// Takes a place in the queue of a route's bucket.
    pub(super) fn enqueue(&self, route: Route) -> Turn {
        let mut shared = self.lock();
        let ticket = shared.limiter.enqueue(route, now());
        let bell = Arc::new(Notify::new());
        shared.bells.insert(ticket, Arc::clone(&bell));
        Turn {
            turns: self.clone(),
            ticket,
            bell,
        }
    }

    /// Whether the global limit is half used up, or more.
    pub(super) fn are_busy(&self) -> bool {
        self.lock().limiter.is_busy(now())
    }

    pub(super) fn figures(&self) -> LimitFigures {
        self.lock().limiter.figures(now())
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0
            .lock()
            .expect("no holder of the limiter panics, or everything that waits for it is lost anyway")
    }

    /// Works on the limiter, then tells those whom it concerns.
    fn with<T>(&self, work: impl FnOnce(&mut Limiter) -> T) -> T {
        let mut shared = self.lock();
        let result = work(&mut shared.limiter);
        for ticket in shared.limiter.take_wakes() {
            if let Some(bell) = shared.bells.get(&ticket) {
                bell.notify_one();
            }
        }
        result
    }
}

impl Turn {
    /// Waits until the request may be sent. After that it counts as sent. `held_for` is asked each time that there is
    /// something new, and ends the wait when it tells a time: nobody queues for what is not going to be sent. `meter` is told
    /// how long it waited, if at all.
    ///
    /// # Errors
    /// Without effect all of them: it is held back, the token is refused, too many calls were invalid, or its turn does
    /// not come before `deadline`.
    pub(super) async fn come(
        &self,
        deadline: Instant,
        held_for: impl Fn() -> Option<Duration>,
        meter: &Meter,
    ) -> Result<(), RestError> {
        let begun = Instant::now();
        let mut waited = false;
        let came = self.come_by(deadline, held_for, &mut waited).await;
        if waited {
            meter.limit_wait(begun.elapsed());
        }
        came
    }

    async fn come_by(
        &self,
        deadline: Instant,
        held_for: impl Fn() -> Option<Duration>,
        waited: &mut bool,
    ) -> Result<(), RestError> {
        loop {
            if let Some(retry_after) = held_for() {
                return Err(RestError::HeldBack { retry_after });
            }
            let (until, earliest) = match self.turns.with(|limiter| limiter.step(self.ticket, now())) {
                Step::Go => return Ok(()),
                Step::Barred(Barred::TokenRefused) => return Err(RestError::TokenRefused),
                Step::Barred(Barred::InvalidBudget(until)) => {
                    return Err(RestError::InvalidBudget {
                        retry_after: until.saturating_duration_since(now()),
                    });
                }
                Step::Wait { until, earliest } => (until, earliest),
            };
            if earliest > deadline.into_std() {
                return Err(RestError::RateLimited {
                    retry_after: earliest.saturating_duration_since(now()),
                });
            }
            *waited = true;
            let until = until.map_or(deadline, Instant::from_std).min(deadline);
            tokio::select! {
                () = self.bell.notified() => {}
                () = sleep_until(until) => {
                    if until >= deadline {
                        // Others are before it, and nobody knows for how long.
                        return Err(RestError::RateLimited { retry_after: Duration::from_secs(1) });
                    }
                }
            }
        }
    }

    /// The request was answered with 429: the turn comes again, in its old place. Returns after how long.
    pub(super) fn limited(&self, scope: Scope, retry_after: Option<Duration>, told: &Told) -> Duration {
        self.turns
            .with(|limiter| limiter.limited(self.ticket, scope, retry_after, told, now()))
    }

    /// The request was answered, and not with 429.
    pub(super) fn answered(self, status: u16, told: &Told) {
        self.turns
            .with(|limiter| limiter.answered(self.ticket, status, told, now()));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.with(|limiter| limiter.abandon(self.ticket, now()));
        self.turns.lock().bells.remove(&self.ticket);
    }
}

fn now() -> std::time::Instant {
    Instant::now().into_std()
}
