//! What somebody fills into a modal, checked as Discord's client checks it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::options::Resolved;
use super::start::{UseRefused, refused};
use crate::world::World;
use crate::world::message::NewAttachment;

const TEXT_INPUT: i64 = 4;
const FILE_UPLOAD: i64 = 19;

/// What was filled in, by custom id.
pub(super) struct Filling<'a> {
    pub(super) fields: &'a Map<String, Value>,
    pub(super) files: BTreeMap<String, Vec<NewAttachment>>,
}

impl Filling<'_> {
    /// A modal's components with what was filled in, as they are sent off.
    pub(super) fn sent(
        &mut self,
        world: &mut World,
        components: &Value,
        resolved: &mut Resolved,
    ) -> Result<Vec<Value>, UseRefused> {
        let components = components.as_array().map(Vec::as_slice).unwrap_or_default();
        components
            .iter()
            .enumerate()
            .map(|(index, component)| {
                let id = component.get("id").cloned().unwrap_or(json!(index + 1));
                let mut sent = json!({"type": component["type"], "id": id});
                if let Some(custom_id) = component["custom_id"].as_str() {
                    sent["custom_id"] = json!(custom_id);
                    self.fill(world, component, custom_id, &mut sent, resolved)?;
                }
                if let Some(inner) = component.get("components") {
                    sent["components"] = json!(self.sent(world, inner, resolved)?);
                }
                if let Some(inner) = component.get("component") {
                    let mut inner = self.sent(world, &json!([inner]), resolved)?;
                    sent["component"] = inner.remove(0);
                }
                Ok(sent)
            })
            .collect()
    }

    fn fill(
        &mut self,
        world: &mut World,
        input: &Value,
        custom_id: &str,
        sent: &mut Value,
        resolved: &mut Resolved,
    ) -> Result<(), UseRefused> {
        let kind = input["type"].as_i64().unwrap_or_default();
        if kind == TEXT_INPUT {
            // What stands in it already is sent off where nobody changes it.
            let unchanged = input["value"].as_str().unwrap_or_default();
            let text = match self.fields.get(custom_id) {
                None => unchanged,
                Some(Value::String(text)) => text,
                Some(other) => return refused(format!("input {custom_id} does not take {other}")),
            };
            check_text(input, custom_id, text)?;
            sent["value"] = json!(text);
            return Ok(());
        }
        let values: Vec<Value> = if kind == FILE_UPLOAD {
            let files = self.files.remove(custom_id).unwrap_or_default();
            files
                .into_iter()
                .map(|file| json!(resolved.uploaded(world, file).to_string()))
                .collect()
        } else {
            let given = self.fields.get(custom_id).and_then(Value::as_array);
            given.cloned().unwrap_or_default()
        };
        check_count(input, custom_id, values.len())?;
        for value in values.iter().filter(|_| kind != FILE_UPLOAD) {
            let text = value.as_str().unwrap_or_default();
            let offered = input["options"]
                .as_array()
                .is_none_or(|options| options.iter().any(|option| option["value"] == *value));
            if !offered {
                return refused(format!("input {custom_id} does not offer {value}"));
            }
            resolved.name(world, kind, text)?;
        }
        sent["values"] = json!(values);
        Ok(())
    }
}

fn is_required(input: &Value) -> bool {
    input["required"] != false
}

fn check_text(input: &Value, custom_id: &str, text: &str) -> Result<(), UseRefused> {
    let chars = text.chars().count() as u64;
    if chars == 0 {
        return if is_required(input) {
            refused(format!("input {custom_id} is required"))
        } else {
            Ok(())
        };
    }
    let (min, max) = (
        input["min_length"].as_u64().unwrap_or(0),
        input["max_length"].as_u64().unwrap_or(4_000),
    );
    if (min..=max).contains(&chars) {
        Ok(())
    } else {
        refused(format!("input {custom_id} takes {min} to {max} characters"))
    }
}

fn check_count(input: &Value, custom_id: &str, count: usize) -> Result<(), UseRefused> {
    if count == 0 && !is_required(input) {
        return Ok(());
    }
    let count = count as u64;
    let (min, max) = (
        input["min_values"].as_u64().unwrap_or(1),
        input["max_values"].as_u64().unwrap_or(1),
    );
    if (min..=max).contains(&count) {
        Ok(())
    } else {
        refused(format!("input {custom_id} takes {min} to {max}"))
    }
}
