//! Commands as Discord writes them: both ways, so that what was sent can be known again.

use serde_json::{Map, Value, json};

use super::{Choice, CommandDefinition, CommandOption, Localizations, OptionKind};
use crate::component::ChannelType;
use crate::permissions::Permissions;

/// A slash command.
const CHAT_INPUT: u8 = 1;
/// Usable in guilds alone.
const CONTEXTS: [u8; 1] = [0];
/// Installed to a guild, not to a user.
const INTEGRATION_TYPES: [u8; 1] = [0];

pub(super) fn write(command: &CommandDefinition) -> Value {
    let permissions = command.default_member_permissions.map(|held| held.0.to_string());
    let mut json = json!({
        "type": CHAT_INPUT,
        "default_member_permissions": permissions,
        "contexts": CONTEXTS,
        "integration_types": INTEGRATION_TYPES,
        "options": command.options.iter().map(write_option).collect::<Vec<_>>(),
    });
    words(
        &mut json,
        &command.name,
        &command.name_localizations,
        &command.description,
        &command.description_localizations,
    );
    json
}

fn write_option(option: &CommandOption) -> Value {
    let inner = |options: &[CommandOption]| options.iter().map(write_option).collect::<Vec<_>>();
    let mut json = match &option.kind {
        OptionKind::SubCommand(options) => json!({"type": 1, "options": inner(options)}),
        OptionKind::SubCommandGroup(options) => json!({"type": 2, "options": inner(options)}),
        OptionKind::Text {
            required,
            len_min,
            len_max,
            choices,
            autocomplete,
        } => {
            let mut json = json!({"type": 3, "required": required, "autocomplete": autocomplete});
            put(&mut json, "min_length", *len_min);
            put(&mut json, "max_length", *len_max);
            put(
                &mut json,
                "choices",
                (!choices.is_empty()).then(|| json!(choices)),
            );
            json
        }
        OptionKind::Integer {
            required,
            min,
            max,
            choices,
        } => {
            let mut json = json!({"type": 4, "required": required});
            put(&mut json, "min_value", *min);
            put(&mut json, "max_value", *max);
            put(
                &mut json,
                "choices",
                (!choices.is_empty()).then(|| json!(choices)),
            );
            json
        }
        OptionKind::Number { required, min, max } => {
            let mut json = json!({"type": 10, "required": required});
            put(&mut json, "min_value", *min);
            put(&mut json, "max_value", *max);
            json
        }
        OptionKind::Bool { required } => json!({"type": 5, "required": required}),
        OptionKind::User { required } => json!({"type": 6, "required": required}),
        OptionKind::Channel { required, types } => {
            let types: Vec<u8> = types.iter().copied().map(ChannelType::number).collect();
            let mut json = json!({"type": 7, "required": required});
            put(
                &mut json,
                "channel_types",
                (!types.is_empty()).then(|| json!(types)),
            );
            json
        }
        OptionKind::Role { required } => json!({"type": 8, "required": required}),
        OptionKind::Attachment { required } => json!({"type": 11, "required": required}),
    };
    words(
        &mut json,
        &option.name,
        &option.name_localizations,
        &option.description,
        &option.description_localizations,
    );
    json
}

fn words(
    json: &mut Value,
    name: &str,
    name_localizations: &Localizations,
    description: &str,
    description_localizations: &Localizations,
) {
    put(json, "name", Some(name));
    put(json, "description", Some(description));
    for (field, given) in [
        ("name_localizations", name_localizations),
        ("description_localizations", description_localizations),
    ] {
        put(json, field, (!given.is_empty()).then(|| json!(given)));
    }
}

fn put(json: &mut Value, field: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        json[field] = value.into();
    }
}

/// A command as Discord tells it; `None` for one that no [`CommandDefinition`] describes.
pub(super) fn read(told: &Value) -> Option<CommandDefinition> {
    let told = told.as_object()?;
    let ours = said(told, "type").is_none_or(|kind| *kind == CHAT_INPUT)
        && said(told, "contexts").is_some_and(|contexts| *contexts == json!(CONTEXTS))
        && said(told, "integration_types").is_some_and(|types| *types == json!(INTEGRATION_TYPES))
        && !flag(told, "nsfw")?;
    if !ours {
        return None;
    }
    let default_member_permissions = match said(told, "default_member_permissions") {
        None => None,
        Some(Value::String(bits)) => Some(Permissions(bits.parse().ok()?)),
        Some(bits) => Some(Permissions(bits.as_u64()?)),
    };
    Some(CommandDefinition {
        name: text(told, "name")?,
        name_localizations: localizations(told, "name_localizations")?,
        description: text(told, "description")?,
        description_localizations: localizations(told, "description_localizations")?,
        options: options(told)?,
        default_member_permissions,
    })
}

fn options(told: &Map<String, Value>) -> Option<Vec<CommandOption>> {
    list(told, "options")?.iter().map(option).collect()
}

fn option(told: &Value) -> Option<CommandOption> {
    let told = told.as_object()?;
    let required = flag(told, "required")?;
    let kind = match told.get("type")?.as_u64()? {
        1 => OptionKind::SubCommand(options(told)?),
        2 => OptionKind::SubCommandGroup(options(told)?),
        3 => OptionKind::Text {
            required,
            len_min: number(told, "min_length", |json| json.as_u64()?.try_into().ok())?,
            len_max: number(told, "max_length", |json| json.as_u64()?.try_into().ok())?,
            choices: choices(told, |json| json.as_str().map(str::to_owned))?,
            autocomplete: flag(told, "autocomplete")?,
        },
        4 => OptionKind::Integer {
            required,
            min: number(told, "min_value", whole)?,
            max: number(told, "max_value", whole)?,
            choices: choices(told, whole)?,
        },
        5 => OptionKind::Bool { required },
        6 => OptionKind::User { required },
        7 => OptionKind::Channel {
            required,
            types: list(told, "channel_types")?
                .iter()
                .map(|json| ChannelType::from_number(json.as_u64()?.try_into().ok()?))
                .collect::<Option<_>>()?,
        },
        8 => OptionKind::Role { required },
        10 => OptionKind::Number {
            required,
            min: number(told, "min_value", Value::as_f64)?,
            max: number(told, "max_value", Value::as_f64)?,
        },
        11 => OptionKind::Attachment { required },
        _ => return None,
    };
    Some(CommandOption {
        name: text(told, "name")?,
        name_localizations: localizations(told, "name_localizations")?,
        description: text(told, "description")?,
        description_localizations: localizations(told, "description_localizations")?,
        kind,
    })
}

fn choices<T>(told: &Map<String, Value>, value: impl Fn(&Value) -> Option<T>) -> Option<Vec<Choice<T>>> {
    list(told, "choices")?
        .iter()
        .map(|choice| {
            let choice = choice.as_object()?;
            Some(Choice {
                name: text(choice, "name")?,
                name_localizations: localizations(choice, "name_localizations")?,
                value: value(choice.get("value")?)?,
            })
        })
        .collect()
}

/// A field that says something: absent and null are the same.
fn said<'a>(told: &'a Map<String, Value>, field: &str) -> Option<&'a Value> {
    told.get(field).filter(|value| !value.is_null())
}

fn text(told: &Map<String, Value>, field: &str) -> Option<String> {
    said(told, field)?.as_str().map(str::to_owned)
}

fn flag(told: &Map<String, Value>, field: &str) -> Option<bool> {
    said(told, field).map_or(Some(false), Value::as_bool)
}

fn list<'a>(told: &'a Map<String, Value>, field: &str) -> Option<&'a [Value]> {
    said(told, field).map_or(Some(&[][..]), |value| value.as_array().map(Vec::as_slice))
}

fn localizations(told: &Map<String, Value>, field: &str) -> Option<Localizations> {
    let Some(given) = said(told, field) else {
        return Some(Localizations::new());
    };
    given
        .as_object()?
        .iter()
        .map(|(locale, text)| Some((locale.clone(), text.as_str()?.to_owned())))
        .collect()
}

/// A bound that may be absent; `None` when it is there and cannot be read.
fn number<T>(
    told: &Map<String, Value>,
    field: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Option<T>> {
    said(told, field).map_or(Some(None), |value| read(value).map(Some))
}

/// A whole number, which may be written with a point.
fn whole(json: &Value) -> Option<i64> {
    json.as_i64().or_else(|| {
        let number = json.as_f64()?;
        (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
    })
}

#[cfg(test)]
mod tests;
