//! MESSAGE_CREATE. Read by a [`Walk`], or by serde where that finds something out of the ordinary.

use domain::event::{Event, Message as Posted};
use domain::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Present;
use super::values::{Id, Nonce};
use super::walk::Walk;

/// What people write: a message and a reply. All other types are Discord's own, or answers of applications.
/// Source: Discord's documentation, "Message", heading "Message Types", read in August 2026.
const TYPES_OF_PEOPLE: [u64; 2] = [0, 19];

#[derive(Deserialize)]
pub(super) struct Message {
    id: Id,
    channel_id: Id,
    guild_id: Option<Id>,
    author: Author,
    member: Option<Membership>,
    #[serde(rename = "type", default)]
    kind: u64,
    webhook_id: Present,
    nonce: Option<Nonce>,
}

#[derive(Deserialize)]
struct Author {
    id: Id,
    #[serde(default)]
    bot: bool,
    #[serde(default)]
    system: bool,
}

/// What a message tells of its author as a member; missing for webhooks.
#[derive(Deserialize)]
struct Membership {
    #[serde(default)]
    roles: Vec<Id>,
}

impl Message {
    /// Reads a frame whose data begins there; `None` leaves it to serde.
    pub(super) fn walk(text: &str, data_at: usize) -> Option<Self> {
        let mut walk = Walk::from(text, data_at);
        let (mut id, mut channel_id, mut guild_id, mut author) = (None, None, None, None);
        let (mut member, mut kind, mut webhook_id, mut nonce) = (None, None, None, None);
        walk.object(|walk, key| match key {
            "id" => once(&mut id, walk.id()?),
            "channel_id" => once(&mut channel_id, walk.id()?),
            "guild_id" => once(&mut guild_id, walk.nullable(Walk::id)?),
            "author" => once(&mut author, Author::walk(walk)?),
            "member" => once(&mut member, walk.nullable(Membership::walk)?),
            "type" => once(&mut kind, walk.number()?),
            "webhook_id" => once(&mut webhook_id, walk.nullable(Walk::skip)?),
            "nonce" => once(&mut nonce, walk.nullable(Walk::text)?),
            _ => walk.skip(),
        })?;
        walk.expect(b'}')?;
        walk.is_at_end().then_some(())?;
        Some(Self {
            id: id?,
            channel_id: channel_id?,
            guild_id: guild_id.flatten(),
            author: author?,
            member: member.flatten(),
            kind: kind.unwrap_or_default(),
            webhook_id: webhook_id.flatten().map(|()| IgnoredAny),
            nonce: nonce.flatten().map(|nonce| Nonce(nonce.to_owned())),
        })
    }

    /// Direct messages are not used.
    pub(super) fn into_event(self) -> Event {
        let Some(guild) = self.guild_id else {
            return Event::Unused;
        };
        Event::MessagePosted(Posted {
            id: MessageId(self.id.0),
            guild: GuildId(guild.0),
            channel: ChannelId(self.channel_id.0),
            author: UserId(self.author.id.0),
            by_person: !self.author.bot
                && !self.author.system
                && self.webhook_id.is_none()
                && TYPES_OF_PEOPLE.contains(&self.kind),
            roles: self.member.map_or_else(Vec::new, |member| {
                member.roles.into_iter().map(|role| RoleId(role.0)).collect()
            }),
            nonce: self.nonce.map(|nonce| nonce.0),
        })
    }
}

impl Author {
    fn walk(walk: &mut Walk<'_>) -> Option<Self> {
        let (mut id, mut bot, mut system) = (None, None, None);
        walk.object(|walk, key| match key {
            "id" => once(&mut id, walk.id()?),
            "bot" => once(&mut bot, walk.bool()?),
            "system" => once(&mut system, walk.bool()?),
            _ => walk.skip(),
        })?;
        Some(Self {
            id: id?,
            bot: bot.unwrap_or_default(),
            system: system.unwrap_or_default(),
        })
    }
}

impl Membership {
    fn walk(walk: &mut Walk<'_>) -> Option<Self> {
        let mut roles = None;
        walk.object(|walk, key| match key {
            "roles" => once(&mut roles, walk.ids()?),
            _ => walk.skip(),
        })?;
        Some(Self {
            roles: roles.unwrap_or_default(),
        })
    }
}

/// Keeps the value of a field, which serde refuses to see twice.
fn once<T>(field: &mut Option<T>, value: T) -> Option<()> {
    field.replace(value).is_none().then_some(())
}

#[cfg(test)]
mod tests;
