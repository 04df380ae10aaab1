//! A person uses the bot: INTERACTION_CREATE.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::commands::Commands;
use super::modal::Filling;
use super::options::{self, Resolved};
use super::{Interaction, Kind};
use crate::state::State;
use crate::wire;
use crate::world::message::NewAttachment;
use crate::world::permissions::{USE_APPLICATION_COMMANDS, VIEW_CHANNEL};
use crate::world::{Id, World};

/// What a person does.
#[derive(Clone, Debug)]
pub enum Use {
    /// Uses a slash command.
    Command {
        /// Its name, with group and sub-command after spaces: `welcome channel`.
        name: String,
        /// Values by the options' names; ids as text.
        options: Map<String, Value>,
        /// Files by the options' names.
        files: BTreeMap<String, NewAttachment>,
    },
    /// Types in an option that offers values, of a slash command that is not sent off yet.
    Autocomplete {
        /// As of a command.
        name: String,
        /// The option.
        option: String,
        /// What stands there so far.
        typed: String,
    },
    /// Uses a component under a message.
    Component {
        /// The message.
        message: Id,
        /// Which component.
        custom_id: String,
        /// What was chosen in a select.
        values: Vec<String>,
    },
    /// Sends off the modal that an interaction was answered with.
    Modal {
        /// That interaction.
        of: Id,
        /// By custom id: text, or for selects a list of texts.
        fields: Map<String, Value>,
        /// Files by custom id.
        files: BTreeMap<String, Vec<NewAttachment>>,
    },
    /// What no client of Discord's own sends, but one that keeps to no rule may.
    Forged {
        /// What it pretends to be.
        kind: Kind,
        /// `data` of INTERACTION_CREATE.
        data: Value,
        /// Fields of INTERACTION_CREATE that are other than they ought to be.
        changes: Map<String, Value>,
    },
}

/// A person could not do this in Discord's client; the sentence says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UseRefused(pub String);

pub(super) fn refused<T>(why: impl Into<String>) -> Result<T, UseRefused> {
    Err(UseRefused(why.into()))
}

/// Does it, and dispatches INTERACTION_CREATE. Returns the interaction's id.
///
/// # Errors
/// A person could not do this in Discord's client.
pub fn start(state: &State, channel: Id, user: Id, what: Use) -> Result<Id, UseRefused> {
    let mut interactions = state.rest.interactions();
    let commands = state.rest.commands();
    let mut world = state.world();
    let (guild, _) = world
        .channel(channel)
        .ok_or_else(|| UseRefused(format!("there is no channel {channel}")))?;
    let guild = guild.id;
    let held = world.permissions(guild, user, Some(channel));
    if held & VIEW_CHANNEL == 0 {
        return refused(format!("user {user} cannot see channel {channel}"));
    }
    let mut source = None;
    let mut given = Vec::new();
    let mut forged = Map::new();
    let (kind, data, parent) = match what {
        Use::Command { name, options, files } => {
            let (command, path) = find_command(&commands, guild, held, &name)?;
            let mut resolved = Resolved::new(guild, channel, files);
            let chosen = options::choose(&mut world, command, &path, &options, &mut resolved)?;
            let (resolved, files) = resolved.finish();
            given = files;
            let mut data = command_data(command, chosen);
            if !resolved.is_empty() {
                data["resolved"] = Value::Object(resolved);
            }
            (Kind::Command, data, None)
        }
        Use::Autocomplete { name, option, typed } => {
            let (command, path) = find_command(&commands, guild, held, &name)?;
            let typing = options::typing(command, &path, &option, &typed)?;
            (Kind::Autocomplete, command_data(command, typing), None)
        }
        Use::Component {
            message,
            custom_id,
            values,
        } => {
            let (kind, shown) = find_component(&world, &interactions, channel, message, &custom_id)?;
            source = Some((message, shown));
            let mut data = json!({"custom_id": custom_id, "component_type": kind});
            if kind != 2 {
                let mut resolved = Resolved::new(guild, channel, BTreeMap::new());
                for value in &values {
                    resolved.name(&world, kind, value)?;
                }
                data["values"] = json!(values);
                let (resolved, _) = resolved.finish();
                if !resolved.is_empty() {
                    data["resolved"] = Value::Object(resolved);
                }
            }
            (Kind::Component, data, None)
        }
        Use::Modal { of, fields, files } => {
            let asking = interactions
                .get(of)
                .filter(|asking| asking.user == user)
                .ok_or_else(|| UseRefused(format!("user {user} has no interaction {of}")))?;
            let modal = asking
                .callback
                .as_ref()
                .filter(|callback| callback.kind == 9)
                .ok_or_else(|| UseRefused(format!("interaction {of} was not answered with a modal")))?;
            source = asking.source.map(|message| (message, None));
            let mut resolved = Resolved::new(guild, channel, BTreeMap::new());
            let mut filling = Filling {
                fields: &fields,
                files,
            };
            let sent = filling.sent(&mut world, &modal.data["components"], &mut resolved)?;
            let (resolved, files) = resolved.finish();
            given = files;
            let mut data = json!({"custom_id": modal.data["custom_id"], "components": sent});
            if !resolved.is_empty() {
                data["resolved"] = Value::Object(resolved);
            }
            (Kind::Modal, data, Some(asking.metadata.clone()))
        }
        Use::Forged { kind, data, changes } => {
            forged = changes;
            (kind, data, None)
        }
    };
    let id = world.ids.now();
    let token = interactions.token();
    let metadata = metadata(
        &world,
        id,
        kind,
        guild,
        user,
        source.as_ref().map(|(id, _)| *id),
        parent,
    );
    let mut payload = payload(&world, guild, channel, user, held);
    payload["id"] = json!(id.to_string());
    payload["type"] = json!(kind.number());
    payload["token"] = json!(token);
    payload["data"] = data.clone();
    if let Some((message, shown)) = &source {
        let shown = shown.clone().or_else(|| {
            world
                .message(channel, *message)
                .map(|found| json!(wire::message(&world, found)))
        });
        if let Some(shown) = shown {
            payload["message"] = shown;
        }
    }
    for (field, value) in forged {
        payload[field] = value;
    }
    // A message that one person sees goes with the interaction that may change it next.
    let private = source.as_ref().and_then(|(message, _)| {
        let holders = &mut interactions.by_id.values_mut();
        let taken = holders.find_map(|holder| holder.private.remove(message))?;
        Some((*message, taken))
    });
    interactions.insert(Interaction {
        id,
        token,
        kind,
        guild,
        channel,
        user,
        at_ms: world.clock.now_ms(),
        data,
        source: source.map(|(message, _)| message),
        callback: None,
        original: None,
        follow_ups: Vec::new(),
        private: private.into_iter().collect(),
        files: given.into_iter().collect(),
        metadata,
    });
    world.dispatch(guild, "INTERACTION_CREATE", 0, &payload);
    Ok(id)
}

/// The command that a person means, and the names of its group and sub-command.
fn find_command<'a>(
    commands: &'a Commands,
    guild: Id,
    held: u64,
    name: &'a str,
) -> Result<(&'a Value, Vec<&'a str>), UseRefused> {
    if held & USE_APPLICATION_COMMANDS == 0 {
        return refused("the person may not use commands in this channel");
    }
    let mut path = name.split(' ');
    let first = path.next().unwrap_or_default();
    let command = commands
        .find(guild, first)
        .ok_or_else(|| UseRefused(format!("no command is named {first}")))?;
    let needed = command["default_member_permissions"]
        .as_str()
        .and_then(|bits| bits.parse::<u64>().ok());
    if needed.is_some_and(|needed| held & needed != needed) {
        return refused(format!("the person lacks the permissions that /{first} asks for"));
    }
    Ok((command, path.collect()))
}

fn command_data(command: &Value, options: Value) -> Value {
    let mut data = json!({
        "id": command["id"],
        "name": command["name"],
        "type": 1,
        "options": options,
    });
    if let Some(of) = command.get("guild_id") {
        data["guild_id"] = of.clone();
    }
    data
}

fn payload(world: &World, guild: Id, channel: Id, user: Id, held: u64) -> Value {
    let bot = world.bot.id;
    let home = world.guilds.get(&guild);
    let locale = home.map(|home| home.preferred_locale.clone());
    let mut member = home
        .and_then(|home| home.members.get(&user))
        .map(|member| json!(wire::member(member, world.user(user))))
        .unwrap_or_default();
    member["permissions"] = json!(held.to_string());
    json!({
        "version": 1,
        "application_id": world.bot.application_id.to_string(),
        "guild_id": guild.to_string(),
        "guild": {"id": guild.to_string(), "locale": locale, "features": []},
        "channel_id": channel.to_string(),
        "channel": world.channel(channel).map(|(_, channel)| wire::channel(channel)),
        "member": member,
        "app_permissions": world.permissions(guild, bot, Some(channel)).to_string(),
        "locale": world.user(user).locale,
        "guild_locale": locale,
        "entitlements": [],
        "authorizing_integration_owners": {"0": guild.to_string()},
        "context": 0,
        "attachment_size_limit": 10_485_760,
    })
}

fn metadata(
    world: &World,
    id: Id,
    kind: Kind,
    guild: Id,
    user: Id,
    source: Option<Id>,
    parent: Option<Value>,
) -> Value {
    let mut metadata = json!({
        "id": id.to_string(),
        "type": kind.number(),
        "user": wire::user(world.user(user)),
        "authorizing_integration_owners": {"0": guild.to_string()},
    });
    if let (Kind::Component, Some(source)) = (kind, source) {
        metadata["interacted_message_id"] = json!(source.to_string());
    }
    if let Some(parent) = parent {
        metadata["triggering_interaction_metadata"] = parent;
    }
    metadata
}

/// The type of a component under a message, and the message's JSON where it is one that only the person sees.
fn find_component(
    world: &World,
    interactions: &super::Interactions,
    channel: Id,
    message: Id,
    custom_id: &str,
) -> Result<(i64, Option<Value>), UseRefused> {
    let private = interactions
        .by_id
        .values()
        .find_map(|interaction| interaction.private.get(&message));
    let found = private
        .or_else(|| world.message(channel, message))
        .ok_or_else(|| UseRefused(format!("there is no message {message} in channel {channel}")))?;
    let kind = find_in(&found.components, custom_id)
        .ok_or_else(|| UseRefused(format!("message {message} has no component {custom_id}")))?;
    Ok((kind, private.map(|shown| json!(wire::message(world, shown)))))
}

fn find_in(components: &[Value], custom_id: &str) -> Option<i64> {
    components.iter().find_map(|component| {
        if component["custom_id"] == custom_id {
            return component["type"].as_i64();
        }
        let children = component["components"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        find_in(children, custom_id)
            .or_else(|| find_in(component.get("accessory").map(std::slice::from_ref)?, custom_id))
    })
}
