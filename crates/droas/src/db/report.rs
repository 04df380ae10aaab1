//! What was done to a database or found in it: for people, and as JSON.

use std::path::Path;

use assets::Copied;
use bot::backups::{BackupFolder, FoundBackup, Occasion};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use domain::time::UnixMs;
use serde_json::{Map, Value, json};
use store::upkeep::{BackedUp, DatabaseStatus, InUse, Maintained, Restored, TableRows};

use crate::moment;

/// How the database is.
pub(super) fn status(
    place: &str,
    status: &DatabaseStatus,
    backups: Option<&BackupFolder>,
) -> (String, Value) {
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
    let unreadable = rows_of(&status.tables, "activity_unreadable");
    if unreadable > 0 {
        add(
            "messages that cannot be read",
            format!("rows: {unreadable}; not counted, `droas db drop-unreadable` forgets them"),
        );
    }
    let found = backups.map(BackupFolder::list).unwrap_or_default();
    if let Some(backups) = backups {
        add("backups", backups_told(backups, &found));
    }
    let mut text = format!("{facts}\n{}", rows_table(&status.tables));
    if !found.is_empty() {
        text.push_str(&format!("\n{}", backups_table(&found)));
    }
    let mut value = json!({
        "database": place,
        "version": status.version,
        "version_known": status.version_known,
        "size_bytes": status.size_bytes,
        "log_bytes": status.log_bytes,
        "free_bytes": status.free_bytes,
        "last_sent_at_ms": status.last_sent_at.map(|at| at.0),
        "oldest_pending_at_ms": status.oldest_pending_at.map(|at| at.0),
        "unreadable_rows": unreadable,
        "rows": rows_json(&status.tables),
        "backups": found.iter().map(backup_json).collect::<Vec<_>>(),
    });
    match status.in_use {
        InUse::File(in_use) => value["in_use"] = in_use.into(),
        InUse::Connections(count) => value["connections"] = count.into(),
    }
    (text, value)
}

/// How many rows a table has that may not be there.
fn rows_of(tables: &[TableRows], name: &str) -> u64 {
    let table = tables.iter().find(|table| table.table == name);
    table.map_or(0, |table| table.rows)
}

fn backups_told(folder: &BackupFolder, found: &[FoundBackup]) -> String {
    let place = folder.path().display();
    let size: u64 = found.iter().map(|backup| backup.size_bytes).sum();
    match found.iter().max_by_key(|backup| backup.made_at) {
        Some(newest) => format!(
            "{} in {place}, {} in all, the newest of {}",
            found.len(),
            bytes(size),
            moment::for_people(newest.made_at)
        ),
        None => format!("none yet in {place}"),
    }
}

fn backups_table(found: &[FoundBackup]) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_header(["backup", "made", "why", "size"]);
    let mut newest_first: Vec<_> = found.iter().collect();
    newest_first.sort_by_key(|backup| std::cmp::Reverse(backup.made_at));
    for backup in newest_first {
        let why = match backup.occasion {
            Occasion::Scheduled => "by the clock".to_owned(),
            Occasion::Migration(from) => format!("before an upgrade from version {from}"),
            Occasion::Rollback(from) => format!("before a rollback from version {from}"),
        };
        table.add_row([
            backup.path.display().to_string(),
            moment::for_people(backup.made_at),
            why,
            bytes(backup.size_bytes),
        ]);
    }
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

fn backup_json(backup: &FoundBackup) -> Value {
    let occasion = match backup.occasion {
        Occasion::Scheduled => "scheduled",
        Occasion::Migration(_) => "before_migration",
        Occasion::Rollback(_) => "before_rollback",
    };
    json!({
        "file": backup.path.display().to_string(),
        "occasion": occasion,
        "made_at_ms": backup.made_at.0,
        "size_bytes": backup.size_bytes,
    })
}

/// Nothing had to be done.
pub(super) fn up_to_date(place: &str, version: u32) -> (String, Value) {
    let text = format!("{place} has version {version} already, with which this droas works.");
    (text, json!({ "database": place, "from": version, "to": version }))
}

/// The schema was brought up to date.
pub(super) fn migrated(place: &str, from: u32, to: u32, backup: Option<&Path>) -> (String, Value) {
    let text = format!(
        "{place} had version {from} and has version {to} now.{}",
        before(backup)
    );
    (text, changed_json(place, from, to, backup))
}

/// What cannot be read was forgotten.
pub(super) fn dropped(place: &str, rows: u64) -> (String, Value) {
    let text = match rows {
        0 => format!("{place} holds no messages that cannot be read; nothing was to be done."),
        1 => format!("The one row of messages in {place} that could not be read is forgotten."),
        _ => format!("The {rows} rows of messages in {place} that could not be read are forgotten."),
    };
    (text, json!({ "database": place, "rows_dropped": rows }))
}

/// The schema was taken back.
pub(super) fn rolled_back(
    place: &str,
    from: u32,
    to: u32,
    lost: &str,
    backup: Option<&Path>,
) -> (String, Value) {
    let text = format!(
        "{place} had version {from} and has version {to} now. What is lost by it: {lost}.{}\nStart the older droas now, which works with version {to}; this one \
         would bring the database to version {} again.",
        before(backup),
        store::upkeep::version_known()
    );
    let mut value = changed_json(place, from, to, backup);
    value["lost"] = lost.into();
    (text, value)
}

fn before(backup: Option<&Path>) -> String {
    backup.map_or(String::new(), |file| {
        format!("\nAs it was before, it is {}.", file.display())
    })
}

fn changed_json(place: &str, from: u32, to: u32, backup: Option<&Path>) -> Value {
    json!({
        "database": place,
        "from": from,
        "to": to,
        "backup": backup.map(|file| file.display().to_string()),
    })
}

/// What a backup holds.
pub(super) fn backed_up(database: &Path, file: &Path, made: &BackedUp, in_a_bucket: bool) -> (String, Value) {
    let mut text = format!(
        "{}\n{} is a whole copy of {}: {}, version {}, looked through and on the disk.",
        rows_table(&made.tables),
        file.display(),
        database.display(),
        bytes(made.size_bytes),
        made.version,
    );
    let pictures = rows_of(&made.tables, "background_asset");
    if pictures > 0 && in_a_bucket {
        text.push_str(
            "\nThe pictures of servers are not part of it; they lie in the bucket that assets.url names.",
        );
    } else if pictures > 0 {
        text.push_str(&format!(
            "\nThe pictures of servers are in {}.pictures; keep both together.",
            file.display()
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
pub(super) fn restored(
    database: &Path,
    file: &Path,
    restored: &Restored,
    pictures: Option<&Copied>,
) -> (String, Value) {
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
    let known = store::upkeep::version_known();
    if restored.version < known {
        text.push_str(&format!(
            "\nIt has version {}; the next start of this droas brings it to {known}.",
            restored.version
        ));
    }
    if let Some(pictures) = pictures {
        text.push_str(&format!(
            "\nPictures of servers that were put back or were there: {}.",
            pictures.there
        ));
        if !pictures.missing.is_empty() {
            text.push_str(&format!(
                " Damaged in the backup, and left out: {}.",
                pictures.missing.len()
            ));
        }
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
        "pictures": pictures.map(|pictures| pictures.there),
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
