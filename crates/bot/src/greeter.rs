//! From the outbox to the channels.
//!
//! Each guild with due welcomes gets a lane: its welcomes are posted one after the other, oldest first, while other
//! guilds' lanes run beside it. A lane that meets trouble rests until the time that the trouble named; a guild whose
//! channel is closed to us is parked. Long queues are posted in groups: [`lane`] says which post is next, [`greet`] makes
//! it, [`outcome`] finds out about one of which nobody knows.

pub(crate) mod compose;
mod greet;
mod lane;
mod outcome;
mod parking;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use discord::Rest;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use store::{SettingsNews, Store, StoreError};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use crate::access_news::AccessNews;
use crate::app::Fatal;
use crate::clock::Clock;
use crate::courtesies::Courtesies;
use crate::plan::Plans;
use crate::portrait::Portraits;
use crate::tally::Tally;
use crate::timing::Timing;
pub(crate) use parking::Parking;

/// The most guilds that are greeted in at the same time.
const LANES_MAX: usize = 64;

/// Between two looks at the outbox there is at least this much time, unless something happened.
const REST_MIN: Duration = Duration::from_millis(10);

/// What greeting needs.
pub(crate) struct Greeter {
    pub(crate) store: Store,
    pub(crate) rest: Rest,
    pub(crate) portraits: Arc<Portraits>,
    pub(crate) plans: Arc<Plans>,
    /// Where those who were greeted are told more.
    pub(crate) courtesies: Courtesies,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
    pub(crate) parking: Parking,
    /// Where the bot may be allowed something new.
    pub(crate) access_news: Arc<AccessNews>,
    pub(crate) bot: UserId,
    /// For jitter.
    pub(crate) seed: u64,
}

/// How a lane ended.
enum LaneEnd {
    /// All its welcomes were dealt with.
    Done,
    /// The guild's next post may be tried at this time.
    RestUntil(UnixMs),
    /// The guild's channel is gone or closed to us.
    Parked,
    /// The database does not answer. What was begun stays in the outbox and is settled later.
    Stalled(StoreError),
    /// Nothing can be posted any more.
    Fatal(Fatal),
}

impl From<StoreError> for LaneEnd {
    fn from(error: StoreError) -> Self {
        Self::Stalled(error)
    }
}

/// Greets until `stop`, then finishes the posts that are in flight.
///
/// # Errors
/// [`Fatal`]: Discord refuses the token.
pub(crate) async fn run(
    greeter: Arc<Greeter>,
    welcomes_queued: Arc<Notify>,
    stop: CancellationToken,
) -> Result<(), Fatal> {
    let mut lanes = Lanes::default();
    let mut settings_changes = greeter.store.settings_changes();
    let mut pauses = greeter.timing.store.start(greeter.seed);
    let mut sweep_at = greeter.clock.now();
    while !stop.is_cancelled() {
        let wait = match work(&greeter, &mut lanes, &mut sweep_at, &stop).await {
            Ok(wait) => {
                pauses = greeter.timing.store.start(greeter.seed);
                wait
            }
            Err(error) => {
                lanes.tell_stall(None, &error);
                pauses.next_pause()
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = welcomes_queued.notified() => {}
            guild = greeter.access_news.next() => lanes.rearm(guild, &greeter),
            news = settings_changes.next() => {
                if let SettingsNews::Changed { guild, version } = news
                    && lanes.is_closed(guild)
                    && greeter.plans.catch_up(guild, version).await.is_ok()
                {
                    // Its admins may have named another channel.
                    lanes.rearm(guild, &greeter);
                }
            }
            () = tokio::time::sleep(wait) => {}
            Some(ended) = lanes.next_ended() => lanes.close(ended, &greeter)?,
        }
    }
    while let Some(ended) = lanes.next_ended().await {
        lanes.close(ended, &greeter)?;
    }
    Ok(())
}

/// Skips what came too late, and starts lanes. Returns how long there will be nothing new to do.
async fn work(
    greeter: &Arc<Greeter>,
    lanes: &mut Lanes,
    sweep_at: &mut UnixMs,
    stop: &CancellationToken,
) -> Result<Duration, StoreError> {
    let now = greeter.clock.now();
    if now >= *sweep_at {
        lane::sweep(greeter).await?;
        *sweep_at = now + greeter.timing.look_every;
    }
    lanes.fill(greeter, stop).await
}

/// The lanes that run, and the guilds that rest.
#[derive(Default)]
struct Lanes {
    running: JoinSet<(GuildId, LaneEnd)>,
    /// Guilds not to start a lane for, until when; a running one has no end.
    closed: HashMap<GuildId, Option<UnixMs>>,
    /// Guilds in which something changed while their lane ran.
    rearmed: HashSet<GuildId>,
    /// That the database does not answer was said, and nothing went well since.
    stall_told: bool,
}

impl Lanes {
    /// Starts lanes for guilds with due welcomes. Returns how long there will be nothing new to start, unless welcomes
    /// are queued or a lane ends.
    async fn fill(
        &mut self,
        greeter: &Arc<Greeter>,
        stop: &CancellationToken,
    ) -> Result<Duration, StoreError> {
        let now = greeter.clock.now();
        self.closed
            .retain(|_, until| until.is_none_or(|until| until > now));
        let free = LANES_MAX.saturating_sub(self.running.len());
        if free == 0 {
            return Ok(greeter.timing.look_every);
        }
        let closed: Vec<GuildId> = self.closed.keys().copied().collect();
        for first in greeter.store.due_welcomes(now, &closed, free, 1).await? {
            let guild = first.guild;
            self.closed.insert(guild, None);
            let (greeter, stop) = (Arc::clone(greeter), stop.clone());
            self.running
                .spawn(async move { (guild, lane::run(&greeter, guild, &stop).await) });
        }
        let rested = self.closed.values().flatten().min().copied();
        let next_due = greeter.store.next_due_at(now).await?;
        let next = rested.into_iter().chain(next_due).min();
        Ok(next.map_or(greeter.timing.look_every, |next| {
            next.since(now).min(greeter.timing.look_every).max(REST_MIN)
        }))
    }

    /// Whether no lane may be started for a guild now.
    fn is_closed(&self, guild: GuildId) -> bool {
        self.closed.contains_key(&guild)
    }

    /// Something changed in a guild that may let us in again.
    fn rearm(&mut self, guild: GuildId, greeter: &Greeter) {
        match self.closed.get(&guild) {
            Some(None) => {
                self.rearmed.insert(guild);
            }
            Some(Some(_)) if greeter.parking.holds(guild) => {
                self.closed.remove(&guild);
            }
            _ => {}
        }
    }

    /// Says once that welcomes wait, however many guilds they are of and however often they are tried.
    fn tell_stall(&mut self, guild: Option<GuildId>, error: &StoreError) {
        if std::mem::replace(&mut self.stall_told, true) {
            debug!(?guild, %error, "the database still does not answer");
        } else {
            error!(%error, "the database does not answer; welcomes wait");
        }
    }

    async fn next_ended(&mut self) -> Option<Result<(GuildId, LaneEnd), tokio::task::JoinError>> {
        self.running.join_next().await
    }

    fn close(
        &mut self,
        ended: Result<(GuildId, LaneEnd), tokio::task::JoinError>,
        greeter: &Greeter,
    ) -> Result<(), Fatal> {
        let now = greeter.clock.now();
        let (guild, end) = ended.map_err(|error| Fatal::Panicked(error.to_string()))?;
        let was_rearmed = self.rearmed.remove(&guild);
        match end {
            LaneEnd::Parked if !was_rearmed => {
                let until = now + greeter.timing.probe_every;
                self.closed.insert(guild, Some(until));
                Ok(())
            }
            LaneEnd::Done | LaneEnd::Parked => {
                self.stall_told = false;
                self.closed.remove(&guild);
                Ok(())
            }
            LaneEnd::Stalled(error) => {
                self.tell_stall(Some(guild), &error);
                self.closed
                    .insert(guild, Some(now + greeter.timing.rest_when_stalled));
                Ok(())
            }
            LaneEnd::RestUntil(until) => {
                warn!(%guild, wait_ms = until.since(now).as_millis(), "the guild's welcomes wait");
                self.closed.insert(guild, Some(until));
                Ok(())
            }
            LaneEnd::Fatal(fatal) => Err(fatal),
        }
    }
}
