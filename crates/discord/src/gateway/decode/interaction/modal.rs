//! The inputs of a modal that was sent off.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::resolved::Resolved;
use super::{Missing, clean};
use crate::interaction::{FieldValue, Fields};

const HERE: Missing = Missing("d.data.components");

/// An input, or what stands around inputs.
#[derive(Deserialize)]
pub(super) struct Input {
    #[serde(rename = "type")]
    kind: u8,
    custom_id: Option<String>,
    value: Option<String>,
    values: Option<Vec<String>>,
    component: Option<Box<Input>>,
    components: Option<Vec<Input>>,
}

pub(super) fn fields(inputs: Vec<Input>, resolved: &mut Resolved) -> Result<Fields, Missing> {
    let mut found = BTreeMap::new();
    for input in inputs {
        add(input, resolved, &mut found)?;
    }
    Ok(Fields(found))
}

/// As deep as the JSON, whose depth its reader bounds.
fn add(
    input: Input,
    resolved: &mut Resolved,
    found: &mut BTreeMap<String, FieldValue>,
) -> Result<(), Missing> {
    for inner in input
        .component
        .map(|inner| *inner)
        .into_iter()
        .chain(input.components.unwrap_or_default())
    {
        add(inner, resolved, found)?;
    }
    let values = input.values.unwrap_or_default();
    let value = match input.kind {
        3 => FieldValue::Values(values.into_iter().map(clean).collect()),
        4 => FieldValue::Text(clean(input.value.unwrap_or_default())),
        8 => FieldValue::Channels(resolved.channels_among(&values)),
        19 => FieldValue::Files(
            values
                .iter()
                .map(|id| resolved.attachment(id).ok_or(HERE))
                .collect::<Result<_, _>>()?,
        ),
        // What stands around inputs, and texts.
        _ => return Ok(()),
    };
    found.insert(clean(input.custom_id.ok_or(HERE)?), value);
    Ok(())
}
