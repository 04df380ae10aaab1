//! The tested bot's account and application.

use super::Id;
use super::ids::IdMaker;
use crate::config::SimConfig;
use crate::gateway::intents;

/// The account that the tested bot logs in with.
#[derive(Clone, Debug)]
pub struct Bot {
    /// The bot's user id.
    pub id: Id,
    /// The application's id; for applications of our days it is the same.
    pub application_id: Id,
    /// The token that clients must name; `None` once Discord has taken it back.
    pub token: Option<String>,
    /// The privileged intents that are switched on, as bits.
    pub granted_intents: u64,
    /// Whether Discord reviewed the application and granted these intents in full, as it must of one in many guilds.
    pub intents_reviewed: bool,
}

impl Bot {
    pub(super) fn new(config: &SimConfig, ids: &mut IdMaker) -> Self {
        let id = ids.old();
        Self {
            id,
            application_id: id,
            token: Some(config.token.clone()),
            granted_intents: config.granted_intents,
            intents_reviewed: false,
        }
    }

    /// Whether `token` is the bot's, without its `Bot ` prefix.
    pub fn accepts(&self, token: &str) -> bool {
        self.token.as_deref() == Some(token)
    }

    /// The application's flags: the privileged intents, as reviewed ones or as ones whose switch is on.
    /// Source: Discord's documentation, "Application Resource", heading "Application Flags", read in August 2026.
    pub fn application_flags(&self) -> u32 {
        [
            (intents::GUILD_PRESENCES, 1 << 12),
            (intents::GUILD_MEMBERS, 1 << 14),
            (intents::MESSAGE_CONTENT, 1 << 18),
        ]
        .into_iter()
        .filter(|(intent, _)| self.granted_intents & intent != 0)
        .fold(0, |flags, (_, reviewed)| {
            // The bit above says that there is a switch and no review.
            let flag = if self.intents_reviewed {
                reviewed
            } else {
                reviewed << 1
            };
            flags | flag
        })
    }
}
