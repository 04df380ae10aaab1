//! The budget of invalid requests.
//!
//! Discord bans an address after 10,000 answers of 401, 403 or 429 (but not of scope shared) in 10 minutes.
//! Source: Discord's documentation, "Rate Limits", heading "Invalid Request Limit aka Cloudflare Bans", read in August
//! 2026.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(600);

#[derive(Debug)]
pub(super) struct InvalidBudget {
    max: usize,
    /// The last of them, at most `max`.
    times: VecDeque<Instant>,
}

impl InvalidBudget {
    pub(super) fn new(max: u32) -> Self {
        Self {
            max: usize::try_from(max.max(1)).unwrap_or(usize::MAX),
            times: VecDeque::new(),
        }
    }

    pub(super) fn count(&mut self, now: Instant) {
        if self.times.len() >= self.max {
            self.times.pop_front();
        }
        self.times.push_back(now);
    }

    /// How many there were in the window, and how many there may be before there is no room.
    pub(super) fn spent_and_left(&self, now: Instant) -> (usize, usize) {
        let in_window = |at: &&Instant| **at + WINDOW > now;
        let spent = self.times.iter().filter(in_window).count();
        (spent, self.max.saturating_sub(spent))
    }

    /// When there is room again; `None` when there is now.
    pub(super) fn barred_until(&self, now: Instant) -> Option<Instant> {
        let until = *self.times.front().filter(|_| self.times.len() >= self.max)? + WINDOW;
        (until > now).then_some(until)
    }
}
