//! The options of a command.

use serde::Deserialize;
use serde_json::Value;

use super::resolved::Resolved;
use super::{Missing, clean, said};
use crate::interaction::{OptionValue, Options};

const SUB_COMMAND: u8 = 1;
const SUB_COMMAND_GROUP: u8 = 2;
const HERE: Missing = Missing("d.data.options");

/// An option that was filled in, or a sub-command with those of it.
#[derive(Deserialize)]
pub(super) struct Given {
    name: String,
    #[serde(rename = "type")]
    kind: u8,
    value: Option<Value>,
    options: Option<Vec<Given>>,
    #[serde(default)]
    focused: bool,
}

/// The names of the command, group and sub-command, and what was filled in there.
pub(super) fn path(name: String, given: Vec<Given>) -> Result<(Vec<String>, Vec<Given>), Missing> {
    let (mut path, mut given) = (vec![clean(name)], given);
    while let [only] = &mut given[..]
        && matches!(only.kind, SUB_COMMAND | SUB_COMMAND_GROUP)
    {
        if path.len() >= 3 {
            return Err(HERE);
        }
        path.push(clean(std::mem::take(&mut only.name)));
        given = only.options.take().unwrap_or_default();
    }
    Ok((path, given))
}

pub(super) fn options(given: Vec<Given>, resolved: &mut Resolved) -> Result<Options, Missing> {
    given
        .into_iter()
        .map(|one| {
            let value = one.value.unwrap_or_default();
            let value = read(one.kind, value, resolved).ok_or(HERE)?;
            Ok((clean(one.name), value))
        })
        .collect::<Result<_, _>>()
        .map(Options)
}

/// The option that somebody types in, and what they typed.
pub(super) fn focused(given: Vec<Given>) -> Result<(String, String), Missing> {
    let one = given.into_iter().find(|one| one.focused).ok_or(HERE)?;
    let typed = said(&one.value.unwrap_or_default()).ok_or(HERE)?;
    Ok((clean(one.name), typed))
}

fn read(kind: u8, value: Value, resolved: &mut Resolved) -> Option<OptionValue> {
    Some(match (kind, value) {
        (3, Value::String(text)) => OptionValue::Text(clean(text)),
        (4, Value::Number(number)) => OptionValue::Integer(number.as_i64()?),
        (5, Value::Bool(flag)) => OptionValue::Bool(flag),
        (6, Value::String(id)) => OptionValue::User(resolved.user(&id)?),
        (7, Value::String(id)) => OptionValue::Channel(resolved.channel(&id)?),
        (8, Value::String(id)) => OptionValue::Role(id.parse().ok()?),
        (10, Value::Number(number)) => OptionValue::Number(number.as_f64()?),
        (11, Value::String(id)) => OptionValue::Attachment(resolved.attachment(&id)?),
        _ => return None,
    })
}
