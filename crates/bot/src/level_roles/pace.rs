//! How fast roles are given and taken.

use std::time::Duration;

use tokio::sync::Mutex;
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
        let at = {
            let mut next = self.next.lock().await;
            let at = next.max(Instant::now());
            *next = at + self.every;
            at
        };
        sleep_until(at).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn turns_come_one_after_the_other_however_many_wait() {
        let pace = Pace::new(Duration::from_millis(200));
        let start = Instant::now();
        for _ in 0..5 {
            tokio::join!(pace.turn(), pace.turn());
        }
        tokio::time::advance(Duration::from_secs(60)).await;
        let later = Instant::now();
        pace.turn().await;
        pace.turn().await;
        assert_eq!(
            later.elapsed(),
            Duration::from_millis(200),
            "no turns are saved up"
        );
    }
}
