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
    /// Channels and threads by id.
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

    /// Whether a member's highest role stands above a role, which then is theirs to give, to take and to change. Of two
    /// roles in one place the older one stands above the other. An owner stands above all.
    /// Source: Discord's documentation, "Permissions", heading "Permission Hierarchy", read in August 2026.
    pub fn outranks(&self, user: Id, role: &Role) -> bool {
        let place = |role: &Role| (role.position, std::cmp::Reverse(role.id));
        let held = self.members.get(&user).map(|member| &member.roles);
        let highest = held
            .into_iter()
            .flatten()
            .filter_map(|id| self.roles.get(id))
            .map(place)
            .max();
        self.owner == user || highest > Some(place(role))
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
