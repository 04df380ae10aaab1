//! What exists: the bot, guilds, people, messages.
//!
//! Each change is one method: it changes the data, writes the [`log`], and hands the dispatch to the sessions that may
//! hear of it, all under the world's lock. So the order on the gateway is the order of the changes, and REST's effects
//! are atomic. Ids are plain snowflakes (`u64`).

pub mod bot;
pub mod channel;
pub mod counters;
pub mod direct;
pub(crate) mod embed_files;
pub mod guild;
pub mod guilds;
pub mod ids;
pub mod log;
pub mod member;
pub mod membership;
pub mod message;
pub mod messages;
pub mod permissions;
pub mod role;
pub mod roles;
pub mod threads;
pub mod user;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use serde::Serialize;

use crate::clock::Clock;
use crate::config::{Limits, SimConfig};
use crate::faults::Faults;
use crate::gateway::sessions::{Dispatch, Sessions};
use bot::Bot;
use channel::Channel;
use counters::Counters;
use direct::DirectMessages;
use guild::Guild;
use ids::IdMaker;
use log::Log;
use messages::Nonces;
use user::User;

/// A snowflake: milliseconds since Discord's epoch in the upper 42 bits.
pub type Id = u64;

/// Everything that exists.
#[derive(Debug)]
pub struct World {
    /// The account that the tested bot logs in with.
    pub bot: Bot,
    /// All guilds, also those that the bot was removed from.
    pub guilds: BTreeMap<Id, Guild>,
    /// All people and bots.
    pub users: HashMap<Id, User>,
    /// Messages of the bot to one person alone.
    pub direct: DirectMessages,
    /// What happened, for an independent count.
    pub log: Log,
    /// What the clients did.
    pub counters: Counters,
    /// What goes wrong.
    pub faults: Faults,
    /// The gateway's sessions.
    pub sessions: Sessions,
    /// The clock.
    pub clock: Clock,
    /// Makes ids.
    pub ids: IdMaker,
    /// Base of attachments' addresses.
    pub cdn_base: String,
    pub(crate) limits: Limits,
    /// The guild of each channel.
    channel_guilds: HashMap<Id, Id>,
    nonces: Nonces,
    attachments: messages::AttachmentBudget,
}

impl World {
    /// A world with the bot and nothing else.
    pub fn new(config: &SimConfig, addr: SocketAddr) -> Self {
        let mut ids = IdMaker::new(config.seed, config.clock.clone());
        let bot = Bot::new(config, &mut ids);
        let users = HashMap::from([(bot.id, User::bot(bot.id, &config.bot_name))]);
        Self {
            bot,
            guilds: BTreeMap::new(),
            users,
            direct: DirectMessages::default(),
            log: Log::default(),
            counters: Counters::default(),
            faults: Faults::new(config.seed),
            sessions: Sessions::new(crate::state::gateway_url(addr)),
            clock: config.clock.clone(),
            ids,
            cdn_base: crate::state::cdn_base(addr),
            limits: config.limits.clone(),
            channel_guilds: HashMap::new(),
            nonces: Nonces::default(),
            attachments: messages::AttachmentBudget::default(),
        }
    }

    /// A guild that the bot is in.
    pub fn guild(&self, id: Id) -> Option<&Guild> {
        self.guilds.get(&id).filter(|guild| guild.bot_present)
    }

    /// The guild of a channel, and the channel.
    pub fn channel(&self, id: Id) -> Option<(&Guild, &Channel)> {
        let guild = self.guilds.get(self.channel_guilds.get(&id)?)?;
        Some((guild, guild.channels.get(&id)?))
    }

    fn channel_mut(&mut self, id: Id) -> Option<&mut Channel> {
        self.guilds
            .get_mut(self.channel_guilds.get(&id)?)?
            .channels
            .get_mut(&id)
    }

    /// A user. Everybody who is named anywhere exists.
    ///
    /// # Panics
    /// No such user: a bug of the simulator or of the test.
    pub fn user(&self, id: Id) -> &User {
        self.users.get(&id).expect("every id of a user belongs to one")
    }

    /// Permissions of a user in a guild, or in one of its channels; see [`permissions`]. 0 for strangers.
    pub fn permissions(&self, guild: Id, user: Id, channel: Option<Id>) -> u64 {
        self.guilds
            .get(&guild)
            .map_or(0, |guild| permissions::of(guild, user, channel))
    }

    /// Sends an event to the sessions of the guild's shard that have one of `intents` (0: to all of them). Nothing is
    /// sent while the guild is unavailable or the bot is not in it.
    pub fn dispatch(&mut self, guild: Id, event: &'static str, intents: u64, payload: &impl Serialize) {
        if self.is_heard(guild) {
            self.send(guild, Dispatch::new(event, intents, text(payload)));
        }
    }

    /// As [`World::dispatch`], with the payload's JSON at hand.
    fn dispatch_text(&mut self, guild: Id, event: &'static str, intents: u64, payload: Arc<str>) {
        if self.is_heard(guild) {
            self.send(guild, Dispatch::new(event, intents, payload));
        }
    }

    /// Whether anybody is told what happens in a guild.
    fn is_heard(&self, guild: Id) -> bool {
        self.sessions.any() && self.guild(guild).is_some_and(|guild| guild.available)
    }

    /// As [`World::dispatch`], whatever the state of the guild.
    fn send(&mut self, guild: Id, dispatch: Dispatch) {
        let now_ms = self.clock.now_ms();
        self.sessions
            .dispatch(guild, &dispatch, &mut self.faults, &self.limits, now_ms);
    }
}

/// JSON of a payload.
fn text(payload: &impl Serialize) -> Arc<str> {
    serde_json::to_string(payload)
        .expect("payloads have text keys and nothing that fails to serialise")
        .into()
}
