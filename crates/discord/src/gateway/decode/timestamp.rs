//! ISO 8601 as Discord writes it: `2015-04-26T06:26:56.936000+00:00`.

use std::fmt;

use domain::time::UnixMs;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A point in time, to the millisecond; finer digits are cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timestamp(pub(crate) UnixMs);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TimestampVisitor;

        impl Visitor<'_> for TimestampVisitor {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an ISO 8601 timestamp")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
                parse(text.as_bytes())
                    .map(Timestamp)
                    .ok_or_else(|| E::custom("not an ISO 8601 timestamp"))
            }
        }

        deserializer.deserialize_str(TimestampVisitor)
    }
}

/// Reads `YYYY-MM-DDThh:mm:ss`, then a fraction or none, then `Z` or an offset.
fn parse(text: &[u8]) -> Option<UnixMs> {
    let (date_time, mut rest) = text.split_at_checked(19)?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T' | b't' | b' ',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
    ] = *date_time
    else {
        return None;
    };
    let year = number(&[y1, y2, y3, y4])?;
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    let in_range = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !in_range {
        return None;
    }
    let mut ms = 0;
    if let [b'.' | b',', fraction @ ..] = rest {
        let len = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, after) = fraction.split_at(len);
        let three: Vec<u8> = digits.iter().copied().chain([b'0'; 3]).take(3).collect();
        ms = number(&three).filter(|_| len > 0)?;
        rest = after;
    }
    let offset_minutes = match *rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let minutes = (days_since_epoch(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    Some(UnixMs((minutes * 60 + second) * 1000 + ms))
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, negative before.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    /// Days before each month in a year that is no leap year.
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap_days_before = |year: i64| {
        let last = year - 1;
        last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400)
    };
    let month_index = usize::try_from(month - 1).expect("months are checked to be 1 to 12");
    let leap_day = i64::from(month > 2 && is_leap(year));
    (year - 1970) * 365 + leap_days_before(year) - leap_days_before(1970)
        + BEFORE[month_index]
        + leap_day
        + day
        - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> Option<i64> {
        parse(text.as_bytes()).map(|time| time.0)
    }

    #[test]
    fn timestamps_of_every_shape_are_read() {
        for (text, wanted) in [
            ("1970-01-01T00:00:00+00:00", 0),
            ("1970-01-01T00:00:00Z", 0),
            ("2015-04-26T06:26:56.936000+00:00", 1_430_029_616_936),
            ("2015-04-26T06:26:56.936+00:00", 1_430_029_616_936),
            ("2015-04-26T06:26:56.9369999+00:00", 1_430_029_616_936),
            ("2015-04-26T06:26:56.9+00:00", 1_430_029_616_900),
            ("2015-04-26T08:26:56+02:00", 1_430_029_616_000),
            ("2015-04-26T00:56:56-05:30", 1_430_029_616_000),
            ("2000-02-29T23:59:59Z", 951_868_799_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000),
            ("1969-12-31T23:59:59.999Z", -1),
        ] {
            assert_eq!(ms(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        for text in [
            "",
            "2015-04-26",
            "2015-04-26T06:26:56",
            "2015-04-26T06:26:56.+00:00",
            "2015-04-26T06:26:56.936",
            "2015-04-26T06:26:56+0000",
            "2015-04-26T06:26:56+24:00",
            "2015-13-26T06:26:56Z",
            "2015-00-26T06:26:56Z",
            "2015-02-29T06:26:56Z",
            "1900-02-29T06:26:56Z",
            "2015-04-31T06:26:56Z",
            "2015-04-26T24:00:00Z",
            "2015-04-26T06:60:00Z",
            "2015-04-26T06:26:60Z",
            "２015-04-26T06:26:56Z",
            "-015-04-26T06:26:56Z",
            "2015-04-26T06:26:56Zx",
        ] {
            assert_eq!(ms(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut expected = days_since_epoch(1600, 1, 1);
        for year in 1600..2000 {
            for month in 1..=12 {
                for day in 1..=days_of(year, month) {
                    assert_eq!(
                        days_since_epoch(year, month, day),
                        expected,
                        "{year}-{month}-{day}"
                    );
                    expected += 1;
                }
            }
        }
        assert_eq!(days_since_epoch(1970, 1, 1), 0);
    }
}
