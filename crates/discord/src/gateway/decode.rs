//! From a frame's JSON to an event: only what is used is read, in one pass, borrowing from the text.
//!
//! A whole MESSAGE_CREATE costs three times as much to build as the few fields that we want of it. Nearly all frames are
//! such, so they are read by a walk of our own ([`message`]); serde reads all others, and every message in which the walk
//! meets what it does not expect.

mod access;
mod guild;
mod header;
mod interaction;
mod member;
mod message;
mod ready;
mod thread;
mod timestamp;
mod user;
mod values;
mod walk;

use domain::event::Event;
pub use header::EventName;
pub(super) use header::Header;
pub(super) use interaction::interaction;
pub(crate) use member::DID_REJOIN;
use serde::Deserialize;
use serde::de::IgnoredAny;
pub(crate) use timestamp::Timestamp;
pub(crate) use user::{MemberJson, UserJson};

/// What a frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The frame's number in its session.
    pub sequence: u64,
    /// What happened.
    pub event: Event,
}

/// A frame that is not what Discord documents. Holds nothing that people wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No dispatch: a number, a type or the sequence is missing.
    #[error("the frame is no dispatch")]
    NoDispatch,
    /// A field is missing or is not of its type.
    #[error("{event} with sequence {sequence}: {problem} at {path}")]
    Field {
        /// The event's name.
        event: &'static str,
        /// The frame's number.
        sequence: u64,
        /// Where, such as `d.user.id`.
        path: String,
        /// What is wrong there.
        problem: DecodeProblem,
    },
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeProblem {
    /// Missing, or of another type or range.
    Data,
    /// Not JSON.
    Syntax,
    /// The text ends too early.
    Truncated,
}

impl std::fmt::Display for DecodeProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Data => "a field is missing or of another type",
            Self::Syntax => "broken JSON",
            Self::Truncated => "the text ends too early",
        })
    }
}

/// Reads a dispatch. Events that we do not use are [`Event::Unused`] without a look at their data; so are interactions,
/// which [`Frame::interaction`](crate::Frame::interaction) reads.
///
/// # Errors
/// [`DecodeError`]: not what Discord documents.
pub fn decode(text: &str) -> Result<Decoded, DecodeError> {
    let header = Header::read(text).ok_or(DecodeError::NoDispatch)?;
    decode_behind(&header, text)
}

/// Reads a dispatch whose header was read before.
pub(super) fn decode_behind(header: &Header, text: &str) -> Result<Decoded, DecodeError> {
    let sequence = header.dispatch().ok_or(DecodeError::NoDispatch)?;
    let event = match header.event.ok_or(DecodeError::NoDispatch)? {
        EventName::MessageCreate => match header.data_at.and_then(|at| message::Message::walk(text, at)) {
            Some(message) => message,
            None => read::<message::Message>(text, "MESSAGE_CREATE", sequence)?,
        }
        .into_event(),
        EventName::GuildMemberAdd => read::<member::Added>(text, "GUILD_MEMBER_ADD", sequence)?.into_event(),
        EventName::GuildMemberRemove => {
            read::<member::Removed>(text, "GUILD_MEMBER_REMOVE", sequence)?.into_event()
        }
        EventName::GuildMemberUpdate => {
            read::<member::Updated>(text, "GUILD_MEMBER_UPDATE", sequence)?.into_event()
        }
        EventName::ChannelCreate => read::<access::OfChannel>(text, "CHANNEL_CREATE", sequence)?.into_event(),
        EventName::ChannelUpdate => read::<access::OfChannel>(text, "CHANNEL_UPDATE", sequence)?.into_event(),
        EventName::ChannelDelete => read::<access::OfChannel>(text, "CHANNEL_DELETE", sequence)?.into_event(),
        EventName::GuildRoleCreate => {
            read::<access::OfRole>(text, "GUILD_ROLE_CREATE", sequence)?.into_event()
        }
        EventName::GuildRoleUpdate => {
            read::<access::OfRole>(text, "GUILD_ROLE_UPDATE", sequence)?.into_event()
        }
        EventName::GuildRoleDelete => {
            read::<access::OfRole>(text, "GUILD_ROLE_DELETE", sequence)?.into_event()
        }
        EventName::ThreadCreate => read::<thread::Told>(text, "THREAD_CREATE", sequence)?.into_there(),
        EventName::ThreadUpdate => read::<thread::Told>(text, "THREAD_UPDATE", sequence)?.into_there(),
        EventName::ThreadDelete => read::<thread::Told>(text, "THREAD_DELETE", sequence)?.into_gone(),
        EventName::ThreadListSync => {
            read::<thread::ListSync>(text, "THREAD_LIST_SYNC", sequence)?.into_event()
        }
        EventName::GuildCreate => guild(text, "GUILD_CREATE", sequence)?,
        EventName::GuildUpdate => guild(text, "GUILD_UPDATE", sequence)?,
        EventName::GuildDelete => read::<guild::Stub>(text, "GUILD_DELETE", sequence)?.into_left(),
        EventName::Ready => read::<ready::Ready>(text, "READY", sequence)?.into_event(),
        EventName::Resumed => Event::Resumed,
        EventName::InteractionCreate | EventName::Other => Event::Unused,
    };
    Ok(Decoded { sequence, event })
}

/// A guild that is in an outage comes with its id alone, so that one is looked for first when the whole does not read.
fn guild(text: &str, event: &'static str, sequence: u64) -> Result<Event, DecodeError> {
    match read::<guild::Guild>(text, event, sequence) {
        Ok(guild) => Ok(guild.into_event()),
        Err(error) => match read::<guild::Stub>(text, event, sequence) {
            Ok(stub) if stub.is_unavailable() => Ok(Event::Unused),
            _ => Err(error),
        },
    }
}

#[derive(Deserialize)]
struct Payload<T> {
    d: T,
}

fn read<'de, T: Deserialize<'de>>(
    text: &'de str,
    event: &'static str,
    sequence: u64,
) -> Result<T, DecodeError> {
    match serde_json::from_str::<Payload<T>>(text) {
        Ok(payload) => Ok(payload.d),
        Err(_) => Err(explain::<T>(text, event, sequence)),
    }
}

/// Reads again, slowly, to find where it failed. serde's own message is left out: it quotes what it found.
#[cold]
fn explain<'de, T: Deserialize<'de>>(text: &'de str, event: &'static str, sequence: u64) -> DecodeError {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let (path, category) = match serde_path_to_error::deserialize::<_, Payload<T>>(&mut deserializer) {
        Err(error) => (error.path().to_string(), error.inner().classify()),
        // The event was read, so it is what follows it that failed.
        Ok(_) => (
            ".".to_owned(),
            deserializer
                .end()
                .err()
                .map_or(serde_json::error::Category::Syntax, |e| e.classify()),
        ),
    };
    let problem = match category {
        serde_json::error::Category::Data => DecodeProblem::Data,
        serde_json::error::Category::Eof => DecodeProblem::Truncated,
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => DecodeProblem::Syntax,
    };
    DecodeError::Field {
        event,
        sequence,
        path,
        problem,
    }
}

/// A value that only has to be there.
type Present = Option<IgnoredAny>;

#[cfg(test)]
mod tests;
