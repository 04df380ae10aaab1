//! Components as Discord reads them.

use serde_json::{Map, Value, json};

use super::{
    Accessory, ActionRow, Button, ButtonStyle, ChannelSelect, ChannelType, Component, Media, Modal,
    ModalInput, ModalPart, StringSelect, TextInput,
};

/// The `components` of a message.
pub(crate) fn message_json(components: &[Component]) -> Value {
    components.iter().map(component).collect()
}

/// The `data` of an answer that opens a modal.
pub(crate) fn modal_json(modal: &Modal) -> Value {
    let parts: Vec<Value> = modal.parts.iter().map(part).collect();
    json!({"custom_id": modal.custom_id, "title": modal.title, "components": parts})
}

fn component(component: &Component) -> Value {
    match component {
        Component::Container { accent, components } => with(
            json!({"type": 17, "components": message_json(components)}),
            [("accent_color", accent.map(Value::from))],
        ),
        Component::Section { texts, accessory } => {
            let texts: Vec<Value> = texts.iter().map(|one| text(one)).collect();
            let accessory = match accessory {
                Accessory::Button(one) => button(one),
                Accessory::Thumbnail(one) => with(media(one), [("type", Some(json!(11)))]),
            };
            json!({"type": 9, "components": texts, "accessory": accessory})
        }
        Component::TextDisplay(content) => text(content),
        Component::MediaGallery(items) => {
            let items: Vec<Value> = items.iter().map(media).collect();
            json!({"type": 12, "items": items})
        }
        Component::Separator { divider, large } => {
            json!({"type": 14, "divider": divider, "spacing": if *large { 2 } else { 1 }})
        }
        Component::ActionRow(row) => {
            let inside = match row {
                ActionRow::Buttons(buttons) => buttons.iter().map(button).collect(),
                ActionRow::StringSelect(select) => {
                    vec![with(
                        string_select(select),
                        [("disabled", Some(json!(select.disabled)))],
                    )]
                }
                ActionRow::ChannelSelect(select) => {
                    vec![with(
                        channel_select(select),
                        [("disabled", Some(json!(select.disabled)))],
                    )]
                }
            };
            json!({"type": 1, "components": inside})
        }
    }
}

fn part(part: &ModalPart) -> Value {
    let (label, description, input) = match part {
        ModalPart::Text(content) => return text(content),
        ModalPart::Label {
            label,
            description,
            input,
        } => (label, description, input),
    };
    let input = match input {
        ModalInput::Text(input) => text_input(input),
        ModalInput::File(upload) => json!({
            "type": 19,
            "custom_id": upload.custom_id,
            "min_values": upload.min,
            "max_values": upload.max,
            "required": upload.min > 0,
        }),
        ModalInput::StringSelect(select) => {
            with(string_select(select), [("required", Some(json!(select.min > 0)))])
        }
        ModalInput::ChannelSelect(select) => with(
            channel_select(select),
            [("required", Some(json!(select.min > 0)))],
        ),
    };
    with(
        json!({"type": 18, "label": label, "component": input}),
        [("description", description.as_deref().map(Value::from))],
    )
}

fn text(content: &str) -> Value {
    json!({"type": 10, "content": content})
}

fn media(media: &Media) -> Value {
    with(
        json!({"media": {"url": media.url}}),
        [("description", media.description.as_deref().map(Value::from))],
    )
}

fn button(button: &Button) -> Value {
    let style = match button.style {
        ButtonStyle::Primary => 1,
        ButtonStyle::Secondary => 2,
        ButtonStyle::Success => 3,
        ButtonStyle::Danger => 4,
    };
    json!({
        "type": 2,
        "style": style,
        "custom_id": button.custom_id,
        "label": button.label,
        "disabled": button.disabled,
    })
}

fn text_input(input: &TextInput) -> Value {
    with(
        json!({
            "type": 4,
            "custom_id": input.custom_id,
            "style": if input.paragraph { 2 } else { 1 },
            "min_length": input.len_min,
            "max_length": input.len_max,
            "required": input.required,
        }),
        [
            ("value", input.value.as_deref().map(Value::from)),
            ("placeholder", input.placeholder.as_deref().map(Value::from)),
        ],
    )
}

fn string_select(select: &StringSelect) -> Value {
    let options: Vec<Value> = select
        .options
        .iter()
        .map(|option| {
            with(
                json!({"label": option.label, "value": option.value, "default": option.default}),
                [("description", option.description.as_deref().map(Value::from))],
            )
        })
        .collect();
    with(
        json!({
            "type": 3,
            "custom_id": select.custom_id,
            "options": options,
            "min_values": select.min,
            "max_values": select.max,
        }),
        [("placeholder", select.placeholder.as_deref().map(Value::from))],
    )
}

fn channel_select(select: &ChannelSelect) -> Value {
    let types: Vec<u8> = select.types.iter().copied().map(ChannelType::number).collect();
    let default: Vec<Value> = select
        .default
        .iter()
        .map(|id| json!({"id": id.to_string(), "type": "channel"}))
        .collect();
    with(
        json!({
            "type": 8,
            "custom_id": select.custom_id,
            "min_values": select.min,
            "max_values": select.max,
        }),
        [
            ("channel_types", (!types.is_empty()).then(|| json!(types))),
            ("default_values", (!default.is_empty()).then(|| json!(default))),
            ("placeholder", select.placeholder.as_deref().map(Value::from)),
        ],
    )
}

/// `object` with the fields that are there.
fn with<const N: usize>(object: Value, fields: [(&str, Option<Value>); N]) -> Value {
    let mut map = match object {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    for (name, value) in fields {
        if let Some(value) = value {
            map.insert(name.to_owned(), value);
        }
    }
    Value::Object(map)
}
