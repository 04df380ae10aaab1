//! Roles: making, changing, deleting, giving and taking them.

use serde_json::json;

use super::guild::Guild;
use super::log::RoleChange;
use super::role::Role;
use super::{Id, World};
use crate::gateway::intents;
use crate::wire;

impl World {
    /// Changes the permissions of a role. `false` when there is no such role.
    pub fn set_role_permissions(&mut self, guild: Id, role: Id, permissions: u64) -> bool {
        let Some(role) = self
            .guilds
            .get_mut(&guild)
            .and_then(|home| home.roles.get_mut(&role))
        else {
            return false;
        };
        role.permissions = permissions;
        let payload = json!({"guild_id": guild.to_string(), "role": wire::role(role)});
        self.dispatch(guild, "GUILD_ROLE_UPDATE", intents::GUILDS, &payload);
        true
    }

    /// Makes a role above all others. `None` when there is no such guild.
    pub fn create_role(&mut self, guild: Id, name: &str, permissions: u64) -> Option<Id> {
        let id = self.ids.old();
        let home = self.guilds.get_mut(&guild)?;
        let role = Role {
            id,
            name: name.to_owned(),
            permissions,
            position: top(home) + 1,
            bot: None,
        };
        let payload = json!({"guild_id": guild.to_string(), "role": wire::role(&role)});
        home.roles.insert(id, role);
        self.dispatch(guild, "GUILD_ROLE_CREATE", intents::GUILDS, &payload);
        Some(id)
    }

    /// Deletes a role; who had it has it no longer. `false` when there is none, and for @everyone.
    pub fn delete_role(&mut self, guild: Id, role: Id) -> bool {
        let Some(home) = self.guilds.get_mut(&guild).filter(|_| role != guild) else {
            return false;
        };
        if home.roles.remove(&role).is_none() {
            return false;
        }
        for member in home.members.values_mut() {
            member.roles.retain(|had| *had != role);
        }
        let payload = json!({"guild_id": guild.to_string(), "role_id": role.to_string()});
        self.dispatch(guild, "GUILD_ROLE_DELETE", intents::GUILDS, &payload);
        true
    }

    /// Puts a role above all others. `false` when there is no such role.
    pub fn raise_role(&mut self, guild: Id, role: Id) -> bool {
        let Some(home) = self.guilds.get_mut(&guild) else {
            return false;
        };
        let above_all = top(home) + 1;
        let Some(role) = home.roles.get_mut(&role) else {
            return false;
        };
        role.position = above_all;
        let payload = json!({"guild_id": guild.to_string(), "role": wire::role(role)});
        self.dispatch(guild, "GUILD_ROLE_UPDATE", intents::GUILDS, &payload);
        true
    }

    /// Gives a role to a member, or takes it. One who has it already, or does not have it, is not changed. `false` when
    /// they are no member.
    pub fn set_member_role(
        &mut self,
        guild: Id,
        user: Id,
        role: Id,
        given: bool,
        reason: Option<String>,
    ) -> bool {
        let Some(member) = self.member(guild, user) else {
            return false;
        };
        if member.roles.contains(&role) == given {
            return true;
        }
        self.log.roles.push(RoleChange {
            guild,
            user,
            role,
            given,
            reason,
            at_us: self.clock.now_us(),
        });
        self.change_member(guild, user, |member| {
            if given {
                member.roles.push(role);
            } else {
                member.roles.retain(|had| *had != role);
            }
        })
    }
}

fn top(guild: &Guild) -> u32 {
    let positions = guild.roles.values().map(|role| role.position);
    positions.max().unwrap_or_default()
}
