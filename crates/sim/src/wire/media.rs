//! Pictures within components, as Discord gives them back.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::message::attachment_url;
use crate::world::World;
use crate::world::message::Message;

/// A message's components. To the pictures that they show Discord adds what it knows of them, and an address in place of
/// `attachment://name`.
/// Source: Discord's documentation, "Component Reference", heading "Unfurled Media Item", read in August 2026.
pub(super) fn components<'a>(world: &World, message: &'a Message) -> Cow<'a, [Value]> {
    if !message.components.iter().any(shows_media) {
        return Cow::Borrowed(&message.components);
    }
    let mut components = message.components.clone();
    for component in &mut components {
        complete(world, message, component);
    }
    Cow::Owned(components)
}

fn shows_media(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.contains_key("media") || object.values().any(shows_media),
        Value::Array(list) => list.iter().any(shows_media),
        _ => false,
    }
}

fn complete(world: &World, message: &Message, value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Object(media)) = object.get_mut("media") {
                unfurl(world, message, media);
                object.entry("description").or_insert(Value::Null);
                object.entry("spoiler").or_insert(json!(false));
            }
            for inner in object.values_mut() {
                complete(world, message, inner);
            }
        }
        Value::Array(list) => {
            for inner in list {
                complete(world, message, inner);
            }
        }
        _ => {}
    }
}

fn unfurl(world: &World, message: &Message, media: &mut Map<String, Value>) {
    let url = media.get("url").and_then(Value::as_str).unwrap_or_default();
    let named = url.strip_prefix("attachment://");
    let file = named.and_then(|name| message.attachments.iter().find(|file| file.filename == name));
    let Some(file) = file else {
        // Another site's: what is known of it is where it lies.
        let url = url.to_owned();
        media.insert("id".to_owned(), json!(message.id.to_string()));
        media.insert("proxy_url".to_owned(), json!(url));
        return;
    };
    let address = attachment_url(&world.cdn_base, message.channel, file);
    let id = file.id.to_string();
    media.insert("url".to_owned(), json!(address));
    media.insert("proxy_url".to_owned(), json!(address));
    media.insert("id".to_owned(), json!(id));
    media.insert("attachment_id".to_owned(), json!(id));
    if let Some((width, height)) = file.dimensions {
        media.insert("width".to_owned(), json!(width));
        media.insert("height".to_owned(), json!(height));
    }
    if let Some(content_type) = &file.content_type {
        media.insert("content_type".to_owned(), json!(content_type));
    }
}
