//! The table in which a run of a whole bot is told.

use std::fmt;

use super::build::Build;

/// Writes a row for each figure, as Markdown, which a terminal shows well enough.
pub(super) fn write(f: &mut fmt::Formatter<'_>, build: Build, rows: &[(&str, String)]) -> fmt::Result {
    writeln!(f, "| {build} | |\n|---|---|")?;
    for (index, (name, value)) in rows.iter().enumerate() {
        let end = if index + 1 == rows.len() { "" } else { "\n" };
        write!(f, "| {name} | {value} |{end}")?;
    }
    Ok(())
}
