//! Numbers, ages and moments, as each language writes them.

use jiff::Unit;
use jiff::civil::DateTime;

use crate::language::Language;
use crate::time::UnixMs;
use crate::zone::Zone;

impl Language {
    /// The how-manieth: `12th`, `第 12 位`, `12人目`. `digits` is the number as it is to be shown.
    pub(crate) fn ordinal(self, number: u64, digits: &str) -> String {
        match self {
            Self::English => {
                let suffix = match (number % 100, number % 10) {
                    (11..=13, _) => "th",
                    (_, 1) => "st",
                    (_, 2) => "nd",
                    (_, 3) => "rd",
                    _ => "th",
                };
                format!("{digits}{suffix}")
            }
            Self::TraditionalChinese | Self::SimplifiedChinese => format!("第 {digits} 位"),
            Self::Japanese => format!("{digits}人目"),
        }
    }

    /// How much time lies between two moments, in the largest unit that fits: `3 years`, `5 個月`. `None` outside of the
    /// years that there are dates for.
    pub(crate) fn age(self, from: UnixMs, to: UnixMs) -> Option<String> {
        let at = |time| Zone::UTC.at(time).map(|zoned| zoned.datetime());
        let (count, unit) = largest_unit(at(from)?, at(to)?)?;
        Some(match count {
            1.. => self.counted(count, unit),
            _ => self.under_a_minute().to_owned(),
        })
    }

    fn counted(self, count: i64, unit: AgeUnit) -> String {
        let name = match (self, unit) {
            (Self::English, AgeUnit::Years) => " year",
            (Self::English, AgeUnit::Months) => " month",
            (Self::English, AgeUnit::Days) => " day",
            (Self::English, AgeUnit::Hours) => " hour",
            (Self::English, AgeUnit::Minutes) => " minute",
            (Self::TraditionalChinese | Self::SimplifiedChinese, AgeUnit::Years) => " 年",
            (Self::TraditionalChinese, AgeUnit::Months) => " 個月",
            (Self::SimplifiedChinese, AgeUnit::Months) => " 个月",
            (Self::TraditionalChinese | Self::SimplifiedChinese, AgeUnit::Days) => " 天",
            (Self::TraditionalChinese, AgeUnit::Hours) => " 小時",
            (Self::SimplifiedChinese, AgeUnit::Hours) => " 小时",
            (Self::TraditionalChinese, AgeUnit::Minutes) => " 分鐘",
            (Self::SimplifiedChinese, AgeUnit::Minutes) => " 分钟",
            (Self::Japanese, AgeUnit::Years) => "年",
            (Self::Japanese, AgeUnit::Months) => "か月",
            (Self::Japanese, AgeUnit::Days) => "日",
            (Self::Japanese, AgeUnit::Hours) => "時間",
            (Self::Japanese, AgeUnit::Minutes) => "分",
        };
        let plural = if self == Self::English && count != 1 {
            "s"
        } else {
            ""
        };
        format!("{count}{name}{plural}")
    }

    fn under_a_minute(self) -> &'static str {
        match self {
            Self::English => "less than a minute",
            Self::TraditionalChinese => "不到 1 分鐘",
            Self::SimplifiedChinese => "不到 1 分钟",
            Self::Japanese => "1分未満",
        }
    }

    /// A day as the language writes it: `November 21, 2026`, `2026 年 11 月 21 日`.
    pub(crate) fn date(self, zone: &Zone, time: UnixMs) -> Option<String> {
        let date = zone.at(time)?.date();
        let (year, month, day) = (date.year(), date.month(), date.day());
        Some(match self {
            Self::English => {
                let name = MONTHS[usize::from(month.unsigned_abs()) - 1];
                format!("{name} {day}, {year}")
            }
            Self::TraditionalChinese => format!("{year} 年 {month} 月 {day} 日"),
            Self::SimplifiedChinese | Self::Japanese => format!("{year}年{month}月{day}日"),
        })
    }

    /// A time of day as the language writes it: `2:05 PM`, `下午 2:05`, `14:05`.
    pub(crate) fn time_of_day(self, zone: &Zone, time: UnixMs) -> Option<String> {
        let at = zone.at(time)?;
        let (hour, minute) = (at.hour(), at.minute());
        let of_twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        Some(match self {
            Self::English => format!("{of_twelve}:{minute:02} {}", if hour < 12 { "AM" } else { "PM" }),
            Self::TraditionalChinese => {
                format!(
                    "{} {of_twelve}:{minute:02}",
                    if hour < 12 { "上午" } else { "下午" }
                )
            }
            Self::SimplifiedChinese | Self::Japanese => format!("{hour:02}:{minute:02}"),
        })
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[derive(Clone, Copy)]
enum AgeUnit {
    Years,
    Months,
    Days,
    Hours,
    Minutes,
}

/// The largest unit that passed whole between two moments, and how often; 0 minutes when `to` lies before `from`.
fn largest_unit(from: DateTime, to: DateTime) -> Option<(i64, AgeUnit)> {
    let span = from.until((Unit::Year, to)).ok()?;
    let counts = [
        (i64::from(span.get_years()), AgeUnit::Years),
        (i64::from(span.get_months()), AgeUnit::Months),
        (i64::from(span.get_days()), AgeUnit::Days),
        (i64::from(span.get_hours()), AgeUnit::Hours),
        (span.get_minutes(), AgeUnit::Minutes),
    ];
    let largest = counts.into_iter().find(|(count, _)| *count > 0);
    Some(largest.unwrap_or((0, AgeUnit::Minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T06:05:00Z.
    const MOMENT: UnixMs = UnixMs(1_795_241_100_000);
    const MINUTE_MS: i64 = 60_000;
    const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

    #[test]
    fn ordinals_are_those_of_the_language() {
        for (number, expected) in [
            (1, "1st"),
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
            (21, "21st"),
            (101, "101st"),
            (111, "111th"),
            (1003, "1003rd"),
            (0, "0th"),
        ] {
            assert_eq!(Language::English.ordinal(number, &number.to_string()), expected);
        }
        assert_eq!(Language::TraditionalChinese.ordinal(12, "12"), "第 12 位");
        assert_eq!(Language::SimplifiedChinese.ordinal(12, "12"), "第 12 位");
        assert_eq!(Language::Japanese.ordinal(12, "12"), "12人目");
    }

    #[test]
    fn ages_are_told_in_the_largest_unit_that_passed_whole() {
        let age = |language: Language, ms: i64| language.age(UnixMs(MOMENT.0 - ms), MOMENT);
        for (ms, expected) in [
            (-5 * DAY_MS, "less than a minute"),
            (59_999, "less than a minute"),
            (MINUTE_MS, "1 minute"),
            (59 * MINUTE_MS, "59 minutes"),
            (60 * MINUTE_MS, "1 hour"),
            (DAY_MS - 1, "23 hours"),
            (2 * DAY_MS, "2 days"),
            (31 * DAY_MS, "1 month"),
            (364 * DAY_MS, "11 months"),
            (365 * DAY_MS, "1 year"),
            (4000 * DAY_MS, "10 years"),
        ] {
            assert_eq!(age(Language::English, ms).as_deref(), Some(expected), "{ms}");
        }
        let five_months = Language::ALL.map(|language| age(language, 155 * DAY_MS).expect("in range"));
        assert_eq!(five_months, ["5 months", "5 個月", "5 个月", "5か月"]);
        let moments = Language::ALL.map(|language| age(language, 0).expect("in range"));
        assert_eq!(
            moments,
            ["less than a minute", "不到 1 分鐘", "不到 1 分钟", "1分未満"]
        );
        assert_eq!(Language::English.age(UnixMs(i64::MIN), MOMENT), None);
    }

    #[test]
    fn moments_are_written_in_the_zone_and_in_the_language() {
        let taipei = Zone::named("Asia/Taipei").expect("a zone");
        let written = |language: Language| {
            let time = language.time_of_day(&taipei, MOMENT).expect("in range");
            let date = language.date(&taipei, MOMENT).expect("in range");
            (time, date)
        };
        let own = |(time, date): (&str, &str)| (time.to_owned(), date.to_owned());
        assert_eq!(written(Language::English), own(("2:05 PM", "November 21, 2026")));
        assert_eq!(
            written(Language::TraditionalChinese),
            own(("下午 2:05", "2026 年 11 月 21 日"))
        );
        assert_eq!(
            written(Language::SimplifiedChinese),
            own(("14:05", "2026年11月21日"))
        );
        assert_eq!(written(Language::Japanese), own(("14:05", "2026年11月21日")));
        let honolulu = Zone::named("Pacific/Honolulu").expect("a zone");
        assert_eq!(
            Language::English.time_of_day(&honolulu, MOMENT).as_deref(),
            Some("8:05 PM")
        );
        assert_eq!(
            Language::English.date(&honolulu, MOMENT).as_deref(),
            Some("November 20, 2026")
        );
        let midnight = UnixMs(MOMENT.0 - (6 * 60 + 5) * MINUTE_MS);
        assert_eq!(
            Language::English.time_of_day(&Zone::UTC, midnight).as_deref(),
            Some("12:00 AM")
        );
        assert_eq!(Language::English.date(&Zone::UTC, UnixMs(i64::MAX)), None);
    }
}
