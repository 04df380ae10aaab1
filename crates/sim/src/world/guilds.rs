//! Making guilds, and what changes about a whole guild.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use super::guild::Guild;
use super::member::Member;
use super::role::Role;
use super::user::NewUser;
use super::{Id, World, permissions, text};
use crate::gateway::intents;
use crate::gateway::sessions::Dispatch;
use crate::wire;

impl World {
    /// Makes a guild: an owner, @everyone, the bot with a role of its own and the permissions that a greeting bot asks
    /// for, and a text channel `welcome` that is the system channel.
    pub fn create_guild(&mut self, name: &str) -> Id {
        let owner = self.create_user(NewUser::named("Owner"));
        let (id, bot_role) = (self.ids.old(), self.ids.old());
        let bot = self.bot.id;
        let now_us = self.clock.now_us();
        let role = |id, name: &str, permissions, position, bot| Role {
            id,
            name: name.to_owned(),
            permissions,
            position,
            bot,
        };
        let bot_name = self.user(bot).username.clone();
        let roles = [
            role(id, "@everyone", permissions::EVERYONE_DEFAULT, 0, None),
            role(bot_role, &bot_name, permissions::BOT_DEFAULT, 1, Some(bot)),
        ];
        let members = [
            Member::new(owner, now_us),
            Member {
                roles: vec![bot_role],
                ..Member::new(bot, now_us)
            },
        ];
        self.guilds.insert(
            id,
            Guild {
                id,
                name: name.to_owned(),
                icon: None,
                preferred_locale: "en-US".to_owned(),
                owner,
                roles: roles.into_iter().map(|role| (role.id, role)).collect(),
                channels: BTreeMap::new(),
                system_channel: None,
                members: members.into_iter().map(|member| (member.user, member)).collect(),
                left: HashSet::new(),
                available: true,
                // Until the guild is whole, nobody hears of its parts.
                bot_present: false,
            },
        );
        let welcome = self.create_channel(id, "welcome");
        if let Some(guild) = self.guilds.get_mut(&id) {
            guild.system_channel = welcome;
            guild.bot_present = true;
        }
        self.send_guild_create(id);
        id
    }

    /// Changes a guild (name, icon, locale, system channel) and sends GUILD_UPDATE. `false` when there is none.
    pub fn change_guild(&mut self, id: Id, change: impl FnOnce(&mut Guild)) -> bool {
        let Some(guild) = self.guilds.get_mut(&id) else {
            return false;
        };
        change(guild);
        self.announce_guild(id);
        true
    }

    pub(super) fn announce_guild(&mut self, id: Id) {
        if let Some(guild) = self.guilds.get(&id) {
            let payload = wire::guild(guild);
            self.dispatch(id, "GUILD_UPDATE", intents::GUILDS, &payload);
        }
    }

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
            position: u32::try_from(home.roles.len()).unwrap_or(u32::MAX),
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

    /// A guild has an outage: GUILD_DELETE with `unavailable`, and silence.
    pub fn begin_guild_outage(&mut self, id: Id) {
        self.set_available(id, false);
    }

    /// The outage ends with a GUILD_CREATE.
    pub fn end_guild_outage(&mut self, id: Id) {
        self.set_available(id, true);
    }

    fn set_available(&mut self, id: Id, available: bool) {
        let Some(guild) = self
            .guilds
            .get_mut(&id)
            .filter(|guild| guild.available != available)
        else {
            return;
        };
        guild.available = available;
        if !guild.bot_present {
            return;
        }
        if available {
            self.send_guild_create(id);
        } else {
            let gone = json!({"id": id.to_string(), "unavailable": true});
            self.send(id, Dispatch::new("GUILD_DELETE", intents::GUILDS, text(&gone)));
        }
    }

    /// Removes the bot from a guild. `false` when it was not in it.
    pub fn remove_bot(&mut self, id: Id) -> bool {
        let bot = self.bot.id;
        let Some(guild) = self.guilds.get_mut(&id).filter(|guild| guild.bot_present) else {
            return false;
        };
        guild.bot_present = false;
        guild.members.remove(&bot);
        guild.roles.retain(|_, role| role.bot != Some(bot));
        guild.left.insert(bot);
        let gone = json!({"id": id.to_string()});
        self.send(id, Dispatch::new("GUILD_DELETE", intents::GUILDS, text(&gone)));
        true
    }

    /// Invites the bot anew after [`World::remove_bot`]. `false` when it is in the guild, or there is none.
    pub fn invite_bot(&mut self, id: Id) -> bool {
        let (bot, bot_role) = (self.bot.id, self.ids.old());
        let (now_us, name) = (self.clock.now_us(), self.user(bot).username.clone());
        let Some(guild) = self.guilds.get_mut(&id).filter(|guild| !guild.bot_present) else {
            return false;
        };
        guild.bot_present = true;
        guild.roles.insert(
            bot_role,
            Role {
                id: bot_role,
                name,
                permissions: permissions::BOT_DEFAULT,
                position: 1,
                bot: Some(bot),
            },
        );
        guild.members.insert(
            bot,
            Member {
                roles: vec![bot_role],
                ..Member::new(bot, now_us)
            },
        );
        self.send_guild_create(id);
        true
    }

    fn send_guild_create(&mut self, id: Id) {
        if !self.sessions.any() {
            return;
        }
        if let Some(payload) = self.guild_create(id) {
            self.send(id, Dispatch::new("GUILD_CREATE", intents::GUILDS, payload));
        }
    }

    /// GUILD_CREATE's payload; `None` for a guild that is unavailable or that the bot is not in.
    pub(crate) fn guild_create(&self, id: Id) -> Option<std::sync::Arc<str>> {
        let guild = self.guild(id).filter(|guild| guild.available)?;
        Some(text(&wire::guild_create(self, guild)))
    }
}
