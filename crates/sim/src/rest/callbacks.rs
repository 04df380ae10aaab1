//! The first answer to an interaction.
//!
//! Source: Discord's documentation, "Receiving and Responding to Interactions", headings "Interaction Callback Type"
//! and "Create Interaction Response", read in August 2026.

use serde_json::{Map, Value, json};

use super::answer::{Acted, Answer};
use super::interactions::{ANSWER_WITHIN_MS, Callback, Interaction, Kind};
use super::message_form::{EPHEMERAL, LOADING, MessageForm};
use super::modal_form;
use super::refusal::{FormErrors, Refusal};
use super::request::Call;
use crate::state::State;
use crate::wire;
use crate::world::message::{Message, NewMessage};
use crate::world::{Id, World};

const MESSAGE: i64 = 4;
const MESSAGE_LATER: i64 = 5;
const CHANGE_LATER: i64 = 6;
const CHANGE: i64 = 7;
const CHOICES: i64 = 8;
const MODAL: i64 = 9;

/// What can be offered to somebody who types.
const CHOICES_MAX: usize = 25;

/// Takes the first answer, within three seconds and only once.
pub(super) fn answer(state: &State, call: &Call, id: Id, token: &str) -> Acted {
    let json = call.json()?;
    let mut interactions = state.rest.interactions();
    let mut world = state.world();
    let now_ms = world.clock.now_ms();
    let interaction = interactions
        .get_mut(id)
        .filter(|interaction| interaction.token == token)
        .ok_or_else(Refusal::unknown_interaction)?;
    if interaction.callback.is_some() {
        return Err(Refusal::already_acknowledged());
    }
    if now_ms - interaction.at_ms > ANSWER_WITHIN_MS {
        return Err(Refusal::unknown_interaction());
    }
    let kind = kind_of(json, interaction)?;
    let empty = json!({});
    let data = json.get("data").filter(|data| !data.is_null()).unwrap_or(&empty);
    match kind {
        MESSAGE => {
            let form = MessageForm::read(data, &call.files())?;
            if form.is_empty() {
                return Err(Refusal::empty_message());
            }
            let private = form.flags & EPHEMERAL != 0;
            let message = post(&mut world, interaction, form, private)?;
            interaction.original = Some(message);
        }
        MESSAGE_LATER => {
            let asked = data["flags"].as_u64().unwrap_or(0);
            let new = NewMessage {
                flags: LOADING | asked & EPHEMERAL,
                ..NewMessage::default()
            };
            let message = place(&mut world, interaction, new, asked & EPHEMERAL != 0)?;
            interaction.original = Some(message);
        }
        CHANGE_LATER => interaction.original = interaction.source,
        CHANGE => {
            let form = MessageForm::read(data, &call.files())?;
            interaction.original = interaction.source;
            let source = interaction.source.ok_or_else(Refusal::unknown_message)?;
            change(&mut world, interaction, source, form)?;
        }
        CHOICES => check_choices(data)?,
        _ => modal_form::check(data)?,
    }
    interaction.callback = Some(Callback {
        kind: u8::try_from(kind).unwrap_or_default(),
        data: data.clone(),
        at_ms: now_ms,
    });
    // Whoever waits for an answer looks again, also for one that changed nothing that people see.
    let _ = &mut *world;
    if call.switch("with_response") {
        Ok(Answer::ok(&response(&world, interaction, kind)))
    } else {
        Ok(Answer::empty())
    }
}

/// # Errors
/// There is no such answer, or none to such an interaction.
fn kind_of(json: &Value, interaction: &Interaction) -> Result<i64, Refusal> {
    let mut form = FormErrors::default();
    let kind = form.integer("type", json.get("type"), 1, 12);
    if kind.is_none() {
        form.required("type");
    }
    let typing = interaction.kind == Kind::Autocomplete;
    let allowed = match kind {
        None => true,
        // Who types is offered something, and nobody else is.
        Some(CHOICES) => typing,
        Some(_) if typing => false,
        Some(MESSAGE | MESSAGE_LATER) => true,
        Some(CHANGE_LATER | CHANGE) => interaction.source.is_some(),
        Some(MODAL) => interaction.kind != Kind::Modal,
        // PONG answers pings, which do not happen here.
        _ => false,
    };
    if !allowed {
        form.add(
            "type",
            "INTERACTION_CALLBACK_TYPE_INVALID",
            "This type of answer does not go with this type of interaction.",
        );
    }
    form.check()?;
    Ok(kind.unwrap_or_default())
}

fn check_choices(data: &Value) -> Result<(), Refusal> {
    let mut form = FormErrors::default();
    let choices = form.list("data.choices", data.get("choices"), CHOICES_MAX);
    if data.get("choices").is_none_or(Value::is_null) {
        form.required("data.choices");
    }
    for (index, choice) in choices.iter().enumerate() {
        let at = format!("data.choices.{index}");
        form.required_text(&format!("{at}.name"), choice.get("name"), 1, 100);
        match choice.get("value") {
            Some(Value::Number(_)) => {}
            value => form.required_text(&format!("{at}.value"), value, 1, 100),
        }
    }
    form.check()
}

/// Posts an answer, to the channel or to the person alone.
pub(super) fn post(
    world: &mut World,
    interaction: &mut Interaction,
    form: MessageForm,
    private: bool,
) -> Result<Id, Refusal> {
    let mut new = form.into_new(world, interaction.guild, interaction.channel, world.bot.id);
    if private {
        new.flags |= EPHEMERAL;
    } else {
        new.flags &= !EPHEMERAL;
    }
    place(world, interaction, new, private)
}

fn place(
    world: &mut World,
    interaction: &mut Interaction,
    mut new: NewMessage,
    private: bool,
) -> Result<Id, Refusal> {
    let bot = world.bot.id;
    // 20 is the answer to a command, 0 anything else.
    new.kind = if interaction.kind == Kind::Command { 20 } else { 0 };
    new.interaction_metadata = Some(interaction.metadata.clone());
    if !private {
        return world
            .create_message(interaction.channel, bot, new)
            .map(|created| created.message)
            .map_err(|_| Refusal::unknown_channel());
    }
    let message = world.written(interaction.channel, bot, new);
    let id = message.id;
    interaction.private.insert(id, message);
    Ok(id)
}

/// Changes a message that answers the interaction, or the one that its component stands under.
pub(super) fn change(
    world: &mut World,
    interaction: &mut Interaction,
    message: Id,
    form: MessageForm,
) -> Result<(), Refusal> {
    let old = find(world, interaction, message)
        .ok_or_else(Refusal::unknown_message)?
        .clone();
    let mut changed = form.applied_to(world, old)?;
    if let Some(private) = interaction.private.get_mut(&message) {
        changed.edited_at_us = Some(world.clock.now_us());
        *private = changed;
        let _ = &mut *world;
    } else {
        world.edit_message(interaction.channel, message, |old| *old = changed);
    }
    Ok(())
}

/// A message of the channel or of the person alone.
pub(super) fn find<'a>(world: &'a World, interaction: &'a Interaction, message: Id) -> Option<&'a Message> {
    interaction
        .private
        .get(&message)
        .or_else(|| world.message(interaction.channel, message))
}

fn response(world: &World, interaction: &Interaction, kind: i64) -> Value {
    let mut about = Map::new();
    about.insert("id".to_owned(), json!(interaction.id.to_string()));
    about.insert("type".to_owned(), json!(interaction.kind.number()));
    about.insert("channel_id".to_owned(), json!(interaction.channel.to_string()));
    about.insert("guild_id".to_owned(), json!(interaction.guild.to_string()));
    let message = interaction.original.and_then(|id| find(world, interaction, id));
    if let Some(message) = message {
        about.insert("response_message_id".to_owned(), json!(message.id.to_string()));
        about.insert(
            "response_message_loading".to_owned(),
            json!(message.flags & LOADING != 0),
        );
        about.insert(
            "response_message_ephemeral".to_owned(),
            json!(message.flags & EPHEMERAL != 0),
        );
    }
    let mut body = json!({"interaction": about});
    // A message that is only promised is named above and not shown.
    if let Some(message) = message.filter(|_| matches!(kind, MESSAGE | CHANGE)) {
        body["resource"] = json!({"type": kind, "message": wire::message(world, message)});
    }
    body
}
