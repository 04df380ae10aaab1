//! What stands in the channels.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Done;
use super::asked::{Asked, IdText, Wrong};
use super::guilds::{no_channel, writes_in};
use crate::driver::shown;
use crate::world::message::NewMessage;

pub(super) fn read(asked: &Asked<'_>) -> Done {
    let channel = asked.ids[0];
    let world = asked.state.world();
    if world.channel(channel).is_none() {
        return Err(no_channel(channel));
    }
    let messages: Vec<Value> = shown::channel(&world, channel)
        .iter()
        .map(|message| {
            let mut value = json!(message);
            for (index, file) in message.attachments.iter().enumerate() {
                value["attachments"][index]["url"] = json!(format!(
                    "{}/attachments/{channel}/{}/{}",
                    world.cdn_base, file.id, file.filename
                ));
            }
            value
        })
        .collect();
    Ok(json!({"count": messages.len(), "messages": messages}))
}

pub(super) fn post(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        user: IdText,
        text: String,
    }
    let body: Body = asked.body()?;
    let (channel, user) = (asked.ids[0], body.user.0);
    let mut world = asked.state.world();
    writes_in(&world, channel, user)?;
    // Discord's own clients send a nonce, too.
    let nonce = world.ids.now().to_string();
    let message = NewMessage {
        nonce: Some(json!(nonce)),
        ..NewMessage::text(&body.text)
    };
    let created = world
        .create_message(channel, user, message)
        .map_err(|error| Wrong::conflict(error.to_string()))?;
    Ok(json!({"id": created.message.to_string()}))
}

pub(super) fn delete(asked: &Asked<'_>) -> Done {
    let (channel, message) = (asked.ids[0], asked.ids[1]);
    if asked.state.world().delete_message(channel, message) {
        Ok(json!({}))
    } else {
        Err(Wrong::missing(format!(
            "there is no message {message} in channel {channel}"
        )))
    }
}
