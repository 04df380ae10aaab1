//! What became of the newest welcomes, without what anybody is called.

use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::welcome::{SkipReason, Welcome, WelcomeState};
use store::StoreError;

use super::Control;

/// Reasons that somebody may want to look into. The others are what the guild chose, or what the member did.
const FAILURES: &[SkipReason] = &[
    SkipReason::NoChannel,
    SkipReason::Refused,
    SkipReason::Stale,
    SkipReason::GuildLeft,
    SkipReason::UnknownOutcome,
];

/// Among how many of the newest welcomes failures are looked for.
const FAILURES_AMONG: usize = 5_000;

/// The newest welcomes over all guilds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// The newest, newest first.
    pub newest: Vec<Fate>,
    /// The newest that could not be posted, of the last 5,000 of all, newest first.
    pub failed: Vec<Fate>,
}

/// What became of a welcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Where they joined.
    pub guild: GuildId,
    /// Who joined.
    pub user: UserId,
    /// When, by Discord's clock.
    pub joined_at: UnixMs,
    /// Where the welcome stands.
    pub state: WelcomeState,
    /// How many posts were begun.
    pub attempts: u32,
    /// Nothing is done for it before this time; for somebody who has yet to pass screening it lies beyond all times.
    pub next_attempt_at: UnixMs,
}

impl From<Welcome> for Fate {
    fn from(welcome: Welcome) -> Self {
        Self {
            guild: welcome.guild,
            user: welcome.member.id,
            joined_at: welcome.joined_at,
            state: welcome.state,
            attempts: welcome.attempts,
            next_attempt_at: welcome.next_attempt_at,
        }
    }
}

impl Control {
    /// The newest welcomes and the newest that failed, at most `len_max` of each.
    ///
    /// # Errors
    /// [`StoreError`]: the database does not answer.
    pub async fn recent(&self, len_max: usize) -> Result<Recent, StoreError> {
        let store = &self.0.store;
        let (newest, failed) = tokio::try_join!(
            store.newest_welcomes(len_max),
            store.newest_skipped(FAILURES, FAILURES_AMONG, len_max),
        )?;
        let fates = |welcomes: Vec<Welcome>| welcomes.into_iter().map(Fate::from).collect();
        Ok(Recent {
            newest: fates(newest),
            failed: fates(failed),
        })
    }

    /// How many welcomes are not settled. It may be asked every few seconds, also where there are millions in the history.
    ///
    /// # Errors
    /// [`StoreError`]: the database does not answer.
    pub async fn waiting(&self) -> Result<u64, StoreError> {
        self.0.store.unsettled_welcomes().await
    }
}
