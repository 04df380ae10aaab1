//! Components of messages: buttons, selects, and the layout of version 2.
//!
//! Source: Discord's documentation, "Component Reference", read in August 2026.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::refusal::FormErrors;

/// Components of a message of version 2, nested ones too.
const COMPONENTS_MAX: usize = 40;
/// Rows of a message of version 1.
const ROWS_MAX: usize = 5;

const ACTION_ROW: i64 = 1;
const BUTTON: i64 = 2;
const STRING_SELECT: i64 = 3;
const SELECTS: std::ops::RangeInclusive<i64> = 3..=8;

/// Checks components and gives them as Discord does: each has an `id`, and selects say how many may be chosen.
pub(super) fn read(list: &Value, v2: bool, form: &mut FormErrors) -> Vec<Value> {
    let mut reading = Reading {
        v2,
        next_id: 1,
        custom_ids: HashSet::new(),
    };
    let max = if v2 { COMPONENTS_MAX } else { ROWS_MAX };
    let read = reading.list("components", form.list("components", Some(list), max), 0, form);
    if v2 && reading.next_id > COMPONENTS_MAX + 1 {
        form.add(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            format!("The total number of components must be {COMPONENTS_MAX} or fewer."),
        );
    }
    read
}

struct Reading {
    v2: bool,
    next_id: usize,
    custom_ids: HashSet<String>,
}

impl Reading {
    fn list(&mut self, path: &str, list: &[Value], depth: usize, form: &mut FormErrors) -> Vec<Value> {
        list.iter()
            .enumerate()
            .filter_map(|(index, component)| {
                self.component(&format!("{path}.{index}"), component, depth, form)
            })
            .collect()
    }

    fn component(&mut self, path: &str, given: &Value, depth: usize, form: &mut FormErrors) -> Option<Value> {
        let object = form.object(path, Some(given))?;
        let kind = form.integer(&format!("{path}.type"), object.get("type"), 1, 19);
        if kind.is_none() {
            form.required(&format!("{path}.type"));
        }
        let kind = kind?;
        if depth == 0 && !self.v2 && kind != ACTION_ROW {
            form.add(
                &format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
        }
        let mut read = object.clone();
        read.retain(|_, value| !value.is_null());
        read.entry("id").or_insert_with(|| json!(self.next_id));
        self.next_id += 1;
        match kind {
            BUTTON => self.button(path, object, form),
            _ if SELECTS.contains(&kind) && kind != 4 => {
                self.select(path, kind, object, &mut read, form);
            }
            17 => {
                read.entry("accent_color").or_insert(Value::Null);
                read.entry("spoiler").or_insert(json!(false));
            }
            10 => form.required_text(&format!("{path}.content"), object.get("content"), 1, 4_000),
            14 => {
                read.entry("divider").or_insert(json!(true));
                read.entry("spacing").or_insert(json!(1));
            }
            _ => {}
        }
        if let Some(children) = object.get("components") {
            let at = format!("{path}.components");
            let max = if kind == ACTION_ROW { 5 } else { COMPONENTS_MAX };
            let children = form.list(&at, Some(children), max).to_vec();
            read.insert(
                "components".to_owned(),
                json!(self.list(&at, &children, depth + 1, form)),
            );
        } else if kind == ACTION_ROW {
            form.required(&format!("{path}.components"));
        }
        if let Some(accessory) = object.get("accessory") {
            let accessory = self.component(&format!("{path}.accessory"), accessory, depth + 1, form);
            read.insert("accessory".to_owned(), json!(accessory));
        }
        Some(Value::Object(read))
    }

    fn button(&mut self, path: &str, button: &Map<String, Value>, form: &mut FormErrors) {
        let style = form.integer(&format!("{path}.style"), button.get("style"), 1, 6);
        match style {
            None => form.required(&format!("{path}.style")),
            // A link leads elsewhere and tells nobody.
            Some(5) => form.required_text(&format!("{path}.url"), button.get("url"), 1, 512),
            Some(6) => {}
            Some(_) => self.custom_id(path, button, form),
        }
        form.text(&format!("{path}.label"), button.get("label"), 80);
    }

    fn select(
        &mut self,
        path: &str,
        kind: i64,
        select: &Map<String, Value>,
        read: &mut Map<String, Value>,
        form: &mut FormErrors,
    ) {
        self.custom_id(path, select, form);
        form.text(&format!("{path}.placeholder"), select.get("placeholder"), 150);
        form.integer(&format!("{path}.min_values"), select.get("min_values"), 0, 25);
        form.integer(&format!("{path}.max_values"), select.get("max_values"), 1, 25);
        read.entry("min_values").or_insert(json!(1));
        read.entry("max_values").or_insert(json!(1));
        if kind == STRING_SELECT {
            let options = form.list(&format!("{path}.options"), select.get("options"), 25);
            if options.is_empty() {
                form.required(&format!("{path}.options"));
            }
            for (index, option) in options.iter().enumerate() {
                for field in ["label", "value"] {
                    form.required_text(
                        &format!("{path}.options.{index}.{field}"),
                        option.get(field),
                        1,
                        100,
                    );
                }
            }
        }
    }

    /// What an interaction is known by again; no two in a message are the same.
    fn custom_id(&mut self, path: &str, component: &Map<String, Value>, form: &mut FormErrors) {
        let at = format!("{path}.custom_id");
        form.required_text(&at, component.get("custom_id"), 1, 100);
        if let Some(id) = component.get("custom_id").and_then(Value::as_str)
            && !self.custom_ids.insert(id.to_owned())
        {
            form.add(
                &at,
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_custom_id_twice_is_refused() {
        let button = json!({"type": 2, "style": 1, "label": "a", "custom_id": "x"});
        let rows = json!([{"type": 1, "components": [button, button]}]);
        let mut form = FormErrors::default();
        read(&rows, false, &mut form);
        let errors = form.check().expect_err("a duplicate").errors.expect("a form");
        assert!(errors["components"]["0"]["components"]["1"]["custom_id"].is_object());
    }

    #[test]
    fn components_get_ids_and_defaults() {
        let rows = json!([{"type": 1, "components": [{"type": 8, "custom_id": "x"}]}]);
        let mut form = FormErrors::default();
        let read = read(&rows, false, &mut form);
        assert_eq!(form.check(), Ok(()));
        assert_eq!(
            read,
            [json!({"type": 1, "id": 1, "components": [
                {"type": 8, "custom_id": "x", "id": 2, "min_values": 1, "max_values": 1}
            ]})]
        );
    }

    #[test]
    fn bare_button_needs_a_row() {
        let mut form = FormErrors::default();
        read(
            &json!([{"type": 2, "style": 1, "custom_id": "x"}]),
            false,
            &mut form,
        );
        assert!(form.check().is_err());
    }
}
