//! What an interaction is answered with.

use serde_json::{Value, json};

use crate::command::Choice;
use crate::component::{self, Component, FormError, Modal, at_most, filled, len_at_most, text};
use crate::embed::{self, Embed};
use crate::rest::Attachment;

/// Seen by one person alone.
/// Source: Discord's documentation, "Message", heading "Message Flags", read in August 2026.
const EPHEMERAL: u64 = 1 << 6;
/// Made of components alone.
const IS_COMPONENTS_V2: u64 = 1 << 15;

/// The most characters of a message's text.
const CONTENT_LEN_MAX: usize = 2000;

/// The first answer to an interaction. It is due within [`ANSWER_WITHIN`](crate::ANSWER_WITHIN).
/// Source: Discord's documentation, "Receiving and Responding to Interactions", heading "Interaction Callback Type", read
/// in August 2026.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A message.
    Message(Reply),
    /// A message that is promised ("thinking"), to be put there by [`Rest::edit_original`](crate::Rest::edit_original).
    DeferMessage {
        /// Whether one person alone sees it, which cannot be changed afterwards.
        ephemeral: bool,
    },
    /// The message that the component stands under is changed later, by `edit_original`; nobody sees anything meanwhile.
    DeferUpdate,
    /// The message that the component stands under becomes this.
    Update(Reply),
    /// A window with inputs. Not to what came from such a window.
    Modal(Modal),
    /// Values that are offered to somebody who types; at most 25.
    Choices(Vec<Choice<String>>),
}

/// A message that answers. It never tells anybody of itself: mentions in it are shown and have no effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Its text, at most 2000 characters.
    pub content: String,
    /// Boxes under it, at most 10.
    pub embeds: Vec<Embed>,
    /// What stands under it; or, where there is more than rows, what all of it is made of: then without text and embeds.
    pub components: Vec<Component>,
    /// Files, at most 10.
    pub attachments: Vec<Attachment>,
    /// One person alone sees it. Means nothing for a change: a message stays what it was.
    pub ephemeral: bool,
}

impl Reply {
    /// A message of text that one person alone sees.
    pub fn private(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            ephemeral: true,
            ..Self::default()
        }
    }

    /// A message of components that one person alone sees.
    pub fn private_panel(components: Vec<Component>) -> Self {
        Self {
            components,
            ephemeral: true,
            ..Self::default()
        }
    }

    /// Whether Discord would take it, as far as can be told from here.
    ///
    /// # Errors
    /// [`FormError`] names the first thing that is wrong.
    pub fn check(&self) -> Result<(), FormError> {
        if component::is_v2(&self.components) && !(self.content.is_empty() && self.embeds.is_empty()) {
            return Err(FormError::TextBesideComponents);
        }
        let parts = self.embeds.len() + self.components.len() + self.attachments.len();
        filled("message", self.content.trim().len() + parts)?;
        len_at_most("text", self.content.chars().count(), CONTENT_LEN_MAX)?;
        at_most("files", self.attachments.len(), 10)?;
        embed::check(&self.embeds)?;
        component::check_message(&self.components)
    }

    /// The message's fields. All of them are named, so that a change leaves nothing of what was there before; but a
    /// message of components must not have the others.
    pub(crate) fn json(&self, with_ephemeral: bool) -> Value {
        let files: Vec<Value> = self
            .attachments
            .iter()
            .enumerate()
            .map(|(number, file)| file.json(number))
            .collect();
        let is_v2 = component::is_v2(&self.components);
        let mut flags = 0;
        if is_v2 {
            flags |= IS_COMPONENTS_V2;
        }
        if with_ephemeral && self.ephemeral {
            flags |= EPHEMERAL;
        }
        let mut body = json!({
            "components": component::message_json(&self.components),
            "attachments": files,
            "allowed_mentions": {"parse": []},
            "flags": flags,
        });
        if !is_v2 {
            body["content"] = json!(self.content);
            body["embeds"] = embed::json(&self.embeds);
        }
        body
    }
}

impl Answer {
    /// # Errors
    /// Discord would refuse it.
    pub(crate) fn check(&self) -> Result<(), FormError> {
        match self {
            Self::Message(reply) | Self::Update(reply) => reply.check(),
            Self::Modal(modal) => component::check_modal(modal),
            Self::Choices(choices) => {
                at_most("choices", choices.len(), 25)?;
                choices.iter().try_for_each(|choice| {
                    text("name of a choice", &choice.name, 100)?;
                    text("value of a choice", &choice.value, 100)
                })
            }
            Self::DeferMessage { .. } | Self::DeferUpdate => Ok(()),
        }
    }

    /// The body of the callback.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Message(reply) => json!({"type": 4, "data": reply.json(true)}),
            Self::DeferMessage { ephemeral } => {
                json!({"type": 5, "data": {"flags": if *ephemeral { EPHEMERAL } else { 0 }}})
            }
            Self::DeferUpdate => json!({"type": 6}),
            Self::Update(reply) => json!({"type": 7, "data": reply.json(false)}),
            Self::Choices(choices) => json!({"type": 8, "data": {"choices": choices}}),
            Self::Modal(modal) => json!({"type": 9, "data": component::modal_json(modal)}),
        }
    }

    /// The files that travel along.
    pub(crate) fn files(&self) -> &[Attachment] {
        match self {
            Self::Message(reply) | Self::Update(reply) => &reply.attachments,
            _ => &[],
        }
    }
}
