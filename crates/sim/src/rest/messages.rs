//! Messages of a channel.

use std::ops::Bound;

use super::answer::{Acted, Answer};
use super::message_form::MessageForm;
use super::refusal::Refusal;
use super::request::Call;
use super::users;
use crate::state::State;
use crate::wire;
use crate::world::message::{CreateError, Message};
use crate::world::permissions::{
    ATTACH_FILES, EMBED_LINKS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY, SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL,
};
use crate::world::{Id, World, channel::GUILD_TEXT};

/// Channel types that hold messages: text, voice, announcements, threads and stages.
/// Source: Discord's documentation, "Channels Resource", heading "Channel Types", read in August 2026.
const WITH_TEXT: [u8; 7] = [GUILD_TEXT, 2, 5, 10, 11, 12, 13];

/// What the bot may do in a channel that it can see.
///
/// # Errors
/// There is no such channel, or it cannot see it.
fn permissions(world: &World, channel: Id) -> Result<u64, Refusal> {
    let (guild, _) = world.channel(channel).ok_or_else(Refusal::unknown_channel)?;
    let permissions = world.permissions(guild.id, world.bot.id, Some(channel));
    if permissions & VIEW_CHANNEL == 0 {
        return Err(Refusal::missing_access());
    }
    Ok(permissions)
}

/// # Errors
/// One of these permissions is missing.
fn require(held: u64, needed: u64) -> Result<(), Refusal> {
    if held & needed == needed {
        Ok(())
    } else {
        Err(Refusal::missing_permissions())
    }
}

/// Posts a message. Embeds without EMBED_LINKS are refused as files without ATTACH_FILES are; the documentation does not
/// say so, but it is what bots are answered.
pub(super) fn create(state: &State, call: &Call, channel: Id) -> Acted {
    let form = MessageForm::read(call.json()?, &call.files())?;
    if let Some(person) = users::person_of(state, channel) {
        return create_direct(state, form, channel, person);
    }
    let mut world = state.world();
    let held = permissions(&world, channel)?;
    let (guild, home) = world.channel(channel).ok_or_else(Refusal::unknown_channel)?;
    if !WITH_TEXT.contains(&home.kind) {
        return Err(Refusal::no_text_channel());
    }
    let guild = guild.id;
    let mut needed = match home.thread {
        Some(_) => SEND_MESSAGES_IN_THREADS,
        None => SEND_MESSAGES,
    };
    if !form.attachments.is_empty() {
        needed |= ATTACH_FILES;
    }
    if form.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
        needed |= EMBED_LINKS;
    }
    require(held, needed)?;
    if form.is_empty() {
        return Err(Refusal::empty_message());
    }
    let bot = world.bot.id;
    let new = form.into_new(&world, guild, channel, bot);
    let created = world
        .create_message(channel, bot, new)
        .map_err(|error| match error {
            CreateError::UnknownChannel => Refusal::unknown_channel(),
            CreateError::UnknownMessage => Refusal::unknown_message(),
        })?;
    answer_with(&world, created.channel, created.message)
}

/// Posts a message to one person alone, who may not want it. Files are left out: nobody asked for any yet.
fn create_direct(state: &State, form: MessageForm, channel: Id, person: Id) -> Acted {
    let mut world = state.world();
    if !world.direct.open_to.contains(&person) {
        return Err(Refusal::no_direct_messages());
    }
    if form.is_empty() {
        return Err(Refusal::empty_message());
    }
    let new = form.into_direct(&world);
    let created = world
        .create_direct_message(person, channel, new)
        .map_err(|_| Refusal::unknown_message())?;
    let message = world
        .direct_message(created.message)
        .ok_or_else(Refusal::unknown_message)?;
    Ok(Answer::ok(&wire::message(&world, message)))
}

fn answer_with(world: &World, channel: Id, message: Id) -> Acted {
    let message = world
        .message(channel, message)
        .ok_or_else(Refusal::unknown_message)?;
    Ok(Answer::ok(&wire::message(world, message)))
}

/// Messages, the newest first: 50 unless told otherwise. Without READ_MESSAGE_HISTORY there are none.
/// Source: Discord's documentation, "Channels Resource", heading "Get Channel Messages", read in August 2026.
pub(super) fn list(state: &State, call: &Call, channel: Id) -> Acted {
    let limit = usize::try_from(call.number("limit", 1, 100, 50)?).unwrap_or(usize::MAX);
    let (before, after, around) = (
        call.snowflake("before")?,
        call.snowflake("after")?,
        call.snowflake("around")?,
    );
    let world = state.world();
    let held = permissions(&world, channel)?;
    let (_, home) = world.channel(channel).ok_or_else(Refusal::unknown_channel)?;
    let mut found: Vec<&Message> = if held & READ_MESSAGE_HISTORY == 0 {
        Vec::new()
    } else if let Some(around) = around {
        let older = home.messages.range(..around).rev().take(limit / 2);
        let newer = home.messages.range(around..).take(limit - limit / 2);
        older.chain(newer).map(|(_, message)| message).collect()
    } else if let Some(before) = before {
        let older = home.messages.range(..before).rev().take(limit);
        older.map(|(_, message)| message).collect()
    } else if let Some(after) = after {
        let newer = home
            .messages
            .range((Bound::Excluded(after), Bound::Unbounded))
            .take(limit);
        newer.map(|(_, message)| message).collect()
    } else {
        home.messages.values().rev().take(limit).collect()
    };
    found.sort_by_key(|message| std::cmp::Reverse(message.id));
    let page: Vec<_> = found
        .into_iter()
        .map(|message| wire::message(&world, message))
        .collect();
    Ok(Answer::ok(&page))
}

pub(super) fn get(state: &State, channel: Id, id: Id) -> Acted {
    let world = state.world();
    let held = permissions(&world, channel)?;
    require(held, READ_MESSAGE_HISTORY)?;
    answer_with(&world, channel, id)
}

pub(super) fn edit(state: &State, call: &Call, channel: Id, id: Id) -> Acted {
    let form = MessageForm::read(call.json()?, &call.files())?;
    let mut world = state.world();
    permissions(&world, channel)?;
    let old = world
        .message(channel, id)
        .cloned()
        .ok_or_else(Refusal::unknown_message)?;
    if old.author != world.bot.id {
        return Err(Refusal::edit_of_a_stranger());
    }
    let changed = form.applied_to(&mut world, old)?;
    world.edit_message(channel, id, |message| *message = changed);
    answer_with(&world, channel, id)
}

pub(super) fn delete(state: &State, channel: Id, id: Id) -> Acted {
    let mut world = state.world();
    let held = permissions(&world, channel)?;
    let old = world.message(channel, id).ok_or_else(Refusal::unknown_message)?;
    if old.author != world.bot.id {
        require(held, MANAGE_MESSAGES)?;
    }
    world.delete_message(channel, id);
    Ok(Answer::empty())
}

pub(super) fn typing(state: &State, channel: Id) -> Acted {
    let world = state.world();
    require(permissions(&world, channel)?, SEND_MESSAGES)?;
    Ok(Answer::empty())
}
