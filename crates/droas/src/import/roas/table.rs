//! Tables of a file that may hold anything.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::super::findings::{TableFindings, shown};

/// Something of a table's name or a view's.
pub(super) struct Found {
    pub(super) name: String,
    /// What it is, where it is no table that can be read.
    pub(super) not_a_table: Option<&'static str>,
}

/// A column, by the names that versions of the bot gave it.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) what: &'static str,
    pub(super) names: &'static [&'static str],
}

/// All tables and views of the file, as they are written.
pub(super) fn all(db: &Connection) -> rusqlite::Result<Vec<Found>> {
    db.prepare(
        "SELECT name, type, sql LIKE 'create virtual%' FROM sqlite_schema
         WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?
    .query_map([], |row| {
        let kind: String = row.get(1)?;
        let is_virtual = row.get::<_, Option<bool>>(2)?.unwrap_or(false);
        Ok(Found {
            name: row.get(0)?,
            not_a_table: match kind.as_str() {
                "view" => Some("a view"),
                _ if is_virtual => Some("a virtual table"),
                _ => None,
            },
        })
    })?
    .collect()
}

/// Hands over each row with its number, unless the table lacks one of the first `needed` columns.
pub(super) fn each(
    db: &Connection,
    table: &str,
    wanted: &[Named],
    needed: usize,
    told: &mut TableFindings,
    mut take: impl FnMut(i64, &Values<'_, '_>, &mut TableFindings),
) -> rusqlite::Result<()> {
    let columns = columns(db, table, wanted)?;
    if lacks(&columns, wanted, needed, told) {
        return Ok(());
    }
    let mut statement = db.prepare(&columns.select)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        told.read += 1;
        let number = row.get::<_, Option<i64>>(0)?.unwrap_or(told.read.cast_signed());
        take(
            number,
            &Values {
                row,
                places: &columns.places,
            },
            told,
        );
    }
    Ok(())
}

/// The columns of a table that are wanted, and how to read them.
struct Columns {
    select: String,
    /// For each wanted column, its place among the values; `None` where the table has none.
    places: Vec<Option<usize>>,
    /// Columns that nobody wanted.
    others: Vec<String>,
}

/// Finds columns by their names, whatever their case.
fn columns(db: &Connection, table: &str, wanted: &[Named]) -> rusqlite::Result<Columns> {
    let quoted = quoted(table);
    let names: Vec<String> = db
        .prepare(&format!("PRAGMA table_info({quoted})"))?
        .query_map([], |row| row.get("name"))?
        .collect::<rusqlite::Result<_>>()?;
    let mut used = Vec::new();
    let mut places = Vec::new();
    for column in wanted {
        let found = column.names.iter().find_map(|wanted| {
            names
                .iter()
                .find(|name| name.eq_ignore_ascii_case(wanted))
                .cloned()
        });
        places.push(found.map(|name| {
            used.push(name);
            used.len()
        }));
    }
    // A table without row ids is counted.
    let has_rowid = db.prepare(&format!("SELECT rowid FROM {quoted}")).is_ok();
    let listed: Vec<String> = used
        .iter()
        .map(|name| format!(", {}", self::quoted(name)))
        .collect();
    let row = if has_rowid { "rowid" } else { "NULL" };
    Ok(Columns {
        select: format!("SELECT {row}{} FROM {quoted}", listed.concat()),
        others: names.into_iter().filter(|name| !used.contains(name)).collect(),
        places,
    })
}

/// Says which wanted columns a table does not have. Returns whether one of the first `needed` is among them.
fn lacks(columns: &Columns, wanted: &[Named], needed: usize, told: &mut TableFindings) -> bool {
    let mut lacks = false;
    for (column, _) in wanted
        .iter()
        .zip(&columns.places)
        .take(needed)
        .filter(|(_, place)| place.is_none())
    {
        lacks = true;
        told.note(format!(
            "was not read: it has no column for {} ({})",
            column.what,
            column.names.join(" or ")
        ));
    }
    if !lacks && !columns.others.is_empty() {
        told.note(format!("has no equal here for {}", columns.others.join(", ")));
    }
    lacks
}

/// The values of a row, in the order in which their columns were wanted.
pub(super) struct Values<'a, 'stmt> {
    row: &'a Row<'stmt>,
    places: &'a [Option<usize>],
}

impl Values<'_, '_> {
    pub(super) fn get(&self, wanted: usize) -> ValueRef<'_> {
        let place = self.places.get(wanted).copied().flatten();
        place
            .and_then(|place| self.row.get_ref(place).ok())
            .unwrap_or(ValueRef::Null)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The id of a server, a member or a channel.
pub(super) fn id(value: ValueRef<'_>, what: &str) -> Result<u64, String> {
    let id = match value {
        ValueRef::Null => return Err(format!("{what} is missing")),
        ValueRef::Integer(id) => u64::try_from(id).ok(),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.trim().parse().ok()),
        ValueRef::Real(_) => {
            return Err(format!(
                "{what} is stored as a number with a point, which has lost its last digits"
            ));
        }
        ValueRef::Blob(_) => None,
    };
    id.filter(|id| (1..=i64::MAX.cast_unsigned()).contains(id))
        .ok_or_else(|| format!("{what} is {}, which is no id", told(value)))
}

/// A number that is finite.
pub(super) fn number(value: ValueRef<'_>, what: &str) -> Result<f64, String> {
    let number = match value {
        ValueRef::Null => return Err(format!("{what} is missing")),
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.trim().parse().ok()),
        ValueRef::Blob(_) => None,
    };
    number
        .filter(|number: &f64| number.is_finite())
        .ok_or_else(|| format!("{what} is {}, which is no number", told(value)))
}

/// A whole number.
pub(super) fn whole(value: ValueRef<'_>, what: &str) -> Result<i64, String> {
    if let ValueRef::Integer(number) = value {
        return Ok(number);
    }
    let number = number(value, what)?;
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Ok(number as i64)
    } else {
        Err(format!("{what} is {}, which is no whole number", told(value)))
    }
}

/// A text; `None` where there is none, or an empty one.
pub(super) fn text(value: ValueRef<'_>, what: &str) -> Result<Option<String>, String> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) if text.trim().is_empty() => Ok(None),
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(format!("{what} is not UTF-8")),
        },
        other => Err(format!("{what} is {}, which is no text", told(other))),
    }
}

/// A value, for a person.
pub(super) fn told(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "nothing".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) if number.abs() >= 1e15 => format!("{number:e}"),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => shown(&String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => format!("{} raw bytes", bytes.len()),
    }
}
