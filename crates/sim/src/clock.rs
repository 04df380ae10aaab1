//! The world's clock, and times as Discord writes them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The time of the world: ids, `joined_at`, nonce windows, rate limits and the life of sessions follow it.
///
/// It runs like the machine's clock, or stands still; both kinds can be moved forward by hand, so that a test lives
/// through minutes at once. Clones share the same time. Waiting (delays, heartbeats) is not its business: that happens
/// in real time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    start_us: i64,
    /// `None` when the clock stands still.
    started: Option<Instant>,
    moved_us: AtomicI64,
}

impl Clock {
    /// A clock that starts at the machine's time and runs, without its jumps.
    pub fn running() -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Self::new(micros(since_epoch), Some(Instant::now()))
    }

    /// A clock that stands at `start_ms` (milliseconds since 1970) until it is moved.
    pub fn standing_at(start_ms: i64) -> Self {
        Self::new(start_ms.saturating_mul(1000), None)
    }

    fn new(start_us: i64, started: Option<Instant>) -> Self {
        Self(Arc::new(Inner {
            start_us,
            started,
            moved_us: AtomicI64::new(0),
        }))
    }

    /// Microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        let run = self.0.started.map_or(0, |started| micros(started.elapsed()));
        self.0.start_us + run + self.0.moved_us.load(Ordering::Relaxed)
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.now_us() / 1000
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.moved_us.fetch_add(micros(by), Ordering::Relaxed);
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// A time as Discord writes it: `2026-08-01T09:05:07.123456+00:00`. Made from microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp(pub i64);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY_US: i64 = 86_400_000_000;
        let (year, month, day) = civil(self.0.div_euclid(DAY_US));
        let of_day = self.0.rem_euclid(DAY_US);
        let (seconds, us) = (of_day / 1_000_000, of_day % 1_000_000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{us:06}+00:00"
        )
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Year, month and day of the Gregorian calendar, from days since 1970-01-01. Years begin in March while it reckons, so
/// that the leap day is a year's last.
fn civil(days: i64) -> (i64, i64, i64) {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    let from_march_of_year_0 = days + 719_468;
    let era = from_march_of_year_0.div_euclid(DAYS_IN_400_YEARS);
    let day_of_era = from_march_of_year_0.rem_euclid(DAYS_IN_400_YEARS);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / (DAYS_IN_400_YEARS - 1)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_discord_writes_them() {
        for (us, text) in [
            (0, "1970-01-01T00:00:00.000000+00:00"),
            (951_782_399_999_999, "2000-02-28T23:59:59.999999+00:00"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000+00:00"),
            (1_709_251_200_000_001, "2024-03-01T00:00:00.000001+00:00"),
            (1_798_761_599_000_000, "2026-12-31T23:59:59.000000+00:00"),
        ] {
            assert_eq!(Timestamp(us).to_string(), text);
        }
    }

    #[test]
    fn standing_clock_moves_only_by_hand() {
        let clock = Clock::standing_at(5);
        let other = clock.clone();
        assert_eq!(other.now_us(), 5000);
        clock.advance(Duration::from_secs(60));
        assert_eq!(other.now_ms(), 60_005);
    }
}
