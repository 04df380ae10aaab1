//! A simulator, a database and a bot between them, in the words of the scenarios.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use assets::{AssetOptions, AssetStore};
use bot::clock::{Clock, SteadyClock, SystemClock};
use bot::settings::{Settings, SettingsOptions};
use bot::{CardDesign, Fatal, Parts, Tally, TallySnapshot, WelcomePolicy};
use bytes::Bytes;
use card::Pool;
use discord::{BreakerSettings, Cdn, Endpoints, Rest, RestOptions, Token};
use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::asset::ContentHash;
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{ChannelId, GuildId, UserId};
use domain::join::JoinRules;
use domain::settings::Patch;
use domain::settings::StoredSettings;
use domain::template::Template;
use domain::time::UnixMs;
use domain::welcome::Parked;
use domain::zone::Zone;
use fetch::{FetchOptions, Fetcher};
use sim::config::{Limits, SimConfig};
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim::faults::FaultPlan;
use sim::rest::limits::RestLimits;
use sim::world::World;
use store::{Asset, Batch, OpenError, OutboxCounts, Store, StoreOptions};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than anything in a scenario takes, also on a busy machine. Nothing waits for it to pass.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The operating system's clock, moved by hand.
#[derive(Debug, Default)]
pub(crate) struct MovedClock {
    ahead_ms: AtomicI64,
    /// Where it stands still, or 0.
    stands_at_ms: AtomicI64,
}

impl MovedClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.ahead_ms
            .fetch_add(i64::try_from(by.as_millis()).expect("short"), Ordering::Relaxed);
    }
}

impl MovedClock {
    pub(crate) fn turn_back(&self, by: Duration) {
        self.ahead_ms
            .fetch_sub(i64::try_from(by.as_millis()).expect("short"), Ordering::Relaxed);
    }
}

impl MovedClock {
    /// Shows one millisecond from now on, which it returns.
    pub(crate) fn stand_still(&self) -> UnixMs {
        let now = self.now();
        self.stands_at_ms.store(now.0, Ordering::Relaxed);
        now
    }

    pub(crate) fn go_on(&self) {
        self.stands_at_ms.store(0, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> UnixMs {
        let stands_at_ms = self.stands_at_ms.load(Ordering::Relaxed);
        if stands_at_ms != 0 {
            return UnixMs(stands_at_ms);
        }
        UnixMs(SystemClock.now().0 + self.ahead_ms.load(Ordering::Relaxed))
    }
}

/// How a scenario differs from the usual.
pub(crate) struct Setup {
    pub(crate) sim: SimConfig,
    pub(crate) policy: WelcomePolicy,
    pub(crate) rest: RestOptions,
    pub(crate) timing: bot::Timing,
    /// How many cards may wait for the painter.
    pub(crate) cards_waiting_max: usize,
    /// Where URLs of admins lead.
    pub(crate) fetcher: Fetcher,
    /// The moved clock is the machine's time of day, which the bot does not believe blindly.
    pub(crate) clock_jumps: bool,
}

impl Default for Setup {
    fn default() -> Self {
        let limits = Limits {
            rest: RestLimits::raised(),
            identify_window_ms: 50,
            ..Limits::default()
        };
        Self {
            sim: SimConfig {
                limits,
                ..SimConfig::default()
            },
            policy: WelcomePolicy {
                message: Template::parse("Welcome {mention} to {guild}!").expect("valid"),
                channels: HashMap::new(),
                rules: JoinRules::default(),
                stale_after: Duration::from_secs(3600),
                after_screening: false,
                raids: bot::RaidPolicy::default(),
                history: Duration::from_secs(90 * 86_400),
            },
            rest: RestOptions {
                requests_per_second: 10_000,
                request_timeout: Duration::from_secs(1),
                // What fails comes back to the greeter, whose business the scenarios are.
                retries_max: 0,
                breaker: BreakerSettings {
                    open_min: Duration::from_millis(50),
                    open_max: Duration::from_millis(200),
                    ..BreakerSettings::default()
                },
                ..RestOptions::default()
            },
            timing: bot::Timing::default(),
            cards_waiting_max: 4096,
            fetcher: Fetcher::new(FetchOptions::default()),
            clock_jumps: false,
        }
    }
}

/// A scenario: the simulator lives through it, the bot may come and go.
pub(crate) struct Scenario {
    pub(crate) sim: Sim,
    pub(crate) guild: GuildHandle,
    pub(crate) clock: Arc<MovedClock>,
    policy: WelcomePolicy,
    rest: RestOptions,
    timing: bot::Timing,
    cards_waiting_max: usize,
    fetcher: Fetcher,
    clock_jumps: bool,
    starts: AtomicU64,
    folder: TempDir,
    bot: Option<RunningBot>,
}

struct RunningBot {
    task: JoinHandle<Result<(), Fatal>>,
    stop: CancellationToken,
    tally: Arc<Tally>,
    settings: Settings,
    store: Store,
}

/// A second bot over the same database. It is killed, not stopped: its stop would close the database of both.
pub(crate) struct Twin(RunningBot);

impl Twin {
    /// Returns what it counted.
    pub(crate) async fn kill(self) -> TallySnapshot {
        self.0.task.abort();
        drop(self.0.task.await);
        self.0.tally.snapshot()
    }
}

impl Scenario {
    /// A guild named 茶館 and a bot that is connected.
    pub(crate) async fn begin() -> Self {
        Self::begin_with(Setup::default()).await
    }

    pub(crate) async fn begin_with(setup: Setup) -> Self {
        let mut scenario = Self::without_bot(setup).await;
        scenario.start_bot().await;
        scenario
    }

    pub(crate) async fn without_bot(setup: Setup) -> Self {
        let sim = Sim::start(setup.sim).await.expect("loopback can be listened on");
        let guild = sim.create_guild("茶館");
        Self {
            sim,
            guild,
            clock: Arc::default(),
            policy: setup.policy,
            rest: setup.rest,
            timing: setup.timing,
            cards_waiting_max: setup.cards_waiting_max,
            fetcher: setup.fetcher,
            clock_jumps: setup.clock_jumps,
            starts: AtomicU64::new(0),
            folder: tempfile::tempdir().expect("a temporary folder"),
            bot: None,
        }
    }

    /// The operator names a guild's channel before the next start.
    pub(crate) fn name_channel(&mut self, guild: GuildId, channel: ChannelId) {
        self.policy.channels.insert(guild, channel);
    }

    /// Starts the bot and waits until it hears of events.
    pub(crate) async fn start_bot(&mut self) {
        let before = self.sessions_heard();
        self.spawn_bot().await;
        self.sim
            .wait_until(PATIENCE, |world| {
                world.counters.identifies + world.counters.resumes > before
            })
            .await
            .expect("the bot connects");
    }

    /// Starts the bot without waiting for anything.
    pub(crate) async fn spawn_bot(&mut self) {
        let store = self.open_store().await;
        self.bot = Some(self.spawn_over(store, None));
    }

    /// Starts another process, as it were, over the running bot's database.
    pub(crate) fn spawn_twin(&self) -> Twin {
        // With another number of shards it has sessions of its own.
        Twin(self.spawn_over(self.store(), Some(2)))
    }

    fn spawn_over(&self, store: Store, shard_count: Option<u32>) -> RunningBot {
        let endpoints = Endpoints {
            api: self.sim.api_base().parse().expect("a URL"),
            cdn: self.sim.cdn_base().parse().expect("a URL"),
            gateway: Some(self.sim.gateway_url().parse().expect("a URL")),
        };
        let token = Token::parse(&SimConfig::default().token).expect("a token");
        let moved = Arc::clone(&self.clock);
        let clock: Arc<dyn Clock> = if self.clock_jumps {
            let begun = Instant::now();
            let counted = move || i64::try_from(begun.elapsed().as_millis()).expect("short");
            Arc::new(SteadyClock::over(move || moved.now(), counted))
        } else {
            moved
        };
        let settings = Settings::new(store.clone(), Arc::clone(&clock), SettingsOptions::default());
        let parts = Parts {
            settings: settings.clone(),
            store: store.clone(),
            rest: Rest::with_options(token.clone(), &endpoints, self.rest.clone()).expect("a client"),
            cdn: Cdn::new(&endpoints).expect("a client"),
            painters: Pool::start(1, self.cards_waiting_max),
            cards: CardDesign::default(),
            assets: self.assets(),
            fetcher: self.fetcher.clone(),
            endpoints,
            token,
            shard_count,
            policy: self.policy.clone(),
            clock,
            timing: self.timing,
            // No two processes draw the same: ids differ also where a clock shows the same millisecond twice.
            seed: 7 + (10_007 << 32) * self.starts.fetch_add(1, Ordering::Relaxed),
            stop_within: Duration::from_secs(10),
        };
        let (tally, stop) = (Arc::new(Tally::default()), CancellationToken::new());
        let task = tokio::spawn(bot::run(parts, Arc::clone(&tally), stop.clone()));
        RunningBot {
            task,
            stop,
            tally,
            settings,
            store,
        }
    }

    /// What the running bot stores, to look at it or to write what somebody else would.
    pub(crate) fn store(&self) -> Store {
        self.bot.as_ref().expect("the bot runs").store.clone()
    }

    /// What the bot's clock shows.
    pub(crate) fn now(&self) -> UnixMs {
        self.clock.now()
    }

    /// Where the pictures of guilds are kept.
    pub(crate) fn assets(&self) -> AssetStore {
        AssetStore::open(&AssetOptions::Folder(self.folder.path().join("assets"))).expect("a folder")
    }

    /// Stops the bot as SIGTERM does. Returns what it counted.
    pub(crate) async fn stop_bot(&mut self) -> TallySnapshot {
        let bot = self.bot.take().expect("the bot runs");
        bot.stop.cancel();
        let ended = tokio::time::timeout(PATIENCE, bot.task)
            .await
            .expect("the bot stops when it is told to");
        ended
            .expect("no part of the bot panics")
            .expect("the bot has nothing to complain of");
        bot.tally.snapshot()
    }

    /// Ends the bot without a word, in the middle of whatever it does, and waits until its database is free.
    pub(crate) async fn kill_bot(&mut self) {
        let bot = self.bot.take().expect("the bot runs");
        bot.task.abort();
        drop(bot.task.await);
        // What is left of it holds the database.
        drop((bot.settings, bot.store));
        let mut tries = tokio::time::interval(Duration::from_millis(5));
        loop {
            tries.tick().await;
            match Store::open(&StoreOptions::at(self.database())).await {
                Ok(store) => return store.close().await,
                Err(OpenError::InUse { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The bot's database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("droas.sqlite")
    }

    /// Why a guild could not be greeted in when the bot stopped.
    pub(crate) async fn parked(&self, guild: GuildId) -> Option<Parked> {
        let store = self.open_store().await;
        let parked = store.parked(guild).await.expect("readable");
        store.close().await;
        parked
    }

    /// What a guild chose, as it is stored while the bot is stopped.
    pub(crate) async fn stored_settings(&self, guild: GuildId) -> StoredSettings {
        let store = self.open_store().await;
        let stored = store.settings(guild).await.expect("readable");
        store.close().await;
        stored.unwrap_or_else(|| StoredSettings::none(guild))
    }

    /// Waits for the bot to stop by itself.
    pub(crate) async fn bot_gives_up(&mut self) -> Fatal {
        let bot = self.bot.take().expect("the bot runs");
        let ended = tokio::time::timeout(PATIENCE, bot.task)
            .await
            .expect("the bot gives up");
        ended
            .expect("no part of the bot panics")
            .expect_err("there is something to complain of")
    }

    /// What the running bot has counted.
    pub(crate) fn tally(&self) -> TallySnapshot {
        self.bot.as_ref().expect("the bot runs").tally.snapshot()
    }

    /// Keeps a picture that a guild may choose for its background.
    pub(crate) async fn keep_picture(&self, bytes: Bytes) -> ContentHash {
        let hash = self.assets().put(bytes).await.expect("kept");
        self.know_picture(hash).await;
        hash
    }

    /// The database knows a picture, whose bytes may be gone.
    pub(crate) async fn know_picture(&self, hash: ContentHash) {
        let asset = Asset {
            hash: hash.to_string(),
            media_type: "image/jpeg".to_owned(),
            size_bytes: 1,
            width_px: 640,
            height_px: 320,
            created_at: self.clock.now(),
        };
        let store = &self.bot.as_ref().expect("the bot runs").store;
        store.put_asset(asset).await.expect("kept");
    }

    /// An admin of a guild changes its settings, as soon as the bot knows the guild.
    pub(crate) async fn choose(&self, guild: GuildId, patch: Patch) {
        let RunningBot { settings, store, .. } = self.bot.as_ref().expect("the bot runs");
        let mut looks = tokio::time::interval(Duration::from_millis(2));
        while store.guild(guild).await.expect("readable").is_none() {
            looks.tick().await;
        }
        let before = settings.get(guild).await.expect("readable");
        settings
            .change(guild, before.version, &patch, Some(UserId(9)))
            .await
            .expect("nobody else changes them");
    }

    /// It is stored that members wrote so many messages each at a time.
    pub(crate) async fn store_messages(
        &self,
        at: UnixMs,
        written: impl IntoIterator<Item = (MemberHandle, u32)>,
    ) {
        let counted = written.into_iter().map(|(member, count)| MemberActivity {
            guild: GuildId(member.guild),
            user: UserId(member.user),
            days: vec![(Day::at(at, Zone::utc()), count)],
            runs: vec![Run::one(at, Weight::Normal)],
            rules: ScoreRules::default(),
        });
        let mut counted: Vec<_> = counted.collect();
        counted.sort_unstable_by_key(|one| one.user);
        let batch = Batch {
            at,
            effects: vec![Effect::CountActivity(counted)],
            checkpoint: None,
        };
        self.store().commit(batch).await.expect("committed");
    }

    /// Waits until these members are welcomed.
    pub(crate) async fn welcomed(&self, members: &[MemberHandle]) {
        let waited = self.sim.wait_until(PATIENCE, |world| {
            members.iter().all(|member| welcomes(world, *member) > 0)
        });
        if waited.await.is_err() {
            let world = self.sim.world();
            let missing = members
                .iter()
                .filter(|member| welcomes(&world, **member) == 0)
                .count();
            panic!(
                "{missing} of {} were not welcomed; the bot counted {:?}",
                members.len(),
                self.tally()
            );
        }
    }

    /// Waits until the bot has counted what is asked for.
    pub(crate) async fn bot_counts(&self, enough: impl FnMut(TallySnapshot) -> bool) {
        let tally = &self.bot.as_ref().expect("the bot runs").tally;
        if tokio::time::timeout(PATIENCE, tally.wait_until(enough))
            .await
            .is_err()
        {
            panic!("the bot did not come to count it: {:?}", tally.snapshot());
        }
    }

    /// How often a member is welcomed in their guild's channels.
    pub(crate) fn welcomes(&self, member: MemberHandle) -> usize {
        welcomes(&self.sim.world(), member)
    }

    /// Ends the scenario: the bot stops, nothing is left in the outbox, and it asked for nothing that a sound client
    /// would not. Returns what the bot counted since its last start, and what became of all welcomes.
    pub(crate) async fn end(mut self) -> (TallySnapshot, OutboxCounts) {
        let tally = self.stop_bot().await;
        let store = self.open_store().await;
        let outbox = store
            .count_welcomes(None, usize::MAX)
            .await
            .expect("readable")
            .counts;
        store.close().await;
        let unexpected = self.sim.counters().unexpected;
        assert!(unexpected.is_empty(), "{unexpected:?}");
        assert_eq!(
            (outbox.pending, outbox.sending),
            (0, 0),
            "something is left in the outbox: {outbox:?}"
        );
        self.sim.shutdown().await;
        (tally, outbox)
    }

    async fn open_store(&self) -> Store {
        Store::open(&StoreOptions::at(self.database()))
            .await
            .expect("a database")
    }

    fn sessions_heard(&self) -> u64 {
        let counters = self.sim.counters();
        counters.identifies + counters.resumes
    }
}

/// The bot's messages that mention a member, in all channels of their guild.
pub(crate) fn welcomes(world: &World, member: MemberHandle) -> usize {
    let channels = world
        .guilds
        .get(&member.guild)
        .into_iter()
        .flat_map(|guild| guild.channels.values());
    channels
        .flat_map(|channel| channel.messages.values())
        .filter(|message| message.author == world.bot.id && message.mentions.contains(&member.user))
        .count()
}

/// Messages are posted, and neither are posts answered nor is anything told of them for ten minutes.
pub(crate) fn unheard_posts() -> FaultPlan {
    let mut plan = FaultPlan::default();
    plan.create_message.silence_after = 1.0;
    plan.gateway.late = 1.0;
    plan.gateway.late_ms = [600_000, 600_000];
    plan
}
