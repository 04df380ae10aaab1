//! What somebody filled in.

use std::collections::BTreeMap;

use domain::id::RoleId;

use super::resolved::{ResolvedAttachment, ResolvedChannel, ResolvedUser};

/// The options of a command that were filled in, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options(pub BTreeMap<String, OptionValue>);

/// What was filled in for an option.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// A text, up to 6000 characters.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// A user.
    User(ResolvedUser),
    /// A channel.
    Channel(ResolvedChannel),
    /// A role.
    Role(RoleId),
    /// A file.
    Attachment(ResolvedAttachment),
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident, $variant:ident, $type:ty;)+) => {
        impl Options {
            $($(#[$doc])*
            pub fn $name(&self, name: &str) -> Option<&$type> {
                match self.0.get(name) {
                    Some(OptionValue::$variant(value)) => Some(value),
                    _ => None,
                }
            })+
        }
    };
}

getters! {
    /// The text of an option; `None` where there is none, or no text.
    text, Text, str;
    /// The whole number of an option; `None` where there is none.
    integer, Integer, i64;
    /// The number of an option; `None` where there is none.
    number, Number, f64;
    /// The yes or no of an option; `None` where there is none.
    flag, Bool, bool;
    /// The user of an option; `None` where there is none.
    user, User, ResolvedUser;
    /// The channel of an option; `None` where there is none.
    channel, Channel, ResolvedChannel;
    /// The role of an option; `None` where there is none.
    role, Role, RoleId;
    /// The file of an option; `None` where there is none.
    attachment, Attachment, ResolvedAttachment;
}

/// The inputs of a modal, by custom id. Those that were left empty are there too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub BTreeMap<String, FieldValue>);

/// What was filled in for an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Of a text input; empty where nothing was written.
    Text(String),
    /// Of a string select: the chosen options' values.
    Values(Vec<String>),
    /// Of a channel select.
    Channels(Vec<ResolvedChannel>),
    /// Of a file upload.
    Files(Vec<ResolvedAttachment>),
}

impl Fields {
    /// The text of an input; `None` where there is no such text input.
    pub fn text(&self, custom_id: &str) -> Option<&str> {
        match self.0.get(custom_id) {
            Some(FieldValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// What was chosen in a string select; empty where there is none.
    pub fn values(&self, custom_id: &str) -> &[String] {
        match self.0.get(custom_id) {
            Some(FieldValue::Values(values)) => values,
            _ => &[],
        }
    }

    /// What was chosen in a channel select; empty where there is none.
    pub fn channels(&self, custom_id: &str) -> &[ResolvedChannel] {
        match self.0.get(custom_id) {
            Some(FieldValue::Channels(channels)) => channels,
            _ => &[],
        }
    }

    /// What was uploaded; empty where there is no such upload.
    pub fn files(&self, custom_id: &str) -> &[ResolvedAttachment] {
        match self.0.get(custom_id) {
            Some(FieldValue::Files(files)) => files,
            _ => &[],
        }
    }
}
