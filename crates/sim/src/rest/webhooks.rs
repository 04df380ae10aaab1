//! The webhook of an interaction: what follows the first answer.
//!
//! Source: Discord's documentation, "Receiving and Responding to Interactions", heading "Followup Messages", read in
//! August 2026.

use super::answer::{Acted, Answer};
use super::callbacks::{change, find, post};
use super::interactions::{Interaction, Interactions, TOKEN_LIFE_MS};
use super::message_form::{EPHEMERAL, LOADING, MessageForm};
use super::refusal::Refusal;
use super::request::Call;
use super::route::Which;
use crate::state::State;
use crate::wire;
use crate::world::{Id, World};

/// The interaction of a token that still lives and was answered.
fn interaction<'a>(
    interactions: &'a mut Interactions,
    world: &World,
    application: Id,
    token: &str,
) -> Result<&'a mut Interaction, Refusal> {
    let interaction = interactions
        .by_token(token)
        .filter(|interaction| application == world.bot.application_id && interaction.callback.is_some())
        .ok_or_else(Refusal::unknown_webhook)?;
    if world.clock.now_ms() - interaction.at_ms > TOKEN_LIFE_MS {
        return Err(Refusal::invalid_webhook_token());
    }
    Ok(interaction)
}

fn message_of(interaction: &Interaction, which: Which) -> Result<Id, Refusal> {
    match which {
        Which::Original => interaction.original,
        Which::FollowUp(id) => {
            let known = interaction.original == Some(id) || interaction.follow_ups.contains(&id);
            known.then_some(id)
        }
    }
    .ok_or_else(Refusal::unknown_message)
}

fn answer_with(world: &World, interaction: &Interaction, message: Id) -> Acted {
    let message = find(world, interaction, message).ok_or_else(Refusal::unknown_message)?;
    Ok(Answer::ok(&wire::message(world, message)))
}

/// Posts a further message; while the first one is only promised, this one takes its place.
pub(super) fn follow_up(state: &State, call: &Call, application: Id, token: &str) -> Acted {
    let form = MessageForm::read(call.json()?, &call.files())?;
    let mut interactions = state.rest.interactions();
    let mut world = state.world();
    let interaction = interaction(&mut interactions, &world, application, token)?;
    if form.is_empty() {
        return Err(Refusal::empty_message());
    }
    let promised = interaction
        .original
        .filter(|id| find(&world, interaction, *id).is_some_and(|message| message.flags & LOADING != 0));
    if let Some(promised) = promised {
        change(&mut world, interaction, promised, form)?;
        return answer_with(&world, interaction, promised);
    }
    let private = form.flags & EPHEMERAL != 0;
    let message = post(&mut world, interaction, form, private)?;
    interaction.follow_ups.push(message);
    answer_with(&world, interaction, message)
}

pub(super) fn get(state: &State, application: Id, token: &str, which: Which) -> Acted {
    let mut interactions = state.rest.interactions();
    let world = state.world();
    let interaction = interaction(&mut interactions, &world, application, token)?;
    answer_with(&world, interaction, message_of(interaction, which)?)
}

pub(super) fn edit(state: &State, call: &Call, application: Id, token: &str, which: Which) -> Acted {
    let form = MessageForm::read(call.json()?, &call.files())?;
    let mut interactions = state.rest.interactions();
    let mut world = state.world();
    let interaction = interaction(&mut interactions, &world, application, token)?;
    let message = message_of(interaction, which)?;
    change(&mut world, interaction, message, form)?;
    answer_with(&world, interaction, message)
}

pub(super) fn delete(state: &State, application: Id, token: &str, which: Which) -> Acted {
    let mut interactions = state.rest.interactions();
    let mut world = state.world();
    let interaction = interaction(&mut interactions, &world, application, token)?;
    let message = message_of(interaction, which)?;
    let channel = interaction.channel;
    if interaction.private.remove(&message).is_some() || world.delete_message(channel, message) {
        Ok(Answer::empty())
    } else {
        Err(Refusal::unknown_message())
    }
}
