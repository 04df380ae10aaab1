//! The bot in this process: hundreds of worlds at little cost each.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use assets::{AssetOptions, AssetStore};
use bot::settings::{Settings, SettingsOptions};
use bot::{CardDesign, Fatal, Parts, RaidPolicy, Tally, Timing, WelcomePolicy};
use card::Pool;
use discord::{Cdn, Endpoints, Rest, RestOptions, Token};
use domain::join::JoinRules;
use domain::template::Template;
use domain::time::UnixMs;
use fetch::{FetchOptions, Fetcher};
use sim::driver::Sim;
use store::{Store, StoreOptions};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::canary;
use crate::plan::Plan;
use crate::scene::REQUESTS_PER_SECOND;
use crate::subject::{HASTE, PATIENCE, database_in};

/// A bot in this process, and where it keeps its data.
pub(crate) struct InProcess {
    seed: u64,
    after_screening: bool,
    group_from: usize,
    folder: TempDir,
    database: PathBuf,
    running: Option<Running>,
}

struct Running {
    task: JoinHandle<Result<(), Fatal>>,
    stop: CancellationToken,
    tally: Arc<Tally>,
}

/// The simulator's clock, which can be moved.
struct WorldClock(sim::clock::Clock);

impl bot::clock::Clock for WorldClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.0.now_ms())
    }
}

impl InProcess {
    pub(crate) fn new(plan: &Plan) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            seed: plan.seed,
            after_screening: plan.after_screening,
            group_from: plan.group_from,
            database: database_in(folder.path()),
            folder,
            running: None,
        })
    }

    pub(crate) async fn start(&mut self, sim: &Sim) -> anyhow::Result<()> {
        let parts = self.parts(sim).await?;
        let (tally, stop) = (Arc::new(Tally::default()), CancellationToken::new());
        let task = tokio::spawn(bot::run(parts, Arc::clone(&tally), stop.clone()));
        self.running = Some(Running { task, stop, tally });
        Ok(())
    }

    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let Running { task, stop, .. } = self.running.take().context("no bot runs")?;
        stop.cancel();
        let ended = tokio::time::timeout(PATIENCE, task)
            .await
            .context("the bot does not stop")?;
        ended.context("the bot panicked")??;
        Ok(())
    }

    pub(crate) fn story(&self) -> String {
        let Some(running) = &self.running else {
            return "no bot runs".to_owned();
        };
        format!("it counted {:?}", running.tally.snapshot())
    }

    pub(crate) fn database(&self) -> &Path {
        &self.database
    }

    async fn parts(&self, sim: &Sim) -> anyhow::Result<Parts> {
        let endpoints = Endpoints {
            api: sim.api_base().parse()?,
            cdn: sim.cdn_base().parse()?,
            gateway: Some(sim.gateway_url().parse()?),
        };
        let token = Token::parse(canary::TOKEN)?;
        let options = RestOptions {
            requests_per_second: REQUESTS_PER_SECOND,
            seed: self.seed,
            ..RestOptions::default()
        }
        .hastened(HASTE);
        let store = Store::open(&StoreOptions::at(&self.database)).await?;
        let clock = Arc::new(WorldClock(sim.state().clock().clone()));
        Ok(Parts {
            settings: Settings::new(store.clone(), clock.clone(), SettingsOptions::default()),
            store,
            cdn: Cdn::with_breaker(&endpoints, options.breaker.clone(), self.seed)?,
            rest: Rest::with_options(token.clone(), &endpoints, options)?,
            painters: Pool::start(1, 4096),
            cards: CardDesign::default(),
            assets: AssetStore::open(&AssetOptions::Folder(self.folder.path().join("assets")))?,
            fetcher: Fetcher::new(FetchOptions::default()),
            endpoints,
            token,
            shard_count: None,
            policy: WelcomePolicy {
                message: Template::parse(&format!("{} {{mention}} {{guild}}", canary::TEXT))?,
                channels: HashMap::new(),
                rules: JoinRules::default(),
                stale_after: Duration::from_secs(3600),
                after_screening: self.after_screening,
                raids: RaidPolicy {
                    group_from: self.group_from,
                    ..RaidPolicy::default()
                },
                history: Duration::from_secs(90 * 86_400),
            },
            clock,
            timing: Timing::default().hastened(HASTE),
            seed: self.seed,
            stop_within: Duration::from_secs(10),
        })
    }
}
