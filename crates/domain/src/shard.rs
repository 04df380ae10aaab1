//! Shards: the parts into which Discord divides a bot's guilds.

use crate::id::GuildId;

/// A shard. The count belongs to it: with another count the same number means other guilds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardKey {
    /// Its number, from 0.
    pub id: u32,
    /// How many shards the bot has.
    pub count: u32,
}

impl ShardKey {
    /// The shard that receives a guild's events, out of `count` (at least 1).
    pub fn of(guild: GuildId, count: u32) -> Self {
        Self {
            id: guild.shard(count),
            count,
        }
    }
}
