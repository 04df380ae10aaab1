//! People who use the bot: commands, buttons, windows, and what they are answered.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::guild::{GuildHandle, MemberHandle};
use super::shown::{self, ShownMessage};
use super::{Sim, WaitedTooLong};
use crate::rest::interactions::{Callback, Use, UseRefused, start};
use crate::state::State;
use crate::world::Id;
use crate::world::message::NewAttachment;
use crate::world::permissions::MANAGE_GUILD;

/// The flag of a message that is promised and not there yet.
const LOADING: u64 = 1 << 7;

/// How the bot answered a use of it.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The first answer, as it was sent.
    pub callback: Callback,
    /// The message that the answer is, or that it changed; `None` for windows and choices.
    pub message: Option<ShownMessage>,
    /// Only the person sees that message.
    pub private: bool,
    /// Messages that followed.
    pub follow_ups: Vec<ShownMessage>,
}

impl Answered {
    /// Everything that can be read in the answer: texts, then titles and texts of embeds, a line each; of what followed
    /// too.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for message in self.message.iter().chain(&self.follow_ups) {
            lines.push(message.content.clone());
            for embed in &message.embeds {
                for field in ["title", "description"] {
                    lines.extend(embed[field].as_str().map(str::to_owned));
                }
            }
        }
        lines.join("\n")
    }

    /// The custom id of the message's button with this label.
    ///
    /// # Panics
    /// There is none.
    pub fn button(&self, label: &str) -> String {
        let rows = self.message.iter().flat_map(|message| &message.components);
        let mut buttons = rows.filter_map(|row| row["components"].as_array()).flatten();
        buttons
            .find(|button| button["label"] == label)
            .and_then(|button| button["custom_id"].as_str())
            .unwrap_or_else(|| panic!("there is no button {label:?} in {self:?}"))
            .to_owned()
    }
}

impl GuildHandle {
    /// Somebody joins who may manage the guild.
    pub fn join_manager(&self, name: &str) -> MemberHandle {
        let member = self.join(name);
        self.let_manage(member);
        member
    }

    /// Gives somebody a role that may manage the guild.
    pub fn let_manage(&self, member: MemberHandle) {
        let mut world = self.state.world();
        let role = world
            .create_role(self.id, "managers", MANAGE_GUILD)
            .expect("guilds are not deleted");
        world.change_member(self.id, member.user, |member| member.roles.push(role));
    }

    /// The language of somebody's client, such as `zh-TW`.
    pub fn set_locale(&self, member: MemberHandle, locale: &str) {
        if let Some(user) = self.state.world().users.get_mut(&member.user) {
            user.locale = locale.to_owned();
        }
    }

    /// Somebody uses the bot in the system channel. Returns the interaction's id.
    ///
    /// # Errors
    /// Discord's client would not let them.
    ///
    /// # Panics
    /// The guild has no system channel any more.
    pub fn uses(&self, member: MemberHandle, what: Use) -> Result<Id, UseRefused> {
        start(&self.state, self.welcome_channel(), member.user, what)
    }

    /// Somebody uses a slash command, such as `settings language`; `options` is an object of values by option.
    ///
    /// # Errors
    /// As [`GuildHandle::uses`].
    pub fn command(&self, member: MemberHandle, name: &str, options: Value) -> Result<Id, UseRefused> {
        self.command_with_files(member, name, options, BTreeMap::new())
    }

    /// Somebody uses a slash command and gives a file along.
    ///
    /// # Errors
    /// As [`GuildHandle::uses`].
    pub fn command_with_file(
        &self,
        member: MemberHandle,
        name: &str,
        option: &str,
        file_name: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<Id, UseRefused> {
        let file = NewAttachment {
            filename: file_name.to_owned(),
            description: None,
            content_type: None,
            dimensions: None,
            bytes: bytes.into(),
        };
        let files = BTreeMap::from([(option.to_owned(), file)]);
        self.command_with_files(member, name, Value::Null, files)
    }

    fn command_with_files(
        &self,
        member: MemberHandle,
        name: &str,
        options: Value,
        files: BTreeMap<String, NewAttachment>,
    ) -> Result<Id, UseRefused> {
        let what = Use::Command {
            name: name.to_owned(),
            options: object(options),
            files,
        };
        self.uses(member, what)
    }

    /// Somebody presses a button under a message of the bot.
    ///
    /// # Errors
    /// As [`GuildHandle::uses`].
    pub fn press(
        &self,
        member: MemberHandle,
        message: Id,
        custom_id: impl Into<String>,
    ) -> Result<Id, UseRefused> {
        let what = Use::Component {
            message,
            custom_id: custom_id.into(),
            values: Vec::new(),
        };
        self.uses(member, what)
    }

    /// Somebody sends off the window that an interaction was answered with; `fields` is an object of values by custom id.
    ///
    /// # Errors
    /// As [`GuildHandle::uses`].
    pub fn send_window(&self, member: MemberHandle, of: Id, fields: Value) -> Result<Id, UseRefused> {
        let what = Use::Modal {
            of,
            fields: object(fields),
            files: BTreeMap::new(),
        };
        self.uses(member, what)
    }
}

impl Sim {
    /// Waits until an interaction is answered: with a message that is not loading any more, a window, or choices.
    ///
    /// # Errors
    /// It took longer than `timeout`.
    pub async fn answer_to(&self, interaction: Id, timeout: Duration) -> Result<Answered, WaitedTooLong> {
        let mut changes = self.state.changes();
        let waiting = async {
            loop {
                changes.mark_unchanged();
                if let Some(answered) = answered(&self.state, interaction) {
                    return answered;
                }
                // The sender lives in the state that we hold.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(timeout, waiting)
            .await
            .map_err(|_| WaitedTooLong(timeout))
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn answered(state: &State, id: Id) -> Option<Answered> {
    let interaction = state.rest.interaction(id)?;
    let callback = interaction.callback.clone()?;
    let world = state.world();
    let guild = world.guilds.get(&interaction.guild)?;
    let find = |message: Id| {
        let private = interaction.private.get(&message);
        private.or_else(|| world.message(interaction.channel, message))
    };
    let original = interaction.original.and_then(find);
    let is_there = match callback.kind {
        5 => match original {
            Some(message) => message.flags & LOADING == 0,
            // The promise was taken away, and something else follows.
            None => !interaction.follow_ups.is_empty(),
        },
        6 => {
            let changed_at_us = original.and_then(|message| message.edited_at_us);
            let was_changed = changed_at_us.is_some_and(|at_us| at_us / 1_000 >= callback.at_ms);
            was_changed || !interaction.follow_ups.is_empty()
        }
        _ => true,
    };
    is_there.then(|| Answered {
        private: interaction
            .original
            .is_some_and(|id| world.message(interaction.channel, id).is_none()),
        message: original.map(|message| shown::show(&world, guild, message)),
        follow_ups: interaction
            .follow_ups
            .iter()
            .filter_map(|id| Some(shown::show(&world, guild, find(*id)?)))
            .collect(),
        callback,
    })
}
