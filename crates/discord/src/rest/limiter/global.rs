//! The limit over all routes, and holding everything back.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A second, and some more for requests that travel differently long.
const WINDOW: Duration = Duration::from_millis(1_050);

/// At most so many requests in any window, not just in windows that begin on the second.
#[derive(Debug)]
pub(super) struct Global {
    per_window: usize,
    /// The last times that were given out, so that all buckets are served in the order in which they asked.
    booked: VecDeque<Instant>,
    /// The last times at which something was sent in truth, which may be later than booked.
    sent: VecDeque<Instant>,
    blocked_until: Option<Instant>,
}

impl Global {
    pub(super) fn new(per_second: u32) -> Self {
        Self {
            per_window: usize::try_from(per_second.max(1)).unwrap_or(usize::MAX),
            booked: VecDeque::new(),
            sent: VecDeque::new(),
            blocked_until: None,
        }
    }

    pub(super) fn blocked_until(&self, now: Instant) -> Option<Instant> {
        self.blocked_until.filter(|until| *until > now)
    }

    pub(super) fn block(&mut self, until: Instant) {
        self.blocked_until = Some(self.blocked_until.map_or(until, |at| at.max(until)));
    }

    /// Whether half of a window's requests, or more, were given out in the last one or wait for their time.
    pub(super) fn is_busy(&self, now: Instant) -> bool {
        let recent = self.booked.iter().rev().take_while(|at| **at + WINDOW > now);
        self.blocked_until(now).is_some() || 2 * recent.count() >= self.per_window
    }

    /// The time for one more request.
    pub(super) fn book(&mut self, now: Instant) -> Instant {
        let at = self
            .booked
            .back()
            .map_or(now, |last| now.max(*last))
            .max(full_until(&self.booked, self.per_window, now));
        push(&mut self.booked, self.per_window, at);
        at
    }

    /// When the window has room in truth.
    pub(super) fn free_at(&self, now: Instant) -> Instant {
        full_until(&self.sent, self.per_window, now)
    }

    pub(super) fn sent(&mut self, now: Instant) {
        push(&mut self.sent, self.per_window, now);
    }
}

fn full_until(times: &VecDeque<Instant>, per_window: usize, now: Instant) -> Instant {
    match times.front() {
        Some(oldest) if times.len() >= per_window => now.max(*oldest + WINDOW),
        _ => now,
    }
}

fn push(times: &mut VecDeque<Instant>, per_window: usize, at: Instant) {
    if times.len() >= per_window {
        times.pop_front();
    }
    times.push_back(at);
}
