//! Interactions: a person uses a command, a component or a modal, and the bot answers.
//!
//! Source: Discord's documentation, "Receiving and Responding to Interactions", read in August 2026.

mod modal;
mod options;
mod start;

use std::collections::{BTreeMap, HashMap};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde_json::Value;

pub use start::{Use, UseRefused, start};

use crate::world::Id;
use crate::world::message::{Message, NewAttachment};

/// The first answer must come within this time of the world's clock.
pub const ANSWER_WITHIN_MS: i64 = 3_000;
/// Follow-ups and edits may come within this time of the world's clock.
pub const TOKEN_LIFE_MS: i64 = 15 * 60 * 1_000;

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A slash command.
    Command,
    /// Typing a slash command, in an option that offers values.
    Autocomplete,
    /// A button or a select under a message.
    Component,
    /// A modal that was sent off.
    Modal,
}

impl Kind {
    /// Discord's number for it.
    pub fn number(self) -> u8 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::Modal => 5,
        }
    }
}

/// One use of the bot by a person, and how the bot answered.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// The interaction's id.
    pub id: Id,
    /// What its answers are sent with.
    pub token: String,
    /// What was done.
    pub kind: Kind,
    /// Where.
    pub guild: Id,
    /// Where in it.
    pub channel: Id,
    /// By whom.
    pub user: Id,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// `data` of INTERACTION_CREATE.
    pub data: Value,
    /// The message that the component stands under.
    pub source: Option<Id>,
    /// The first answer.
    pub callback: Option<Callback>,
    /// The message that the first answer made, or that it changes.
    pub original: Option<Id>,
    /// Messages that followed.
    pub follow_ups: Vec<Id>,
    /// Messages that only the person sees.
    pub private: BTreeMap<Id, Message>,
    /// Files that were given to the command or the modal.
    pub files: BTreeMap<Id, NewAttachment>,
    /// `interaction_metadata` of the messages that answer it.
    pub(crate) metadata: Value,
}

/// The first answer to an interaction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Callback {
    /// Discord's number for the type of answer: 4 message, 5 message later, 6 change later, 7 change, 8 choices, 9 modal.
    #[serde(rename = "type")]
    pub kind: u8,
    /// What was sent with it.
    pub data: Value,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Interactions past this number are forgotten once their token is dead.
const KEPT_MAX: usize = 1_000;

/// All interactions.
#[derive(Debug)]
pub(crate) struct Interactions {
    rng: StdRng,
    by_id: HashMap<Id, Interaction>,
    by_token: HashMap<String, Id>,
}

impl Interactions {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed ^ 0x696e_7465_7261_6374),
            by_id: HashMap::new(),
            by_token: HashMap::new(),
        }
    }

    pub(crate) fn get(&self, id: Id) -> Option<&Interaction> {
        self.by_id.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Interaction> {
        self.by_id.get_mut(&id)
    }

    pub(super) fn by_token(&mut self, token: &str) -> Option<&mut Interaction> {
        self.by_id.get_mut(self.by_token.get(token)?)
    }

    /// A file that was given to a command, or stands in a message that one person sees.
    pub(crate) fn file(&self, id: Id) -> Option<(String, bytes::Bytes)> {
        let given = self
            .by_id
            .values()
            .find_map(|interaction| interaction.files.get(&id));
        if let Some(file) = given {
            let media_type = file.content_type.clone().unwrap_or_default();
            return Some((media_type, file.bytes.clone()));
        }
        self.by_id
            .values()
            .flat_map(|interaction| interaction.private.values())
            .flat_map(|message| &message.attachments)
            .find(|file| file.id == id)
            .and_then(|file| Some((file.content_type.clone().unwrap_or_default(), file.bytes.clone()?)))
    }

    fn token(&mut self) -> String {
        format!(
            "sim-{:032x}{:032x}",
            self.rng.random::<u128>(),
            self.rng.random::<u128>()
        )
    }

    fn insert(&mut self, interaction: Interaction) {
        if self.by_id.len() >= KEPT_MAX {
            let oldest_ms = interaction.at_ms - TOKEN_LIFE_MS;
            self.by_id.retain(|_, old| old.at_ms >= oldest_ms);
            self.by_token.retain(|_, id| self.by_id.contains_key(id));
        }
        self.by_token.insert(interaction.token.clone(), interaction.id);
        self.by_id.insert(interaction.id, interaction);
    }
}
