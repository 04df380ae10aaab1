//! Names of settings that somebody wrote and that there are not.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::environment::variable_of;
use super::schema::{SECTIONS, places};

/// What to do where no name is near.
const LOOK_IT_UP: &str = "`droas config` prints every setting with its meaning and its variable";

/// A sentence for each section and key of a file that there is not, with its line.
pub(super) fn unknown_in_file(path: &Path, text: &str, file: &DeTable<'_>) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut mistake = |at: usize, what: String, hint: String| {
        let line = text[..at].matches('\n').count() + 1;
        mistakes.push((at, format!("{}, line {line}: {what}; {hint}", path.display())));
    };
    for (name, value) in file {
        let Some(section) = SECTIONS.iter().find(|section| section.name == name.get_ref()) else {
            let sections = SECTIONS.iter().map(|section| section.name.to_owned());
            let hint = hint(name.get_ref(), sections, |near| format!("[{near}]"));
            mistake(
                name.span().start,
                format!("there is no section [{}]", name.get_ref()),
                hint,
            );
            continue;
        };
        let DeValue::Table(keys) = value.get_ref() else {
            continue;
        };
        for key in keys.keys() {
            if section.keys.iter().any(|known| known.name == key.get_ref()) {
                continue;
            }
            let named = format!("{name}.{key}", name = section.name, key = key.get_ref());
            let hint = hint(&named, all(|section, key| format!("{section}.{key}")), |near| {
                near
            });
            mistake(key.span().start, format!("there is no setting {named}"), hint);
        }
    }
    // A table is ordered by its names, and people read from the top.
    mistakes.sort_unstable();
    mistakes.into_iter().map(|(_, sentence)| sentence).collect()
}

/// A sentence about a variable that there is not.
pub(super) fn unknown_variable(name: &str) -> String {
    format!(
        "there is no setting for the environment variable {name}; {}",
        hint(name, all(variable_of), |near| near)
    )
}

fn all(name: impl Fn(&str, &str) -> String) -> impl Iterator<Item = String> {
    places().map(move |(section, key)| name(section, key))
}

/// The name that was meant, where one is near enough to be it.
fn hint(mistyped: &str, names: impl Iterator<Item = String>, shown: impl Fn(String) -> String) -> String {
    let slips_max = (mistyped.len() / 4).max(2);
    let near = names
        .map(|name| (edit_distance(&name, mistyped), name))
        .filter(|(slips, name)| *slips <= slips_max || name.starts_with(mistyped))
        .min();
    match near {
        Some((_, name)) => format!("did you mean {}?", shown(name)),
        None => LOOK_IT_UP.to_owned(),
    }
}

/// Levenshtein's distance in bytes: names of settings are ASCII.
fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, byte_a) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, byte_b) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(byte_a != byte_b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
