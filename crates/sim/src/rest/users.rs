//! Users, and what belongs to the bot's own account.

use serde_json::{Value, json};

use super::answer::{Acted, Answer};
use super::lock;
use super::refusal::{FormErrors, Refusal};
use super::request::Call;
use crate::state::State;
use crate::wire;
use crate::world::Id;

pub(super) fn current(state: &State) -> Acted {
    Ok(Answer::ok(&wire::current_user(&state.world())))
}

pub(super) fn user(state: &State, id: Id) -> Acted {
    let world = state.world();
    let user = world.users.get(&id).ok_or_else(Refusal::unknown_user)?;
    Ok(Answer::ok(&wire::user(user)))
}

/// The bot's guilds by id, a page of 200.
pub(super) fn guilds(state: &State, call: &Call) -> Acted {
    let limit = call.number("limit", 1, 200, 200)?;
    let (before, after) = (call.snowflake("before")?, call.snowflake("after")?);
    let with_counts = call.switch("with_counts");
    let world = state.world();
    let bot = world.bot.id;
    let mut found: Vec<_> = world
        .guilds
        .values()
        .filter(|guild| guild.bot_present)
        .filter(|guild| before.is_none_or(|before| guild.id < before))
        .filter(|guild| after.is_none_or(|after| guild.id > after))
        .collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if before.is_some() && after.is_none() {
        // The page that ends before an id, still in rising order.
        found.drain(..found.len().saturating_sub(limit));
    }
    found.truncate(limit);
    let page: Vec<Value> = found
        .into_iter()
        .map(|guild| {
            let mut value = json!({
                "id": guild.id.to_string(),
                "name": guild.name,
                "icon": guild.icon,
                "banner": null,
                "owner": guild.owner == bot,
                "permissions": world.permissions(guild.id, bot, None).to_string(),
                "features": [],
            });
            if with_counts {
                value["approximate_member_count"] = json!(guild.member_count());
                value["approximate_presence_count"] = json!(guild.member_count());
            }
            value
        })
        .collect();
    Ok(Answer::ok(&page))
}

/// Opens a direct channel. Posting into it is refused with 50007 unless the person takes messages of the bot.
pub(super) fn open_direct_channel(state: &State, call: &Call) -> Acted {
    let mut form = FormErrors::default();
    let recipient = form.snowflake("recipient_id", call.json()?.get("recipient_id"));
    if recipient.is_none() {
        form.required("recipient_id");
    }
    form.check()?;
    let recipient = recipient.ok_or_else(Refusal::unknown_user)?;
    let mut channels = lock(&state.rest.direct_channels);
    let mut world = state.world();
    if recipient == world.bot.id || !world.users.contains_key(&recipient) {
        return Err(Refusal::no_direct_messages());
    }
    let id = *channels.entry(recipient).or_insert_with(|| world.ids.now());
    Ok(Answer::ok(&json!({
        "id": id.to_string(),
        "type": 1,
        "flags": 0,
        "last_message_id": null,
        "recipients": [wire::user(world.user(recipient))],
    })))
}

/// The person of a channel that [`open_direct_channel`] gave.
pub(super) fn person_of(state: &State, id: Id) -> Option<Id> {
    lock(&state.rest.direct_channels)
        .iter()
        .find(|(_, channel)| **channel == id)
        .map(|(person, _)| *person)
}
