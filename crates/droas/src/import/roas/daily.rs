//! The table `daily`: the messages of a member's day.

use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::zone::Zone;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::super::findings::TableFindings;
use super::table::{self, Named, Values};
use super::{GUILD, Members, USER};

/// More than Discord lets anybody write in a day.
const MESSAGES_MAX: i64 = 1_000_000;
/// 2015-05-13, when Discord opened.
const FIRST_DAY: Day = Day(16_568);

const COLUMNS: [Named; 4] = [
    GUILD,
    USER,
    Named {
        what: "the day",
        names: &["ymd", "day", "date"],
    },
    Named {
        what: "the count of messages",
        names: &["msg_cnt", "msg_count", "message_count", "messages"],
    },
];

pub(super) fn read(
    db: &Connection,
    name: &str,
    now: UnixMs,
    members: &mut Members,
    told: &mut TableFindings,
) -> rusqlite::Result<()> {
    // Somewhere it is tomorrow already.
    let last_day = Day::at(now, Zone::utc()).plus(1);
    table::each(db, name, &COLUMNS, COLUMNS.len(), told, |row, values, told| {
        let (guild, user, day, count) = match one(values, last_day) {
            Ok(Some(found)) => found,
            Ok(None) => return told.empty += 1,
            Err(reason) => return told.refuse(row, reason),
        };
        let member = members.entry((guild, user)).or_default();
        match member.days.get_mut(&day) {
            None => {
                told.taken += 1;
                member.days.insert(day, count);
            }
            Some(known) => {
                told.merged += 1;
                *known += count;
            }
        }
    })
}

/// `None` for a day without messages.
fn one(values: &Values<'_, '_>, last_day: Day) -> Result<Option<(GuildId, UserId, Day, u64)>, String> {
    let guild = GuildId(table::id(values.get(0), "the server's id")?);
    let user = UserId(table::id(values.get(1), "the member's id")?);
    let day = day(values.get(2))?;
    if !(FIRST_DAY..=last_day).contains(&day) {
        return Err(format!(
            "the day is {day}, on which nothing can have been counted"
        ));
    }
    match table::whole(values.get(3), "the count of messages")? {
        0 => Ok(None),
        count @ 1..=MESSAGES_MAX => Ok(Some((guild, user, day, count.cast_unsigned()))),
        count if count < 0 => Err(format!("the count of messages is {count}, below 0")),
        count => Err(format!(
            "the count of messages is {count}, more than anybody can write in a day"
        )),
    }
}

/// A day, as `20250131` or `2025-01-31`, as a text or a number.
fn day(value: ValueRef<'_>) -> Result<Day, String> {
    let written = match value {
        ValueRef::Null => return Err("the day is missing".to_owned()),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).trim().to_owned(),
        _ => String::new(),
    };
    let digits = match written.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => written.replace('-', ""),
        _ => written,
    };
    calendar_day(&digits).ok_or_else(|| {
        format!(
            "the day is {}, which is none; it is written as 20250131",
            table::told(value)
        )
    })
}

fn calendar_day(digits: &str) -> Option<Day> {
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| digits[range].parse::<i32>().ok();
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    // Years from March on, so that the odd day is the last one of a year.
    let from_march = (month + 9) % 12;
    let year_of_march = year - i32::from(month < 3);
    let days_of_years = 365 * year_of_march + year_of_march / 4 - year_of_march / 100 + year_of_march / 400;
    let days = days_of_years + (153 * from_march + 2) / 5 + day - 1 - 719_468;
    // A day that the calendar does not have comes out as another one.
    let found = Day(days);
    (found.to_string() == format!("{year:04}-{month:02}-{day:02}")).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_read() {
        for (written, day) in [
            ("19700101", Some(Day(0))),
            ("20150513", Some(FIRST_DAY)),
            ("20240229", Some(Day(19_782))),
            ("20250229", None),
            ("20251301", None),
            ("20250100", None),
            ("2025131", None),
            ("2025+101", None),
        ] {
            assert_eq!(calendar_day(written), day, "{written}");
        }
    }
}
