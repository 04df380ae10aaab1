//! Definitions of slash commands, as they are registered with Discord.
//!
//! Source: Discord's documentation, "Application Commands", read in August 2026.

mod wire;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::component::ChannelType;
use crate::permissions::Permissions;

/// Texts in other languages, by Discord's name of the language, such as `zh-TW`. Discord's client falls back to the text
/// that they belong to, and never from one of these to another.
pub type Localizations = BTreeMap<String, String>;

/// A slash command for all guilds, usable in guilds alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommandDefinition {
    /// 1 to 32 letters, digits, `-` or `_`, in lower case.
    pub name: String,
    /// The name in other languages, by the same rules.
    pub name_localizations: Localizations,
    /// 1 to 100 characters.
    pub description: String,
    /// The description in other languages.
    pub description_localizations: Localizations,
    /// Either options, the required ones first, or sub-commands and groups of them; at most 25.
    pub options: Vec<CommandOption>,
    /// Whoever has all of these may use it, unless the guild's own settings say otherwise; `None` is everybody.
    pub default_member_permissions: Option<Permissions>,
}

/// An option of a command, a sub-command, or a group of those.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandOption {
    /// As a command's name.
    pub name: String,
    /// The name in other languages.
    pub name_localizations: Localizations,
    /// 1 to 100 characters.
    pub description: String,
    /// The description in other languages.
    pub description_localizations: Localizations,
    /// What it is.
    pub kind: OptionKind,
}

/// What an option is.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionKind {
    /// A sub-command with its options.
    SubCommand(Vec<CommandOption>),
    /// A group of sub-commands.
    SubCommandGroup(Vec<CommandOption>),
    /// A text.
    Text {
        /// Whether it must be filled in.
        required: bool,
        /// Characters at least, up to 6000.
        len_min: Option<u16>,
        /// Characters at most, 1 to 6000.
        len_max: Option<u16>,
        /// What can be chosen, at most 25; empty is anything.
        choices: Vec<Choice<String>>,
        /// Values are offered while somebody types, by [`Answer::Choices`](crate::Answer::Choices). Not beside `choices`.
        autocomplete: bool,
    },
    /// A whole number.
    Integer {
        /// Whether it must be filled in.
        required: bool,
        /// At least.
        min: Option<i64>,
        /// At most.
        max: Option<i64>,
        /// What can be chosen, at most 25; empty is anything.
        choices: Vec<Choice<i64>>,
    },
    /// A number.
    Number {
        /// Whether it must be filled in.
        required: bool,
        /// At least.
        min: Option<f64>,
        /// At most.
        max: Option<f64>,
    },
    /// Yes or no.
    Bool {
        /// Whether it must be filled in.
        required: bool,
    },
    /// A user.
    User {
        /// Whether it must be filled in.
        required: bool,
    },
    /// A channel.
    Channel {
        /// Whether it must be filled in.
        required: bool,
        /// Which types are offered; none offers all.
        types: Vec<ChannelType>,
    },
    /// A role.
    Role {
        /// Whether it must be filled in.
        required: bool,
    },
    /// A file.
    Attachment {
        /// Whether it must be filled in.
        required: bool,
    },
}

/// A value that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice<T> {
    /// What is shown, 1 to 100 characters.
    pub name: String,
    /// What is shown in other languages.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub name_localizations: Localizations,
    /// What is told to us; a text has 1 to 100 characters.
    pub value: T,
}

/// The commands that Discord has of us.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredCommands {
    /// Those that a [`CommandDefinition`] can describe.
    pub definitions: Vec<CommandDefinition>,
    /// How many others there are: menus, and what was registered by another program with what we do not know.
    pub others: usize,
}

impl RegisteredCommands {
    /// Whether they are exactly the wanted ones, in any order. What Discord adds of its own (ids, versions, and defaults
    /// that it writes out) makes no difference, nor does the order of what has none.
    pub fn are(&self, wanted: &[CommandDefinition]) -> bool {
        self.others == 0
            && self.definitions.len() == wanted.len()
            && wanted.iter().all(|one| self.definitions.contains(one))
    }

    /// What Discord told.
    pub(crate) fn read(told: &[Value]) -> Self {
        let definitions: Vec<_> = told.iter().filter_map(wire::read).collect();
        Self {
            others: told.len() - definitions.len(),
            definitions,
        }
    }
}

/// The body that registers them.
pub(crate) fn json(commands: &[CommandDefinition]) -> Value {
    commands.iter().map(wire::write).collect()
}
