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
