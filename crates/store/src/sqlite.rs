//! SQLite behind the store: one writer that commits what is queued together, readers beside it.

mod activity;
mod assets;
mod audit;
mod connection;
mod due;
mod effects;
mod figures;
mod file;
mod groups;
mod guilds;
pub(crate) mod imports;
mod journal;
mod keep;
mod level_roles;
mod migrate;
mod open;
mod outbox;
mod parking;
mod person;
mod readers;
mod reports;
mod rescores;
mod row;
mod screening;
mod sessions;
mod settings;
mod stays;
mod threads;
pub(crate) mod upkeep;
mod watch;
mod watermarks;
mod writer;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId, UserId, WelcomeId};
use domain::shard::ShardKey;
use domain::time::UnixMs;
use domain::welcome::{Episode, Membership, Parked, SkipReason, Welcome};

use crate::batch::{Batch, Checkpoint, Committed};
use crate::error::{OpenError, StoreError};
use crate::options::StoreOptions;
use crate::outbox::Outcome;
use crate::search::Search;
use crate::settings::SettingsNews;
use crate::stats::{Counters, StoreStats};
use effects::{Applied, IdTaken};
use readers::Readers;
use tokio::sync::broadcast;
use writer::{Durability, Writer};

/// How long pruning rests after a portion: it takes a tenth of the writer's time at most.
const REST_WHILE_PRUNING: Duration = Duration::from_millis(20);

/// An open database.
pub(crate) struct Sqlite {
    /// The file's own name.
    path: PathBuf,
    writer: Writer,
    readers: Arc<Readers>,
    counters: Arc<Counters>,
    /// Nobody else writes to the file, so all news of settings are told here.
    news: broadcast::Sender<SettingsNews>,
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

impl Sqlite {
    pub(crate) async fn open(path: PathBuf, options: StoreOptions) -> Result<Self, OpenError> {
        tokio::task::spawn_blocking(move || open::open(&path, &options))
            .await
            .expect("opening does not panic and is not cancelled")
    }

    /// Readers first: the last connection to close is then the writer's, which may tidy the log away.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(crate) async fn commit(&self, batch: Arc<Batch>) -> Result<Committed, StoreError> {
        if batch.effects.is_empty() && batch.checkpoint.is_none() {
            return Ok(Committed::default());
        }
        // Freed on the thread that made it: the writer would wait for the allocator's locks, and make others wait.
        let kept = Arc::clone(&batch);
        let news = self.news.clone();
        let committed = move |applied: &Result<Applied, IdTaken>| {
            for guild in applied.iter().flat_map(|applied| &applied.settings_begun) {
                settings::tell(&news, *guild, 1);
            }
        };
        let applied = self
            .writer
            .write_and_tell(
                Durability::WithTheLog,
                move |tx, journal| effects::apply(tx, journal, &batch),
                committed,
            )
            .await?;
        drop(kept);
        match applied {
            Ok(applied) => Ok(applied.committed),
            Err(IdTaken(id)) => Err(StoreError::IdTaken { id }),
        }
    }

    pub(crate) async fn checkpoint(&self, shard: ShardKey) -> Result<Option<Checkpoint>, StoreError> {
        self.readers.read(move |db| sessions::find(db, shard)).await
    }

    pub(crate) async fn checkpoints(&self) -> Result<Vec<Checkpoint>, StoreError> {
        self.readers.read(sessions::all).await
    }

    pub(crate) async fn guild(&self, guild: GuildId) -> Result<Option<GuildFacts>, StoreError> {
        self.readers.read(move |db| guilds::find(db, guild)).await
    }

    pub(crate) async fn episode(&self, membership: Membership) -> Result<Option<Episode>, StoreError> {
        self.readers
            .read(move |db| effects::last_episode(db, membership))
            .await
    }

    pub(crate) async fn next_search(&self, now: UnixMs) -> Result<Option<Search>, StoreError> {
        self.readers
            .read(move |db| watermarks::next_search(db, now))
            .await
    }

    pub(crate) async fn in_screening(&self, guild: GuildId) -> Result<Vec<UserId>, StoreError> {
        self.readers.read(move |db| screening::waiting(db, guild)).await
    }

    pub(crate) async fn due_welcomes(
        &self,
        now: UnixMs,
        leave_out: &[GuildId],
        guilds_max: usize,
        per_guild_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        let leave_out = leave_out.to_vec();
        self.readers
            .read(move |db| due::of_guilds(db, now, &leave_out, guilds_max, per_guild_max))
            .await
    }

    pub(crate) async fn next_due_at(&self, now: UnixMs) -> Result<Option<UnixMs>, StoreError> {
        self.readers.read(move |db| due::next_at(db, now)).await
    }

    pub(crate) async fn begin_attempt(
        &self,
        id: WelcomeId,
        channel: ChannelId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Option<Welcome>, StoreError> {
        self.writer
            .write(Durability::PowerCut, move |tx| {
                outbox::begin_attempt(tx, id, channel, now, due_again_at)
            })
            .await
    }

    pub(crate) async fn due_in(
        &self,
        guild: GuildId,
        now: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        self.readers
            .read(move |db| due::of_guild(db, guild, now, len_max))
            .await
    }

    pub(crate) async fn begin_group(
        &self,
        ids: &[WelcomeId],
        channel: ChannelId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Vec<Welcome>, StoreError> {
        let ids = ids.to_vec();
        self.writer
            .write(Durability::PowerCut, move |tx| {
                groups::begin(tx, &ids, channel, now, due_again_at)
            })
            .await
    }

    pub(crate) async fn begin_group_again(
        &self,
        group: WelcomeId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Vec<Welcome>, StoreError> {
        self.writer
            .write(Durability::PowerCut, move |tx| {
                groups::begin_again(tx, group, now, due_again_at)
            })
            .await
    }

    pub(crate) async fn group(&self, group: WelcomeId) -> Result<Vec<Welcome>, StoreError> {
        self.readers.read(move |db| groups::find(db, group)).await
    }

    pub(crate) async fn joined_since(
        &self,
        guild: GuildId,
        since: UnixMs,
        count_max: usize,
    ) -> Result<usize, StoreError> {
        self.readers
            .read(move |db| due::joined_since(db, guild, since, count_max))
            .await
    }

    pub(crate) async fn hold_back(
        &self,
        guild: GuildId,
        since: UnixMs,
        at: UnixMs,
    ) -> Result<u64, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                due::hold_back(tx, guild, since, at)
            })
            .await
    }

    pub(crate) async fn skip_stale(&self, before: UnixMs, at: UnixMs) -> Result<u64, StoreError> {
        if !self.readers.read(move |db| due::has_stale(db, before)).await? {
            return Ok(0);
        }
        self.writer
            .write(Durability::WithTheLog, move |tx| due::skip_stale(tx, before, at))
            .await
    }

    pub(crate) async fn park(&self, parked: Parked) -> Result<bool, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| parking::park(tx, &parked))
            .await
    }

    pub(crate) async fn unpark(&self, guild: GuildId) -> Result<bool, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| parking::unpark(tx, guild))
            .await
    }

    pub(crate) async fn parked(&self, guild: GuildId) -> Result<Option<Parked>, StoreError> {
        self.readers.read(move |db| parking::find(db, guild)).await
    }

    pub(crate) async fn all_parked(&self) -> Result<Vec<Parked>, StoreError> {
        self.readers.read(parking::all).await
    }

    pub(crate) async fn release_attempts(&self, now: UnixMs) -> Result<u64, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                outbox::release_attempts(tx, now)
            })
            .await
    }

    pub(crate) async fn settle(&self, id: WelcomeId, outcome: Outcome) -> Result<u64, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| outbox::settle(tx, id, &outcome))
            .await
    }

    pub(crate) async fn welcome(&self, id: WelcomeId) -> Result<Option<Welcome>, StoreError> {
        self.readers.read(move |db| outbox::find(db, id)).await
    }

    pub(crate) async fn history(&self, guild: GuildId, len_max: usize) -> Result<Vec<Welcome>, StoreError> {
        self.readers
            .read(move |db| outbox::history(db, guild, len_max))
            .await
    }

    pub(crate) async fn newest(&self, len_max: usize) -> Result<Vec<Welcome>, StoreError> {
        self.readers.read(move |db| outbox::newest(db, len_max)).await
    }

    pub(crate) async fn newest_skipped(
        &self,
        reasons: &'static [SkipReason],
        among: usize,
        len_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        self.readers
            .read(move |db| outbox::newest_skipped(db, reasons, among, len_max))
            .await
    }

    pub(crate) async fn unsettled(&self) -> Result<u64, StoreError> {
        self.readers.read(outbox::unsettled).await
    }

    pub(crate) async fn prune(&self, before: UnixMs) -> Result<u64, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| screening::give_up(tx, before))
            .await?;
        let mut deleted = 0;
        let mut after = None;
        loop {
            let portion = self
                .writer
                .write(Durability::WithTheLog, move |tx| {
                    outbox::prune_portion(tx, before, after)
                })
                .await?;
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
