//! INTERACTION_CREATE. Read in two steps: first what an answer is sent with, so that somebody whose interaction cannot be
//! read is not left without one; then the rest.
//!
//! Source: Discord's documentation, "Receiving and Responding to Interactions", heading "Interaction Object", read in
//! August 2026.

mod modal;
mod options;
mod resolved;

use std::time::Duration;

use domain::id::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId};
use domain::time::UnixMs;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::user::{MemberJson, UserJson};
use super::values::{Id, Text, clean};
use super::{DecodeError, DecodeProblem, read};
use crate::interaction::{
    ANSWER_WITHIN, Incoming, Interaction, InteractionKind, InteractionToken, ReplyTo, Unanswerable, Unserved,
    UnservedReason, age,
};
use modal::Input;
use options::Given;
use resolved::{Bits, Resolved};

const EVENT: &str = "INTERACTION_CREATE";

/// The longest token that is taken. Today's have about 220 characters.
const TOKEN_LEN_MAX: usize = 1024;

/// What an answer is sent with.
#[derive(Deserialize)]
struct Handle<'a> {
    id: Id,
    application_id: Id,
    #[serde(borrow)]
    token: Text<'a>,
}

#[derive(Deserialize)]
struct Spoken {
    locale: String,
}

#[derive(Deserialize)]
struct Used {
    #[serde(rename = "type")]
    kind: u8,
    guild_id: Option<Id>,
    channel_id: Option<Id>,
    member: Option<Caller>,
    locale: Option<String>,
    guild_locale: Option<String>,
    app_permissions: Option<Bits>,
    #[serde(default)]
    data: Data,
    message: Option<Stands>,
}

#[derive(Deserialize)]
struct Caller {
    user: UserJson,
    permissions: Bits,
    #[serde(flatten)]
    member: MemberJson,
}

#[derive(Deserialize)]
struct Stands {
    id: Id,
}

/// What belongs to a command, a component or a modal; each has a part of it.
#[derive(Default, Deserialize)]
struct Data {
    name: Option<String>,
    options: Option<Vec<Given>>,
    custom_id: Option<String>,
    values: Option<Vec<String>>,
    components: Option<Vec<Input>>,
    resolved: Option<Resolved>,
}

/// How long an answer to what came in live may take at least. Clocks differ more often than Discord's delivery takes two
/// seconds, and an answer that is too late does no harm.
const LIVE_TIME_MIN: Duration = Duration::from_secs(1);

/// Reads an interaction that came in at `now`, perhaps replayed.
pub(crate) fn interaction(
    text: &str,
    sequence: u64,
    is_replayed: bool,
    now: UnixMs,
) -> Result<Incoming, Unanswerable> {
    let handle: Handle<'_> = read(text, EVENT, sequence)?;
    let id = InteractionId(handle.id.0);
    let token = handle.token.into_string();
    if !is_token(&token) {
        return Err(wrong(sequence, "d.token").into());
    }
    let age = age(id, now);
    if is_replayed && age > ANSWER_WITHIN {
        return Err(Unanswerable::Late { id, age });
    }
    let application = ApplicationId(handle.application_id.0);
    let mut reply_to = ReplyTo::new(id, application, InteractionToken::new(token), now);
    if !is_replayed {
        reply_to.answer_by = reply_to.answer_by.max(Instant::now() + LIVE_TIME_MIN);
    }
    let unserved = |reply_to, reason| {
        let spoken = read::<Spoken>(text, EVENT, sequence).ok();
        Incoming::Unserved(Unserved {
            reply_to,
            locale: spoken.map(|spoken| spoken.locale),
            reason,
        })
    };
    let used: Used = match read(text, EVENT, sequence) {
        Ok(used) => used,
        Err(error) => return Ok(unserved(reply_to, UnservedReason::Unreadable(error))),
    };
    let Some(guild) = used.guild_id else {
        return Ok(unserved(reply_to, UnservedReason::OutsideGuild));
    };
    match used.into_interaction(GuildId(guild.0), reply_to.clone()) {
        Ok(interaction) => Ok(Incoming::Used(Box::new(interaction))),
        Err(Missing(path)) => {
            let reason = UnservedReason::Unreadable(wrong(sequence, path));
            Ok(unserved(reply_to, reason))
        }
    }
}

/// What is not there, or not as it has to be.
struct Missing(&'static str);

impl Used {
    fn into_interaction(self, guild: GuildId, reply_to: ReplyTo) -> Result<Interaction, Missing> {
        let caller = self.member.ok_or(Missing("d.member"))?;
        let channel = self.channel_id.ok_or(Missing("d.channel_id"))?;
        let message = self.message.map(|message| MessageId(message.id.0));
        let kind = self.data.into_kind(self.kind, message)?;
        Ok(Interaction {
            reply_to,
            guild,
            channel: ChannelId(channel.0),
            member: caller.user.into_member(Some(caller.member)),
            permissions: caller.permissions.0,
            locale: self.locale.unwrap_or_else(|| "en-US".to_owned()),
            guild_locale: self.guild_locale,
            app_permissions: self.app_permissions.map(|bits| bits.0).unwrap_or_default(),
            kind,
        })
    }
}

impl Data {
    fn into_kind(self, kind: u8, message: Option<MessageId>) -> Result<InteractionKind, Missing> {
        let mut resolved = self.resolved.unwrap_or_default();
        let custom_id = self.custom_id.map(clean).ok_or(Missing("d.data.custom_id"));
        match kind {
            2 => {
                let name = self.name.ok_or(Missing("d.data.name"))?;
                let (path, given) = options::path(name, self.options.unwrap_or_default())?;
                Ok(InteractionKind::Command {
                    path,
                    options: options::options(given, &mut resolved)?,
                })
            }
            4 => {
                let name = self.name.ok_or(Missing("d.data.name"))?;
                let (path, given) = options::path(name, self.options.unwrap_or_default())?;
                let (focused, typed) = options::focused(given)?;
                Ok(InteractionKind::Autocomplete { path, focused, typed })
            }
            3 => {
                let values: Vec<String> = self.values.unwrap_or_default().into_iter().map(clean).collect();
                Ok(InteractionKind::Component {
                    custom_id: custom_id?,
                    channels: resolved.channels_among(&values),
                    values,
                    message: message.ok_or(Missing("d.message"))?,
                })
            }
            5 => Ok(InteractionKind::Modal {
                custom_id: custom_id?,
                fields: modal::fields(self.components.unwrap_or_default(), &mut resolved)?,
                message,
            }),
            _ => Err(Missing("d.type")),
        }
    }
}

/// Whether it can stand in a path: the path must not become another one by it.
fn is_token(token: &str) -> bool {
    token.len() <= TOKEN_LEN_MAX
        && token.bytes().all(|byte| byte.is_ascii_graphic())
        && token.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

fn wrong(sequence: u64, path: &str) -> DecodeError {
    DecodeError::Field {
        event: EVENT,
        sequence,
        path: path.to_owned(),
        problem: DecodeProblem::Data,
    }
}

/// What a value says, where it is one of a text or a number.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(clean(text.clone())),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
