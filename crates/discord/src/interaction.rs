//! Interactions: somebody uses a command, a component or a modal of ours, and waits for an answer.
//!
//! [`Frame::interaction`](crate::Frame::interaction) reads one. It is no part of what a shard's checkpoint promises:
//! the first answer is due within three seconds, and a replayed interaction that is older than that cannot be answered any
//! more. Answers go out by [`Rest::answer`](crate::Rest::answer) and what stands beside it.

mod reply;
mod resolved;
mod ticket;
mod values;

use std::fmt;
use std::time::Duration;

use domain::id::{ChannelId, GuildId, InteractionId, MessageId};
use domain::member::Member;

use crate::gateway::DecodeError;
use crate::permissions::Permissions;
pub use reply::{Answer, Reply};
pub use resolved::{ResolvedAttachment, ResolvedChannel, ResolvedUser};
pub(crate) use ticket::age;
pub use ticket::{InteractionToken, ReplyTo};
pub use values::{FieldValue, Fields, OptionValue, Options};

/// How long Discord waits for the first answer, from the moment at which it made the interaction's id.
/// Source: Discord's documentation, "Receiving and Responding to Interactions", heading "Responding to an Interaction",
/// read in August 2026.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// For how long an interaction that was answered takes edits and further messages.
/// Source: as [`ANSWER_WITHIN`].
pub const FOLLOW_UP_WITHIN: Duration = Duration::from_secs(15 * 60);

/// What came in, and can still be answered.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// Somebody uses the bot in a guild.
    Used(Box<Interaction>),
    /// Somebody uses the bot in a way that is not served: they wait for an answer all the same, which can only be a no.
    Unserved(Unserved),
}

/// Somebody uses the bot in a guild.
#[derive(Clone)]
pub struct Interaction {
    /// What an answer is sent with: its id, the application and the secret token, and until when.
    pub reply_to: ReplyTo,
    /// Where.
    pub guild: GuildId,
    /// Where in it.
    pub channel: ChannelId,
    /// Who, as this guild sees them.
    pub member: Member,
    /// What they may do in this channel, overwrites included. Discord computed it.
    pub permissions: Permissions,
    /// The language of their client, such as `en-US` or `zh-TW`.
    pub locale: String,
    /// The guild's preferred language.
    pub guild_locale: Option<String>,
    /// What the bot may do in this channel, overwrites included. Discord computed it.
    pub app_permissions: Permissions,
    /// What they did.
    pub kind: InteractionKind,
}

/// What somebody did. Everything in it was written or chosen by them; nothing of it is checked but its form.
#[derive(Clone, Debug, PartialEq)]
pub enum InteractionKind {
    /// They sent off a slash command.
    Command {
        /// The command's name, then those of group and sub-command: `["welcome", "channel"]`. 1 to 3 names.
        path: Vec<String>,
        /// What they filled in.
        options: Options,
    },
    /// They type a slash command, and want to be offered values for an option.
    Autocomplete {
        /// As for a command.
        path: Vec<String>,
        /// The option that they are typing in.
        focused: String,
        /// What they typed so far there; a number's text too.
        typed: String,
    },
    /// They used a button or a select under one of our messages.
    Component {
        /// The component's.
        custom_id: String,
        /// What they chose in a select, as Discord writes it: texts, or ids as digits. Empty for a button.
        values: Vec<String>,
        /// The channels among the values.
        channels: Vec<ResolvedChannel>,
        /// The message that it stands under.
        message: MessageId,
    },
    /// They sent off a modal of ours.
    Modal {
        /// The modal's.
        custom_id: String,
        /// What they filled in, by the inputs' custom ids.
        fields: Fields,
        /// The message under whose component it was opened; `None` when a command opened it.
        message: Option<MessageId>,
    },
}

impl Interaction {
    /// Its id.
    pub fn id(&self) -> InteractionId {
        self.reply_to.id
    }
}

// What people write does not belong in a log.
impl fmt::Debug for Interaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            InteractionKind::Command { .. } => "command",
            InteractionKind::Autocomplete { .. } => "autocomplete",
            InteractionKind::Component { .. } => "component",
            InteractionKind::Modal { .. } => "modal",
        };
        f.debug_struct("Interaction")
            .field("id", &self.reply_to.id)
            .field("guild", &self.guild)
            .field("user", &self.member.id)
            .field("kind", &kind)
            .finish_non_exhaustive()
    }
}

/// A use of the bot that is not served.
#[derive(Clone, Debug)]
pub struct Unserved {
    /// What an answer is sent with.
    pub reply_to: ReplyTo,
    /// The language of their client; `None` where not even that can be read.
    pub locale: Option<String>,
    /// Why it is not served.
    pub reason: UnservedReason,
}

/// Why a use of the bot is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnservedReason {
    /// In a direct message: everything that the bot does is about a guild.
    OutsideGuild,
    /// Not in a form that Discord documents, or in one that is newer than this program.
    Unreadable(DecodeError),
}

/// An interaction that nobody can answer: there is nothing to be done but to count it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// It was replayed, and is older than [`ANSWER_WITHIN`] by our clock.
    #[error("interaction {id} was replayed {} ms after it was made, and Discord waits 3 s for an answer", age.as_millis())]
    Late {
        /// Which.
        id: InteractionId,
        /// How old it is by our clock.
        age: Duration,
    },
    /// Not even what an answer is sent with can be read.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
}
