//! The three states, and the permits to call.

#[cfg(feature = "loom")]
use loom::sync::{Mutex, MutexGuard};
#[cfg(not(feature = "loom"))]
use std::sync::{Mutex, MutexGuard};

use std::fmt;
use std::time::{Duration, Instant};

use crate::settings::Settings;
use crate::window::{Rates, Window};

/// Told of each transition, after it happened, by whoever's call brought it about.
pub type Observer = Box<dyn Fn(&Transition) + Send + Sync>;

/// Says whether to call something that has failed lately.
///
/// Every call asks for a [`Permit`] when it begins and tells through it how it ended. Times are those of a monotonic
/// clock; they may come slightly out of order.
pub struct Breaker {
    settings: Settings,
    observer: Observer,
    core: Mutex<Core>,
}

/// The permission for one call. Dropped without [`Permit::end`], as when the call is cancelled, it says nothing of what
/// was called, and gives its place back.
#[derive(Debug)]
#[must_use = "a permit that is dropped says that the call was not made"]
pub struct Permit<'a> {
    breaker: &'a Breaker,
    generation: u64,
    began_at: Instant,
    is_out: bool,
}

/// How a call ended, as far as it tells how the thing called is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It works, whatever it answered.
    Good,
    /// It failed.
    Bad,
    /// It says nothing.
    Neutral,
}

/// The call is not to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How long until it is worth asking again.
    pub retry_after: Duration,
}

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Calls are made.
    Closed,
    /// No call is made. When the time is over, the next call makes it half-open.
    Open,
    /// A few calls are made to find out.
    HalfOpen,
}

impl State {
    /// A word for it, for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half-open",
        }
    }
}

/// Why a breaker opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Too many calls failed.
    Failures,
    /// Too many calls were slow.
    Slowness,
    /// A probe failed.
    ProbeFailed,
    /// Too many probes were slow.
    ProbesSlow,
}

impl Reason {
    /// A few words for it, for logs and people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failures => "too many calls failed",
            Self::Slowness => "too many calls were slow",
            Self::ProbeFailed => "a probe failed",
            Self::ProbesSlow => "too many probes were slow",
        }
    }
}

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Where it stood.
    pub from: State,
    /// Where it stands.
    pub to: State,
    /// Why it opened; `None` when it did not.
    pub reason: Option<Reason>,
    /// The calls by which it was decided; none when it became half-open, which time alone decides.
    pub rates: Rates,
    /// How long it stays open; `None` when it did not open.
    pub open_for: Option<Duration>,
}

/// Where a breaker stands, to be read by people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: Instant,
    /// Why it opened last; `None` while it is closed.
    pub reason: Option<Reason>,
    /// The calls of the window when closed, the probes that ended when half-open.
    pub rates: Rates,
    /// How long until a probe may be made; `None` while it is closed.
    pub next_probe_in: Option<Duration>,
}

struct Core {
    phase: Phase,
    since: Instant,
    reason: Option<Reason>,
    /// Of each phase. A permit of another one says nothing of this one.
    generation: u64,
    /// Openings in a row, less those that good times made up for.
    openings: u32,
    random: u64,
}

enum Phase {
    Closed(Box<Window>),
    Open {
        until: Instant,
    },
    HalfOpen {
        /// Probes that are under way.
        out: u32,
        ended: Rates,
    },
}

impl Breaker {
    /// A closed one. The jitter of its times follows from the seed.
    pub fn new(settings: Settings, seed: u64, now: Instant, observer: Observer) -> Self {
        let settings = settings.in_range();
        let core = Core {
            phase: Phase::Closed(Box::new(Window::new(settings.window, now))),
            since: now,
            reason: None,
            generation: 0,
            openings: 0,
            random: seed,
        };
        Self {
            settings,
            observer,
            core: Mutex::new(core),
        }
    }

    /// Asks for the permission to make a call now.
    ///
    /// # Errors
    /// [`Refused`]: it is open, or as many probes are under way as may be.
    pub fn acquire(&self, now: Instant) -> Result<Permit<'_>, Refused> {
        let (permitted, transition) = {
            let mut core = self.lock();
            let transition = core.let_time_pass(now);
            (core.admit(&self.settings, now), transition)
        };
        self.tell(transition);
        permitted.map(|generation| Permit {
            breaker: self,
            generation,
            began_at: now,
            is_out: true,
        })
    }

    /// How long a call would be refused for; `None` when it would be permitted. Changes nothing.
    pub fn held_for(&self, now: Instant) -> Option<Duration> {
        self.lock().held_for(&self.settings, now)
    }

    /// Where it stands.
    pub fn snapshot(&self, now: Instant) -> Snapshot {
        let core = self.lock();
        let (state, rates) = match &core.phase {
            Phase::Closed(window) => (State::Closed, window.rates(now)),
            Phase::Open { .. } => (State::Open, Rates::default()),
            Phase::HalfOpen { ended, .. } => (State::HalfOpen, *ended),
        };
        Snapshot {
            state,
            since: core.since,
            reason: core.reason.filter(|_| state != State::Closed),
            rates,
            next_probe_in: (state != State::Closed)
                .then(|| core.held_for(&self.settings, now).unwrap_or_default()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().expect("nothing panics while it holds the lock")
    }

    fn tell(&self, transition: Option<Transition>) {
        if let Some(transition) = transition {
            (self.observer)(&transition);
        }
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaker")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Permit<'_> {
    /// Tells how the call ended. What comes from a state that is over is not counted.
    pub fn end(mut self, outcome: Outcome, now: Instant) {
        self.is_out = false;
        let slow = now.saturating_duration_since(self.began_at) >= self.breaker.settings.slow_after;
        let transition =
            self.breaker
                .lock()
                .ended(&self.breaker.settings, self.generation, outcome, slow, now);
        self.breaker.tell(transition);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.is_out {
            self.breaker.lock().give_back(self.generation);
        }
    }
}

impl Core {
    /// An open one whose time is over becomes half-open.
    fn let_time_pass(&mut self, now: Instant) -> Option<Transition> {
        match self.phase {
            Phase::Open { until } if until <= now => {
                let phase = Phase::HalfOpen {
                    out: 0,
                    ended: Rates::default(),
                };
                self.enter(phase, now);
                Some(Transition {
                    from: State::Open,
                    to: State::HalfOpen,
                    reason: None,
                    rates: Rates::default(),
                    open_for: None,
                })
            }
            _ => None,
        }
    }

    /// Takes a place for a call. Returns the generation that it belongs to.
    fn admit(&mut self, settings: &Settings, now: Instant) -> Result<u64, Refused> {
        if let Some(retry_after) = self.held_for(settings, now) {
            return Err(Refused { retry_after });
        }
        if let Phase::HalfOpen { out, .. } = &mut self.phase {
            *out += 1;
        }
        Ok(self.generation)
    }

    fn held_for(&self, settings: &Settings, now: Instant) -> Option<Duration> {
        match self.phase {
            Phase::Closed(_) => None,
            Phase::Open { until } => {
                Some(until.saturating_duration_since(now)).filter(|wait| !wait.is_zero())
            }
            Phase::HalfOpen { out, ended } => {
                // The probes will decide, and nobody knows when.
                (out + ended.calls >= settings.probes).then_some(settings.open_min)
            }
        }
    }

    fn give_back(&mut self, generation: u64) {
        if let Phase::HalfOpen { out, .. } = &mut self.phase
            && generation == self.generation
        {
            *out -= 1;
        }
    }

    fn ended(
        &mut self,
        settings: &Settings,
        generation: u64,
        outcome: Outcome,
        slow: bool,
        now: Instant,
    ) -> Option<Transition> {
        if outcome == Outcome::Neutral {
            self.give_back(generation);
            return None;
        }
        if generation != self.generation {
            return None;
        }
        let failed = outcome == Outcome::Bad;
        match &mut self.phase {
            // Nobody was permitted to call in this generation.
            Phase::Open { .. } => None,
            Phase::Closed(window) => {
                window.count(failed, slow, now);
                let rates = window.rates(now);
                let reason = too_bad(settings, rates).filter(|_| rates.calls >= settings.calls_min)?;
                Some(self.open(settings, State::Closed, reason, rates, now))
            }
            Phase::HalfOpen { out, ended } => {
                *out -= 1;
                ended.count(failed, slow);
                let rates = *ended;
                if failed {
                    Some(self.open(settings, State::HalfOpen, Reason::ProbeFailed, rates, now))
                } else if rates.calls < settings.probes {
                    None
                } else if too_bad(settings, rates).is_some() {
                    Some(self.open(settings, State::HalfOpen, Reason::ProbesSlow, rates, now))
                } else {
                    self.enter(Phase::Closed(Box::new(Window::new(settings.window, now))), now);
                    self.reason = None;
                    Some(Transition {
                        from: State::HalfOpen,
                        to: State::Closed,
                        reason: None,
                        rates,
                        open_for: None,
                    })
                }
            }
        }
    }

    fn open(
        &mut self,
        settings: &Settings,
        from: State,
        reason: Reason,
        rates: Rates,
        now: Instant,
    ) -> Transition {
        if from == State::Closed {
            // Each window's time that it held makes up for one opening.
            let good = now.saturating_duration_since(self.since).as_nanos() / settings.window.as_nanos();
            self.openings = self
                .openings
                .saturating_sub(u32::try_from(good).unwrap_or(u32::MAX));
        }
        let open_for = self.draw_open_time(settings);
        self.openings = self.openings.saturating_add(1);
        self.enter(
            Phase::Open {
                until: now + open_for,
            },
            now,
        );
        self.reason = Some(reason);
        Transition {
            from,
            to: State::Open,
            reason: Some(reason),
            rates,
            open_for: Some(open_for),
        }
    }

    /// Between a half and the whole of a bound that doubles with each opening, within the settings' bounds.
    fn draw_open_time(&mut self, settings: &Settings) -> Duration {
        let doubled = settings
            .open_min
            .saturating_mul(2_u32.saturating_pow(self.openings.saturating_add(1)));
        let bound = doubled.min(settings.open_max);
        let half = bound / 2;
        (half + half.mul_f64(self.draw())).clamp(settings.open_min, settings.open_max)
    }

    /// From 0 to 1: the generator SplitMix64, by its authors Steele, Lea and Flood, 2014.
    fn draw(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The upper 53 bits are what a double holds exactly.
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn enter(&mut self, phase: Phase, now: Instant) {
        self.phase = phase;
        self.since = now;
        self.generation += 1;
    }
}

fn too_bad(settings: &Settings, rates: Rates) -> Option<Reason> {
    let reached =
        |part: u32, percent: u8| u64::from(part) * 100 >= u64::from(rates.calls) * u64::from(percent);
    if reached(rates.failed, settings.failure_percent) {
        Some(Reason::Failures)
    } else if reached(rates.slow, settings.slow_percent) {
        Some(Reason::Slowness)
    } else {
        None
    }
}
