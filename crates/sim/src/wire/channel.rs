//! Channels.

use serde_json::{Value, json};

use crate::world::channel::{Channel, Overwrite};

/// A channel, with the id of its guild.
pub fn channel(channel: &Channel) -> Value {
    let mut value = guild_channel(channel);
    value["guild_id"] = json!(channel.guild.to_string());
    value
}

/// A channel as GUILD_CREATE lists it: without the id of its guild.
pub fn guild_channel(channel: &Channel) -> Value {
    json!({
        "id": channel.id.to_string(),
        "type": channel.kind,
        "name": channel.name,
        "position": channel.position,
        "topic": null,
        "nsfw": false,
        "parent_id": null,
        "rate_limit_per_user": 0,
        "flags": 0,
        "last_message_id": channel.last_message.map(|id| id.to_string()),
        "last_pin_timestamp": null,
        "permission_overwrites": channel.overwrites.iter().map(overwrite).collect::<Vec<_>>(),
    })
}

fn overwrite(overwrite: &Overwrite) -> Value {
    json!({
        "id": overwrite.id.to_string(),
        "type": u8::from(overwrite.member),
        "allow": overwrite.allow.to_string(),
        "deny": overwrite.deny.to_string(),
    })
}
