//! Scores anew, after a guild changed how they fade.
//!
//! What leaderboards sort by follows from what is stored of each member and from how scores fade in the guild. A change of
//! that is noted in its own transaction, and worked off here: soon after the news of it, at the start, for what a crash
//! left, and now and then, for news that nobody heard. To do it twice comes to the same, so it does not matter how many
//! processes do. A message that was counted by the old rules and is committed later than that is put right by its member's
//! next one.

use std::sync::Arc;
use std::time::Duration;

use domain::activity::rules::ActivityRules;
use store::{SettingsChanges, Store, StoreError};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::app::Fatal;
use crate::tally::Tally;
use crate::timing::Timing;

/// So long after a change what was counted by the old rules is committed, as a rule.
const SETTLES_WITHIN: Duration = Duration::from_secs(1);
/// How often it is looked for what nobody was heard to change.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// Guilds that are asked for at once.
const AT_ONCE: usize = 100;

/// What reckoning anew needs.
pub(crate) struct Rescorer {
    pub(crate) store: Store,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
    /// For jitter.
    pub(crate) seed: u64,
}

/// Reckons anew what has to be until `stop`.
pub(crate) async fn run(
    rescorer: Rescorer,
    mut changes: SettingsChanges,
    stop: CancellationToken,
) -> Result<(), Fatal> {
    let mut pauses = rescorer.timing.store.start(rescorer.seed);
    loop {
        let worked = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            worked = rescorer.work_off() => worked,
        };
        let rest = match worked {
            Ok(()) => {
                pauses = rescorer.timing.store.start(rescorer.seed);
                EVERY
            }
            Err(error) => {
                if pauses.is_fresh() {
                    warn!(%error, "scores cannot be reckoned anew now; they are soon");
                }
                pauses.next_pause()
            }
        };
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(rest) => {}
            () = changed_and_settled(&mut changes) => {}
        }
    }
}

/// Waits until some guild has changed something, and for what others change meanwhile. Cancel safe.
async fn changed_and_settled(changes: &mut SettingsChanges) {
    changes.next().await;
    let settling = async {
        loop {
            changes.next().await;
        }
    };
    let _ = tokio::time::timeout(SETTLES_WITHIN, settling).await;
}

impl Rescorer {
    /// Goes through the guilds that are noted, until there are none.
    async fn work_off(&self) -> Result<(), StoreError> {
        loop {
            let due = self.store.rescores_due(AT_ONCE).await?;
            if due.is_empty() {
                return Ok(());
            }
            for (guild, version) in due {
                let stored = self.store.settings(guild).await?;
                let rules = stored.map_or_else(ActivityRules::default, |stored| {
                    ActivityRules::of(&stored.settings)
                });
                let members = self.store.rescore(guild, &rules.score).await?;
                // Otherwise they were changed again, and are due again.
                if self.store.rescored(guild, version).await? {
                    self.tally.guilds_rescored(1);
                    info!(%guild, members, "scores are reckoned anew by the guild's new rules");
                }
            }
        }
    }
}
