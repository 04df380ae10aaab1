//! What was or would be brought over or taken back: for people, and as JSON.

use std::fmt::Write;
use std::path::Path;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use serde_json::{Value, json};
use store::{ImportRecord, ImportSource, Imported, Undone};

use super::findings::TableFindings;
use crate::moment;

/// Refused rows of a table that a person is told one by one; JSON has all.
const REFUSED_TOLD: usize = 20;
/// Members whose scores were kept that a person is told one by one.
const KEPT_TOLD: usize = 10;

/// What an import did, or would do.
pub(super) fn imported(
    source: ImportSource,
    path: &Path,
    tables: &[TableFindings],
    imported: &Imported,
    applied: bool,
) -> (String, Value) {
    let text = [tables_text(tables), outcome_text(path, imported, applied)].join("\n");
    let value = json!({
        "source": source.name(),
        "file": path.display().to_string(),
        "applied": applied && imported.already_at.is_none(),
        "already_at_ms": imported.already_at.map(|at| at.0),
        "tables": tables.iter().map(table_json).collect::<Vec<_>>(),
        "members_new": imported.members_new,
        "scores_raised": imported.scores_raised,
        "scores_kept": imported.scores_kept,
        "messages_added": imported.messages_added,
        "messages_known": imported.messages_known,
        "guilds_unknown": imported.guilds_unknown.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "settings_set": imported.settings_set.iter().map(|(guild, field, text)| json!({
            "guild": guild.to_string(), "field": field.name(), "text": text,
        })).collect::<Vec<_>>(),
        "settings_kept": imported.settings_kept.iter().map(|(guild, field)| json!({
            "guild": guild.to_string(), "field": field.name(),
        })).collect::<Vec<_>>(),
    });
    (text, value)
}

fn tables_text(tables: &[TableFindings]) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_header(["table", "rows", "taken", "merged", "empty", "refused"]);
    for found in tables {
        table.add_row([
            found.name.clone(),
            found.read.to_string(),
            found.taken.to_string(),
            found.merged.to_string(),
            found.empty.to_string(),
            found.refused.len().to_string(),
        ]);
    }
    for column in 1..6 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.to_string();
    for found in tables {
        for note in &found.notes {
            let _ = write!(text, "\n{}: {note}", found.name);
        }
        for refused in found.refused.iter().take(REFUSED_TOLD) {
            let _ = write!(text, "\n{}, row {}: {}", found.name, refused.row, refused.reason);
        }
        if let Some(more) = found
            .refused
            .len()
            .checked_sub(REFUSED_TOLD)
            .filter(|more| *more > 0)
        {
            let _ = write!(
                text,
                "\n{}: {more} more refused, all of them with --json",
                found.name
            );
        }
    }
    text
}

fn outcome_text(path: &Path, imported: &Imported, applied: bool) -> String {
    let shown = path.display();
    if let Some(at) = imported.already_at {
        return format!(
            "{shown} was brought over on {} already; nothing changes.",
            moment::for_people(at)
        );
    }
    let mut text = format!(
        "Members who are new here: {}. Scores that were lower here at the same moment and are raised: {}. Scores that stay as they \
         are here: {}.\nMessages added to days and months: {}. Left out because an earlier import brought them: {}.",
        imported.members_new,
        imported.scores_raised,
        imported.scores_kept,
        imported.messages_added,
        imported.messages_known
    );
    if !imported.guilds_unknown.is_empty() {
        let ids: Vec<_> = imported.guilds_unknown.iter().map(ToString::to_string).collect();
        let _ = write!(
            text,
            "\nServers of which this bot has not heard yet, so see that their ids are right: {}.",
            ids.join(", ")
        );
    }
    for (guild, field, set) in &imported.settings_set {
        let _ = write!(text, "\nServer {guild}: {field} becomes {set:?}.");
    }
    for (guild, field) in &imported.settings_kept {
        let _ = write!(
            text,
            "\nServer {guild}: {field} stays as the server has set it here."
        );
    }
    text.push_str(if applied {
        "\nIt is written. `droas import undo` shows what taking it back would do."
    } else {
        "\nNothing was written. Call it again with --apply to write it."
    });
    text
}

fn table_json(found: &TableFindings) -> Value {
    json!({
        "table": found.name,
        "rows": found.read,
        "taken": found.taken,
        "merged": found.merged,
        "empty": found.empty,
        "refused": found.refused.iter().map(|refused| json!({
            "row": refused.row, "reason": refused.reason,
        })).collect::<Vec<_>>(),
        "notes": found.notes,
    })
}

/// What taking back an import did, or would do.
pub(super) fn undone(undone: &Undone, applied: bool) -> (String, Value) {
    let mut text = format!(
        "{}\nMembers who have again what they had: {}. Members who have written since, whose score is what it would be without \
         the import: {}.\nMessages taken from days and months: {}.",
        line(&undone.import),
        undone.restored,
        undone.rebased,
        undone.messages_removed
    );
    for (guild, field) in &undone.settings_unset {
        let _ = write!(text, "\nServer {guild}: {field} is not set any more.");
    }
    for (guild, field) in &undone.settings_kept {
        let _ = write!(text, "\nServer {guild}: {field} was changed since, and stays.");
    }
    if !undone.kept.is_empty() {
        let _ = write!(text, "\n{}", kept(undone));
    }
    text.push_str(match (applied, undone.kept.is_empty()) {
        (true, _) => "\nIt is written.",
        (false, true) => "\nNothing was written. Call it again with --apply to write it.",
        (false, false) => {
            "\nNothing was written. Call it again with --apply --keep-changed to leave those scores and take back the rest."
        }
    });
    let mut value = record(&undone.import);
    value["applied"] = applied.into();
    value["restored"] = undone.restored.into();
    value["rebased"] = undone.rebased.into();
    value["messages_removed"] = undone.messages_removed.into();
    value["scores_kept"] = undone
        .kept
        .iter()
        .map(|(guild, user)| json!({ "guild": guild.to_string(), "user": user.to_string() }))
        .collect();
    let fields = |list: &[(domain::id::GuildId, domain::settings::Field)]| -> Value {
        list.iter()
            .map(|(guild, field)| json!({ "guild": guild.to_string(), "field": field.name() }))
            .collect()
    };
    value["settings_unset"] = fields(&undone.settings_unset);
    value["settings_kept"] = fields(&undone.settings_kept);
    (text, value)
}

/// Why an import was not taken back.
pub(super) fn not_undone(undone: &Undone) -> String {
    format!(
        "nothing was taken back: {} Add --keep-changed to leave those scores and take back the rest.",
        kept(undone)
    )
}

fn kept(undone: &Undone) -> String {
    let mut names: Vec<_> = undone
        .kept
        .iter()
        .take(KEPT_TOLD)
        .map(|(guild, user)| format!("{user} in {guild}"))
        .collect();
    if undone.kept.len() > KEPT_TOLD {
        names.push(format!("{} more", undone.kept.len() - KEPT_TOLD));
    }
    format!(
        "members whose score has gone on from the imported one and cannot be told apart from it any more: {} ({}).",
        undone.kept.len(),
        names.join(", ")
    )
}

/// All imports.
pub(super) fn records(records: &[ImportRecord]) -> (String, Value) {
    let text = if records.is_empty() {
        "Nothing was imported yet.".to_owned()
    } else {
        records.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    (text, records.iter().map(record).collect())
}

fn line(import: &ImportRecord) -> String {
    let undone = import.undone_at.map_or(String::new(), |at| {
        format!(", taken back on {}", moment::for_people(at))
    });
    format!(
        "Import {} from {}: {}, on {}{undone}",
        import.id,
        import.source,
        import.file_name,
        moment::for_people(import.at)
    )
}

fn record(import: &ImportRecord) -> Value {
    json!({
        "id": import.id,
        "source": import.source.name(),
        "file": import.file_name,
        "file_hash": import.file_hash,
        "at_ms": import.at.0,
        "undone_at_ms": import.undone_at.map(|at| at.0),
    })
}
