//! A guild.

use std::collections::{BTreeMap, HashSet};

use super::Id;
use super::channel::Channel;
use super::member::Member;
use super::role::Role;

/// A guild ("server").
#[derive(Clone, Debug)]
pub struct Guild {
    /// The guild's id, and that of its @everyone role.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Hash of its icon.
    pub icon: Option<String>,
    /// Its locale, such as `en-US`.
    pub preferred_locale: String,
    /// Its owner, who may do everything.
    pub owner: Id,
    /// Roles by id.
    pub roles: BTreeMap<Id, Role>,
    /// Channels by id.
    pub channels: BTreeMap<Id, Channel>,
    /// Where Discord itself posts.
    pub system_channel: Option<Id>,
    /// Members by user, so in the order in which they are listed.
    pub members: BTreeMap<Id, Member>,
    /// Users who were members once and left.
    pub left: HashSet<Id>,
    /// False while the guild has an outage.
    pub available: bool,
    /// False once the bot was removed.
    pub bot_present: bool,
}

impl Guild {
    /// Members, bots too.
    pub fn member_count(&self) -> usize {
        self.members.len()
    }

    /// The shard that hears of this guild, out of `count`.
    pub fn shard(&self, count: u64) -> u64 {
        shard_of(self.id, count)
    }

    /// The role that Discord made for a bot.
    pub fn role_of_bot(&self, bot: Id) -> Option<&Role> {
        self.roles.values().find(|role| role.bot == Some(bot))
    }
}

/// The shard of a guild.
/// Source: Discord's documentation, "Gateway", heading "Sharding", read in August 2026.
pub(crate) fn shard_of(guild: Id, count: u64) -> u64 {
    (guild >> 22) % count
}
