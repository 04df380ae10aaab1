//! Checks the definition of a command.
//!
//! Source: Discord's documentation, "Application Commands", headings "Application Command Naming", "Application Command
//! Option Structure" and "Locales" of "Reference", read in August 2026.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::refusal::FormErrors;

const OPTIONS_MAX: usize = 25;
const CHOICES_MAX: usize = 25;

const SUB_COMMAND: i64 = 1;
const SUB_COMMAND_GROUP: i64 = 2;

/// Languages that names and descriptions may be given in.
const LOCALES: [&str; 33] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
    "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
    "zh-TW", "ko", "ar",
];

/// Checks a command; `path` is where it stands in the form.
pub(super) fn check(path: &str, command: &Value, form: &mut FormErrors) {
    let Some(object) = form.object(path, Some(command)) else {
        return;
    };
    let at = |field: &str| join(path, field);
    let kind = form.integer(&at("type"), object.get("type"), 1, 4).unwrap_or(1);
    if kind == 1 {
        name(&at("name"), object.get("name"), form);
        described(path, object, form);
        options(&at("options"), object.get("options"), 0, form);
    } else {
        // Commands of menus are named as people speak, and not described.
        form.required_text(&at("name"), object.get("name"), 1, 32);
        if object
            .get("description")
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty())
        {
            form.add(
                &at("description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET",
                "Context menu commands cannot have description",
            );
        }
    }
    localizations(path, "name", object, 32, form);
    match object.get("default_member_permissions") {
        None | Some(Value::Null) => {}
        Some(Value::String(bits)) if bits.parse::<u64>().is_ok() => {}
        Some(Value::Number(bits)) if bits.is_u64() => {}
        Some(_) => form.add(
            &at("default_member_permissions"),
            "BITFIELD_TYPE_CONVERT",
            "Could not interpret value as a set of permissions.",
        ),
    }
    for (field, max) in [("contexts", 2), ("integration_types", 1)] {
        let listed = form.list(&at(field), object.get(field), 3);
        for (index, entry) in listed.iter().enumerate() {
            form.integer(&format!("{}.{index}", at(field)), Some(entry), 0, max);
        }
    }
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() {
        field.to_owned()
    } else {
        format!("{path}.{field}")
    }
}

/// Names are lower case where the script knows cases, of letters, digits, `-`, `_` and `'`.
fn name(path: &str, value: Option<&Value>, form: &mut FormErrors) {
    form.required_text(path, value, 1, 32);
    let Some(text) = value.and_then(Value::as_str) else {
        return;
    };
    let sound = |letter: char| {
        (letter.is_alphanumeric() || matches!(letter, '-' | '_' | '\'') || is_mark(letter))
            && letter.to_lowercase().eq([letter])
    };
    if !text.chars().all(sound) {
        form.add(
            path,
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        );
    }
}

/// Vowel signs of Devanagari and Thai, which the pattern of the documentation allows by name.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{0900}'..='\u{097f}' | '\u{0e00}'..='\u{0e7f}')
}

fn described(path: &str, object: &Map<String, Value>, form: &mut FormErrors) {
    form.required_text(&join(path, "description"), object.get("description"), 1, 100);
    localizations(path, "description", object, 100, form);
}

fn localizations(path: &str, field: &str, object: &Map<String, Value>, max: usize, form: &mut FormErrors) {
    let key = format!("{field}_localizations");
    let at = join(path, &key);
    let Some(given) = form.object(&at, object.get(&key)) else {
        return;
    };
    for (locale, text) in given {
        let at = format!("{at}.{locale}");
        if !LOCALES.contains(&locale.as_str()) {
            form.add(
                &at,
                "BASE_TYPE_CHOICES",
                "Value must be one of Discord's locales.",
            );
        }
        if field == "name" {
            name(&at, Some(text), form);
        } else {
            form.required_text(&at, Some(text), 1, max);
        }
    }
}

fn options(path: &str, value: Option<&Value>, depth: usize, form: &mut FormErrors) {
    let mut names = HashSet::new();
    let mut optional_seen = false;
    let listed = form.list(path, value, OPTIONS_MAX);
    let nests = |option: &Value| matches!(option["type"].as_i64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP));
    if listed.iter().any(nests) && !listed.iter().all(nests) {
        form.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        );
    }
    for (index, option) in listed.iter().enumerate() {
        let at = format!("{path}.{index}");
        let Some(object) = form.object(&at, Some(option)) else {
            continue;
        };
        let Some(kind) = form.integer(&format!("{at}.type"), object.get("type"), 1, 11) else {
            form.required(&format!("{at}.type"));
            continue;
        };
        name(&format!("{at}.name"), object.get("name"), form);
        localizations(&at, "name", object, 32, form);
        described(&at, object, form);
        if !names.insert(object.get("name").and_then(Value::as_str)) {
            form.add(
                &at,
                "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED",
                "Option names must be unique",
            );
        }
        let required = form
            .flag(&format!("{at}.required"), object.get("required"))
            .unwrap_or(false);
        if required && optional_seen {
            form.add(
                &at,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        match kind {
            SUB_COMMAND_GROUP if depth > 0 => form.add(
                &at,
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-command groups stand only at the top.",
            ),
            SUB_COMMAND if depth > 1 => form.add(
                &at,
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-commands stand at the top or in a group.",
            ),
            SUB_COMMAND | SUB_COMMAND_GROUP => {
                // A sub-command inside a group stands one step deeper than one at the top.
                let inner = if kind == SUB_COMMAND { 2 } else { 1 };
                options(&format!("{at}.options"), object.get("options"), inner, form);
            }
            _ => {
                optional_seen |= !required;
                choices(&at, kind, object, form);
            }
        }
    }
}

fn choices(path: &str, kind: i64, option: &Map<String, Value>, form: &mut FormErrors) {
    let at = format!("{path}.choices");
    let listed = form.list(&at, option.get("choices"), CHOICES_MAX);
    if !listed.is_empty() && option.get("autocomplete") == Some(&Value::Bool(true)) {
        form.add(
            path,
            "APPLICATION_COMMAND_OPTION_CHOICES_AUTOCOMPLETE",
            "Choices and autocomplete exclude each other.",
        );
    }
    for (index, choice) in listed.iter().enumerate() {
        let at = format!("{at}.{index}");
        form.required_text(&format!("{at}.name"), choice.get("name"), 1, 100);
        let value = choice.get("value");
        let at = format!("{at}.value");
        match kind {
            3 => form.required_text(&at, value, 1, 100),
            4 if value.is_some_and(Value::is_i64) => {}
            10 if value.is_some_and(Value::is_number) => {}
            _ => form.add(
                &at,
                "NUMBER_TYPE_COERCE",
                "The value is not of the option's type.",
            ),
        }
    }
    let channel_types = format!("{path}.channel_types");
    for (index, entry) in form
        .list(&channel_types, option.get("channel_types"), 20)
        .iter()
        .enumerate()
    {
        form.integer(&format!("{channel_types}.{index}"), Some(entry), 0, 16);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn errors(command: &Value) -> Option<Value> {
        let mut form = FormErrors::default();
        check("0", command, &mut form);
        form.check().err().and_then(|refusal| refusal.errors)
    }

    #[test]
    fn sound_command_with_groups_and_languages_passes() {
        let command = json!({
            "name": "welcome",
            "name_localizations": {"zh-TW": "歡迎", "hi": "स्वागत", "th": "ต้อนรับ"},
            "description": "Greets",
            "default_member_permissions": "32",
            "contexts": [0],
            "options": [{"type": 2, "name": "set", "description": "d", "options": [
                {"type": 1, "name": "channel", "description": "d", "options": [
                    {"type": 7, "name": "channel", "description": "d", "required": true, "channel_types": [0]},
                    {"type": 3, "name": "style", "description": "d", "choices": [{"name": "A", "value": "a"}]},
                ]},
            ]}],
        });
        assert_eq!(errors(&command), None);
    }

    #[test]
    fn faults_are_named_where_they_stand() {
        let plain = |name: &str| json!({"type": 3, "name": name, "description": "d"});
        let with = |options: Value| json!({"name": "a", "description": "d", "options": options});
        let required = json!({"type": 3, "name": "b", "description": "d", "required": true});
        for (command, pointer) in [
            (json!({"name": "Welcome", "description": "d"}), "/0/name"),
            (json!({"name": "two words", "description": "d"}), "/0/name"),
            (json!({"name": "a"}), "/0/description"),
            (
                json!({"name": "a", "description": "d", "name_localizations": {"zh": "a"}}),
                "/0/name_localizations/zh",
            ),
            (with(json!([plain("a"), plain("a")])), "/0/options/1"),
            (with(json!([plain("a"), required])), "/0/options/1"),
            (
                with(json!([plain("a"), {"type": 1, "name": "c", "description": "d"}])),
                "/0/options/_errors",
            ),
            (
                with(
                    json!([{"type": 4, "name": "a", "description": "d", "choices": [{"name": "n", "value": "x"}]}]),
                ),
                "/0/options/0/choices/0/value",
            ),
        ] {
            let found = errors(&command).unwrap_or_default();
            assert!(found.pointer(pointer).is_some(), "{pointer} in {found}");
        }
    }
}
