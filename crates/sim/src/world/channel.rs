//! Channels.

use std::collections::BTreeMap;

use super::message::Message;
use super::permissions::VIEW_CHANNEL;
use super::threads::Thread;
use super::{Id, World};
use crate::gateway::intents;
use crate::wire;

/// The channel type of text in a guild.
/// Source: Discord's documentation, "Channels Resource", heading "Channel Types", read in August 2026.
pub const GUILD_TEXT: u8 = 0;

/// A channel of a guild, or a thread.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The channel's id.
    pub id: Id,
    /// Its guild.
    pub guild: Id,
    /// Its type; [`GUILD_TEXT`] unless made otherwise.
    pub kind: u8,
    /// Its name.
    pub name: String,
    /// Its place in the list.
    pub position: u32,
    /// Exceptions to the roles' permissions.
    pub overwrites: Vec<Overwrite>,
    /// What stands in it, by id, so the oldest first.
    pub messages: BTreeMap<Id, Message>,
    /// The newest message that was ever posted, also when it was deleted.
    pub last_message: Option<Id>,
    /// What is special of a thread; `None` for any other channel.
    pub thread: Option<Thread>,
}

/// An exception to the roles' permissions in one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// A role (the guild's id is @everyone) or a member.
    pub id: Id,
    /// Whether `id` is a member.
    pub member: bool,
    /// What is allowed, as bits.
    pub allow: u64,
    /// What is denied, as bits.
    pub deny: u64,
}

impl World {
    /// Makes a text channel. `None` when there is no such guild.
    pub fn create_channel(&mut self, guild: Id, name: &str) -> Option<Id> {
        let id = self.ids.old();
        let home = self.guilds.get_mut(&guild)?;
        let channel = Channel {
            id,
            guild,
            kind: GUILD_TEXT,
            name: name.to_owned(),
            position: u32::try_from(home.channels.len()).unwrap_or(u32::MAX),
            overwrites: Vec::new(),
            messages: BTreeMap::new(),
            last_message: None,
            thread: None,
        };
        let payload = wire::channel(&channel);
        home.channels.insert(id, channel);
        self.channel_guilds.insert(id, guild);
        self.dispatch(guild, "CHANNEL_CREATE", intents::GUILDS, &payload);
        Some(id)
    }

    /// Deletes a channel or a thread with all that stands in it, threads too. `false` when there is none.
    pub fn delete_channel(&mut self, id: Id) -> bool {
        let Some(guild) = self.channel_guilds.remove(&id) else {
            return false;
        };
        let Some(home) = self.guilds.get_mut(&guild) else {
            return false;
        };
        let Some(channel) = home.channels.remove(&id) else {
            return false;
        };
        if let Some(thread) = &channel.thread {
            self.announce_deleted_thread(&channel, thread);
            return true;
        }
        let is_of_it = |other: &Channel| other.thread.as_ref().is_some_and(|thread| thread.parent == id);
        let threads: Vec<Id> = home
            .channels
            .extract_if(.., |_, other| is_of_it(other))
            .map(|(id, _)| id)
            .collect();
        for thread in threads {
            self.channel_guilds.remove(&thread);
        }
        let was_system = home.system_channel == Some(id);
        if was_system {
            home.system_channel = None;
        }
        self.dispatch(guild, "CHANNEL_DELETE", intents::GUILDS, &wire::channel(&channel));
        if was_system {
            self.announce_guild(guild);
        }
        true
    }

    /// Puts an exception in place of the one for the same role or member. `false` when there is no such channel, and for
    /// threads, which have none.
    pub fn set_overwrite(&mut self, channel: Id, overwrite: Overwrite) -> bool {
        let id = channel;
        let saw_it = self.bot_sees(id);
        let Some(channel) = self.channel_mut(id).filter(|channel| channel.thread.is_none()) else {
            return false;
        };
        channel
            .overwrites
            .retain(|old| (old.id, old.member) != (overwrite.id, overwrite.member));
        channel.overwrites.push(overwrite);
        let (guild, payload) = (channel.guild, wire::channel(channel));
        self.dispatch(guild, "CHANNEL_UPDATE", intents::GUILDS, &payload);
        if !saw_it && self.bot_sees(id) {
            self.sync_threads(guild, id);
        }
        true
    }

    fn bot_sees(&self, channel: Id) -> bool {
        let guild = self.channel(channel).map(|(guild, _)| guild.id);
        guild.is_some_and(|guild| self.permissions(guild, self.bot.id, Some(channel)) & VIEW_CHANNEL != 0)
    }
}
