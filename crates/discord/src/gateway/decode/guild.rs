//! GUILD_CREATE, GUILD_UPDATE and GUILD_DELETE.

use domain::event::Event;
use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId};
use serde::Deserialize;

use super::thread::{self, Thread};
use super::timestamp::Timestamp;
use super::values::{Id, Text};

/// A guild's own facts. Its channels, roles and members, which make up nearly all of the frame, are passed over.
#[derive(Deserialize)]
pub(super) struct Guild<'a> {
    id: Id,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    preferred_locale: Option<Text<'a>>,
    system_channel_id: Option<Id>,
    /// In GUILD_CREATE only.
    member_count: Option<u64>,
    /// When we came to it; in GUILD_CREATE only.
    joined_at: Option<Timestamp>,
    /// Those that are open and that we may see; in GUILD_CREATE only.
    threads: Option<Vec<Thread>>,
}

impl Guild<'_> {
    pub(super) fn into_event(self) -> Event {
        Event::GuildSeen {
            facts: GuildFacts {
                id: GuildId(self.id.0),
                name: self.name.into_string(),
                // Discord's own default.
                locale: self
                    .preferred_locale
                    .map_or_else(|| "en-US".to_owned(), Text::into_string),
                system_channel: self.system_channel_id.map(|id| ChannelId(id.0)),
                member_count: self.member_count,
            },
            joined_at: self.joined_at.map(|at| at.0),
            threads: self.threads.map(thread::list),
        }
    }
}

/// An unavailable guild.
#[derive(Deserialize)]
pub(super) struct Stub {
    id: Id,
    unavailable: Option<bool>,
}

impl Stub {
    pub(super) fn is_unavailable(&self) -> bool {
        self.unavailable == Some(true)
    }

    /// What GUILD_DELETE means: an outage when the guild is unavailable, else that we were removed.
    /// Source: Discord's documentation, "Gateway Events", heading "Guild Delete", read in August 2026.
    pub(super) fn into_left(self) -> Event {
        if self.is_unavailable() {
            Event::Unused
        } else {
            Event::GuildLeft(GuildId(self.id.0))
        }
    }
}
