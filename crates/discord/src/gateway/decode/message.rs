//! MESSAGE_CREATE.

use domain::event::{Event, Message as Posted};
use domain::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use serde::Deserialize;

use super::Present;
use super::values::{Id, Nonce};

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
