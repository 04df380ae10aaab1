//! Channels and threads.

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::world::channel::{Channel, Overwrite};
use crate::world::threads::Thread;

/// A channel or a thread, with the id of its guild.
pub fn channel(channel: &Channel) -> Value {
    let mut value = match &channel.thread {
        Some(thread) => thread_channel(channel, thread),
        None => guild_channel(channel),
    };
    value["guild_id"] = json!(channel.guild.to_string());
    value
}

/// Source: Discord's documentation, "Channels Resource", headings "Channel Object" and "Thread Metadata Object", read in
/// August 2026. Of a thread's members, who are not kept, only who began it is counted.
fn thread_channel(channel: &Channel, thread: &Thread) -> Value {
    json!({
        "id": channel.id.to_string(),
        "type": channel.kind,
        "name": channel.name,
        "parent_id": thread.parent.to_string(),
        "owner_id": thread.owner.to_string(),
        "rate_limit_per_user": 0,
        "flags": 0,
        "last_message_id": channel.last_message.map(|id| id.to_string()),
        "last_pin_timestamp": null,
        "message_count": channel.messages.len(),
        "total_message_sent": thread.messages_sent,
        "member_count": 1,
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": Timestamp(thread.turned_at_us).to_string(),
            "auto_archive_duration": 4320,
            "locked": false,
            "create_timestamp": Timestamp(thread.begun_at_us).to_string(),
        },
    })
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
