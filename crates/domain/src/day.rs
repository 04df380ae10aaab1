//! Days and months of the calendar.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::Span;
use jiff::civil::Date;

use crate::time::UnixMs;
use crate::zone::Zone;

/// A day of the calendar: days since 1970-01-01, negative before. Which moments it holds is a matter of the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A month of the calendar: months since January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Day {
    /// The day of a year, a month (from 1) and a day of the month (from 1); `None` where the calendar has none.
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let date = Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        );
        date.ok().map(Self::of_date)
    }

    /// The day that it is in a zone at a time. Times outside of the years -9999 to 9999 have the first or the last day.
    pub fn at(time: UnixMs, zone: &Zone) -> Self {
        let date = match zone.at(time) {
            Some(zoned) => zoned.date(),
            None if time.0 < 0 => Date::MIN,
            None => Date::MAX,
        };
        Self::of_date(date)
    }

    /// When the day begins in a zone; the time before the next one belongs to it, 23 to 25 hours as a rule.
    pub fn begins(self, zone: &Zone) -> UnixMs {
        zone.midnight(self.date())
    }

    /// When the clocks of a zone show this hour (0 to 23) on the day: the first time where they show it twice, and so much
    /// later as they leap where they do not show it at all.
    pub fn at_hour(self, hour: u8, zone: &Zone) -> UnixMs {
        zone.at_hour(self.date(), hour.min(23))
    }

    /// The day that lies so many days later, or earlier.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The month that it is in.
    pub fn month(self) -> Month {
        let date = self.date();
        Month(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    fn date(self) -> Date {
        let bound = if self.0 < 0 { Date::MIN } else { Date::MAX };
        let span = Span::new().try_days(self.0);
        span.and_then(|span| EPOCH.checked_add(span)).unwrap_or(bound)
    }

    fn of_date(date: Date) -> Self {
        Self((date - EPOCH).get_days())
    }
}

impl Month {
    /// Its days.
    pub fn days(self) -> RangeInclusive<Day> {
        let year = i16::try_from(self.0.div_euclid(12)).unwrap_or(i16::MAX);
        let month = i8::try_from(self.0.rem_euclid(12) + 1).expect("1 to 12");
        let first = Date::new(year.clamp(-9999, 9999), month, 1).expect("every month has a first day");
        Day::of_date(first)..=Day::of_date(first.last_of_month())
    }

    /// The month that lies so many months later, or earlier.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }
}

/// As `2026-11-21`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

/// As `2026-11`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        write!(f, "{year:04}-{month:02}")
    }
}

impl Zone {
    /// The first moment of a date.
    fn midnight(&self, date: Date) -> UnixMs {
        let at_utc = || UnixMs(i64::from(Day::of_date(date).0) * 86_400_000);
        let utc_or_later = |zoned: jiff::Zoned| UnixMs(zoned.timestamp().as_millisecond());
        let midnight = date.to_zoned(self.rules()).and_then(|zoned| zoned.start_of_day());
        midnight.map_or_else(|_| at_utc(), utc_or_later)
    }

    fn at_hour(&self, date: Date, hour: u8) -> UnixMs {
        let hour = i8::try_from(hour).expect("at most 23");
        let zoned = date.at(hour, 0, 0, 0).to_zoned(self.rules());
        zoned.map_or_else(
            |_| UnixMs(i64::from(Day::of_date(date).0) * 86_400_000 + i64::from(hour) * 3_600_000),
            |zoned| UnixMs(zoned.timestamp().as_millisecond()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_is_made_of_what_the_calendar_has() {
        assert_eq!(Day::new(1970, 1, 1), Some(Day(0)));
        assert_eq!(
            Day::new(2026, 11, 21).map(|day| day.to_string()).as_deref(),
            Some("2026-11-21")
        );
        for (year, month, day) in [
            (2026, 2, 29),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 1, 0),
            (99_999, 1, 1),
        ] {
            assert_eq!(Day::new(year, month, day), None);
        }
    }

    fn zone(name: &str) -> Zone {
        Zone::named(name).expect("a zone")
    }

    #[test]
    fn a_moment_has_another_day_elsewhere() {
        let new_year = UnixMs(1_798_761_599_000);
        assert_eq!(Day::at(new_year, Zone::utc()).to_string(), "2026-12-31");
        let taipei = Day::at(new_year, &zone("Asia/Taipei"));
        assert_eq!(taipei.to_string(), "2027-01-01");
        assert_eq!(taipei.month().to_string(), "2027-01");
        assert_eq!(taipei.month().plus(-1).to_string(), "2026-12");
    }

    #[test]
    fn days_follow_each_other_without_a_gap_where_clocks_change() {
        // Lord Howe moves by half an hour, Apia left out a whole day in 2011.
        for name in [
            "UTC",
            "Europe/Berlin",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Africa/Cairo",
        ] {
            let zone = zone(name);
            let first = Day::at(UnixMs(1_293_840_000_000), &zone);
            for days in 0..800 {
                let day = first.plus(days);
                let (begins, ends) = (day.begins(&zone), day.plus(1).begins(&zone));
                assert!(begins <= ends, "{name} {day}");
                if begins < ends {
                    assert_eq!(Day::at(begins, &zone), day, "{name}");
                    assert_eq!(Day::at(UnixMs(ends.0 - 1), &zone), day, "{name}");
                }
            }
        }
    }

    #[test]
    fn month_knows_its_days() {
        let february = Day::at(UnixMs(1_709_164_800_000), Zone::utc()).month();
        let days = february.days();
        assert_eq!(
            (days.start().to_string(), days.end().to_string()),
            ("2024-02-01".into(), "2024-02-29".into())
        );
        assert_eq!(days.end().plus(1).month(), february.plus(1));
    }

    #[test]
    fn no_time_is_beyond_the_calendar() {
        for ms in [i64::MIN, i64::MAX] {
            let day = Day::at(UnixMs(ms), Zone::utc());
            assert!(!day.to_string().is_empty() && !day.month().to_string().is_empty());
            let _ = (
                day.begins(Zone::utc()),
                day.plus(i32::MAX).begins(Zone::utc()),
                day.plus(i32::MIN).month().days(),
            );
        }
    }
}
