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
/// Characters of all texts of a message of version 2.
const TEXT_CHARS_MAX: usize = 4_000;

const ACTION_ROW: i64 = 1;
const BUTTON: i64 = 2;
const STRING_SELECT: i64 = 3;
const SECTION: i64 = 9;
const TEXT_DISPLAY: i64 = 10;
const THUMBNAIL: i64 = 11;
const MEDIA_GALLERY: i64 = 12;
const SEPARATOR: i64 = 14;
const CONTAINER: i64 = 17;
/// What stands at the top of a message of version 2; in a container the same, but for containers. 13 is a file.
const LAYOUT: [i64; 7] = [
    ACTION_ROW,
    SECTION,
    TEXT_DISPLAY,
    MEDIA_GALLERY,
    13,
    SEPARATOR,
    CONTAINER,
];
const SELECTS: std::ops::RangeInclusive<i64> = 3..=8;

/// Checks components and gives them as Discord does: each has an `id`, and selects say how many may be chosen.
pub(super) fn read(list: &Value, v2: bool, form: &mut FormErrors) -> Vec<Value> {
    let mut reading = Reading {
        next_id: 1,
        custom_ids: HashSet::new(),
        text_chars: 0,
    };
    let max = if v2 { COMPONENTS_MAX } else { ROWS_MAX };
    let top: &[i64] = if v2 { &LAYOUT } else { &[ACTION_ROW] };
    let read = reading.list("components", form.list("components", Some(list), max), top, form);
    if reading.text_chars > TEXT_CHARS_MAX {
        form.add(
            "components",
            "COMPONENT_MAX_TOTAL_TEXT_EXCEEDED",
            format!("The texts of all components must have {TEXT_CHARS_MAX} characters or fewer."),
        );
    }
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
    next_id: usize,
    custom_ids: HashSet<String>,
    text_chars: usize,
}

impl Reading {
    fn list(&mut self, path: &str, list: &[Value], allowed: &[i64], form: &mut FormErrors) -> Vec<Value> {
        list.iter()
            .enumerate()
            .filter_map(|(index, component)| {
                self.component(&format!("{path}.{index}"), component, allowed, form)
            })
            .collect()
    }

    fn component(
        &mut self,
        path: &str,
        given: &Value,
        allowed: &[i64],
        form: &mut FormErrors,
    ) -> Option<Value> {
        let object = form.object(path, Some(given))?;
        let kind = form.integer(&format!("{path}.type"), object.get("type"), 1, 19);
        if kind.is_none() {
            form.required(&format!("{path}.type"));
        }
        let kind = kind?;
        if !allowed.contains(&kind) {
            form.add(
                &format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                format!("Value of field \"type\" must be one of {allowed:?}."),
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
            CONTAINER => {
                read.entry("accent_color").or_insert(Value::Null);
                read.entry("spoiler").or_insert(json!(false));
                form.integer(
                    &format!("{path}.accent_color"),
                    object.get("accent_color"),
                    0,
                    0x00ff_ffff,
                );
            }
            TEXT_DISPLAY => {
                form.required_text(&format!("{path}.content"), object.get("content"), 1, 4_000);
                let text = object.get("content").and_then(Value::as_str);
                self.text_chars += text.map_or(0, |text| text.chars().count());
            }
            THUMBNAIL => media(path, object, form),
            MEDIA_GALLERY => {
                let at = format!("{path}.items");
                let items = form.list(&at, object.get("items"), 10);
                if items.is_empty() {
                    form.required(&at);
                }
                for (index, item) in items.iter().enumerate() {
                    let at = format!("{at}.{index}");
                    if let Some(item) = form.object(&at, Some(item)) {
                        media(&at, item, form);
                    }
                }
            }
            SEPARATOR => {
                read.entry("divider").or_insert(json!(true));
                read.entry("spacing").or_insert(json!(1));
                form.flag(&format!("{path}.divider"), object.get("divider"));
                form.integer(&format!("{path}.spacing"), object.get("spacing"), 1, 2);
            }
            _ => {}
        }
        let inside: Option<(&[i64], usize)> = match kind {
            ACTION_ROW => Some((&[BUTTON, 3, 5, 6, 7, 8], 5)),
            SECTION => Some((&[TEXT_DISPLAY], 3)),
            CONTAINER => Some((&LAYOUT[..LAYOUT.len() - 1], COMPONENTS_MAX)),
            _ => None,
        };
        if let Some((allowed, max)) = inside {
            let at = format!("{path}.components");
            let children = form.list(&at, object.get("components"), max);
            if children.is_empty() {
                form.required(&at);
            }
            let is_select =
                |child: &Value| child["type"].as_i64().is_some_and(|kind| SELECTS.contains(&kind));
            if children.len() > 1 && children.iter().any(is_select) {
                form.add(
                    &at,
                    "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                    "A select needs a row of its own.",
                );
            }
            let read_children = self.list(&at, children, allowed, form);
            read.insert("components".to_owned(), json!(read_children));
        }
        if kind == SECTION {
            let at = format!("{path}.accessory");
            match object.get("accessory") {
                Some(accessory) => {
                    let accessory = self.component(&at, accessory, &[BUTTON, THUMBNAIL], form);
                    read.insert("accessory".to_owned(), json!(accessory));
                }
                None => form.required(&at),
            }
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
            options(path, select, form);
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

/// A picture: of the web, or a file that goes with the message.
fn media(path: &str, object: &Map<String, Value>, form: &mut FormErrors) {
    let at = format!("{path}.media.url");
    let url = object.get("media").and_then(|media| media.get("url"));
    form.required_text(&at, url, 1, 2_048);
    let known = ["http://", "https://", "attachment://"];
    let is_known = |url: &str| known.iter().any(|scheme| url.starts_with(scheme));
    if url.and_then(Value::as_str).is_some_and(|url| !is_known(url)) {
        form.add(&at, "URL_TYPE_INVALID_SCHEME", "Scheme is not supported.");
    }
    if let Some(description) = object.get("description").filter(|value| !value.is_null()) {
        form.required_text(&format!("{path}.description"), Some(description), 1, 1_024);
    }
}

/// What a select offers.
pub(super) fn options(path: &str, select: &Map<String, Value>, form: &mut FormErrors) {
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
    fn layout_of_version_two_is_checked_where_it_stands() {
        let text = |content: &str| json!({"type": 10, "content": content});
        let picture = json!({"type": 11, "media": {"url": "attachment://a.png"}});
        let section =
            |texts: Value, accessory: &Value| json!({"type": 9, "components": texts, "accessory": accessory});
        let container = |inside: Value| json!({"type": 17, "components": inside});
        let found = |components: Value| {
            let mut form = FormErrors::default();
            read(&components, true, &mut form);
            form.check().err().and_then(|refusal| refusal.errors)
        };
        let sound = json!([container(json!([
            section(json!([text("a")]), &picture),
            {"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}}]},
            {"type": 14},
            {"type": 1, "components": [{"type": 8, "custom_id": "x"}]},
        ]))]);
        assert_eq!(found(sound), None);
        for (components, pointer) in [
            (
                json!([container(json!([container(json!([text("a")]))]))]),
                "/components/0/components/0/type",
            ),
            (json!([container(json!([]))]), "/components/0/components"),
            (
                json!([{"type": 9, "components": [text("a")]}]),
                "/components/0/accessory",
            ),
            (
                json!([section(json!([picture]), &picture)]),
                "/components/0/components/0/type",
            ),
            (json!([{"type": 12, "items": []}]), "/components/0/items"),
            (
                json!([{"type": 12, "items": [{"media": {"url": "ftp://a"}}]}]),
                "/components/0/items/0/media/url",
            ),
            (
                json!([text(&"字".repeat(4_000)), text("a")]),
                "/components/_errors",
            ),
            (json!([picture]), "/components/0/type"),
            (
                json!([{"type": 1, "components": [{"type": 8, "custom_id": "x"}, {"type": 8, "custom_id": "y"}]}]),
                "/components/0/components",
            ),
        ] {
            let found = found(components).unwrap_or_default();
            assert!(found.pointer(pointer).is_some(), "{pointer} in {found}");
        }
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
