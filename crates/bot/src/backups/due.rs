//! When the next backup is due.

use std::time::Duration;

use domain::time::UnixMs;
use tokio::time::Instant;

/// Reckons by the calendar's clock, which goes on while the machine sleeps or is off, and by one that never jumps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    every: Duration,
    last_at: Option<UnixMs>,
    since: Instant,
}

impl Due {
    /// `last_at` is when the newest backup was made that is not of the future.
    pub(super) fn new(every: Duration, last_at: Option<UnixMs>, started: Instant) -> Self {
        Self {
            every,
            last_at,
            since: started,
        }
    }

    /// Whether one is due. A clock that leaps ahead makes one backup too many; one that is set back delays the next by no
    /// more than the usual time.
    pub(super) fn is_due(&self, now: UnixMs, instant: Instant) -> bool {
        self.last_at
            .is_none_or(|last_at| now.since(last_at) >= self.every || instant - self.since >= self.every)
    }

    /// One was made.
    pub(super) fn made(&mut self, now: UnixMs, instant: Instant) {
        self.last_at = Some(now);
        self.since = instant;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const HOUR: Duration = Duration::from_secs(3600);
    const NOW: UnixMs = UnixMs(1_795_000_000_000);

    #[tokio::test]
    async fn schedule_goes_on_from_the_newest_file_after_a_restart() {
        let start = Instant::now();
        let due = Due::new(DAY, Some(NOW - 20 * HOUR), start);
        assert!(!due.is_due(NOW, start));
        assert!(!due.is_due(NOW + 3 * HOUR, start + 3 * HOUR));
        assert!(due.is_due(NOW + 4 * HOUR, start + 4 * HOUR));
        assert!(Due::new(DAY, None, start).is_due(NOW, start), "there is none yet");
        assert!(Due::new(DAY, Some(NOW - 9 * DAY), start).is_due(NOW, start));
    }

    #[tokio::test]
    async fn machine_that_slept_makes_what_it_missed_once() {
        let start = Instant::now();
        let mut due = Due::new(DAY, Some(NOW), start);
        // The clock that never jumps stands still meanwhile.
        assert!(due.is_due(NOW + 3 * DAY, start + HOUR));
        due.made(NOW + 3 * DAY, start + HOUR);
        assert!(!due.is_due(NOW + 3 * DAY, start + HOUR));
    }

    #[tokio::test]
    async fn clock_that_jumps_to_and_fro_makes_one_backup_too_many_and_goes_on() {
        let start = Instant::now();
        let mut due = Due::new(DAY, Some(NOW), start);
        let (ahead, back) = (NOW + 3650 * DAY, NOW + HOUR);
        let mut made = 0;
        for round in 0..20 {
            for now in [ahead, back] {
                let instant = start + Duration::from_secs(60) * round;
                if due.is_due(now, instant) {
                    due.made(now, instant);
                    made += 1;
                }
            }
        }
        assert_eq!(made, 1);
        assert!(!due.is_due(back, start + DAY / 2));
        assert!(due.is_due(back, start + DAY + HOUR), "set back for good");
    }
}
