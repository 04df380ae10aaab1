//! One bucket: so many requests in a window, first come, first served.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Ticket, Told};

/// Two windows of a bucket end further apart than this by Discord's clock. No window is shorter than a second, and the
/// end of one is told the same in each answer but for rounding.
const SAME_WINDOW_MS: u64 = 100;

/// The same by our own clock, where Discord does not tell its own: answers travel differently long.
const SAME_WINDOW_BY_OUR_CLOCK: Duration = Duration::from_millis(250);

#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// In the order of their numbers.
    queue: VecDeque<Ticket>,
    /// Sent and not answered.
    in_flight: u32,
    limit: Limit,
    blocked_until: Option<Instant>,
    touched_at: Option<Instant>,
}

#[derive(Debug, Default)]
enum Limit {
    /// Not told yet: one request at a time.
    #[default]
    Unknown,
    /// An answer came without a limit.
    None,
    Window(Window),
}

#[derive(Debug)]
struct Window {
    limit: u32,
    remaining: u32,
    reset_ms: Option<u64>,
    /// When the window ends; `None` when it has ended, and no answer has told about the next one.
    reset_at: Option<Instant>,
}

/// When a bucket lets its first ticket through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    Now,
    At(Instant),
    /// When a request in flight was answered.
    WhenAnswered,
}

impl Bucket {
    pub(super) fn enqueue(&mut self, ticket: Ticket, now: Instant) {
        self.touched_at = Some(now);
        let place = self.queue.partition_point(|other| *other < ticket);
        self.queue.insert(place, ticket);
    }

    pub(super) fn first(&self) -> Option<Ticket> {
        self.queue.front().copied()
    }

    pub(super) fn is_first(&self, ticket: Ticket) -> bool {
        self.first() == Some(ticket)
    }

    pub(super) fn leave_queue(&mut self, ticket: Ticket) {
        self.queue.retain(|other| *other != ticket);
    }

    pub(super) fn blocked_until(&self, now: Instant) -> Option<Instant> {
        self.blocked_until.filter(|until| *until > now)
    }

    pub(super) fn block(&mut self, until: Instant) {
        self.blocked_until = Some(self.blocked_until.map_or(until, |at| at.max(until)));
    }

    pub(super) fn opening(&mut self, now: Instant) -> Opening {
        if let Some(until) = self.blocked_until(now) {
            return Opening::At(until);
        }
        match &mut self.limit {
            Limit::None => Opening::Now,
            Limit::Unknown if self.in_flight == 0 => Opening::Now,
            Limit::Unknown => Opening::WhenAnswered,
            Limit::Window(window) => {
                if window.reset_at.is_some_and(|at| at <= now) {
                    // What is in flight may arrive in the new window and count there.
                    window.remaining = window.limit.saturating_sub(self.in_flight);
                    window.reset_at = None;
                }
                match (window.remaining, window.reset_at) {
                    (1.., _) => Opening::Now,
                    (0, Some(at)) => Opening::At(at),
                    // None of the window's requests was answered: one more finds out.
                    (0, None) if self.in_flight == 0 => Opening::Now,
                    (0, None) => Opening::WhenAnswered,
                }
            }
        }
    }

    /// The first ticket leaves the queue and counts from now on.
    pub(super) fn take(&mut self, ticket: Ticket) {
        self.leave_queue(ticket);
        self.in_flight += 1;
        if let Limit::Window(window) = &mut self.limit {
            window.remaining = window.remaining.saturating_sub(1);
        }
    }

    /// A ticket's request met a 429: the window has no room, whatever we believed.
    pub(super) fn return_limited(&mut self, ticket: Ticket, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.enqueue(ticket, now);
    }

    /// A request was answered, or given up.
    pub(super) fn done(&mut self, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.touched_at = Some(now);
    }

    /// Takes over what an answer tells. The answered request still counts as in flight.
    pub(super) fn learn(&mut self, told: &Told, success: bool, now: Instant) {
        let (Some(limit), Some(remaining)) = (told.limit, told.remaining) else {
            if success && matches!(self.limit, Limit::Unknown) {
                self.limit = Limit::None;
            }
            return;
        };
        // The others in flight are perhaps not counted yet at Discord's side.
        let left = remaining.saturating_sub(self.in_flight.saturating_sub(1));
        let reset_at = told.reset_after.map(|after| now + after);
        let told_window = Window {
            limit,
            remaining: left,
            reset_ms: told.reset_ms,
            reset_at,
        };
        match &mut self.limit {
            Limit::Window(window) => window.update(told_window),
            Limit::Unknown | Limit::None => self.limit = Limit::Window(told_window),
        }
    }

    /// Takes in another bucket's requests.
    pub(super) fn absorb(&mut self, other: Bucket) {
        for ticket in other.queue {
            let place = self.queue.partition_point(|known| *known < ticket);
            self.queue.insert(place, ticket);
        }
        self.in_flight += other.in_flight;
        if let Limit::Window(window) = &mut self.limit {
            window.remaining = window.remaining.saturating_sub(other.in_flight);
        }
        if let Some(until) = other.blocked_until {
            self.block(until);
        }
        self.touched_at = self.touched_at.max(other.touched_at);
    }

    pub(super) fn is_idle(&self, now: Instant, after: Duration) -> bool {
        let reset = match &self.limit {
            Limit::Window(window) => window.reset_at.is_none_or(|at| at <= now),
            Limit::Unknown | Limit::None => true,
        };
        self.queue.is_empty()
            && self.in_flight == 0
            && reset
            && self.blocked_until(now).is_none()
            && self
                .touched_at
                .is_none_or(|at| now.saturating_duration_since(at) >= after)
    }
}

impl Window {
    /// Takes over what an answer told, which may speak of this window, of a later one, or, when it travelled long, of
    /// one that is over.
    fn update(&mut self, told: Window) {
        let (is_newer, is_older) = match (self.reset_ms, told.reset_ms, self.reset_at, told.reset_at) {
            (Some(known), Some(told), ..) => (told > known + SAME_WINDOW_MS, told + SAME_WINDOW_MS < known),
            (_, _, Some(known), Some(told)) => (told > known + SAME_WINDOW_BY_OUR_CLOCK, false),
            _ => (true, false),
        };
        let began_here = self.reset_at.is_none();
        match (is_newer, is_older) {
            (_, true) => {}
            // By our clock the window is over, so this answer travelled long.
            (false, _) if began_here => {}
            (false, _) => {
                self.remaining = self.remaining.min(told.remaining);
                // Each is late by how long its answer travelled, so the smaller is nearer to the truth.
                self.reset_at = [self.reset_at, told.reset_at].into_iter().flatten().min();
                self.limit = told.limit;
            }
            (true, _) => {
                let remaining = if began_here {
                    self.remaining.min(told.remaining)
                } else {
                    told.remaining
                };
                *self = Window { remaining, ..told };
            }
        }
    }
}
