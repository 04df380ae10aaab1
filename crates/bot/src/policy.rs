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
    /// What becomes of welcomes when too many join at once.
    pub raids: RaidPolicy,
    /// How long settled welcomes are kept. Longer than anything that the rules of joins ask for.
    pub history: Duration,
}

/// What becomes of a guild's welcomes when they are more than can be posted one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaidPolicy {
    /// A raid is held back, or else greeted in groups.
    pub hold_back: bool,
    /// More due welcomes than this are joined into messages for up to 30 members each, with one picture. More joins than
    /// this within a minute are a raid. At least 1.
    pub group_from: usize,
    /// More due welcomes than this are joined into messages for as many members as one message takes, without a picture.
    pub list_from: usize,
}

impl Default for RaidPolicy {
    fn default() -> Self {
        Self {
            hold_back: false,
            group_from: 10,
            list_from: 300,
        }
    }
}

/// How long the settings of a guild are kept from which the bot was removed: somebody may have done that by mistake, or
/// to try something, and should find again what they set up.
pub(crate) const SETTINGS_GRACE: Duration = Duration::from_secs(30 * 86_400);

impl RaidPolicy {
    /// Joins within this time of each other are one raid.
    pub(crate) const WITHIN: Duration = Duration::from_secs(60);
}

impl WelcomePolicy {
    /// Where members are greeted of a guild whose admins named no channel; `None` when nobody did.
    pub fn channel(&self, guild: &GuildFacts) -> Option<ChannelId> {
        self.channels.get(&guild.id).copied().or(guild.system_channel)
    }
}
