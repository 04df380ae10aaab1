//! The environment's part of the configuration: `DROAS_SECTION_KEY`, secrets under the names that they have everywhere, and
//! a file `.env`.

use std::collections::BTreeMap;
use std::fmt;

use toml::{Table, Value};

use super::schema::{Settings, places};
use super::{ConfigError, names};

/// Variables by name: the process's own, then those of `.env`. Their values, secrets among them, are not printed.
#[derive(Default)]
pub(crate) struct Environment {
    variables: BTreeMap<String, String>,
    /// The names of those that `.env` has.
    in_dotenv: Vec<String>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.variables.keys())
            .finish_non_exhaustive()
    }
}

/// Secrets, which have no key in the file.
pub(super) const TOKEN: &str = "DISCORD_TOKEN";
pub(super) const WEB_TOKEN: &str = "DROAS_WEB_TOKEN";
pub(super) const S3_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
pub(super) const S3_SECRET: &str = "AWS_SECRET_ACCESS_KEY";
pub(super) const S3_SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
const SECRETS: [&str; 5] = [TOKEN, WEB_TOKEN, S3_KEY_ID, S3_SECRET, S3_SESSION_TOKEN];

/// The one of the settings that may hold a password.
pub(super) const DATABASE_URL: &str = "DROAS_DATABASE_URL";

/// Variables of the simulator, which may be set beside ours.
const SIMULATOR_PREFIX: &str = "DROAS_SIM_";

impl Environment {
    /// Reads the process's variables and the file `.env` in the current folder, when there is one.
    ///
    /// # Errors
    /// `.env` exists and cannot be read, or a variable of ours is not UTF-8.
    pub(crate) fn read() -> Result<Self, ConfigError> {
        let (mut variables, mut in_dotenv) = (BTreeMap::new(), Vec::new());
        match dotenvy::from_filename_iter(".env") {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(dotenv_mistake)?;
                    in_dotenv.push(name.clone());
                    variables.insert(name, value);
                }
            }
            Err(error) if error.not_found() => {}
            Err(error) => return Err(dotenv_mistake(error)),
        }
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            if SECRETS.contains(&name.as_str()) || name.starts_with("DROAS_") {
                let value = value.into_string().map_err(|_| {
                    format!("the environment variable {name} is not valid UTF-8; set it anew")
                })?;
                variables.insert(name, value);
            }
        }
        Ok(Self { variables, in_dotenv })
    }

    /// A variable's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Whether the file `.env` has one of these.
    pub(super) fn dotenv_names(&self, names: &[&str]) -> bool {
        self.in_dotenv.iter().any(|name| names.contains(&&**name))
    }

    /// How many settings there are in it.
    pub(super) fn settings_count(&self) -> usize {
        self.variables
            .keys()
            .filter(|name| place_of(name).is_some())
            .count()
    }

    /// Writes the `DROAS_SECTION_KEY` variables over a file's values.
    pub(super) fn overlay(&self, table: &mut Table, mistakes: &mut Vec<String>) {
        let defaults = Table::try_from(Settings::default()).expect("the defaults are plain TOML");
        for (name, text) in &self.variables {
            if !name.starts_with("DROAS_")
                || name.starts_with(SIMULATOR_PREFIX)
                || SECRETS.contains(&name.as_str())
            {
                continue;
            }
            let Some((section, key)) = place_of(name) else {
                mistakes.push(names::unknown_variable(name));
                continue;
            };
            match typed(&defaults[section][key], text) {
                Ok(value) => {
                    let entry = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
                    if let Some(section) = entry.as_table_mut() {
                        section.insert(key.to_owned(), value);
                    }
                }
                Err(expected) => mistakes.push(format!("{name} is {text:?}, but must be {expected}")),
            }
        }
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        let mut environment = Self::default();
        environment.extend(&variables);
        environment
    }
}

#[cfg(test)]
impl Environment {
    pub(super) fn extend(&mut self, variables: &[(&str, &str)]) {
        self.variables.extend(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
    }
}

fn dotenv_mistake(error: dotenvy::Error) -> ConfigError {
    // The parser's own message quotes the line, and the line may hold the token.
    let what = match error {
        dotenvy::Error::LineParse(_, at) => {
            format!("has a line that is not NAME=value (at character {at} of it)")
        }
        dotenvy::Error::Io(error) => format!("cannot be read ({error})"),
        _ => "cannot be read".to_owned(),
    };
    format!("the file .env {what}; each line must be NAME=value, with quotes around values that hold spaces")
        .into()
}

/// The variable of a key.
pub(super) fn variable_of(section: &str, key: &str) -> String {
    format!("DROAS_{}_{}", section.to_uppercase(), key.to_uppercase())
}

fn place_of(variable: &str) -> Option<(&'static str, &'static str)> {
    places().find(|(section, key)| variable_of(section, key) == variable)
}

/// Reads a variable's text as the type that the key's default has; an error says what was expected.
fn typed(default: &Value, text: &str) -> Result<Value, &'static str> {
    match default {
        Value::Integer(_) => text
            .trim()
            .parse()
            .map(Value::Integer)
            .map_err(|_| "a whole number"),
        Value::Boolean(_) => text
            .trim()
            .parse()
            .map(Value::Boolean)
            .map_err(|_| "true or false"),
        Value::Table(_) => text
            .split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair
                    .split_once('=')
                    .ok_or("pairs such as guild=channel with commas between")?;
                Ok((key.trim().to_owned(), Value::String(value.trim().to_owned())))
            })
            .collect::<Result<Table, _>>()
            .map(Value::Table),
        _ => Ok(Value::String(text.to_owned())),
    }
}
