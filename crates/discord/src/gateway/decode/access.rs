//! What changes what we may do in a guild: CHANNEL_CREATE, CHANNEL_UPDATE, CHANNEL_DELETE, GUILD_ROLE_CREATE,
//! GUILD_ROLE_UPDATE and GUILD_ROLE_DELETE, of which nothing is read but where it was.

use domain::event::Event;
use domain::id::{ChannelId, GuildId};
use serde::Deserialize;

use super::values::Id;

#[derive(Deserialize)]
pub(super) struct OfChannel {
    id: Id,
    guild_id: Option<Id>,
}

impl OfChannel {
    /// A channel without a guild is a direct message.
    pub(super) fn into_event(self) -> Event {
        match self.guild_id {
            Some(guild) => Event::AccessChanged {
                guild: GuildId(guild.0),
                channel: Some(ChannelId(self.id.0)),
            },
            None => Event::Unused,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct OfRole {
    guild_id: Id,
}

impl OfRole {
    pub(super) fn into_event(self) -> Event {
        Event::AccessChanged {
            guild: GuildId(self.guild_id.0),
            channel: None,
        }
    }
}
