//! Times and numbers, as people say them.

use std::time::Duration;

use domain::time::UnixMs;
use maud::{Markup, html};

/// `3 d 4 h`: two units at most.
pub(super) fn span(span: Duration) -> String {
    let s = span.as_secs();
    let (minutes, hours, days) = (s / 60, s / 3_600, s / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{s} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) if minutes % 60 == 0 => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {} min", minutes % 60),
        _ if hours % 24 == 0 => format!("{days} d"),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// How long ago something was, with the moment itself for machines and for whoever points at it.
pub(super) fn ago(at: UnixMs, now: UnixMs) -> Markup {
    let words = match now.since(at).as_secs() {
        0 => "just now".to_owned(),
        s @ 1..60 => format!("{s} s ago"),
        s @ 60..3_600 => format!("{} min ago", s / 60),
        s @ 3_600..86_400 => format!("{} h ago", s / 3_600),
        s => format!("{} d ago", s / 86_400),
    };
    html! { time datetime=(machine(at)) title=(exact(at)) { (words) } }
}

/// A moment.
pub(super) fn time(at: UnixMs) -> Markup {
    html! { time datetime=(machine(at)) { (exact(at)) } }
}

fn machine(at: UnixMs) -> String {
    moment(at, "%Y-%m-%dT%H:%M:%SZ")
}

fn exact(at: UnixMs) -> String {
    moment(at, "%Y-%m-%d %H:%M:%S UTC")
}

fn moment(at: UnixMs, form: &str) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(timestamp) => timestamp.strftime(form).to_string(),
        Err(_) => at.to_string(),
    }
}

/// `12,345`.
pub(super) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 server`, `2 servers`.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", count(number as u64))
}

/// Seconds in the unit that makes them short: `3.1 ms`, `1.25 s`, `12 min`.
pub(super) fn seconds(s: f64) -> String {
    if s < 1.0 {
        format!("{} ms", short(s * 1e3))
    } else if s < 120.0 {
        format!("{} s", short(s))
    } else {
        format!("{} min", short(s / 60.0))
    }
}

/// Bytes, in MiB.
pub(super) fn mib(bytes: f64) -> String {
    format!("{} MiB", short(bytes / f64::from(1 << 20)))
}

/// With about three digits, and no zeros at the end.
pub(super) fn short(number: f64) -> String {
    let text = if number >= 99.95 {
        format!("{number:.0}")
    } else if number >= 9.995 {
        format!("{number:.1}")
    } else {
        format!("{number:.2}")
    };
    match text.split_once('.') {
        Some((whole, part)) if part.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        Some(_) => text.trim_end_matches('0').to_owned(),
        None => text,
    }
}

/// With a capital letter at the beginning.
pub(super) fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units_at_most() {
        let said = |s| span(Duration::from_secs(s));
        assert_eq!(
            [0, 59, 60, 3_600, 3_720, 86_400, 97_300].map(said),
            ["0 s", "59 s", "1 min", "1 h", "1 h 2 min", "1 d", "1 d 3 h"]
        );
    }

    #[test]
    fn moments_are_told_in_words_and_exactly() {
        let now = UnixMs(1_800_000_000_000);
        let told = |ms| ago(UnixMs(now.0 - ms), now).into_string();
        assert_eq!(
            told(12_999),
            "<time datetime=\"2027-01-15T07:59:47Z\" title=\"2027-01-15 07:59:47 UTC\">12 s ago</time>"
        );
        for (ms, words) in [
            (-5, "just now"),
            (61_000, "1 min ago"),
            (7_200_000, "2 h ago"),
            (180_000_000, "2 d ago"),
        ] {
            assert!(told(ms).contains(words), "{}", told(ms));
        }
        let beyond = ago(UnixMs(i64::MAX), now).into_string();
        assert!(beyond.contains("just now"), "{beyond}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0.0, 0.0031, 0.5, 1.25, 99.96, 720.0].map(seconds),
            ["0 ms", "3.1 ms", "500 ms", "1.25 s", "100 s", "12 min"]
        );
        assert_eq!(
            [0.0, 0.1, 9.999, 10.25, 1234.5].map(short),
            ["0", "0.1", "10", "10.2", "1234"]
        );
        assert_eq!(mib(67_108_864.0), "64 MiB");
        assert_eq!(counted(1, "server", "servers"), "1 server");
        assert_eq!(counted(1_200, "server", "servers"), "1,200 servers");
    }
}
