//! The handbook's page of settings, written from the keys' documentation.

use std::fmt::Write;

use toml::Table;

use super::environment::variable_of;
use super::schema::{SECTIONS, Settings};

/// Every section and key in Markdown, with its meaning, its variable and its default.
pub(crate) fn reference() -> String {
    let defaults = Table::try_from(Settings::default()).expect("the defaults are plain TOML");
    let mut text = String::new();
    for section in SECTIONS {
        let _ = write!(text, "\n## `[{}]`\n\n{}\n", section.name, paragraph(section.doc));
        for key in section.keys {
            let default = &defaults[section.name][key.name];
            let _ = write!(
                text,
                "\n### `{}.{}`\n\n{}\n\nDefault: `{default}`. Variable: `{}`.\n",
                section.name,
                key.name,
                paragraph(key.doc),
                variable_of(section.name, key.name)
            );
        }
    }
    text
}

/// The lines of a comment as one, with what Markdown would take for its own made plain.
fn paragraph(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| line.trim()).collect();
    let mut plain = String::new();
    for character in lines.join(" ").chars() {
        if matches!(character, '[' | ']' | '*' | '<' | '>' | '\\' | '_') {
            plain.push('\\');
        }
        plain.push(character);
    }
    // Names that are code already keep their underscores.
    code_as_it_was(&plain)
}

/// Takes the backslashes out again between backticks, where they would be read as they stand.
fn code_as_it_was(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts: Vec<_> = parts
        .map(|(number, part)| {
            if number % 2 == 1 {
                part.replace('\\', "")
            } else {
                part.to_owned()
            }
        })
        .collect();
    parts.join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_shown_as_they_were_written() {
        assert_eq!(
            paragraph(&[" Each of :/?#[]@% in", " open_min_ms, and `a_b` as it is."]),
            r"Each of :/?#\[\]@% in open\_min\_ms, and `a_b` as it is."
        );
    }
}
