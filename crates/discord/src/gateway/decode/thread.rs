//! THREAD_CREATE, THREAD_UPDATE, THREAD_DELETE, THREAD_LIST_SYNC, and the threads in a GUILD_CREATE.
//!
//! Source: Discord's documentation, "Gateway Events", heading "Threads", and "Threads", heading "Gateway Events", read in
//! August 2026.

use domain::event::Event;
use domain::id::{ChannelId, GuildId};
use domain::thread::{Thread as Known, ThreadChange, ThreadNews};
use serde::Deserialize;

use super::values::Id;

/// A thread in a list.
#[derive(Deserialize)]
pub(super) struct Thread {
    id: Id,
    parent_id: Option<Id>,
}

impl Thread {
    /// One that names no parent is of no use: it is no other than a channel of its own.
    fn known(self) -> Option<Known> {
        Some(Known {
            id: ChannelId(self.id.0),
            parent: ChannelId(self.parent_id?.0),
        })
    }
}

/// The threads of a list.
pub(super) fn list(threads: Vec<Thread>) -> Vec<Known> {
    threads.into_iter().filter_map(Thread::known).collect()
}

/// A thread that an event is about.
#[derive(Deserialize)]
pub(super) struct Told {
    id: Id,
    parent_id: Option<Id>,
    guild_id: Id,
}

impl Told {
    /// What THREAD_CREATE and THREAD_UPDATE mean.
    pub(super) fn into_there(self) -> Event {
        let guild = self.guild_id;
        let thread = Thread {
            id: self.id,
            parent_id: self.parent_id,
        };
        match thread.known() {
            Some(known) => told(guild, ThreadChange::There(known)),
            None => Event::Unused,
        }
    }

    /// What THREAD_DELETE means.
    pub(super) fn into_gone(self) -> Event {
        told(self.guild_id, ThreadChange::Gone(ChannelId(self.id.0)))
    }
}

/// The threads of channels that we may see from now on; of the whole guild, when no channels are named.
#[derive(Deserialize)]
pub(super) struct ListSync {
    guild_id: Id,
    channel_ids: Option<Vec<Id>>,
    threads: Vec<Thread>,
}

impl ListSync {
    pub(super) fn into_event(self) -> Event {
        let parents = self
            .channel_ids
            .map(|ids| ids.into_iter().map(|id| ChannelId(id.0)).collect());
        let threads = list(self.threads);
        told(self.guild_id, ThreadChange::Listed { parents, threads })
    }
}

fn told(guild: Id, change: ThreadChange) -> Event {
    Event::ThreadsTold(ThreadNews {
        guild: GuildId(guild.0),
        change,
    })
}
