//! Threads: beginning, archiving and opening them, and who is told of them.
//!
//! Source: Discord's documentation, "Threads", headings "Active & Archived Threads", "Permissions" and "Gateway Events", and
//! "Gateway Events", heading "Threads", read in August 2026.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::channel::Channel;
use super::guild::Guild;
use super::permissions::{self, VIEW_CHANNEL};
use super::{Id, World};
use crate::gateway::intents;
use crate::wire;

/// The channel type of a thread that everybody can see who sees its channel.
/// Source: Discord's documentation, "Channels Resource", heading "Channel Types", read in August 2026.
pub const PUBLIC_THREAD: u8 = 11;

/// What a thread has besides what every channel has.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The channel that it was begun in, whose permissions are its own.
    pub parent: Id,
    /// Who began it.
    pub owner: Id,
    /// When it was begun, in microseconds since 1970.
    pub begun_at_us: i64,
    /// It is archived: nobody is told of it until somebody writes in it, which opens it.
    pub archived: bool,
    /// When it was archived or opened last, in microseconds since 1970.
    pub turned_at_us: i64,
    /// How many messages were ever posted in it.
    pub messages_sent: u64,
}

impl World {
    /// Somebody begins a public thread in a channel. `None` when there is no such channel, or it is a thread itself.
    pub fn begin_thread(&mut self, parent: Id, owner: Id, name: &str) -> Option<Id> {
        let (guild, home) = self.channel(parent)?;
        if home.thread.is_some() {
            return None;
        }
        let guild = guild.id;
        let (id, now_us) = (self.ids.now(), self.clock.now_us());
        let thread = Channel {
            id,
            guild,
            kind: PUBLIC_THREAD,
            name: name.to_owned(),
            position: 0,
            overwrites: Vec::new(),
            messages: BTreeMap::new(),
            last_message: None,
            thread: Some(Thread {
                parent,
                owner,
                begun_at_us: now_us,
                archived: false,
                turned_at_us: now_us,
                messages_sent: 0,
            }),
        };
        let mut payload = wire::channel(&thread);
        payload["newly_created"] = json!(true);
        self.guilds.get_mut(&guild)?.channels.insert(id, thread);
        self.channel_guilds.insert(id, guild);
        self.tell_of_thread(guild, parent, "THREAD_CREATE", &payload);
        Some(id)
    }

    /// Archives a thread, or opens it. `false` when there is no such thread, or it is so already.
    pub fn archive_thread(&mut self, id: Id, archived: bool) -> bool {
        let now_us = self.clock.now_us();
        let Some(channel) = self.channel_mut(id) else {
            return false;
        };
        let Some(thread) = channel
            .thread
            .as_mut()
            .filter(|thread| thread.archived != archived)
        else {
            return false;
        };
        (thread.archived, thread.turned_at_us) = (archived, now_us);
        let (guild, parent, payload) = (channel.guild, thread.parent, wire::channel(channel));
        self.tell_of_thread(guild, parent, "THREAD_UPDATE", &payload);
        true
    }

    /// Tells that a thread was deleted, which is gone already.
    pub(super) fn announce_deleted_thread(&mut self, channel: &Channel, thread: &Thread) {
        let payload = json!({
            "id": channel.id.to_string(),
            "guild_id": channel.guild.to_string(),
            "parent_id": thread.parent.to_string(),
            "type": channel.kind,
        });
        self.tell_of_thread(channel.guild, thread.parent, "THREAD_DELETE", &payload);
    }

    /// The bot sees a channel from now on: it is told of the threads there.
    pub(super) fn sync_threads(&mut self, guild: Id, parent: Id) {
        let Some(home) = self.guilds.get(&guild) else {
            return;
        };
        let threads: Vec<Value> = home
            .open_threads()
            .filter(|(_, thread)| thread.parent == parent)
            .map(|(channel, _)| wire::channel(channel))
            .collect();
        let payload = json!({
            "guild_id": guild.to_string(),
            "channel_ids": [parent.to_string()],
            "threads": threads,
            "members": [],
        });
        self.dispatch(guild, "THREAD_LIST_SYNC", intents::GUILDS, &payload);
    }

    /// Who does not see a thread's channel hears nothing of it.
    fn tell_of_thread(&mut self, guild: Id, parent: Id, event: &'static str, payload: &Value) {
        if self.permissions(guild, self.bot.id, Some(parent)) & VIEW_CHANNEL != 0 {
            self.dispatch(guild, event, intents::GUILDS, payload);
        }
    }
}

impl Guild {
    /// The threads that are not archived.
    fn open_threads(&self) -> impl Iterator<Item = (&Channel, &Thread)> {
        self.channels
            .values()
            .filter_map(|channel| Some((channel, channel.thread.as_ref()?)))
            .filter(|(_, thread)| !thread.archived)
    }

    /// The threads that are not archived and that somebody can see.
    pub(crate) fn open_threads_of(&self, user: Id) -> impl Iterator<Item = &Channel> {
        self.open_threads()
            .map(|(channel, _)| channel)
            .filter(move |channel| permissions::of(self, user, Some(channel.id)) & VIEW_CHANNEL != 0)
    }

    /// The channels that are no threads.
    pub(crate) fn plain_channels(&self) -> impl Iterator<Item = &Channel> {
        self.channels.values().filter(|channel| channel.thread.is_none())
    }
}
