//! How fast roles are given and taken.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// One turn after the other, with a pause between them.
#[derive(Debug)]
pub(super) struct Pace {
    every: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    pub(super) fn new(every: Duration) -> Self {
        Self {
            every,
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits for the next turn. A turn that nobody waits for any more is not made up for.
    pub(super) async fn turn(&self) {
        let at = self.book(Instant::now());
        sleep_until(at).await;
    }

    /// The next turn of somebody who asks at `now`.
    fn book(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = (*next).max(now);
        *next = at + self.every;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_one_after_the_other_and_none_are_saved_up() {
        let every = Duration::from_millis(200);
        let pace = Pace::new(every);
        let now = Instant::now();
        assert_eq!(pace.book(now), now);
        assert_eq!(pace.book(now), now + every);
        assert_eq!(pace.book(now + every), now + 2 * every);
        let later = now + 300 * every;
        assert_eq!(pace.book(later), later);
        assert_eq!(pace.book(later), later + every);
    }
}
