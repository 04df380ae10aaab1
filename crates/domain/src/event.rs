//! What Discord tells us, reduced to what we use.

use crate::guild::GuildFacts;
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::member::Member;
use crate::time::UnixMs;

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
    GuildSeen(GuildFacts),
    /// We were removed from a guild. (An outage is no removal and gives no event.)
    GuildLeft(GuildId),
    /// GUILD_MEMBER_ADD, which may come twice or for people who are members already: see [`crate::join`].
    MemberJoined(Join),
    /// GUILD_MEMBER_REMOVE: left, kicked or banned.
    MemberLeft {
        /// Where.
        guild: GuildId,
        /// Who.
        user: UserId,
    },
    /// A message was posted in a guild, perhaps by ourselves.
    MessagePosted(Message),
    /// Something that we do not use. Its sequence counts all the same.
    Unused,
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

/// A message, without its text: we neither ask for it nor get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// The guild that it was posted in.
    pub guild: GuildId,
    /// The channel that it was posted in.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: UserId,
    /// A person wrote it, not a bot, a webhook or Discord itself.
    pub by_person: bool,
    /// The nonce that its sender gave it, when there is one.
    pub nonce: Option<String>,
}
