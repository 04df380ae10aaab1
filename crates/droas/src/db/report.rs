//! What was done to a database or found in it: for people, and as JSON.

use std::path::Path;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use domain::time::UnixMs;
use serde_json::{Map, Value, json};
use store::upkeep::{BackedUp, DatabaseStatus, InUse, Maintained, Restored, TableRows};

use crate::moment;

/// How the database is.
pub(super) fn status(place: &str, status: &DatabaseStatus) -> (String, Value) {
    let mut facts = facts();
    let mut add = |name: &str, value: String| {
        facts.add_row([name.to_owned(), value]);
    };
    add("database", place.to_owned());
    add(
        "used by",
        match status.in_use {
            InUse::File(true) => "a droas that runs".to_owned(),
            InUse::File(false) => "nobody".to_owned(),
            InUse::Connections(count) => format!("{count} connections of droas"),
        },
    );
    add("size", bytes(status.size_bytes));
    if let Some(log) = status.log_bytes {
        add("log beside it (-wal)", bytes(log));
    }
    if let Some(free) = status.free_bytes {
        add("unused space in it", bytes(free));
    }
    add(
        "version of the schema",
        version(status.version, status.version_known),
    );
    add("last welcome posted", time(status.last_sent_at));
    add("oldest that waits", time(status.oldest_pending_at));
    let text = format!("{facts}\n{}", rows_table(&status.tables));
    let mut value = json!({
        "database": place,
        "version": status.version,
        "version_known": status.version_known,
        "size_bytes": status.size_bytes,
        "log_bytes": status.log_bytes,
        "free_bytes": status.free_bytes,
        "last_sent_at_ms": status.last_sent_at.map(|at| at.0),
        "oldest_pending_at_ms": status.oldest_pending_at.map(|at| at.0),
        "rows": rows_json(&status.tables),
    });
    match status.in_use {
        InUse::File(in_use) => value["in_use"] = in_use.into(),
        InUse::Connections(count) => value["connections"] = count.into(),
    }
    (text, value)
}

/// What a backup holds. `pictures` is where those of servers lie.
pub(super) fn backed_up(
    database: &Path,
    file: &Path,
    made: &BackedUp,
    pictures: Option<&str>,
) -> (String, Value) {
    let mut text = format!(
        "{}\n{} is a whole copy of {}: {}, version {}, looked through and on the disk.",
        rows_table(&made.tables),
        file.display(),
        database.display(),
        bytes(made.size_bytes),
        made.version,
    );
    if let Some(pictures) = pictures {
        text.push_str(&format!(
            "\nThe pictures of servers are not part of it; they lie in {pictures}."
        ));
    }
    let value = json!({
        "database": database.display().to_string(),
        "file": file.display().to_string(),
        "version": made.version,
        "size_bytes": made.size_bytes,
        "rows": rows_json(&made.tables),
    });
    (text, value)
}

/// What was restored.
pub(super) fn restored(database: &Path, file: &Path, restored: &Restored) -> (String, Value) {
    let mut text = format!(
        "{}\n{} holds now what {} holds.",
        rows_table(&restored.tables),
        database.display(),
        file.display()
    );
    match &restored.kept {
        Some(kept) => text.push_str(&format!("\nWhat was there before is {}.", kept.display())),
        None => text.push_str("\nThere was no database before."),
    }
    if restored.welcomes_dropped > 0 {
        text.push_str(&format!(
            "\nWelcomes that waited in the backup and were dropped, so that nobody is greeted twice: {}.",
            restored.welcomes_dropped
        ));
    }
    let value = json!({
        "database": database.display().to_string(),
        "file": file.display().to_string(),
        "version": restored.version,
        "kept": restored.kept.as_ref().map(|kept| kept.display().to_string()),
        "welcomes_dropped": restored.welcomes_dropped,
        "rows": rows_json(&restored.tables),
    });
    (text, value)
}

/// What was done to tidy.
pub(super) fn maintained(place: &str, done: &Maintained) -> (String, Value) {
    let mut text = format!(
        "{place} is sound. Done: {}. {} before, {} now.",
        done.done.join(", "),
        bytes(done.before_bytes),
        bytes(done.after_bytes)
    );
    if done.beside_a_bot {
        text.push_str(
            "\nA droas is using it, so VACUUM and ANALYZE were left out: they would hold it up. Stop it and call this again to \
             have them done.",
        );
    }
    let value = json!({
        "database": place,
        "beside_a_bot": done.beside_a_bot,
        "done": done.done,
        "before_bytes": done.before_bytes,
        "after_bytes": done.after_bytes,
    });
    (text, value)
}

fn rows_table(tables: &[TableRows]) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_header(["table", "rows"]);
    for TableRows { table: name, rows } in tables {
        table.add_row([name.clone(), rows.to_string()]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

fn rows_json(tables: &[TableRows]) -> Value {
    let rows: Map<String, Value> = tables
        .iter()
        .map(|TableRows { table, rows }| (table.clone(), (*rows).into()))
        .collect();
    rows.into()
}

fn facts() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table
}

fn version(found: u32, known: u32) -> String {
    match found.cmp(&known) {
        std::cmp::Ordering::Equal => found.to_string(),
        std::cmp::Ordering::Less => {
            format!("{found}; the next start of this droas brings it to {known}")
        }
        std::cmp::Ordering::Greater => {
            format!("{found}, made by a newer droas; this one knows versions up to {known}")
        }
    }
}

fn time(at: Option<UnixMs>) -> String {
    at.map_or("none".to_owned(), moment::for_people)
}

/// A size as people say it.
pub(super) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut tenths = bytes * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_units_that_fit() {
        for (size, told) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1536, "1.5 KiB"),
            (1 << 20, "1.0 MiB"),
            (5 << 40, "5.0 TiB"),
        ] {
            assert_eq!(bytes(size), told);
        }
    }
}
