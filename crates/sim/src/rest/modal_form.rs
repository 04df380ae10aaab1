//! Reading a modal out of a request.
//!
//! Source: Discord's documentation, "Component Reference", headings "Label", "Text Input", "File Upload" and "String
//! Select", and "Receiving and Responding to Interactions", heading "Modal", read in August 2026.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::components::options;
use super::refusal::{FormErrors, Refusal};

/// What stands in a modal, at the top.
const PARTS_MAX: usize = 5;
const TEXT_CHARS_MAX: i64 = 4_000;

const ACTION_ROW: i64 = 1;
const STRING_SELECT: i64 = 3;
const TEXT_INPUT: i64 = 4;
const TEXT_DISPLAY: i64 = 10;
const LABEL: i64 = 18;
const FILE_UPLOAD: i64 = 19;

/// # Errors
/// Discord's client could not show such a modal.
pub(super) fn check(data: &Value) -> Result<(), Refusal> {
    let mut form = FormErrors::default();
    form.required_text("data.custom_id", data.get("custom_id"), 1, 100);
    form.required_text("data.title", data.get("title"), 1, 45);
    let parts = form.list("data.components", data.get("components"), PARTS_MAX);
    if parts.is_empty() {
        form.required("data.components");
    }
    let mut custom_ids = HashSet::new();
    for (index, part) in parts.iter().enumerate() {
        part_at(
            &format!("data.components.{index}"),
            part,
            &mut custom_ids,
            &mut form,
        );
    }
    form.check()
}

fn part_at<'a>(path: &str, part: &'a Value, custom_ids: &mut HashSet<&'a str>, form: &mut FormErrors) {
    let Some(object) = form.object(path, Some(part)) else {
        return;
    };
    match object.get("type").and_then(Value::as_i64) {
        Some(TEXT_DISPLAY) => form.required_text(&format!("{path}.content"), object.get("content"), 1, 4_000),
        Some(ACTION_ROW) => {
            let at = format!("{path}.components");
            let [input] = form.list(&at, object.get("components"), 1) else {
                return form.required(&at);
            };
            let at = format!("{at}.0");
            // Without a label around it, the input has one of its own.
            form.required_text(&format!("{at}.label"), input.get("label"), 1, 45);
            input_at(&at, input, &[TEXT_INPUT], custom_ids, form);
        }
        Some(LABEL) => {
            form.required_text(&format!("{path}.label"), object.get("label"), 1, 45);
            if let Some(description) = object.get("description").filter(|value| !value.is_null()) {
                form.required_text(&format!("{path}.description"), Some(description), 1, 100);
            }
            let at = format!("{path}.component");
            let Some(input) = object.get("component") else {
                return form.required(&at);
            };
            if input.get("label").is_some_and(|label| !label.is_null()) {
                form.add(
                    &format!("{at}.label"),
                    "BASE_TYPE_FORBIDDEN",
                    "An input in a label has no label of its own.",
                );
            }
            input_at(&at, input, &[3, 4, 5, 6, 7, 8, FILE_UPLOAD], custom_ids, form);
        }
        _ => form.add(
            &format!("{path}.type"),
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (1, 10, 18).",
        ),
    }
}

fn input_at<'a>(
    path: &str,
    input: &'a Value,
    allowed: &[i64],
    custom_ids: &mut HashSet<&'a str>,
    form: &mut FormErrors,
) {
    let Some(object) = form.object(path, Some(input)) else {
        return;
    };
    let kind = object.get("type").and_then(Value::as_i64).unwrap_or_default();
    if !allowed.contains(&kind) {
        let message = format!("Value of field \"type\" must be one of {allowed:?}.");
        return form.add(&format!("{path}.type"), "UNION_TYPE_CHOICES", message);
    }
    let at = format!("{path}.custom_id");
    form.required_text(&at, object.get("custom_id"), 1, 100);
    if let Some(id) = object.get("custom_id").and_then(Value::as_str)
        && !custom_ids.insert(id)
    {
        form.add(
            &at,
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        );
    }
    form.flag(&format!("{path}.required"), object.get("required"));
    match kind {
        TEXT_INPUT => text_input(path, object, form),
        FILE_UPLOAD => bounds(path, object, 10, form),
        _ => {
            form.text(&format!("{path}.placeholder"), object.get("placeholder"), 150);
            bounds(path, object, 25, form);
            if object.get("disabled") == Some(&Value::Bool(true)) {
                form.add(
                    &format!("{path}.disabled"),
                    "BASE_TYPE_FORBIDDEN",
                    "A select in a modal cannot be disabled.",
                );
            }
            if kind == STRING_SELECT {
                options(path, object, form);
            }
        }
    }
}

fn text_input(path: &str, input: &Map<String, Value>, form: &mut FormErrors) {
    if form
        .integer(&format!("{path}.style"), input.get("style"), 1, 2)
        .is_none()
    {
        form.required(&format!("{path}.style"));
    }
    let min = form.integer(
        &format!("{path}.min_length"),
        input.get("min_length"),
        0,
        TEXT_CHARS_MAX,
    );
    let max = form.integer(
        &format!("{path}.max_length"),
        input.get("max_length"),
        1,
        TEXT_CHARS_MAX,
    );
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        form.add(
            &format!("{path}.min_length"),
            "NUMBER_TYPE_MAX",
            "min_length must not be larger than max_length.",
        );
    }
    let max = usize::try_from(max.unwrap_or(TEXT_CHARS_MAX)).unwrap_or_default();
    form.text(&format!("{path}.value"), input.get("value"), max);
    form.text(&format!("{path}.placeholder"), input.get("placeholder"), 100);
}

/// How many are chosen. What must be filled in takes at least one.
fn bounds(path: &str, input: &Map<String, Value>, most: i64, form: &mut FormErrors) {
    let min = form.integer(&format!("{path}.min_values"), input.get("min_values"), 0, most);
    let max = form.integer(&format!("{path}.max_values"), input.get("max_values"), 1, most);
    if min.unwrap_or(1) > max.unwrap_or(1).max(1) {
        form.add(
            &format!("{path}.min_values"),
            "NUMBER_TYPE_MAX",
            "min_values must not be larger than max_values.",
        );
    }
    if min == Some(0) && input.get("required") != Some(&Value::Bool(false)) {
        form.add(
            &format!("{path}.min_values"),
            "NUMBER_TYPE_MIN",
            "min_values must be at least 1 where an answer is required.",
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn errors(components: Value) -> Option<Value> {
        let modal = json!({"custom_id": "m", "title": "t", "components": components});
        check(&modal).err().and_then(|refusal| refusal.errors)
    }

    fn label(input: Value) -> Value {
        json!({"type": 18, "label": "l", "component": input})
    }

    #[test]
    fn modal_of_every_input_passes() {
        let found = errors(json!([
            {"type": 10, "content": "Fill in"},
            label(json!({"type": 4, "custom_id": "a", "style": 2, "min_length": 0, "max_length": 5, "value": "字字"})),
            label(json!({"type": 19, "custom_id": "b", "min_values": 0, "max_values": 10, "required": false})),
            label(json!({"type": 3, "custom_id": "c", "options": [{"label": "l", "value": "v"}]})),
            {"type": 1, "components": [{"type": 4, "custom_id": "d", "style": 1, "label": "l"}]},
        ]));
        assert_eq!(found, None);
    }

    #[test]
    fn faults_are_named_where_they_stand() {
        let input = |more: Value| {
            let mut input = json!({"type": 4, "custom_id": "a", "style": 1});
            let object = input.as_object_mut().expect("an object");
            object.extend(more.as_object().cloned().expect("an object"));
            json!([label(input)])
        };
        for (components, pointer) in [
            (json!([]), "/data/components"),
            (json!([{"type": 2}]), "/data/components/0/type"),
            (
                json!([label(json!({"type": 2}))]),
                "/data/components/0/component/type",
            ),
            (
                json!([{"type": 1, "components": [{"type": 4, "custom_id": "a", "style": 1}]}]),
                "/data/components/0/components/0/label",
            ),
            (input(json!({"style": 3})), "/data/components/0/component/style"),
            (
                input(json!({"value": "字字", "max_length": 1})),
                "/data/components/0/component/value",
            ),
            (
                input(json!({"min_length": 2, "max_length": 1})),
                "/data/components/0/component/min_length",
            ),
            (input(json!({"label": "l"})), "/data/components/0/component/label"),
            (
                json!([label(json!({"type": 19, "custom_id": "a", "min_values": 0}))]),
                "/data/components/0/component/min_values",
            ),
            (
                json!([
                    label(json!({"type": 19, "custom_id": "a"})),
                    label(json!({"type": 19, "custom_id": "a"}))
                ]),
                "/data/components/1/component/custom_id",
            ),
        ] {
            let found = errors(components).unwrap_or_default();
            assert!(found.pointer(pointer).is_some(), "{pointer} in {found}");
        }
    }
}
