//! How this installation greets, for all its guilds.

use std::collections::HashMap;
use std::time::Duration;

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId};
use domain::join::JoinRules;
use domain::template::Template;

/// How this installation greets.
#[derive(Clone, Debug)]
pub struct WelcomePolicy {
    /// The words.
    pub message: Template,
    /// Channels that the operator named; a guild without one is greeted in its system channel.
    pub channels: HashMap<GuildId, ChannelId>,
    /// When a join is greeted.
    pub rules: JoinRules,
    /// A welcome that could not be posted for this long is not posted any more, and a join that was missed is greeted no
    /// later than this.
    pub stale_after: Duration,
    /// Members who must pass membership screening are greeted once they have, not when they join.
    pub after_screening: bool,
    /// How long settled welcomes are kept. Longer than anything that the rules of joins ask for.
    pub history: Duration,
}

impl WelcomePolicy {
    /// Where members of a guild are greeted; `None` when nobody named a channel.
    pub(crate) fn channel(&self, guild: &GuildFacts) -> Option<ChannelId> {
        self.channels.get(&guild.id).copied().or(guild.system_channel)
    }
}
