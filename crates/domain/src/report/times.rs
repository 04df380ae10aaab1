//! When reports are due, and about which day.

use std::time::Duration;

use crate::activity::rules::ActivityRules;
use crate::day::Day;
use crate::settings::{Field, GuildSettings};
use crate::time::UnixMs;
use crate::zone::Zone;

/// The hour of a guild's reports, in its zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTimes {
    /// The hour of the day: 0 to 23.
    pub hour: u8,
    /// Whose clock it is on, and whose days are reported.
    pub zone: Zone,
}

/// A report that is due, or will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day that it is about: the last whole one.
    pub day: Day,
    /// When.
    pub at: UnixMs,
}

/// What there is to do at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The report to be made now; `None` for nothing. It may be late.
    pub now: Option<Due>,
    /// The report after it.
    pub next: Due,
}

impl ReportTimes {
    /// What a day's last messages may take to be counted: no report comes earlier after its day.
    pub const COUNTED_WITHIN: Duration = Duration::from_secs(60);

    /// When a guild has its reports; `None` where it has none.
    pub fn of(settings: &GuildSettings) -> Option<Self> {
        settings.channel(Field::ActivityReportChannel)?;
        let hour = settings.get(Field::ActivityReportHour);
        let hour = hour.and_then(|text| text.parse().ok()).filter(|hour| *hour <= 23);
        Some(Self {
            hour: hour.unwrap_or(ActivityRules::REPORT_HOUR),
            zone: settings.time_zone().and_then(Zone::named).unwrap_or_default(),
        })
    }

    /// What there is to do at `now` for a guild whose reports up to the day before `from` were dealt with; `None` is one
    /// that has just begun to have them, for which nothing is made up that was due before.
    ///
    /// Of several days that were not reported, the last alone is: the others are too long ago.
    pub fn look(&self, from: Option<Day>, now: UnixMs) -> Look {
        let last = self.last(now);
        let mut next = self.next(now);
        let Some(from) = from else {
            return Look { now: None, next };
        };
        // The hour was moved on a day whose report had come already. One turn, or two where a zone was changed.
        while next.day < from {
            next = self.next(next.at);
        }
        Look {
            now: (from..next.day).contains(&last.day).then_some(last),
            next,
        }
    }

    /// The last one that is due at `now`.
    fn last(&self, now: UnixMs) -> Due {
        let mut day = Day::at(now, &self.zone);
        loop {
            let due = self.on(day);
            if due.at <= now {
                return due;
            }
            day = day.plus(-1);
        }
    }

    /// The first one that is due after `now`.
    fn next(&self, now: UnixMs) -> Due {
        let mut day = Day::at(now, &self.zone);
        loop {
            let due = self.on(day);
            if due.at > now {
                return due;
            }
            day = day.plus(1);
        }
    }

    /// What is due on a day of the calendar. One that a zone leaves out has the next one's hour.
    fn on(&self, day: Day) -> Due {
        let at = day.at_hour(self.hour, &self.zone);
        // The day of that moment, whatever day was asked for.
        let begins = Day::at(at, &self.zone).begins(&self.zone);
        Due {
            day: Day::at(begins - Duration::from_millis(1), &self.zone),
            at: at.max(begins + Self::COUNTED_WITHIN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn times(hour: u8, zone: &str) -> ReportTimes {
        ReportTimes {
            hour,
            zone: Zone::named(zone).expect("a zone"),
        }
    }

    /// 2026-11-20T00:00:00Z.
    const FRIDAY: UnixMs = UnixMs(1_795_132_800_000);

    #[test]
    fn report_of_a_day_is_due_at_its_hour_on_the_next() {
        let taipei = times(9, "Asia/Taipei");
        // 08:59 and 09:00 in Taipei.
        let due = FRIDAY + HOUR;
        let before = taipei.look(Some(Day(0)), due - Duration::from_millis(1));
        let after = taipei.look(Some(Day(0)), due);
        assert_eq!(before.now.expect("due").day.to_string(), "2026-11-18");
        assert_eq!(before.next, after.now.expect("due"));
        assert_eq!(before.next.at, due);
        assert_eq!(before.next.day.to_string(), "2026-11-19");
        assert_eq!(after.next.at, due + 24 * HOUR);
    }

    #[test]
    fn who_begins_has_the_next_one_and_nothing_made_up() {
        let look = times(9, "UTC").look(None, FRIDAY + 10 * HOUR);
        assert_eq!(look.now, None);
        assert_eq!(look.next.day.to_string(), "2026-11-20");
        assert_eq!(look.next.at, FRIDAY + 33 * HOUR);
    }

    #[test]
    fn hour_that_is_moved_neither_loses_nor_repeats_a_day() {
        let noon = FRIDAY + 12 * HOUR;
        let thursday = times(9, "UTC").look(None, FRIDAY).next.day;
        assert_eq!(thursday.to_string(), "2026-11-19");
        // Moved from 15 to 9 at noon: Thursday's report is late, and made now.
        let earlier = times(9, "UTC").look(Some(thursday), noon);
        assert_eq!(earlier.now.expect("late").day, thursday);
        // Moved from 9 to 15 after Thursday's report: the next one is Friday's, tomorrow.
        let later = times(15, "UTC").look(Some(thursday.plus(1)), noon);
        assert_eq!(later.now, None);
        assert_eq!(later.next.day, thursday.plus(1));
        assert_eq!(later.next.at, FRIDAY + 39 * HOUR);
    }

    #[test]
    fn days_that_were_slept_through_are_not_made_up_but_for_the_last() {
        let utc = times(9, "UTC");
        let look = utc.look(Some(Day::at(FRIDAY, Zone::utc()).plus(-7)), FRIDAY + 10 * HOUR);
        let last = look.now.expect("due");
        assert_eq!(last.day.to_string(), "2026-11-19");
        assert_eq!(last.at, FRIDAY + 9 * HOUR);
        assert_eq!(look.next.day, last.day.plus(1));
    }

    #[test]
    fn midnights_report_waits_until_the_days_last_messages_are_counted() {
        let look = times(0, "UTC").look(None, FRIDAY);
        assert_eq!(look.next.at, FRIDAY + ReportTimes::COUNTED_WITHIN);
        assert_eq!(look.next.day.to_string(), "2026-11-19");
    }

    #[test]
    fn every_day_that_there_was_is_reported_once_whatever_clocks_do() {
        // Berlin has days of 23 and 25 hours, with the hours 2 twice and not at all; Lord Howe moves by half an hour; Apia
        // left out a day; Cairo and Havana change at midnight.
        for (zone, hours) in [
            ("UTC", [0, 9, 23]),
            ("Europe/Berlin", [1, 2, 3]),
            ("Australia/Lord_Howe", [1, 2, 0]),
            ("Pacific/Apia", [0, 12, 23]),
            ("Africa/Cairo", [0, 1, 23]),
            ("America/Havana", [0, 1, 9]),
        ] {
            for hour in hours {
                let times = times(hour, zone);
                let from = UnixMs(1_293_840_000_000);
                let first = times.look(None, from).next;
                let (mut wanted, mut reported) = (first.day, Vec::new());
                // As a service does that looks when it is told to.
                let mut now = first.at;
                for _ in 0..800 {
                    let look = times.look(Some(wanted), now);
                    let due = look.now.expect("something is due");
                    assert_eq!(due.at, now, "{zone} {hour} {}", due.day);
                    reported.push(due.day);
                    (wanted, now) = (look.next.day, look.next.at);
                }
                let existing: Vec<Day> = (first.day.0..)
                    .map(Day)
                    .filter(|day| day.begins(&times.zone) < day.plus(1).begins(&times.zone))
                    .take(reported.len())
                    .collect();
                assert_eq!(reported, existing, "{zone} {hour}");
            }
        }
    }

    #[test]
    fn zone_that_is_changed_reports_no_day_twice() {
        // At 10:00 in Auckland the report of Thursday has come; in Honolulu that Thursday has just begun.
        let auckland = times(9, "Pacific/Auckland");
        let look = auckland.look(None, FRIDAY - 12 * HOUR);
        let (thursday, at) = (look.next.day, look.next.at);
        assert_eq!(thursday.to_string(), "2026-11-19");
        let moved = times(9, "Pacific/Honolulu").look(Some(thursday.plus(1)), at + HOUR);
        assert_eq!(moved.now, None);
        assert_eq!(moved.next.day, thursday.plus(1));
        assert_eq!(
            Day::at(moved.next.at, &Zone::named("Pacific/Honolulu").expect("a zone")),
            thursday.plus(2)
        );
    }

    #[test]
    fn guild_without_a_channel_has_no_reports() {
        let mut settings = GuildSettings::default();
        settings
            .set(Field::ActivityReportHour, Some("7"))
            .expect("an hour");
        assert_eq!(ReportTimes::of(&settings), None);
        settings
            .set(Field::ActivityReportChannel, Some("42"))
            .expect("an id");
        settings.set(Field::TimeZone, Some("Asia/Tokyo")).expect("a zone");
        assert_eq!(ReportTimes::of(&settings), Some(times(7, "Asia/Tokyo")));
        settings.set(Field::ActivityReportHour, None).expect("unset");
        assert_eq!(ReportTimes::of(&settings), Some(times(9, "Asia/Tokyo")));
    }
}
