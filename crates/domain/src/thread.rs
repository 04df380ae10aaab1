//! Threads, and the channels that they were begun in.
//!
//! A message names the thread that it was written in and not the thread's parent, which other events tell beforehand. So
//! what they tell is stored, in one order with the messages.

use crate::id::{ChannelId, GuildId};

/// A thread, or a post of a forum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The thread, which messages name as their channel.
    pub id: ChannelId,
    /// The channel that it was begun in. It stays there.
    pub parent: ChannelId,
}

/// What Discord told of a guild's threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadNews {
    /// The guild.
    pub guild: GuildId,
    /// What it told.
    pub change: ThreadChange,
}

/// What becomes of the threads that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThreadChange {
    /// This one is there.
    There(Thread),
    /// This one is there no more.
    Gone(ChannelId),
    /// These are all that are open and that we may see. Others can be forgotten: whoever is heard in an archived thread opens
    /// it first, which is told.
    Listed {
        /// Of which channels the list is; `None` for the whole guild.
        parents: Option<Vec<ChannelId>>,
        /// The threads. Of one that is named twice, the last counts.
        threads: Vec<Thread>,
    },
}
