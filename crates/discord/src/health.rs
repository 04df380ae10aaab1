//! Leaving Discord alone while it is not well: a circuit breaker for each class of routes.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use breaker::{Breaker, Permit, Rates, Reason, Settings, State, Transition};
use tracing::{info, warn};

use crate::meter::{ClassFigures, Meter};
use crate::rest::RestError;

/// Routes that work or fail together, as far as Discord's machines are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RouteClass {
    /// Posting messages.
    Messages,
    /// Reading channels and what stands in them.
    Channels,
    /// Reading who is in a guild, and giving and taking roles.
    Members,
    /// Who we are, where the gateway is, and which commands we have.
    Ourselves,
    /// Answering those who use the bot.
    Interactions,
    /// Pictures of members, from machines of their own.
    Pictures,
}

impl RouteClass {
    /// A word for it, for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Channels => "channels",
            Self::Members => "members",
            Self::Ourselves => "ourselves",
            Self::Interactions => "interactions",
            Self::Pictures => "pictures",
        }
    }
}

/// How a class of routes is doing. Its text is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The class.
    pub class: RouteClass,
    /// Where its breaker stands.
    pub state: State,
    /// For how long it has stood there.
    pub lasting: Duration,
    /// Why it opened last; `None` while it is closed.
    pub reason: Option<Reason>,
    /// How calls ended lately when it is closed, how the probes did when it is half-open.
    pub rates: Rates,
    /// How long until Discord is asked whether it is well again; `None` while the breaker is closed.
    pub next_probe_in: Option<Duration>,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            class, state, rates, ..
        } = self;
        let lasting_s = self.lasting.as_secs();
        write!(f, "{}: {} for {lasting_s} s", class.name(), state.name())?;
        if let Some(reason) = self.reason {
            write!(f, " because {}", reason.name())?;
        }
        if let Some(wait) = self.next_probe_in {
            write!(f, ", next probe in {} s", wait.as_secs_f32().ceil())?;
        }
        if rates.calls > 0 {
            write!(
                f,
                ", {} calls, {}% failed, {}% slow",
                rates.calls,
                rates.failed_percent(),
                rates.slow_percent()
            )?;
        }
        Ok(())
    }
}

/// The breaker of a class, which tells the log of each transition.
#[derive(Debug)]
pub(crate) struct Guard {
    class: RouteClass,
    breaker: Breaker,
    meter: Arc<Meter>,
}

impl Guard {
    pub(crate) fn new(class: RouteClass, settings: Settings, seed: u64) -> Self {
        let meter = Arc::new(Meter::default());
        let told = Arc::clone(&meter);
        let tell = move |transition: &Transition| {
            told.transition(transition.to);
            note(class, transition);
        };
        Self {
            class,
            meter,
            // Two classes that fail at the same time are not to be probed at the same time.
            breaker: Breaker::new(
                settings,
                seed ^ (class as u64 + 1).rotate_left(32),
                now(),
                Box::new(tell),
            ),
        }
    }

    pub(crate) fn class(&self) -> RouteClass {
        self.class
    }

    /// # Errors
    /// [`RestError::HeldBack`].
    pub(crate) fn acquire(&self) -> Result<Permit<'_>, RestError> {
        self.breaker
            .acquire(now())
            .map_err(|refused| RestError::HeldBack {
                retry_after: refused.retry_after,
            })
    }

    /// Where its requests are counted.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(crate) fn figures(&self) -> ClassFigures {
        self.meter.figures(self.class)
    }

    pub(crate) fn held_for(&self) -> Option<Duration> {
        self.breaker.held_for(now())
    }

    pub(crate) fn health(&self) -> Health {
        let now = now();
        let snapshot = self.breaker.snapshot(now);
        Health {
            class: self.class,
            state: snapshot.state,
            lasting: now.saturating_duration_since(snapshot.since),
            reason: snapshot.reason,
            rates: snapshot.rates,
            next_probe_in: snapshot.next_probe_in,
        }
    }
}

/// The breakers' clock, which is the runtime's.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

fn note(class: RouteClass, transition: &Transition) {
    let class = class.name();
    let (from, calls) = (transition.from.name(), transition.rates.calls);
    let (failed_percent, slow_percent) = (transition.rates.failed_percent(), transition.rates.slow_percent());
    match transition.to {
        State::Open => {
            let reason = transition.reason.map_or("", Reason::name);
            let open_for_ms = transition.open_for.unwrap_or_default().as_millis();
            warn!(
                class,
                from,
                reason,
                calls,
                failed_percent,
                slow_percent,
                open_for_ms,
                "Discord is not well: calls of this class wait"
            );
        }
        State::HalfOpen => info!(class, from, "asking whether Discord is well again"),
        State::Closed => info!(
            class,
            from, calls, failed_percent, slow_percent, "Discord is well again"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use breaker::Outcome;

    #[test]
    fn health_reads_as_a_sentence() {
        let settings = Settings {
            calls_min: 2,
            open_min: Duration::from_secs(5),
            open_max: Duration::from_secs(5),
            ..Settings::default()
        };
        let guard = Guard::new(RouteClass::Messages, settings, 7);
        guard.acquire().expect("closed").end(Outcome::Good, now());
        assert_eq!(
            guard.health().to_string(),
            "messages: closed for 0 s, 1 calls, 0% failed, 0% slow"
        );
        guard.acquire().expect("closed").end(Outcome::Bad, now());
        let health = Health {
            next_probe_in: Some(Duration::from_millis(4_200)),
            ..guard.health()
        };
        assert_eq!(
            health.to_string(),
            "messages: open for 0 s because too many calls failed, next probe in 5 s"
        );
        assert!(matches!(guard.acquire(), Err(RestError::HeldBack { .. })));
    }
}
