//! What Discord tells us, reduced to what we use.

use crate::guild::GuildFacts;
use crate::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use crate::member::Member;
use crate::thread::{Thread, ThreadNews};
use crate::time::UnixMs;
use crate::welcome::Membership;

/// One dispatch of the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A session began anew: what happened before it was missed.
    Ready {
        /// Ourselves.
        bot: UserId,
        /// The guilds of this shard; each follows as [`Event::GuildSeen`] once it is available.
        guilds: Vec<GuildId>,
    },
    /// A session goes on; everything missed was replayed before this.
    Resumed,
    /// A guild became available, or its facts changed.
    GuildSeen {
        /// The guild.
        facts: GuildFacts,
        /// When we came to it, by Discord's clock; `None` when the source does not tell it (a GUILD_UPDATE).
        joined_at: Option<UnixMs>,
        /// All its threads that are open and that we may see; `None` when the source does not tell them (a GUILD_UPDATE).
        threads: Option<Vec<Thread>>,
    },
    /// Something about a guild's threads.
    ThreadsTold(ThreadNews),
    /// We were removed from a guild. (An outage is no removal and gives no event.)
    GuildLeft(GuildId),
    /// GUILD_MEMBER_ADD, which may come twice or for people who are members already: see [`crate::join`].
    MemberJoined(Join),
    /// Not told by the gateway: the guild's list of members names somebody who may have joined while nobody listened.
    MemberFound(Join),
    /// Something about a member changed, perhaps about ourselves.
    MemberUpdated {
        /// Where.
        guild: GuildId,
        /// Who.
        user: UserId,
        /// Whether they have yet to pass membership screening; `None` when the source does not tell it.
        pending: Option<bool>,
    },
    /// GUILD_MEMBER_REMOVE: left, kicked or banned.
    MemberLeft {
        /// Where.
        guild: GuildId,
        /// Who; their name in this guild is not told.
        member: Member,
    },
    /// A message was posted in a guild, perhaps by ourselves.
    MessagePosted(Message),
    /// A channel or a role of a guild changed, so what we may do there may have.
    AccessChanged {
        /// Where.
        guild: GuildId,
        /// The channel, when it was one.
        channel: Option<ChannelId>,
    },
    /// Something that we do not use. Its sequence counts all the same.
    Unused,
}

impl Event {
    /// When it happened, by Discord's clock, for the events that tell it.
    pub fn told_at(&self) -> Option<UnixMs> {
        match self {
            Self::MemberJoined(join) => Some(join.joined_at),
            Self::MessagePosted(message) => Some(message.id.created_at()),
            _ => None,
        }
    }

    /// The guild in which `bot` may be allowed or forbidden something since this event: what failed there may be worth
    /// another try.
    pub fn access_changed_in(&self, bot: UserId) -> Option<GuildId> {
        match self {
            Self::AccessChanged { guild, .. } => Some(*guild),
            Self::GuildSeen { facts, .. } => Some(facts.id),
            Self::MemberUpdated { guild, user, .. } if *user == bot => Some(*guild),
            _ => None,
        }
    }
}

/// Somebody joins, as Discord tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// Where.
    pub guild: GuildId,
    /// Who.
    pub member: Member,
    /// When, by Discord's clock.
    pub joined_at: UnixMs,
    /// Discord's DID_REJOIN: they had been a member before and left.
    pub rejoined: bool,
    /// They have not passed membership screening yet.
    pub pending: bool,
}

impl Join {
    /// Whose join.
    pub fn membership(&self) -> Membership {
        Membership {
            guild: self.guild,
            user: self.member.id,
        }
    }
}

/// A message, without its text: we neither ask for it nor get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// The guild that it was posted in.
    pub guild: GuildId,
    /// The channel or the thread that it was posted in.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: UserId,
    /// A person wrote it, not a bot, a webhook or Discord itself.
    pub by_person: bool,
    /// The roles that its author has in the guild.
    pub roles: Vec<RoleId>,
    /// The nonce that its sender gave it, when there is one.
    pub nonce: Option<String>,
}
