//! Answers of the bot, for people.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use domain::time::UnixMs;

use crate::control_socket::wire::{
    BackupReport, BreakerReport, OutboxReport, ReconnectReport, RefreshReport, SettingsReport, StatusReport,
};
use crate::moment;

/// How the bot is.
pub(super) fn status(report: &StatusReport) -> String {
    let mut parts = vec![
        format!(
            "droas {} has been up for {}",
            report.bot_version,
            span(report.uptime_s)
        ),
        shards(report),
    ];
    if let Some(trouble) = &report.trouble {
        parts.push(format!("for {}: {}", span(trouble.lasting_s), trouble.sentence));
    }
    if report.unreadable_activity > 0 {
        parts.push(
            "some messages were stored and cannot be read: they are not counted; `droas check` looks the database over, and \
             `droas db drop-unreadable` forgets them"
                .to_owned(),
        );
    }
    parts.extend([
        breakers(&report.breakers),
        outbox(report),
        settings(&report.settings),
    ]);
    if let Some(backups) = &report.backups {
        parts.push(last_backup(backups));
    }
    if report.parked_total > 0 {
        parts.push(parked(report));
    }
    parts.push(counters(report));
    parts.join("\n")
}

fn last_backup(backups: &BackupReport) -> String {
    let mut line = match backups.last_made_at_ms {
        Some(at_ms) => format!("last backup: {}", moment::for_people(UnixMs(at_ms))),
        None => "last backup: none yet".to_owned(),
    };
    if let Some(error) = &backups.error {
        line.push_str(&format!(
            "; the next could not be made and is tried again: {error}"
        ));
    }
    line
}

fn shards(report: &StatusReport) -> String {
    if report.stands_by {
        return "standing by: another droas is at work over the same database, and this one takes over when that one ends".to_owned();
    }
    if report.shards.is_empty() {
        return "no shards yet: Discord has not told who the bot is; the log says more".to_owned();
    }
    let mut table = table(&[
        "shard",
        "connection",
        "sessions begun",
        "resumed",
        "last event",
        "heartbeat",
    ]);
    for shard in &report.shards {
        let last_event = shard
            .last_event_age_s
            .map_or("none yet".to_owned(), |age_s| format!("{} ago", span(age_s)));
        table.add_row([
            shard.id.to_string(),
            shard.connection.clone(),
            shard.sessions_begun.to_string(),
            shard.sessions_resumed.to_string(),
            last_event,
            shard
                .heartbeat_ms
                .map_or("none yet".to_owned(), |took_ms| format!("{took_ms} ms")),
        ]);
    }
    let alive = report.shards.iter().filter(|shard| shard.is_alive()).count();
    if alive == report.shards.len() {
        table.to_string()
    } else {
        format!("{table}\n{alive} of {} shards are alive", report.shards.len())
    }
}

fn breakers(breakers: &[BreakerReport]) -> String {
    let mut table = table(&[
        "requests",
        "breaker",
        "since",
        "calls",
        "failed",
        "slow",
        "next probe",
    ]);
    for breaker in breakers {
        let state = match &breaker.reason {
            Some(reason) => format!("{}: {reason}", breaker.state),
            None => breaker.state.clone(),
        };
        let probe = breaker.next_probe_in_ms.map_or(String::new(), |wait_ms| {
            format!("in {} s", wait_ms.div_ceil(1000))
        });
        table.add_row([
            breaker.class.clone(),
            state,
            span(breaker.lasting_s),
            breaker.calls.to_string(),
            format!("{}%", breaker.failed_percent),
            format!("{}%", breaker.slow_percent),
            probe,
        ]);
    }
    table.to_string()
}

fn outbox(report: &StatusReport) -> String {
    match &report.outbox {
        Some(outbox) => welcomes(outbox),
        None => {
            let error = report.database_error.as_deref().unwrap_or_default();
            format!("the database cannot be read: {error}")
        }
    }
}

fn welcomes(outbox: &OutboxReport) -> String {
    let mut rows = vec![
        ("to be posted".to_owned(), outbox.pending),
        ("begun, outcome unknown".to_owned(), outbox.sending),
    ];
    rows.extend(outbox.sent.map(|sent| ("posted".to_owned(), sent)));
    let skipped = outbox.skipped.iter();
    rows.extend(skipped.map(|(reason, count)| (format!("not posted: {}", words(reason)), *count)));
    let mut text = numbers("welcomes in the database", rows);
    match (outbox.sent, outbox.counted_ago_s) {
        (None, _) => {
            text.push_str("\nthose that are done are many, and are being counted: ask again in some minutes")
        }
        (_, 0) => {}
        (_, ago_s) => {
            let ago = span(ago_s);
            text.push_str(&format!(
                "\nthose that are done are many, and were counted {ago} ago"
            ));
        }
    }
    if outbox.oldest_waiting_s > 0 {
        let waits = span(outbox.oldest_waiting_s);
        text.push_str(&format!("\nthe oldest that waits has waited for {waits}"));
    }
    text
}

fn parked(report: &StatusReport) -> String {
    let mut table = table(&["parked server", "channel", "why"]);
    for parked in &report.parked {
        table.add_row([
            parked.guild.clone(),
            parked.channel.clone(),
            words(&parked.reason),
        ]);
    }
    match report.parked_total.saturating_sub(report.parked.len()) {
        0 => table.to_string(),
        more => format!("{table}\nand {more} more"),
    }
}

fn settings(report: &SettingsReport) -> String {
    let rows = [
        ("servers", report.guilds as u64),
        ("bytes", report.bytes as u64),
        ("times found", report.hits),
        ("times read", report.misses),
        ("servers that made room", report.evictions),
    ];
    numbers(
        "settings in memory",
        rows.map(|(name, count)| (name.to_owned(), count)),
    )
}

fn counters(report: &StatusReport) -> String {
    let counters = report.counters.iter();
    numbers(
        "since the start",
        counters
            .map(|(name, count)| (words(name), *count))
            .chain([("answers of 429".to_owned(), report.rate_limited)]),
    )
}

/// What became of the shards.
pub(super) fn reconnected(report: &ReconnectReport) -> String {
    let mut table = table(&["shard", "connected anew"]);
    for shard in &report.shards {
        let told = match (shard.outcome.as_str(), &shard.error) {
            ("resumed", _) => "the session was resumed; nothing was missed".to_owned(),
            ("begun_anew", _) => {
                "a session began anew; who joined since the one before is looked for".to_owned()
            }
            ("not_yet", _) => "not yet; it goes on trying, the log says why".to_owned(),
            (_, Some(error)) => error.clone(),
            (other, None) => words(other),
        };
        table.add_row([shard.id.to_string(), told]);
    }
    table.to_string()
}

/// A sentence when a shard is not connected again.
pub(super) fn not_reconnected(report: &ReconnectReport) -> Option<String> {
    let apart = report.shards.iter().filter(|shard| {
        let outcome = shard.outcome.as_str();
        outcome != "resumed" && outcome != "begun_anew"
    });
    let count = apart.count();
    (count > 0).then(|| {
        format!(
            "{count} of {} shards are not connected again yet; `droas ctl status` shows how they go on",
            report.shards.len()
        )
    })
}

/// What was forgotten.
pub(super) fn refreshed(report: &RefreshReport) -> String {
    let kept = format!(
        "Servers whose settings were read anew: {}. Nothing else is kept: avatars are fetched for every card, and what is known of \
         servers is what Discord tells as it changes.",
        report.settings_read
    );
    match report.parked_retried {
        0 => format!("No server is parked, so there is nothing to try again. {kept}"),
        count => format!(
            "Parked servers that are tried again at once: {count}, each where a welcome waits for it; it stays parked until one is posted \
             there. {kept}"
        ),
    }
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(header.iter().copied());
    table
}

fn numbers(title: &str, rows: impl IntoIterator<Item = (String, u64)>) -> String {
    let mut table = table(&[title, ""]);
    for (name, count) in rows {
        table.add_row([name, count.to_string()]);
    }
    if let Some(values) = table.column_mut(1) {
        values.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// A name as words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A time in its two largest units.
fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn welcomes_of_a_long_history_are_told_with_the_age_of_their_count() {
        let mut outbox = OutboxReport {
            pending: 3,
            sending: 0,
            sent: None,
            skipped: BTreeMap::new(),
            counted_ago_s: 0,
            oldest_waiting_s: 65,
        };
        let text = welcomes(&outbox);
        assert!(
            text.contains("are being counted: ask again in some minutes"),
            "{text}"
        );
        assert!(!text.contains("│ posted"), "{text}");
        assert!(text.contains("has waited for 1 min 5 s"), "{text}");
        outbox.sent = Some(70_000);
        outbox.counted_ago_s = 130;
        let text = welcomes(&outbox);
        assert!(
            text.contains("70000") && text.contains("were counted 2 min 10 s ago"),
            "{text}"
        );
        outbox.counted_ago_s = 0;
        assert!(!welcomes(&outbox).contains("counted"));
    }

    #[test]
    fn spans_are_told_in_their_two_largest_units() {
        let told = [0, 59, 60, 3_599, 3_600, 90_061].map(span);
        assert_eq!(
            told,
            ["0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "1 d 1 h"]
        );
    }
}
