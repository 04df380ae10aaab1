//! PostgreSQL behind the store: any number of processes over one database, a bounded number of connections for each.

mod activity;
mod assets;
mod audit;
mod due;
mod effects;
mod failure;
mod figures;
mod groups;
mod guilds;
pub(crate) mod imports;
mod leadership;
mod level_roles;
mod listener;
mod locks;
mod migrate;
mod open;
mod outbox;
mod parking;
mod person;
mod pool;
mod reports;
mod rescores;
mod row;
mod screening;
mod session;
mod sessions;
mod settings;
mod stays;
mod threads;
mod tls;
pub(crate) mod upkeep;
mod url;
mod watermarks;
mod work;

use std::sync::Arc;
use std::time::Duration;

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId, UserId, WelcomeId};
use domain::shard::ShardKey;
use domain::time::UnixMs;
use domain::welcome::{Episode, Membership, Parked, SkipReason, Welcome};

use crate::batch::{Batch, Checkpoint, Committed};
use crate::error::{ServerError, StoreError};
use crate::options::StoreOptions;
use crate::outbox::Outcome;
use crate::retry::RetryProfile;
use crate::search::Search;
use crate::stats::{Counters, StoreStats};
use crate::trouble::DatabaseLost;
use leadership::Leadership;
use listener::Listener;
use locks::Locks;
use pool::Pool;
pub use url::{PostgresUrl, UrlError};
use work::{read, write};

/// How long pruning rests after a portion, so that it takes little of the server's time.
const REST_WHILE_PRUNING: Duration = Duration::from_millis(20);

/// An open database.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: Pool,
    retry: RetryProfile,
    counters: Arc<Counters>,
    listener: Listener,
    leadership: Leadership,
}

impl Postgres {
    pub(crate) async fn open(url: &PostgresUrl, options: &StoreOptions) -> Result<Self, ServerError> {
        open::open(url, options).await
    }

    pub(crate) async fn close(&self) {
        self.listener.end();
        self.pool.close().await;
        // Nothing is written any more.
        self.leadership.end().await;
    }

    pub(crate) async fn lead(&self) -> Result<bool, StoreError> {
        // Whoever stands by asks often, and mostly in vain.
        if self.leadership.term().is_none() && !read!(self, |db| leadership::is_free(db))? {
            return Ok(false);
        }
        Ok(self
            .leadership
            .take(self.pool.url(), self.pool.lock_timeout())
            .await?)
    }

    pub(crate) async fn lost(&self) -> DatabaseLost {
        self.leadership.lost().await;
        DatabaseLost::TakenOver {
            place: self.pool.url().to_string(),
        }
    }

    pub(crate) async fn commit(&self, batch: Arc<Batch>) -> Result<Committed, StoreError> {
        if batch.effects.is_empty() && batch.checkpoint.is_none() {
            return Ok(Committed::default());
        }
        write!(self, Locks::batch(&batch), |tx| effects::apply(tx, &batch))
    }

    pub(crate) async fn checkpoint(&self, shard: ShardKey) -> Result<Option<Checkpoint>, StoreError> {
        read!(self, |db| sessions::find(db, shard))
    }

    pub(crate) async fn checkpoints(&self) -> Result<Vec<Checkpoint>, StoreError> {
        read!(self, |db| sessions::all(db))
    }

    pub(crate) async fn guild(&self, guild: GuildId) -> Result<Option<GuildFacts>, StoreError> {
        read!(self, |db| guilds::find(db, guild))
    }

    pub(crate) async fn episode(&self, membership: Membership) -> Result<Option<Episode>, StoreError> {
        read!(self, |db| effects::last_episode(db, membership))
    }

    pub(crate) async fn next_search(&self, now: UnixMs) -> Result<Option<Search>, StoreError> {
        read!(self, |db| watermarks::next_search(db, now))
    }

    pub(crate) async fn in_screening(&self, guild: GuildId) -> Result<Vec<UserId>, StoreError> {
        read!(self, |db| screening::waiting(db, guild))
    }

    pub(crate) async fn due_welcomes(
        &self,
        now: UnixMs,
        leave_out: &[GuildId],
        guilds_max: usize,
        per_guild_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| due::of_guilds(
            db,
            now,
            leave_out,
            guilds_max,
            per_guild_max
        ))
    }

    pub(crate) async fn next_due_at(&self, now: UnixMs) -> Result<Option<UnixMs>, StoreError> {
        read!(self, |db| due::next_at(db, now))
    }

    pub(crate) async fn begin_attempt(
        &self,
        id: WelcomeId,
        channel: ChannelId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Option<Welcome>, StoreError> {
        write!(self, Locks::none(), |tx| outbox::begin_attempt(
            tx,
            id,
            channel,
            now,
            due_again_at
        ))
    }

    pub(crate) async fn due_in(
        &self,
        guild: GuildId,
        now: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| due::of_guild(db, guild, now, len_max))
    }

    pub(crate) async fn begin_group(
        &self,
        ids: &[WelcomeId],
        channel: ChannelId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Vec<Welcome>, StoreError> {
        write!(self, Locks::welcomes(ids), |tx| groups::begin(
            tx,
            ids,
            channel,
            now,
            due_again_at
        ))
    }

    pub(crate) async fn begin_group_again(
        &self,
        group: WelcomeId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Vec<Welcome>, StoreError> {
        write!(self, Locks::welcomes(&[group]), |tx| groups::begin_again(
            tx,
            group,
            now,
            due_again_at
        ))
    }

    pub(crate) async fn group(&self, group: WelcomeId) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| groups::find(db, group))
    }

    pub(crate) async fn joined_since(
        &self,
        guild: GuildId,
        since: UnixMs,
        count_max: usize,
    ) -> Result<usize, StoreError> {
        read!(self, |db| due::joined_since(db, guild, since, count_max))
    }

    pub(crate) async fn hold_back(
        &self,
        guild: GuildId,
        since: UnixMs,
        at: UnixMs,
    ) -> Result<u64, StoreError> {
        write!(self, Locks::guild(guild), |tx| due::hold_back(
            tx, guild, since, at
        ))
    }

    pub(crate) async fn skip_stale(&self, before: UnixMs, at: UnixMs) -> Result<u64, StoreError> {
        if !read!(self, |db| due::has_stale(db, before))? {
            return Ok(0);
        }
        write!(self, Locks::none(), |tx| due::skip_stale(tx, before, at))
    }

    pub(crate) async fn park(&self, parked: Parked) -> Result<bool, StoreError> {
        write!(self, Locks::guild(parked.guild), |tx| parking::park(tx, &parked))
    }

    pub(crate) async fn unpark(&self, guild: GuildId) -> Result<bool, StoreError> {
        write!(self, Locks::guild(guild), |tx| parking::unpark(tx, guild))
    }

    pub(crate) async fn parked(&self, guild: GuildId) -> Result<Option<Parked>, StoreError> {
        read!(self, |db| parking::find(db, guild))
    }

    pub(crate) async fn all_parked(&self) -> Result<Vec<Parked>, StoreError> {
        read!(self, |db| parking::all(db))
    }

    pub(crate) async fn release_attempts(&self, now: UnixMs) -> Result<u64, StoreError> {
        write!(self, Locks::all_guilds(), |tx| outbox::release_attempts(tx, now))
    }

    pub(crate) async fn settle(&self, id: WelcomeId, outcome: Outcome) -> Result<u64, StoreError> {
        write!(self, Locks::welcomes(&[id]), |tx| outbox::settle(
            tx, id, &outcome
        ))
    }

    pub(crate) async fn welcome(&self, id: WelcomeId) -> Result<Option<Welcome>, StoreError> {
        read!(self, |db| outbox::find(db, id))
    }

    pub(crate) async fn history(&self, guild: GuildId, len_max: usize) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| outbox::history(db, guild, len_max))
    }

    pub(crate) async fn newest(&self, len_max: usize) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| outbox::newest(db, len_max))
    }

    pub(crate) async fn newest_skipped(
        &self,
        reasons: &'static [SkipReason],
        among: usize,
        len_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| outbox::newest_skipped(db, reasons, among, len_max))
    }

    pub(crate) async fn unsettled(&self) -> Result<u64, StoreError> {
        read!(self, |db| outbox::unsettled(db))
    }

    pub(crate) async fn prune(&self, before: UnixMs) -> Result<u64, StoreError> {
        write!(self, Locks::none(), |tx| screening::give_up(tx, before))?;
        let mut deleted = 0;
        let mut after = None;
        loop {
            let portion = write!(self, Locks::none(), |tx| outbox::prune_portion(tx, before, after))?;
            deleted += portion.deleted;
            match portion.last {
                Some(last) => {
                    after = Some(last);
                    tokio::time::sleep(REST_WHILE_PRUNING).await;
                }
                None => return Ok(deleted),
            }
        }
    }

    pub(crate) fn stats(&self) -> StoreStats {
        self.counters.snapshot()
    }
}
