//! What an operator may ask of a running bot: how it is, to connect anew, to forget what it assumes.
//!
//! Plain functions; who asks, and over what, is not known here.

mod figures;
mod recent;
mod settled;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use card::PoolWatch;
use discord::{Cdn, Connection, GatewayError, Health, Rest, Standing};
use domain::time::UnixMs;
use domain::welcome::Parked;
use store::{Store, StoreError, StoreStats};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout_at};

use crate::access_news::AccessNews;
use crate::app::Parts;
use crate::backups::{BackupStanding, BackupStatus};
use crate::clock::Clock;
use crate::latency::Latencies;
use crate::settings::{Progress, Settings, SettingsStats};
use crate::tally::{Tally, TallySnapshot};
use settled::History;

pub use figures::{Figures, Load};
pub use recent::{Fate, Recent};
pub use settled::Settled;

/// How long a connection that is made anew is waited for. Discord answers within a second; a shard loop that waits for
/// the database takes longer, and does what it was asked all the same.
const RECONNECTED_WITHIN: Duration = Duration::from_secs(20);

/// A handle on a bot, for its operator. Clones are handles on the same bot.
#[derive(Clone)]
pub struct Control(Arc<Inner>);

struct Inner {
    store: Store,
    rest: Rest,
    cdn: Cdn,
    painters: PoolWatch,
    clock: Arc<dyn Clock>,
    settings: Settings,
    tally: Arc<Tally>,
    access_news: Arc<AccessNews>,
    backups: BackupStanding,
    history: History,
    started_at: Instant,
    stands_by: AtomicBool,
    /// By their ids; none before Discord has told how many there are to be.
    shards: Mutex<Vec<Arc<ShardLine>>>,
}

/// How a bot is.
#[derive(Debug)]
pub struct Status {
    /// Since it was put together.
    pub uptime: Duration,
    /// Whether another process is the bot of its database, and this one waits for the end of that one. It has no shards then.
    pub stands_by: bool,
    /// Its shards by their ids. None until Discord has told who the bot is.
    pub shards: Vec<ShardStatus>,
    /// How each class of routes is doing.
    pub health: Vec<Health>,
    /// What keeps the database from being written now.
    pub trouble: Option<store::Trouble>,
    /// What the database knows; an error leaves the rest of the status readable.
    pub stored: Result<Stored, StoreError>,
    /// What is kept of the guilds' settings.
    pub settings: SettingsStats,
    /// What the store did since it was opened.
    pub store: StoreStats,
    /// How backups of the database's file are doing.
    pub backups: BackupStatus,
    /// What happened since the start.
    pub tally: TallySnapshot,
    /// What else can be told.
    pub figures: Figures,
}

/// How a shard is.
#[derive(Clone, Copy, Debug)]
pub struct ShardStatus {
    /// The shard's id, from 0.
    pub id: u32,
    /// Its connection and its sessions.
    pub standing: Standing,
    /// How long ago the event came that its loop took last; `None` before the first.
    pub last_event_age: Option<Duration>,
    /// Events that came in and wait for the database.
    pub waiting_events: usize,
}

/// What the database knows of the welcomes.
#[derive(Debug)]
pub struct Stored {
    /// To be posted.
    pub pending: u64,
    /// Begun, outcome unknown.
    pub sending: u64,
    /// What became of all others; `None` until a long history was counted for the first time.
    pub settled: Option<Settled>,
    /// The guilds that cannot be greeted in, by their ids.
    pub parked: Vec<Parked>,
    /// How many rows of stored messages cannot be read, and are kept aside without being counted.
    pub unreadable_activity: u64,
    /// What waits, and how much room the database takes.
    pub load: Load,
}

/// What became of a shard that was told to connect anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconnected {
    /// Its session goes on; what was missed meanwhile is replayed.
    Resumed,
    /// A session began anew: there was none to resume, or Discord had declared it void.
    BegunAnew,
    /// Not within the time that was waited; it goes on trying.
    NotYet,
    /// Discord will not have it.
    Refused(GatewayError),
}

/// Nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReconnectError {
    /// There are no shards yet.
    #[error("the bot has no shards yet: Discord has not told who it is; look at the log, and try again")]
    NotStarted,
    /// Another process has the shards.
    #[error(
        "this droas stands by: the shards are those of another one, which is at work over the same database"
    )]
    StandsBy,
    /// There is no such shard.
    #[error("there is no shard {id}: they are numbered from 0 to {last}")]
    NoSuchShard {
        /// What was asked for.
        id: u32,
        /// The last there is.
        last: u32,
    },
}

impl Control {
    /// A handle on the bot that will be made of `parts`.
    pub fn of(parts: &Parts, tally: Arc<Tally>) -> Self {
        Self(Arc::new(Inner {
            store: parts.store.clone(),
            rest: parts.rest.clone(),
            cdn: parts.cdn.clone(),
            painters: parts.painters.watch(),
            clock: Arc::clone(&parts.clock),
            settings: parts.settings.clone(),
            tally,
            access_news: Arc::default(),
            backups: BackupStanding::default(),
            history: History::default(),
            started_at: Instant::now(),
            stands_by: AtomicBool::new(false),
            shards: Mutex::default(),
        }))
    }

    /// How the bot is now.
    pub async fn status(&self) -> Status {
        let inner = &*self.0;
        let now = inner.clock.now();
        let mut health = inner.rest.health();
        health.push(inner.cdn.health());
        Status {
            uptime: inner.started_at.elapsed(),
            stands_by: inner.stands_by.load(Ordering::Relaxed),
            shards: self.lines().iter().map(|line| line.status(now)).collect(),
            health,
            trouble: inner.store.trouble(),
            stored: self.stored().await,
            settings: inner.settings.stats(),
            store: inner.store.stats(),
            backups: inner.backups.status(),
            tally: inner.tally.snapshot(),
            figures: Figures::of(
                &inner.tally,
                &inner.rest,
                &inner.cdn,
                &inner.settings,
                &inner.painters,
            ),
        }
    }

    /// What the bot takes for the time.
    pub fn now(&self) -> UnixMs {
        self.0.clock.now()
    }

    /// What happened since the start.
    pub fn counted(&self) -> TallySnapshot {
        self.0.tally.snapshot()
    }

    /// Where whoever makes backups tells of them.
    pub fn backups(&self) -> &BackupStanding {
        &self.0.backups
    }

    /// How long things took since the start.
    pub fn latencies(&self) -> &Latencies {
        self.0.tally.latencies()
    }

    async fn stored(&self) -> Result<Stored, StoreError> {
        let store = &self.0.store;
        let open = store.open_welcomes().await?;
        Ok(Stored {
            pending: open.pending,
            sending: open.sending,
            settled: self.0.history.settled(store).await?,
            parked: store.all_parked().await?,
            unreadable_activity: store.unreadable_activity().await?,
            load: Load::at(self.0.clock.now(), open, store.size().await?),
        })
    }

    /// Closes the connection of one shard, or of all, so that its session can be resumed, and connects anew. What Discord
    /// tells meanwhile is replayed. A shard that is connecting already is left to it, and one that waits for its next try
    /// waits no longer. Returns for each shard what became of it, within 20 s.
    ///
    /// # Errors
    /// [`ReconnectError`].
    pub async fn reconnect(&self, shard: Option<u32>) -> Result<Vec<(u32, Reconnected)>, ReconnectError> {
        if self.0.stands_by.load(Ordering::Relaxed) {
            return Err(ReconnectError::StandsBy);
        }
        let mut lines = self.lines();
        let last = lines.last().ok_or(ReconnectError::NotStarted)?.id;
        if let Some(id) = shard {
            lines.retain(|line| line.id == id);
            if lines.is_empty() {
                return Err(ReconnectError::NoSuchShard { id, last });
            }
        }
        let by = Instant::now() + RECONNECTED_WITHIN;
        let asked: Vec<_> = lines.iter().map(|line| (line, line.ask_to_reconnect())).collect();
        let mut outcomes = Vec::new();
        for (line, pending) in asked {
            outcomes.push((line.id, pending.outcome(by).await));
        }
        Ok(outcomes)
    }

    /// Tries the parked guilds again at once instead of at their time: the mark that a guild's channel is closed to the bot
    /// is the only thing that it assumes of Discord without asking. A guild stays parked until a post stands there.
    /// Returns how many guilds there are to be tried.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was done.
    pub async fn retry_parked(&self) -> Result<usize, StoreError> {
        let parked = self.0.store.all_parked().await?;
        for guild in parked.iter().map(|parked| parked.guild) {
            self.0.access_news.changed(guild);
        }
        Ok(parked.len())
    }

    /// Reads the settings of all guilds anew, or of as many as are kept. Those that were changed behind the bot's back are
    /// seen then.
    ///
    /// # Errors
    /// [`StoreError`]: settings are read when they are asked for.
    pub async fn refresh_settings(&self) -> Result<Progress, StoreError> {
        self.0.settings.refresh_all().await
    }

    pub(crate) fn stand_by(&self, stands_by: bool) {
        self.0.stands_by.store(stands_by, Ordering::Relaxed);
    }

    pub(crate) fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.0.tally)
    }

    pub(crate) fn access_news(&self) -> Arc<AccessNews> {
        Arc::clone(&self.0.access_news)
    }

    /// Lays a line to the loop of a shard; called by the order of ids.
    pub(crate) fn connect_line(&self, id: u32, standing: watch::Receiver<Standing>) -> Arc<ShardLine> {
        let line = Arc::new(ShardLine {
            id,
            standing,
            reconnect: Notify::new(),
            heard_at_ms: AtomicI64::new(NEVER),
            waiting: Arc::default(),
        });
        self.shards().push(Arc::clone(&line));
        line
    }

    fn lines(&self) -> Vec<Arc<ShardLine>> {
        self.shards().clone()
    }

    fn shards(&self) -> std::sync::MutexGuard<'_, Vec<Arc<ShardLine>>> {
        self.0.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The operator's line to a shard's loop.
pub(crate) struct ShardLine {
    id: u32,
    standing: watch::Receiver<Standing>,
    reconnect: Notify,
    /// When the event came that the loop took last, or [`NEVER`].
    heard_at_ms: AtomicI64,
    /// How many events the loop has before it.
    waiting: Arc<AtomicUsize>,
}

/// No event yet.
const NEVER: i64 = i64::MIN;

/// A shard that was asked to connect anew.
struct Pending {
    standing: watch::Receiver<Standing>,
    before: Standing,
}

impl ShardLine {
    /// Waits until the connection is to be made anew. Asked twice meanwhile, it is made anew once. Cancel safe.
    pub(crate) async fn reconnect_asked(&self) {
        self.reconnect.notified().await;
    }

    /// An event that came at `at` is taken.
    pub(crate) fn heard(&self, at: UnixMs) {
        self.heard_at_ms.store(at.0, Ordering::Relaxed);
    }

    /// Where the loop tells how many events it has before it.
    pub(crate) fn waiting(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.waiting)
    }

    fn status(&self, now: UnixMs) -> ShardStatus {
        let heard_at_ms = self.heard_at_ms.load(Ordering::Relaxed);
        ShardStatus {
            id: self.id,
            standing: *self.standing.borrow(),
            waiting_events: self.waiting.load(Ordering::Relaxed),
            last_event_age: (heard_at_ms != NEVER).then(|| now.since(UnixMs(heard_at_ms))),
        }
    }

    fn ask_to_reconnect(&self) -> Pending {
        let standing = self.standing.clone();
        let before = *standing.borrow();
        self.reconnect.notify_one();
        Pending { standing, before }
    }
}

impl Pending {
    async fn outcome(mut self, by: Instant) -> Reconnected {
        let Standing { begun, resumed, .. } = self.before;
        let ended = self.standing.wait_for(|standing| {
            matches!(standing.connection, Connection::Refused(_))
                || (standing.begun, standing.resumed) != (begun, resumed)
        });
        match timeout_at(by, ended).await {
            Ok(Ok(standing)) => match standing.connection {
                Connection::Refused(error) => Reconnected::Refused(error),
                _ if standing.begun == begun => Reconnected::Resumed,
                _ => Reconnected::BegunAnew,
            },
            // The shard is gone: the bot stops.
            Ok(Err(_)) | Err(_) => Reconnected::NotYet,
        }
    }
}
