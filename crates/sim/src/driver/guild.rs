//! A guild and its people, in the hands of a test.

use std::sync::Arc;

use serde_json::json;

use super::shown::{self, ShownMessage};
use crate::state::State;
use crate::world::channel::Overwrite;
use crate::world::guild::Guild;
use crate::world::membership::Joining;
use crate::world::message::NewMessage;
use crate::world::user::NewUser;
use crate::world::{Id, World};

/// A guild. Clones are the same guild.
#[derive(Clone, Debug)]
pub struct GuildHandle {
    pub(super) state: Arc<State>,
    /// The guild's id.
    pub id: Id,
}

/// A person in a guild, or one who was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemberHandle {
    /// The guild.
    pub guild: Id,
    /// The account.
    pub user: Id,
}

impl GuildHandle {
    /// A guild by its id.
    pub fn new(state: Arc<State>, id: Id) -> Self {
        Self { state, id }
    }

    /// A new person of this shown name joins.
    pub fn join(&self, name: &str) -> MemberHandle {
        self.join_as(NewUser::named(name), Joining::default())
    }

    /// A new account joins.
    pub fn join_as(&self, user: NewUser, joining: Joining) -> MemberHandle {
        let mut world = self.state.world();
        let user = world.create_user(user);
        world
            .join(self.id, user, joining)
            .expect("a new account is no member yet, and guilds are not deleted");
        self.handle(user)
    }

    /// An account joins, or comes back. `false` when it is a member already.
    pub fn join_user(&self, user: Id) -> bool {
        self.state
            .world()
            .join(self.id, user, Joining::default())
            .is_some()
    }

    /// Somebody leaves. `false` when they are no member.
    pub fn leave(&self, member: MemberHandle) -> bool {
        self.state.world().leave(self.id, member.user)
    }

    /// Somebody who left comes back. `false` when they are a member.
    pub fn rejoin(&self, member: MemberHandle) -> bool {
        self.join_user(member.user)
    }

    /// Discord sends GUILD_MEMBER_ADD for somebody who is a member already.
    pub fn announce_again(&self, member: MemberHandle) {
        self.state.world().announce_join(self.id, member.user, 0);
    }

    /// Somebody passes membership screening.
    pub fn pass_screening(&self, member: MemberHandle) -> bool {
        self.state
            .world()
            .change_member(self.id, member.user, |member| member.pending = false)
    }

    /// Somebody is called otherwise in this guild.
    pub fn set_nick(&self, member: MemberHandle, nick: Option<&str>) -> bool {
        let nick = nick.map(str::to_owned);
        self.state
            .world()
            .change_member(self.id, member.user, |member| member.nick = nick)
    }

    /// Somebody writes in a channel, with a nonce as Discord's own clients send one. `None` when there is no such
    /// channel.
    pub fn post(&self, channel: Id, member: MemberHandle, text: &str) -> Option<Id> {
        let mut world = self.state.world();
        let nonce = world.ids.now();
        let message = NewMessage {
            nonce: Some(json!(nonce.to_string())),
            ..NewMessage::text(text)
        };
        let created = world.create_message(channel, member.user, message).ok()?;
        Some(created.message)
    }

    /// Deletes a message. `false` when there is none.
    pub fn delete_message(&self, channel: Id, message: Id) -> bool {
        self.state.world().delete_message(channel, message)
    }

    /// Makes a text channel.
    pub fn create_channel(&self, name: &str) -> Id {
        self.state
            .world()
            .create_channel(self.id, name)
            .expect("guilds are not deleted")
    }

    /// Somebody begins a public thread in a channel.
    ///
    /// # Panics
    /// There is no such channel, or it is a thread itself.
    pub fn begin_thread(&self, channel: Id, member: MemberHandle, name: &str) -> Id {
        self.state
            .world()
            .begin_thread(channel, member.user, name)
            .expect("the channel is there and no thread")
    }

    /// Archives a thread; whoever writes in it opens it again. `false` when there is none, or it is archived.
    pub fn archive_thread(&self, thread: Id) -> bool {
        self.state.world().archive_thread(thread, true)
    }

    /// Deletes a channel or a thread. `false` when there is none.
    pub fn delete_channel(&self, channel: Id) -> bool {
        self.state.world().delete_channel(channel)
    }

    /// Denies the bot's role these permissions in one channel; 0 gives them back. `false` when there is no such
    /// channel, or the bot is not in the guild.
    pub fn deny_bot(&self, channel: Id, permissions: u64) -> bool {
        let mut world = self.state.world();
        let bot = world.bot.id;
        let role = world
            .guild(self.id)
            .and_then(|guild| guild.role_of_bot(bot))
            .map(|role| role.id);
        role.is_some_and(|id| {
            world.set_overwrite(
                channel,
                Overwrite {
                    id,
                    member: false,
                    allow: 0,
                    deny: permissions,
                },
            )
        })
    }

    /// Changes name, icon, locale or system channel.
    pub fn change(&self, change: impl FnOnce(&mut Guild)) {
        self.state.world().change_guild(self.id, change);
    }

    /// The guild has an outage.
    pub fn begin_outage(&self) {
        self.state.world().begin_guild_outage(self.id);
    }

    /// The guild's outage ends.
    pub fn end_outage(&self) {
        self.state.world().end_guild_outage(self.id);
    }

    /// Removes the bot. `false` when it is not there.
    pub fn remove_bot(&self) -> bool {
        self.state.world().remove_bot(self.id)
    }

    /// Invites the bot anew. `false` when it is there.
    pub fn invite_bot(&self) -> bool {
        self.state.world().invite_bot(self.id)
    }

    /// The system channel: in a new guild the channel `welcome`.
    ///
    /// # Panics
    /// The guild has none any more.
    pub fn welcome_channel(&self) -> Id {
        self.state
            .world()
            .guilds
            .get(&self.id)
            .and_then(|guild| guild.system_channel)
            .expect("the guild's system channel was not taken away")
    }

    /// What stands in a channel, the oldest first, as a person sees it.
    pub fn channel_messages(&self, channel: Id) -> Vec<ShownMessage> {
        shown::channel(&self.state.world(), channel)
    }

    /// What stands in the system channel.
    ///
    /// # Panics
    /// The guild has none any more.
    pub fn welcome_messages(&self) -> Vec<ShownMessage> {
        self.channel_messages(self.welcome_channel())
    }

    /// How many messages of `author` stand in this guild's channels. For use while the world is locked.
    pub fn posts_of(&self, world: &World, author: Id) -> usize {
        world.guilds.get(&self.id).map_or(0, |guild| {
            guild
                .channels
                .values()
                .flat_map(|channel| channel.messages.values())
                .filter(|message| message.author == author)
                .count()
        })
    }

    fn handle(&self, user: Id) -> MemberHandle {
        MemberHandle { guild: self.id, user }
    }
}
