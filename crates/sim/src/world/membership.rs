//! Joining, leaving, and what changes about a member.

use serde_json::json;

use super::log::{Join, Leave};
use super::member::{DID_REJOIN, Member};
use super::{Id, World};
use crate::gateway::intents;
use crate::wire;

/// How somebody joins.
#[derive(Clone, Debug, Default)]
pub struct Joining {
    /// They have yet to pass membership screening.
    pub pending: bool,
    /// The name in this guild (which Discord itself never sets on a join, but bots may).
    pub nick: Option<String>,
    /// Hash of the avatar for this guild alone.
    pub avatar: Option<String>,
}

impl World {
    /// Somebody joins. Whoever was a member before comes back with DID_REJOIN. `None` when there is no such guild or
    /// user, or when they are a member already.
    ///
    /// By [`GatewayFaults::duplicate_join`](crate::faults::GatewayFaults::duplicate_join) the event comes twice, with
    /// `joined_at` drifting.
    pub fn join(&mut self, guild: Id, user: Id, joining: Joining) -> Option<Join> {
        let at_us = self.clock.now_us();
        let is_bot = self.users.get(&user)?.bot;
        let home = self.guilds.get_mut(&guild)?;
        if home.members.contains_key(&user) {
            return None;
        }
        let rejoined = home.left.contains(&user);
        home.members.insert(
            user,
            Member {
                nick: joining.nick,
                avatar: joining.avatar,
                pending: joining.pending && !is_bot,
                flags: if rejoined { DID_REJOIN } else { 0 },
                ..Member::new(user, at_us)
            },
        );
        let drift_us = self.faults.duplicate_join();
        let join = Join {
            guild,
            user,
            at_us,
            rejoined,
            duplicated: drift_us.is_some(),
        };
        self.log.joins.push(join);
        self.announce_join(guild, user, 0);
        if let Some(drift_us) = drift_us {
            self.announce_join(guild, user, drift_us);
        }
        Some(join)
    }

    /// Sends GUILD_MEMBER_ADD for a member, with `joined_at` later by `drift_us` than it is. Discord does so for people
    /// who have long been members, too.
    pub fn announce_join(&mut self, guild: Id, user: Id, drift_us: i64) {
        let Some(mut member) = self.member(guild, user).cloned() else {
            return;
        };
        member.joined_at_us += drift_us;
        let payload = super::text(&wire::guild_member(guild, &member, self.user(user)));
        self.dispatch_text(guild, "GUILD_MEMBER_ADD", intents::GUILD_MEMBERS, payload);
    }

    /// Somebody leaves, is kicked or banned: Discord tells it the same way. `false` when they are no member.
    pub fn leave(&mut self, guild: Id, user: Id) -> bool {
        let at_us = self.clock.now_us();
        let Some(home) = self.guilds.get_mut(&guild) else {
            return false;
        };
        if home.members.remove(&user).is_none() {
            return false;
        }
        home.left.insert(user);
        self.log.leaves.push(Leave { guild, user, at_us });
        let payload = json!({"guild_id": guild.to_string(), "user": wire::user(self.user(user))});
        self.dispatch(guild, "GUILD_MEMBER_REMOVE", intents::GUILD_MEMBERS, &payload);
        true
    }

    /// Changes a member and sends GUILD_MEMBER_UPDATE. `false` when they are no member.
    pub fn change_member(&mut self, guild: Id, user: Id, change: impl FnOnce(&mut Member)) -> bool {
        let Some(member) = self
            .guilds
            .get_mut(&guild)
            .and_then(|home| home.members.get_mut(&user))
        else {
            return false;
        };
        change(member);
        let Some(user_of) = self.users.get(&user) else {
            return false;
        };
        let payload = super::text(&wire::guild_member(guild, member, user_of));
        // Of itself a bot hears without the privileged intent.
        let intents = if user == self.bot.id {
            0
        } else {
            intents::GUILD_MEMBERS
        };
        self.dispatch_text(guild, "GUILD_MEMBER_UPDATE", intents, payload);
        true
    }

    /// A member of a guild.
    pub fn member(&self, guild: Id, user: Id) -> Option<&Member> {
        self.guilds.get(&guild)?.members.get(&user)
    }
}
