//! What is kept of a guild besides its settings.

use crate::id::{ChannelId, GuildId};

/// The facts about a guild that welcomes need. They outlive the process: after a resume Discord does not send them again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuildFacts {
    /// The guild.
    pub id: GuildId,
    /// Its name, 2 to 100 characters.
    pub name: String,
    /// Its preferred locale, such as `en-US` or `zh-TW`.
    pub locale: String,
    /// Where Discord itself posts system messages, when the guild has such a channel.
    pub system_channel: Option<ChannelId>,
    /// Members now, ourselves and other bots too. `None` when the source does not tell it (a GUILD_UPDATE): what is
    /// stored stays.
    pub member_count: Option<u64>,
}
