//! New ids for welcomes.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::id::WelcomeId;
use domain::time::UnixMs;

/// Hands out ids that no other welcome of this bot has: the time, and a count from a random start.
#[derive(Debug)]
pub(crate) struct WelcomeIds {
    count: AtomicU32,
}

impl WelcomeIds {
    /// Starts counting at a random number, so that two processes differ within the same millisecond.
    pub(crate) fn starting_at(count: u32) -> Self {
        Self {
            count: AtomicU32::new(count),
        }
    }

    /// The next id.
    pub(crate) fn next(&self, now: UnixMs) -> WelcomeId {
        WelcomeId::new(now, self.count.fetch_add(1, Ordering::Relaxed))
    }
}
