//! Whose turn it is: rate limits as a state machine that is told the time and does nothing by itself.
//!
//! A request takes a [`Ticket`], which queues in its bucket. [`Limiter::step`] says whether the ticket may go, or until
//! when to wait. The answer's headers come back through [`Limiter::answered`]. Three rules keep Discord from ever having
//! to answer 429: a request is counted when it leaves, not when it is answered; a bucket that is not known yet lets one
//! request through at a time; and the whole bot stays within the global limit in every window of a second.
//!
//! Source: Discord's documentation, "Rate Limits", read in August 2026.

mod bucket;
mod global;
mod invalid;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::bucket::{Bucket, Opening};
use self::global::Global;
use self::invalid::InvalidBudget;

/// How long a bucket without requests is remembered, at least.
const IDLE_AFTER: Duration = Duration::from_secs(60);

/// How long everything waits after a 429 that Discord itself did not send and that tells no time; doubled with each.
const EDGE_PAUSE: Duration = Duration::from_secs(30);
const EDGE_PAUSE_MAX: Duration = Duration::from_secs(15 * 60);

/// How long a request waits after a 429 of Discord's that tells no time.
const PAUSE: Duration = Duration::from_secs(1);

/// Where a request goes, as far as limits are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// Method and path with the ids left out: what Discord gives a bucket to.
    pub(crate) name: &'static str,
    /// The top-level resource (channel, guild or webhook), each of which has a bucket of its own; 0 without one.
    pub(crate) major: u64,
    /// Whether it counts on the global limit. Interaction callbacks do not.
    pub(crate) global: bool,
    /// Whether it is refused once too many calls were invalid. What asks only about ourselves is not.
    pub(crate) guarded: bool,
}

impl Route {
    /// One that counts on the global limit and is guarded, as most are.
    pub(crate) fn new(name: &'static str, major: u64) -> Self {
        Self {
            name,
            major,
            global: true,
            guarded: true,
        }
    }
}

/// A request's place. Smaller ones came earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticket(u64);

/// What a ticket may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It goes now.
    Go,
    /// It waits, until this time or until [`Limiter::take_wakes`] names it.
    Wait {
        /// Ask again at this time; `None` waits for others.
        until: Option<Instant>,
        /// It cannot go before this time, as far as is known.
        earliest: Instant,
    },
    /// It may not go.
    Barred(Barred),
}

/// Why a request may not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Barred {
    /// Discord does not know the token.
    TokenRefused,
    /// Too many invalid requests; there is room again at this time.
    InvalidBudget(Instant),
}

/// What the headers of an answer tell of its bucket.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) bucket: Option<String>,
    pub(crate) limit: Option<u32>,
    pub(crate) remaining: Option<u32>,
    /// When the window ends by Discord's clock, ms: it tells one window from another, however long answers travel.
    pub(crate) reset_ms: Option<u64>,
    /// How long until the window ends.
    pub(crate) reset_after: Option<Duration>,
}

/// Whom a 429 concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The bucket.
    User,
    /// The bucket, by what others did: it does not count as invalid.
    Shared,
    /// Everything.
    Global,
    /// Everything, and not by Discord's own hand: the address is being held off.
    Edge,
}

impl Scope {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::User, Self::Shared, Self::Global, Self::Edge];

    /// A word for it, for metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Shared => "shared",
            Self::Global => "global",
            Self::Edge => "edge",
        }
    }
}

/// What the limits came to, and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitFigures {
    /// Answers of 429 since the client was made, by whom they concern; every scope is there.
    pub limited: [(Scope, u64); 4],
    /// Requests that wait for their turn.
    pub queue_len: usize,
    /// Answers in the last ten minutes that Discord counts as invalid: 401, 403 and 429. It bans an address at 10,000.
    pub invalid: usize,
    /// How many more there may be until most calls are refused here.
    pub invalid_left: usize,
}

/// Bounds that are configured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Requests in any second, over all routes.
    pub(crate) per_second: u32,
    /// Invalid requests in any ten minutes.
    pub(crate) invalid_max: u32,
}

#[derive(Debug)]
pub(crate) struct Limiter {
    /// The bucket's name that Discord told for a route.
    names: HashMap<&'static str, Arc<str>>,
    buckets: HashMap<Key, Bucket>,
    turns: HashMap<Ticket, Turn>,
    global: Global,
    invalid: InvalidBudget,
    token_refused: bool,
    /// 429s of [`Scope::Edge`] since something was last let through.
    held_off: u32,
    /// 429s, in the order of [`Scope::ALL`].
    limited: [u64; 4],
    last_ticket: u64,
    swept_at: Option<Instant>,
    wakes: Vec<Ticket>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    name: Name,
    major: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    /// Before Discord has told the bucket.
    Route(&'static str),
    Bucket(Arc<str>),
}

#[derive(Debug)]
struct Turn {
    route: Route,
    key: Key,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Queued,
    /// The first of its bucket; the global limit lets it through at this time.
    Booked(Instant),
    Sent,
}

impl Limiter {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            names: HashMap::new(),
            buckets: HashMap::new(),
            turns: HashMap::new(),
            global: Global::new(bounds.per_second),
            invalid: InvalidBudget::new(bounds.invalid_max),
            token_refused: false,
            held_off: 0,
            limited: [0; 4],
            last_ticket: 0,
            swept_at: None,
            wakes: Vec::new(),
        }
    }

    /// Whether the global limit is half used up, or more.
    pub(crate) fn is_busy(&self, now: Instant) -> bool {
        self.global.is_busy(now)
    }

    /// For those who look on; looks at every ticket.
    pub(crate) fn figures(&self, now: Instant) -> LimitFigures {
        let waits = |turn: &&Turn| !matches!(turn.stage, Stage::Sent);
        let (invalid, invalid_left) = self.invalid.spent_and_left(now);
        LimitFigures {
            limited: Scope::ALL.map(|scope| (scope, self.limited[scope as usize])),
            queue_len: self.turns.values().filter(waits).count(),
            invalid,
            invalid_left,
        }
    }

    /// Queues a request.
    pub(crate) fn enqueue(&mut self, route: Route, now: Instant) -> Ticket {
        self.sweep(now);
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        let name = self
            .names
            .get(route.name)
            .map_or(Name::Route(route.name), |name| Name::Bucket(Arc::clone(name)));
        let key = Key {
            name,
            major: route.major,
        };
        self.buckets.entry(key.clone()).or_default().enqueue(ticket, now);
        self.turns.insert(
            ticket,
            Turn {
                route,
                key,
                stage: Stage::Queued,
            },
        );
        ticket
    }

    /// Says what a ticket may do at this time. After [`Step::Go`] it counts as sent.
    pub(crate) fn step(&mut self, ticket: Ticket, now: Instant) -> Step {
        if self.token_refused {
            return Step::Barred(Barred::TokenRefused);
        }
        let turn = self
            .turns
            .get_mut(&ticket)
            .expect("a ticket is asked about until it is done");
        if let Some(until) = self.invalid.barred_until(now).filter(|_| turn.route.guarded) {
            return Step::Barred(Barred::InvalidBudget(until));
        }
        let bucket = self
            .buckets
            .get_mut(&turn.key)
            .expect("a bucket with tickets is kept");
        let held_until = self.global.blocked_until(now).filter(|_| turn.route.global);
        let opening = bucket.opening(now);
        let earliest = match opening {
            Opening::At(time) => held_until.map_or(time, |held| held.max(time)),
            Opening::Now | Opening::WhenAnswered => held_until.unwrap_or(now),
        };
        if !bucket.is_first(ticket) || opening == Opening::WhenAnswered {
            return Step::Wait {
                until: None,
                earliest,
            };
        }
        if earliest > now {
            return Step::Wait {
                until: Some(earliest),
                earliest,
            };
        }
        if turn.route.global {
            // Only the first of a bucket is booked, so a long queue takes turns with the short ones.
            let booked = match turn.stage {
                Stage::Booked(at) => at,
                Stage::Queued | Stage::Sent => self.global.book(now),
            };
            let at = booked.max(self.global.free_at(now));
            if at > now {
                turn.stage = Stage::Booked(at);
                return Step::Wait {
                    until: Some(at),
                    earliest: at,
                };
            }
            self.global.sent(now);
        }
        bucket.take(ticket);
        self.wakes.extend(bucket.first());
        turn.stage = Stage::Sent;
        Step::Go
    }

    /// The ticket's request was answered, and not with 429. The ticket is done.
    pub(crate) fn answered(&mut self, ticket: Ticket, status: u16, told: &Told, now: Instant) {
        match status {
            401 => {
                self.token_refused = true;
                self.invalid.count(now);
                // Nobody waits for what cannot happen any more.
                self.wakes.extend(self.turns.keys());
            }
            403 => self.invalid.count(now),
            _ => {}
        }
        self.held_off = 0;
        self.learn(ticket, told, (200..300).contains(&status), now);
        self.remove(ticket, now);
    }

    /// The ticket's request was answered with 429, so it had no effect: the ticket queues again, in its old place.
    /// Returns how long those wait whom it concerns.
    pub(crate) fn limited(
        &mut self,
        ticket: Ticket,
        scope: Scope,
        retry_after: Option<Duration>,
        told: &Told,
        now: Instant,
    ) -> Duration {
        self.limited[scope as usize] += 1;
        self.learn(ticket, told, false, now);
        if scope != Scope::Shared {
            self.invalid.count(now);
        }
        let turn = self
            .turns
            .get_mut(&ticket)
            .expect("a ticket is answered before it is done");
        let bucket = self
            .buckets
            .get_mut(&turn.key)
            .expect("a bucket with tickets is kept");
        turn.stage = Stage::Queued;
        bucket.return_limited(ticket, now);
        let pause = match scope {
            Scope::Edge => {
                let doubled = EDGE_PAUSE.saturating_mul(1 << self.held_off.min(5));
                self.held_off += 1;
                retry_after.unwrap_or(doubled.min(EDGE_PAUSE_MAX))
            }
            Scope::User | Scope::Shared | Scope::Global => retry_after.unwrap_or(PAUSE),
        };
        match scope {
            Scope::User | Scope::Shared => bucket.block(now + pause),
            Scope::Global | Scope::Edge => self.global.block(now + pause),
        }
        self.wakes.extend(bucket.first());
        pause
    }

    /// The ticket's request got no answer, or was never sent. The ticket is done.
    pub(crate) fn abandon(&mut self, ticket: Ticket, now: Instant) {
        self.remove(ticket, now);
    }

    /// The tickets that may have something new to ask about.
    pub(crate) fn take_wakes(&mut self) -> Vec<Ticket> {
        let mut wakes = std::mem::take(&mut self.wakes);
        wakes.sort_unstable();
        wakes.dedup();
        wakes
    }

    fn remove(&mut self, ticket: Ticket, now: Instant) {
        let Some(turn) = self.turns.remove(&ticket) else {
            return;
        };
        let bucket = self
            .buckets
            .get_mut(&turn.key)
            .expect("a bucket with tickets is kept");
        match turn.stage {
            Stage::Queued | Stage::Booked(_) => bucket.leave_queue(ticket),
            Stage::Sent => bucket.done(now),
        }
        self.wakes.extend(bucket.first());
    }

    /// Takes over what an answer tells, first of all which bucket it was.
    fn learn(&mut self, ticket: Ticket, told: &Told, success: bool, now: Instant) {
        let turn = &self.turns[&ticket];
        let (route, mut key) = (turn.route, turn.key.clone());
        if let Some(name) = &told.bucket {
            self.name_route(route.name, name);
            key = Key {
                name: Name::Bucket(Arc::clone(&self.names[route.name])),
                major: route.major,
            };
            let queued_in = self.turns[&ticket].key.clone();
            if queued_in != key {
                self.move_bucket(&queued_in, &key);
            }
        }
        let bucket = self.buckets.get_mut(&key).expect("a bucket with tickets is kept");
        bucket.learn(told, success, now);
    }

    /// The bucket of a route is known now, in every channel at once: what queues under the route's own name moves, or
    /// later requests would overtake it.
    fn name_route(&mut self, route: &'static str, name: &str) {
        if self.names.get(route).is_some_and(|known| **known == *name) {
            return;
        }
        let name: Arc<str> = name.into();
        self.names.insert(route, Arc::clone(&name));
        let unnamed: Vec<Key> = self
            .buckets
            .keys()
            .filter(|key| key.name == Name::Route(route))
            .cloned()
            .collect();
        for key in unnamed {
            let named = Key {
                name: Name::Bucket(Arc::clone(&name)),
                major: key.major,
            };
            self.move_bucket(&key, &named);
        }
    }

    /// A bucket turns out to be another: its requests join the other's queue, in the order in which they came.
    fn move_bucket(&mut self, from: &Key, to: &Key) {
        let moved = self.buckets.remove(from).expect("a bucket with tickets is kept");
        self.turns
            .values_mut()
            .filter(|turn| turn.key == *from)
            .for_each(|turn| turn.key = to.clone());
        let target = self.buckets.entry(to.clone()).or_default();
        target.absorb(moved);
        self.wakes.extend(target.first());
    }

    /// Forgets buckets that nobody has used for a while and that hold nobody back.
    fn sweep(&mut self, now: Instant) {
        let swept_at = *self.swept_at.get_or_insert(now);
        if now.saturating_duration_since(swept_at) >= IDLE_AFTER {
            self.swept_at = Some(now);
            self.buckets.retain(|_, bucket| !bucket.is_idle(now, IDLE_AFTER));
        }
    }
}
