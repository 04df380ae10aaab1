//! Guilds, channels, roles, and the bot's membership.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Done;
use super::asked::{Asked, IdText, Wrong};
use crate::wire;
use crate::world::channel::Overwrite;
use crate::world::guild::Guild;
use crate::world::{Id, World};

pub(super) fn no_guild(id: Id) -> Wrong {
    Wrong::missing(format!("there is no guild {id}"))
}

pub(super) fn no_channel(id: Id) -> Wrong {
    Wrong::missing(format!("there is no channel {id}"))
}

/// Whether somebody may write in a channel or begin a thread there.
pub(super) fn writes_in(world: &World, channel: Id, user: Id) -> Result<(), Wrong> {
    let (guild, _) = world.channel(channel).ok_or_else(|| no_channel(channel))?;
    if guild.members.contains_key(&user) {
        Ok(())
    } else {
        Err(Wrong::conflict(format!(
            "user {user} is no member of the channel's guild"
        )))
    }
}

fn brief(guild: &Guild) -> Value {
    json!({
        "id": guild.id.to_string(),
        "name": guild.name,
        "owner": guild.owner.to_string(),
        "system_channel": guild.system_channel.map(|id| id.to_string()),
        "members": guild.member_count(),
        "bot_present": guild.bot_present,
        "available": guild.available,
    })
}

pub(super) fn list(asked: &Asked<'_>) -> Done {
    let world = asked.state.world();
    let guilds: Vec<Value> = world.guilds.values().map(brief).collect();
    Ok(json!({"count": guilds.len(), "guilds": guilds}))
}

pub(super) fn show(asked: &Asked<'_>) -> Done {
    let world = asked.state.world();
    let guild = world
        .guilds
        .get(&asked.ids[0])
        .ok_or_else(|| no_guild(asked.ids[0]))?;
    let mut value = brief(guild);
    value["channels"] = guild.channels.values().map(wire::channel).collect();
    value["roles"] = guild.roles.values().map(wire::role).collect();
    Ok(value)
}

pub(super) fn create(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
        locale: Option<String>,
    }
    let body: Body = asked.body()?;
    let mut world = asked.state.world();
    let id = world.create_guild(&body.name);
    if let Some(locale) = body.locale {
        world.change_guild(id, |guild| guild.preferred_locale = locale);
    }
    let guild = world.guilds.get(&id).ok_or_else(|| no_guild(id))?;
    Ok(brief(guild))
}

pub(super) fn create_channel(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
    }
    let body: Body = asked.body()?;
    let guild = asked.ids[0];
    let id = asked
        .state
        .world()
        .create_channel(guild, &body.name)
        .ok_or_else(|| no_guild(guild))?;
    Ok(json!({"id": id.to_string()}))
}

pub(super) fn delete_channel(asked: &Asked<'_>) -> Done {
    let id = asked.ids[0];
    if asked.state.world().delete_channel(id) {
        Ok(json!({}))
    } else {
        Err(no_channel(id))
    }
}

pub(super) fn set_system_channel(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        channel: Option<IdText>,
    }
    let channel = asked.body::<Body>()?.channel.map(|id| id.0);
    let id = asked.ids[0];
    let mut world = asked.state.world();
    let guild = world.guilds.get(&id).ok_or_else(|| no_guild(id))?;
    if let Some(channel) = channel.filter(|channel| !guild.channels.contains_key(channel)) {
        return Err(no_channel(channel));
    }
    world.change_guild(id, |guild| guild.system_channel = channel);
    Ok(json!({}))
}

pub(super) fn set_overwrite(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        id: IdText,
        #[serde(default)]
        member: bool,
        allow: Option<IdText>,
        deny: Option<IdText>,
    }
    let body: Body = asked.body()?;
    let bits = |bits: Option<IdText>| bits.map_or(0, |bits| bits.0);
    let overwrite = Overwrite {
        id: body.id.0,
        member: body.member,
        allow: bits(body.allow),
        deny: bits(body.deny),
    };
    let channel = asked.ids[0];
    if asked.state.world().set_overwrite(channel, overwrite) {
        Ok(json!({}))
    } else {
        Err(no_channel(channel))
    }
}

pub(super) fn create_role(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
        permissions: Option<IdText>,
    }
    let body: Body = asked.body()?;
    let guild = asked.ids[0];
    let permissions = body.permissions.map_or(0, |bits| bits.0);
    let id = asked
        .state
        .world()
        .create_role(guild, &body.name, permissions)
        .ok_or_else(|| no_guild(guild))?;
    Ok(json!({"id": id.to_string()}))
}

pub(super) fn change_role(asked: &Asked<'_>) -> Done {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        permissions: Option<IdText>,
        #[serde(default)]
        raise: bool,
    }
    let body: Body = asked.body()?;
    let (guild, role) = (asked.ids[0], asked.ids[1]);
    let mut world = asked.state.world();
    let is_there = world
        .guilds
        .get(&guild)
        .is_some_and(|guild| guild.roles.contains_key(&role));
    if !is_there {
        return Err(no_role(role));
    }
    if let Some(permissions) = body.permissions {
        world.set_role_permissions(guild, role, permissions.0);
    }
    if body.raise {
        world.raise_role(guild, role);
    }
    Ok(json!({}))
}

pub(super) fn delete_role(asked: &Asked<'_>) -> Done {
    let (guild, role) = (asked.ids[0], asked.ids[1]);
    if asked.state.world().delete_role(guild, role) {
        Ok(json!({}))
    } else {
        Err(no_role(role))
    }
}

fn no_role(id: Id) -> Wrong {
    Wrong::missing(format!("there is no role {id} that can be changed"))
}

pub(super) fn remove_bot(asked: &Asked<'_>) -> Done {
    if asked.state.world().remove_bot(asked.ids[0]) {
        Ok(json!({}))
    } else {
        Err(Wrong::conflict("the bot is not in this guild"))
    }
}

pub(super) fn invite_bot(asked: &Asked<'_>) -> Done {
    if asked.state.world().invite_bot(asked.ids[0]) {
        Ok(json!({}))
    } else {
        Err(Wrong::conflict(
            "the bot is in this guild, or there is no such guild",
        ))
    }
}
