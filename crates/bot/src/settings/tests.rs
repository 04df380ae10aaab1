use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use domain::effect::Effect;
use domain::guild::GuildFacts;
use domain::language::Language;
use domain::settings::{Field, SettingError};
use domain::time::UnixMs;
use store::{Batch, StoreOptions};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::*;

const TEA: GuildId = GuildId(7 << 22);
const ADMIN: UserId = UserId(9);
/// Longer than anything takes here. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// A clock that is moved by hand.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> UnixMs {
        UnixMs(1_790_000_000_000 + self.0.load(Ordering::Relaxed))
    }
}

struct Scene {
    store: Store,
    settings: Settings,
    clock: Arc<Hand>,
    _folder: TempDir,
}

async fn scene() -> Scene {
    scene_with(SettingsOptions::default()).await
}

async fn scene_with(options: SettingsOptions) -> Scene {
    let folder = TempDir::new().expect("a temporary folder");
    let store = Store::open(&StoreOptions::at(folder.path().join("droas.sqlite")))
        .await
        .expect("a database");
    let clock = Arc::new(Hand(AtomicI64::new(0)));
    let settings = Settings::new(store.clone(), Arc::clone(&clock) as Arc<dyn Clock>, options);
    Scene {
        store,
        settings,
        clock,
        _folder: folder,
    }
}

impl Scene {
    async fn get(&self, guild: GuildId) -> Arc<StoredSettings> {
        self.settings.get(guild).await.expect("readable")
    }

    /// A change that another process makes, without any news of it.
    async fn change_elsewhere(&self, guild: GuildId, from_version: u64, patch: Patch) {
        let asked = SettingsChange {
            guild,
            from_version,
            patch,
            by: Some(UserId(77)),
            at: self.clock.now(),
        };
        let outcome = self.store.change_settings(asked).await.expect("written");
        assert!(matches!(outcome, SettingsOutcome::Changed(..)), "{outcome:?}");
    }

    async fn change(&self, from_version: u64, patch: &Patch) -> Result<Arc<StoredSettings>, ChangeError> {
        self.settings.change(TEA, from_version, patch, Some(ADMIN)).await
    }
}

fn channel(id: u64) -> Patch {
    Patch::new().set(Field::WelcomeChannel, id.to_string())
}

#[tokio::test]
async fn guild_of_which_nothing_is_stored_has_version_0_and_is_looked_up_once() {
    let scene = scene().await;
    for _ in 0..3 {
        assert_eq!(*scene.get(TEA).await, StoredSettings::none(TEA));
    }
    let stats = scene.settings.stats();
    assert_eq!((stats.hits, stats.misses, stats.entries), (2, 1, 1));
}

#[tokio::test]
async fn change_is_seen_at_once_and_without_reading() {
    let scene = scene().await;
    let first = scene.change(0, &channel(1)).await.expect("changed");
    assert_eq!((first.version, first.updated_by), (1, Some(ADMIN)));
    assert_eq!(scene.get(TEA).await, first);
    let same = scene.change(1, &channel(1)).await.expect("nothing to do");
    assert_eq!(same, first);
    assert_eq!(scene.settings.stats().misses, 0);
    let lines = scene.settings.audit(TEA, None, 9).await.expect("readable");
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].by, Some(ADMIN));
}

#[tokio::test]
async fn refused_change_leaves_what_is_kept_as_it_was() {
    let scene = scene().await;
    let before = scene.change(0, &channel(1)).await.expect("changed");
    let wrong = Patch::new()
        .set(Field::WelcomeChannel, "2")
        .set(Field::CardAccent, "red-ish");
    let refused = scene.change(1, &wrong).await.expect_err("no colour");
    assert!(
        matches!(refused, ChangeError::Setting(SettingError::NotAColor(_))),
        "{refused}"
    );
    let look = Patch::new().set(Field::CardLayout, "upside-down");
    let refused = scene.change(1, &look).await.expect_err("no layout");
    assert!(
        matches!(refused, ChangeError::Look(_, Field::CardLayout)),
        "{refused}"
    );
    let background = Patch::new().set(Field::CardBackground, "a".repeat(64));
    let refused = scene.change(1, &background).await.expect_err("no picture");
    assert!(matches!(refused, ChangeError::UnknownAsset), "{refused}");
    assert_eq!(scene.get(TEA).await, before);
    scene.store.close().await;
    let failed = scene.change(1, &channel(2)).await.expect_err("closed");
    assert!(
        matches!(failed, ChangeError::Store(StoreError::Closed)),
        "{failed}"
    );
    assert_eq!(scene.get(TEA).await, before);
}

#[tokio::test]
async fn stale_change_is_refused_with_what_the_settings_are_and_by_whom() {
    let scene = scene().await;
    scene.change(0, &channel(1)).await.expect("changed");
    scene.change_elsewhere(TEA, 1, channel(2)).await;
    assert_eq!(scene.get(TEA).await.version, 1, "nobody told");
    let refused = scene.change(1, &channel(3)).await.expect_err("too late");
    let ChangeError::Stale { current, since } = refused else {
        panic!("{refused}");
    };
    assert_eq!(current.version, 2);
    assert_eq!(
        since
            .iter()
            .map(|line| (line.version, line.by))
            .collect::<Vec<_>>(),
        [(2, Some(UserId(77)))]
    );
    assert_eq!(scene.get(TEA).await, current, "what was learned is kept");
}

#[tokio::test]
async fn what_is_kept_too_long_is_read_anew() {
    let scene = scene().await;
    scene.change(0, &channel(1)).await.expect("changed");
    scene.change_elsewhere(TEA, 1, channel(2)).await;
    scene.clock.0.store(3_599_000, Ordering::Relaxed);
    assert_eq!(scene.get(TEA).await.version, 1);
    scene.clock.0.store(3_600_000, Ordering::Relaxed);
    assert_eq!(scene.get(TEA).await.version, 2);
}

#[tokio::test]
async fn what_is_let_go_or_refreshed_is_read_anew() {
    let scene = scene().await;
    for version in 0..3 {
        scene.get(TEA).await;
        scene.change_elsewhere(TEA, version, channel(version + 1)).await;
        assert_eq!(scene.get(TEA).await.version, version);
        match version {
            0 => scene.settings.invalidate(TEA),
            1 => assert_eq!(scene.settings.refresh(TEA).await.expect("readable").version, 2),
            _ => assert!(scene.settings.refresh_all().await.expect("readable").done),
        }
        assert_eq!(scene.get(TEA).await.version, version + 1);
    }
}

#[tokio::test]
async fn all_settings_are_loaded_with_progress_and_those_without_room_are_not() {
    const GUILDS: u64 = 25_000;
    let scene = scene().await;
    let guilds = (1..=GUILDS).map(|id| {
        Effect::StoreGuild(GuildFacts {
            id: GuildId(id << 22),
            name: "Tea".to_owned(),
            locale: "ja".to_owned(),
            system_channel: None,
            member_count: None,
        })
    });
    let batch = Batch {
        at: scene.clock.now(),
        effects: guilds.collect(),
        checkpoint: None,
    };
    scene.store.commit(batch).await.expect("committed");
    let told = std::sync::Mutex::new(Vec::new());
    let done = scene
        .settings
        .load(|progress| {
            told.lock()
                .expect("nobody panics")
                .push((progress.guilds, progress.done))
        })
        .await
        .expect("readable");
    assert_eq!(done.guilds, GUILDS);
    assert_eq!(
        told.into_inner().expect("nobody panics"),
        [(10_000, false), (20_000, false), (25_000, true)]
    );
    let loaded = scene.get(GuildId(777 << 22)).await;
    assert_eq!(loaded.settings.language(), Some(Language::Japanese));
    let stats = scene.settings.stats();
    assert_eq!((stats.hits, stats.misses, stats.evictions), (1, 0, 0));
    assert_eq!(stats.entries as u64, GUILDS);

    let small = SettingsOptions {
        cache_bytes_max: 200_000,
        ..SettingsOptions::default()
    };
    let settings = Settings::new(
        scene.store.clone(),
        Arc::clone(&scene.clock) as Arc<dyn Clock>,
        small,
    );
    let done = settings.load(|_| {}).await.expect("readable");
    assert!(done.done && done.guilds < GUILDS, "{done:?}");
    assert!(settings.stats().bytes <= 200_000);
    let read = settings.get(GuildId(GUILDS << 22)).await.expect("readable");
    assert_eq!(read.version, 1);
}

#[tokio::test]
async fn news_of_what_others_do_are_followed() {
    let scene = scene().await;
    let stop = CancellationToken::new();
    let following = tokio::spawn(follow(
        scene.settings.clone(),
        scene.store.settings_changes(),
        stop.clone(),
    ));
    assert_eq!(scene.get(TEA).await.version, 0);
    let until = async |version| {
        let seen = tokio::time::timeout(PATIENCE, async {
            while scene.get(TEA).await.version != version {
                tokio::task::yield_now().await;
            }
        });
        seen.await.expect("it is heard of");
    };
    let commit = async |effect| {
        let batch = Batch {
            at: scene.clock.now(),
            effects: vec![effect],
            checkpoint: None,
        };
        scene.store.commit(batch).await.expect("committed");
    };
    commit(Effect::StoreGuild(GuildFacts {
        id: TEA,
        name: "Tea".to_owned(),
        locale: "ja".to_owned(),
        system_channel: None,
        member_count: None,
    }))
    .await;
    until(1).await;
    scene.change_elsewhere(TEA, 1, channel(5)).await;
    until(2).await;
    commit(Effect::ForgetGuild(TEA)).await;
    let erased = scene
        .store
        .erase_settings(scene.clock.now() + Duration::from_millis(1), 9)
        .await;
    assert_eq!(erased.expect("written"), 1);
    until(0).await;
    stop.cancel();
    following
        .await
        .expect("no panic")
        .expect("nothing to complain of");
}

#[tokio::test]
async fn news_that_may_have_been_missed_are_made_up_for_by_versions() {
    let scene = scene().await;
    for n in 1..=5 {
        scene
            .settings
            .change(GuildId(n), 0, &channel(n), None)
            .await
            .expect("changed");
    }
    scene.get(TEA).await;
    for guild in [GuildId(2), GuildId(4)] {
        scene.change_elsewhere(guild, 1, channel(50)).await;
    }
    scene.change_elsewhere(TEA, 0, channel(50)).await;
    scene.settings.hear(store::SettingsNews::MayHaveMissed).await;
    let misses = scene.settings.stats().misses;
    for n in 1..=5 {
        let expected = if n % 2 == 0 { 2 } else { 1 };
        assert_eq!(scene.get(GuildId(n)).await.version, expected);
    }
    assert_eq!(scene.get(TEA).await.version, 1);
    assert_eq!(
        scene.settings.stats().misses - misses,
        3,
        "only what changed is read"
    );
    scene.store.close().await;
    scene.settings.hear(store::SettingsNews::MayHaveMissed).await;
    assert_eq!(
        scene.settings.stats().entries,
        0,
        "what cannot be compared is not trusted"
    );
}

#[tokio::test]
async fn change_that_nobody_waits_for_is_kept_all_the_same() {
    let scene = scene().await;
    for version in 0..20 {
        scene.get(TEA).await;
        let patch = channel(version + 1);
        let mut change = std::pin::pin!(scene.change(version, &patch));
        let asked =
            std::future::poll_fn(|context| std::task::Poll::Ready(change.as_mut().poll(context).is_ready()));
        assert!(!asked.await, "it is under way");
        // Whoever asked is gone before it is done.
        change.set(scene.change(u64::MAX, &patch));
        let followed = tokio::time::timeout(PATIENCE, async {
            while scene.get(TEA).await.version != version + 1 {
                tokio::task::yield_now().await;
            }
        });
        followed.await.expect("what is stored is kept");
    }
}

/// Tasks that read, change, refresh and let go, over a cache so small that it makes room all the time. What anybody is
/// given is never older than what was stored before they asked, and in the end what is kept is what is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_never_see_what_is_older_than_what_they_knew() {
    const GUILDS: usize = 8;
    const CHANGES: u64 = 400;
    let scene = scene_with(SettingsOptions {
        cache_bytes_max: 600,
        ..SettingsOptions::default()
    })
    .await;
    let known: Arc<[AtomicU64; GUILDS]> = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let mut changing = JoinSet::new();
    for task in 0..4 {
        let (settings, known) = (scene.settings.clone(), Arc::clone(&known));
        changing.spawn(async move {
            let mut changed = 0;
            let mut n = task;
            while changed < CHANGES / 4 {
                n = (n * 5 + 3) % GUILDS;
                let guild = GuildId(n as u64 + 1);
                let from = settings.get(guild).await.expect("readable").version;
                match settings.change(guild, from, &channel(from + 1), None).await {
                    Ok(after) => {
                        assert_eq!(after.version, from + 1);
                        known[n].fetch_max(after.version, Ordering::SeqCst);
                        changed += 1;
                    }
                    Err(ChangeError::Stale { current, .. }) => assert!(current.version > from),
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    let mut watching = JoinSet::new();
    for task in 0..4 {
        let (settings, known, done) = (scene.settings.clone(), Arc::clone(&known), Arc::clone(&done));
        watching.spawn(async move {
            let mut n = task;
            while !done.load(Ordering::SeqCst) {
                n = (n * 5 + 1) % GUILDS;
                let guild = GuildId(n as u64 + 1);
                let before = known[n].load(Ordering::SeqCst);
                let seen = match n % 4 {
                    0 => settings.refresh(guild).await.expect("readable").version,
                    1 if task == 0 => {
                        settings.refresh_all().await.expect("readable");
                        before
                    }
                    2 => {
                        settings.invalidate(guild);
                        before
                    }
                    _ => settings.get(guild).await.expect("readable").version,
                };
                assert!(seen >= before, "guild {guild}: {seen} after {before}");
                tokio::task::yield_now().await;
            }
        });
    }
    changing.join_all().await;
    done.store(true, Ordering::SeqCst);
    watching.join_all().await;
    let mut versions = 0;
    for n in 1..=GUILDS as u64 {
        let stored = scene.store.settings(GuildId(n)).await.expect("readable");
        assert_eq!(Some(&*scene.get(GuildId(n)).await), stored.as_ref());
        versions += stored.expect("changed").version;
    }
    assert_eq!(versions, CHANGES);
}
