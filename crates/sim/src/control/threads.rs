//! Threads.

use serde::Deserialize;
use serde_json::json;

use super::Done;
use super::asked::{Asked, IdText, Wrong};
use super::guilds::{no_channel, writes_in};

pub(super) fn begin(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        user: IdText,
        name: String,
    }
    let body: Body = asked.body()?;
    let (channel, user) = (asked.ids[0], body.user.0);
    let mut world = asked.state.world();
    writes_in(&world, channel, user)?;
    let thread = world
        .begin_thread(channel, user, &body.name)
        .ok_or_else(|| Wrong::conflict(format!("channel {channel} is a thread itself")))?;
    Ok(json!({"id": thread.to_string()}))
}

pub(super) fn archive(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        archived: bool,
    }
    let archived = asked.body::<Body>()?.archived;
    let id = asked.ids[0];
    let mut world = asked.state.world();
    let (_, channel) = world.channel(id).ok_or_else(|| no_channel(id))?;
    if channel.thread.is_none() {
        return Err(Wrong::conflict(format!("channel {id} is no thread")));
    }
    world.archive_thread(id, archived);
    Ok(json!({}))
}
