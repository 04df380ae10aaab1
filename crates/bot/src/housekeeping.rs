//! Forgets old welcomes and daily reports, settings of guilds that the bot has left, and pictures that nobody uses, when
//! nobody is waiting for anything.

mod pictures;

use std::sync::Arc;
use std::time::Duration;

use assets::AssetStore;
use domain::day::Day;
use domain::time::UnixMs;
use domain::zone::Zone;
use store::Store;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::app::Fatal;
use crate::clock::Clock;
use crate::policy::SETTINGS_GRACE;
use crate::reports;
use crate::tally::{Tally, TallySnapshot};

/// Days of activity are kept so long; their months stay.
const DAYS_KEPT: i32 = 400;
/// From one clearing to the next.
const EVERY: Duration = Duration::from_secs(6 * 3600);
/// For so long nobody must have joined and nobody been greeted; also how often that is looked at.
const QUIET_FOR: Duration = Duration::from_secs(60);
/// Guilds whose settings are erased at once: a moment of the database's time.
const ERASED_AT_ONCE: usize = 500;
/// Where it is never quiet, it is cleared all the same after this time.
const PUT_OFF_MAX: Duration = Duration::from_secs(18 * 3600);

/// What keeping house needs.
pub(crate) struct Housekeeper {
    pub(crate) store: Store,
    /// Where the pictures of guilds are kept.
    pub(crate) assets: AssetStore,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    /// How long settled welcomes are kept.
    pub(crate) history: Duration,
}

/// Keeps house until `stop`: at the start, when nothing has happened yet, and then several times a day.
pub(crate) async fn run(keeper: Housekeeper, stop: CancellationToken) -> Result<(), Fatal> {
    let mut due_at = keeper.clock.now();
    let mut before = stirred(keeper.tally.snapshot());
    loop {
        let (now, stirs) = (keeper.clock.now(), stirred(keeper.tally.snapshot()));
        if is_time(now, due_at, stirs == before) {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = keeper.clear(now) => {}
            }
            due_at = now + EVERY;
        }
        before = stirs;
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(QUIET_FOR) => {}
        }
    }
}

impl Housekeeper {
    async fn clear(&self, now: UnixMs) {
        match self.store.prune(now - self.history).await {
            Ok(0) => {}
            Ok(count) => {
                self.tally.welcomes_forgotten(count);
                info!(count, "old welcomes were forgotten");
            }
            Err(error) => warn!(%error, "old welcomes cannot be forgotten now; they are another time"),
        }
        match self.store.prune_reports(now - reports::KEPT_FOR).await {
            Ok(0) => {}
            Ok(count) => info!(count, "old daily reports were forgotten"),
            Err(error) => warn!(%error, "old daily reports cannot be forgotten now; they are another time"),
        }
        self.erase_settings(now).await;
        let kept_from = Day::at(now, Zone::utc()).plus(-DAYS_KEPT);
        match self.store.fold_activity(kept_from).await {
            Ok(0) => {}
            Ok(count) => info!(count, "old days of activity were forgotten"),
            Err(error) => {
                warn!(%error, "old days of activity cannot be forgotten now; they are another time");
            }
        }
        match pictures::collect(&self.store, &self.assets, now).await {
            Ok(0) => {}
            Ok(count) => {
                self.tally
                    .pictures_collected(u64::try_from(count).unwrap_or(u64::MAX));
                info!(count, "pictures that no guild has were removed");
            }
            Err(error) => warn!(%error, "unused pictures cannot be removed now; they are another time"),
        }
    }

    async fn erase_settings(&self, now: UnixMs) {
        let mut count = 0;
        loop {
            match self
                .store
                .erase_settings(now - SETTINGS_GRACE, ERASED_AT_ONCE)
                .await
            {
                Ok(0) => break,
                Ok(erased) => count += erased,
                Err(error) => {
                    warn!(%error, "settings of guilds that were left cannot be erased now; they are another time");
                    break;
                }
            }
        }
        if count > 0 {
            info!(count, "settings of guilds that were left a month ago are erased");
        }
    }
}

/// A number that changes when somebody joins or is greeted.
fn stirred(tally: TallySnapshot) -> u64 {
    tally.joins_told + tally.joins_found + tally.welcomes_sent
}

fn is_time(now: UnixMs, due_at: UnixMs, is_quiet: bool) -> bool {
    now >= due_at && (is_quiet || now.since(due_at) >= PUT_OFF_MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use assets::AssetOptions;
    use domain::activity::meter::{MemberActivity, Run};
    use domain::activity::rules::{ScoreRules, Weight};
    use domain::effect::Effect;
    use domain::guild::GuildFacts;
    use domain::id::{GuildId, UserId};
    use store::{Batch, StoreOptions};

    use super::*;
    use crate::clock::SystemClock;

    async fn keeper(folder: &Path) -> Housekeeper {
        Housekeeper {
            store: Store::open(&StoreOptions::at(folder.join("droas.sqlite")))
                .await
                .expect("a database"),
            assets: AssetStore::open(&AssetOptions::Folder(folder.join("assets"))).expect("a folder"),
            clock: Arc::new(SystemClock),
            tally: Arc::default(),
            history: Duration::from_secs(90 * 86_400),
        }
    }

    #[tokio::test]
    async fn days_of_activity_are_kept_for_four_hundred_days_and_months_for_ever() {
        let now = UnixMs(1_790_000_000_000);
        let today = Day::at(now, Zone::utc());
        let (kept, old) = (today.plus(-400), today.plus(-401));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keeper = keeper(folder.path()).await;
        let member = MemberActivity {
            guild: GuildId(7 << 22),
            user: UserId(1),
            days: vec![(old, 2), (kept, 3)],
            runs: vec![Run::one(now, Weight::Normal)],
            rules: ScoreRules::default(),
        };
        let batch = Batch {
            at: now,
            effects: vec![Effect::CountActivity(vec![member])],
            checkpoint: None,
        };
        keeper.store.commit(batch).await.expect("committed");
        keeper.clear(now).await;
        let known = &keeper.store.member_activity(UserId(1)).await.expect("readable")[0];
        assert_eq!(known.days, [(kept, 3)]);
        let of_months: u64 = known.months.iter().map(|(_, messages)| messages).sum();
        assert_eq!(of_months, 5);
    }

    #[tokio::test]
    async fn settings_of_a_guild_that_the_bot_left_are_kept_for_a_month() {
        const TEA: GuildId = GuildId(7 << 22);
        let left_at = UnixMs(1_790_000_000_000);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keeper = keeper(folder.path()).await;
        let store = &keeper.store;
        let facts = GuildFacts {
            id: TEA,
            name: "Tea".to_owned(),
            locale: "ja".to_owned(),
            system_channel: None,
            member_count: None,
        };
        let batch = Batch {
            at: left_at,
            effects: vec![Effect::StoreGuild(facts), Effect::ForgetGuild(TEA)],
            checkpoint: None,
        };
        store.commit(batch).await.expect("committed");
        let month = Duration::from_secs(30 * 86_400);
        keeper.clear(left_at + month).await;
        assert!(store.settings(TEA).await.expect("readable").is_some());
        keeper.clear(left_at + month + Duration::from_millis(1)).await;
        assert_eq!(store.settings(TEA).await.expect("readable"), None);
    }

    #[test]
    fn quiet_moment_is_waited_for_but_not_for_ever() {
        let due_at = UnixMs(1_790_000_000_000);
        assert!(!is_time(due_at - Duration::from_millis(1), due_at, true));
        assert!(is_time(due_at, due_at, true));
        assert!(!is_time(due_at, due_at, false));
        assert!(is_time(due_at + PUT_OFF_MAX, due_at, false));
    }
}
