//! Roles, in the hands of a test.

use super::guild::{GuildHandle, MemberHandle};
use crate::world::permissions::{BOT_DEFAULT, MANAGE_ROLES};
use crate::world::{Id, World};

impl GuildHandle {
    /// Makes a role above all others, which grants these permissions.
    pub fn create_role(&self, name: &str, permissions: u64) -> Id {
        self.state
            .world()
            .create_role(self.id, name, permissions)
            .expect("guilds are not deleted")
    }

    /// Changes what a role grants. `false` when there is none.
    pub fn set_role_permissions(&self, role: Id, permissions: u64) -> bool {
        self.state
            .world()
            .set_role_permissions(self.id, role, permissions)
    }

    /// Puts a role above all others. `false` when there is none.
    pub fn raise_role(&self, role: Id) -> bool {
        self.state.world().raise_role(self.id, role)
    }

    /// Deletes a role. `false` when there is none.
    pub fn delete_role(&self, role: Id) -> bool {
        self.state.world().delete_role(self.id, role)
    }

    /// Lets the bot manage roles, from above all that there are, or takes the permission from it. `false` when the bot is
    /// not in the guild.
    pub fn let_bot_manage_roles(&self, allowed: bool) -> bool {
        let Some(role) = self.bots_role() else {
            return false;
        };
        let granted = if allowed { MANAGE_ROLES } else { 0 };
        let mut world = self.state.world();
        world.set_role_permissions(self.id, role, BOT_DEFAULT | granted);
        !allowed || world.raise_role(self.id, role)
    }

    /// The role that Discord made for the bot; `None` when the bot is not in the guild.
    pub fn bots_role(&self) -> Option<Id> {
        let world = self.state.world();
        let guild = world.guild(self.id)?;
        guild.role_of_bot(world.bot.id).map(|role| role.id)
    }

    /// Somebody of this guild gives a member a role.
    pub fn give_role(&self, member: MemberHandle, role: Id) -> bool {
        self.state
            .world()
            .change_member(self.id, member.user, |member| member.roles.push(role))
    }

    /// A member's roles, without @everyone, in the order in which they were given; empty for who is none. For use while
    /// the world is locked.
    pub fn roles_of(&self, world: &World, member: MemberHandle) -> Vec<Id> {
        world
            .member(self.id, member.user)
            .map(|member| member.roles.clone())
            .unwrap_or_default()
    }
}
