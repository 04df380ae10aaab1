//! Times, for people.

use std::time::SystemTime;

use domain::day::Day;
use domain::time::UnixMs;
use domain::zone::Zone;

const DAY_MS: i64 = 86_400_000;

/// The time that it is by the operating system's clock.
pub(crate) fn now() -> UnixMs {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    UnixMs(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// As `2026-11-21 11:42:50 UTC`.
pub(crate) fn for_people(at: UnixMs) -> String {
    let (hours, minutes, seconds) = clock(at);
    format!(
        "{} {hours:02}:{minutes:02}:{seconds:02} UTC",
        Day::at(at, Zone::utc())
    )
}

fn clock(at: UnixMs) -> (i64, i64, i64) {
    let seconds = at.0.rem_euclid(DAY_MS) / 1000;
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_utc() {
        let at = UnixMs(1_795_261_370_999);
        assert_eq!(for_people(at), "2026-11-21 11:42:50 UTC");
        assert_eq!(for_people(UnixMs(-1)), "1969-12-31 23:59:59 UTC");
    }
}
