//! The store, whatever database stands behind it.

mod activity;
pub(crate) mod figures;
pub(crate) mod imports;
mod level_roles;
mod person;
mod reports;
mod rescores;
mod settings;
mod threads;
mod trouble;

use std::sync::Arc;

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId, UserId, WelcomeId};
use domain::shard::ShardKey;
use domain::time::UnixMs;
use domain::welcome::{Episode, Membership, Parked, SkipReason, Welcome};

use crate::batch::{Batch, Checkpoint, Committed};
use crate::error::{OpenError, StoreError};
use crate::options::{Place, StoreOptions};
use crate::outbox::{CountedWelcomes, Outcome};
use crate::postgres::Postgres;
use crate::search::Search;
use crate::sqlite::Sqlite;
use crate::stats::StoreStats;

/// What must survive. Clones share the same database.
///
/// A write is stored when its future is ready: it survives the process, whatever ends it. A power cut may take back the
/// newest writes of a file, always the newest and never one without those after it, so that effects and checkpoint go
/// back together and a resumed session brings both again. [`Store::begin_attempt`] survives a power cut too, and on a
/// server every write does. A write whose future is dropped may happen all the same.
///
/// A file belongs to one process. A server may have any number of them over one database: a guild's writes happen one
/// after the other whoever makes them, and what is given to one caller is given to no other anywhere.
///
/// A server that goes away during a commit leaves open whether it happened. The write then waits until the server says
/// so, and is made again only when it did not.
///
/// # Errors
/// All methods give [`StoreError::Unavailable`] when it is worth trying again later; the store itself has waited for
/// other programs' locks as its [`RetryProfile`](crate::RetryProfile) says.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Backend,
}

#[derive(Clone, Debug)]
enum Backend {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Store {
    /// Opens the database and brings its schema up to date. A file is made when there is none; a database on a server is
    /// not, but what it needs is made in an empty one.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the path or the file, or with the server; nothing was harmed.
    pub async fn open(options: &StoreOptions) -> Result<Self, OpenError> {
        let backend = match &options.place {
            Place::File(path) => {
                Backend::Sqlite(Arc::new(Sqlite::open(path.clone(), options.clone()).await?))
            }
            Place::Server(url) => Backend::Postgres(Arc::new(Postgres::open(url, options).await?)),
        };
        Ok(Self { backend })
    }

    /// Stores what waits, moves everything into the main file, closes it and lets others open it; on a server, ends the
    /// connections. Later calls, of clones too, give [`StoreError::Closed`]. A store that is dropped without it loses
    /// nothing either.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Makes this process the one that is the bot of the database, unless another is: `false` when another is, whose end is
    /// waited for by asking again. Always `true` of a file, which belongs to one process.
    ///
    /// It stays so until the store is closed, the process ends, or the server does not hear of it for a quarter of a minute and
    /// another process asks: then every write of this one fails, and [`Store::lost`] tells. What was written before is what
    /// the other finds.
    pub async fn lead(&self) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(true),
            Backend::Postgres(postgres) => postgres.lead().await,
        }
    }

    /// Stores effects and checkpoint: all of them or, with an error, none.
    ///
    /// Whoever may have to try again keeps a clone of the `Arc`. What was stored before changes nothing when it is stored
    /// again; that is no other welcome with its id.
    ///
    /// # Errors
    /// [`StoreError::IdTaken`]: give the new episodes other ids, and try again.
    pub async fn commit(&self, batch: impl Into<Arc<Batch>>) -> Result<Committed, StoreError> {
        let batch = batch.into();
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.commit(batch).await,
            Backend::Postgres(postgres) => postgres.commit(batch).await,
        }
    }

    /// Where a shard is to be resumed.
    pub async fn checkpoint(&self, shard: ShardKey) -> Result<Option<Checkpoint>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.checkpoint(shard).await,
            Backend::Postgres(postgres) => postgres.checkpoint(shard).await,
        }
    }

    /// All checkpoints, of former shard counts too, in the order of their keys.
    pub async fn checkpoints(&self) -> Result<Vec<Checkpoint>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.checkpoints().await,
            Backend::Postgres(postgres) => postgres.checkpoints().await,
        }
    }

    /// What is known of a guild.
    pub async fn guild(&self, guild: GuildId) -> Result<Option<GuildFacts>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.guild(guild).await,
            Backend::Postgres(postgres) => postgres.guild(guild).await,
        }
    }

    /// A member's last episode.
    pub async fn episode(&self, membership: Membership) -> Result<Option<Episode>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.episode(membership).await,
            Backend::Postgres(postgres) => postgres.episode(membership).await,
        }
    }

    /// The search for missed joins that has waited longest, of the guilds that are there to be searched at `now`.
    pub async fn next_search(&self, now: UnixMs) -> Result<Option<Search>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.next_search(now).await,
            Backend::Postgres(postgres) => postgres.next_search(now).await,
        }
    }

    /// A guild's members whose welcomes wait until they have passed membership screening.
    pub async fn in_screening(&self, guild: GuildId) -> Result<Vec<UserId>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.in_screening(guild).await,
            Backend::Postgres(postgres) => postgres.in_screening(guild).await,
        }
    }

    /// Welcomes to be posted or settled at `now`, oldest first: up to `per_guild_max` of each of up to `guilds_max`
    /// guilds, those that wait longest, without the guilds in `leave_out`.
    pub async fn due_welcomes(
        &self,
        now: UnixMs,
        leave_out: &[GuildId],
        guilds_max: usize,
        per_guild_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite
                    .due_welcomes(now, leave_out, guilds_max, per_guild_max)
                    .await
            }
            Backend::Postgres(postgres) => {
                postgres
                    .due_welcomes(now, leave_out, guilds_max, per_guild_max)
                    .await
            }
        }
    }

    /// The next time after `now` at which a welcome becomes due.
    pub async fn next_due_at(&self, now: UnixMs) -> Result<Option<UnixMs>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.next_due_at(now).await,
            Backend::Postgres(postgres) => postgres.next_due_at(now).await,
        }
    }

    /// Takes a due welcome for one attempt to post it in `channel`. It is not due again before `due_again_at`, by which
    /// time its outcome must have been told to [`Store::settle`]. Survives a power cut, so that no post is forgotten.
    ///
    /// `None` when it is not to be posted now: somebody else took it, it was settled meanwhile, its member left after
    /// an attempt with unknown outcome, or it is not due.
    pub async fn begin_attempt(
        &self,
        id: WelcomeId,
        channel: ChannelId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Option<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.begin_attempt(id, channel, now, due_again_at).await,
            Backend::Postgres(postgres) => postgres.begin_attempt(id, channel, now, due_again_at).await,
        }
    }

    /// A guild's welcomes to be posted or settled at `now`, oldest first, at most `len_max`.
    pub async fn due_in(
        &self,
        guild: GuildId,
        now: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.due_in(guild, now, len_max).await,
            Backend::Postgres(postgres) => postgres.due_in(guild, now, len_max).await,
        }
    }

    /// Binds those of `ids` that are pending, due and of members who are there into a group, for one attempt to post one
    /// message for all of them in `channel`: nonce and group are the id of the first. As [`Store::begin_attempt`]
    /// otherwise. Returns the group, oldest first; empty when none of them may be posted now. A group of one is a group.
    pub async fn begin_group(
        &self,
        ids: &[WelcomeId],
        channel: ChannelId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.begin_group(ids, channel, now, due_again_at).await,
            Backend::Postgres(postgres) => postgres.begin_group(ids, channel, now, due_again_at).await,
        }
    }

    /// Takes a due group whose outcome is unknown for another attempt in its channel, with those of its members who left
    /// meanwhile: it stays together until it is settled. Empty when all have left, or as for [`Store::begin_attempt`].
    pub async fn begin_group_again(
        &self,
        group: WelcomeId,
        now: UnixMs,
        due_again_at: UnixMs,
    ) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.begin_group_again(group, now, due_again_at).await,
            Backend::Postgres(postgres) => postgres.begin_group_again(group, now, due_again_at).await,
        }
    }

    /// The welcomes that were bound into a group, oldest first.
    pub async fn group(&self, group: WelcomeId) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.group(group).await,
            Backend::Postgres(postgres) => postgres.group(group).await,
        }
    }

    /// How many joined a guild since `since`, by Discord's clock; counts no further than `count_max`.
    pub async fn joined_since(
        &self,
        guild: GuildId,
        since: UnixMs,
        count_max: usize,
    ) -> Result<usize, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.joined_since(guild, since, count_max).await,
            Backend::Postgres(postgres) => postgres.joined_since(guild, since, count_max).await,
        }
    }

    /// Skips a guild's due welcomes of members who joined since `since`, as held back, up to 1000 at once. Returns how
    /// many.
    pub async fn hold_back(&self, guild: GuildId, since: UnixMs, at: UnixMs) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.hold_back(guild, since, at).await,
            Backend::Postgres(postgres) => postgres.hold_back(guild, since, at).await,
        }
    }

    /// Skips pending welcomes that were queued before `before`, as stale, up to 1000 at once; those that wait for
    /// membership screening are left alone. Returns how many.
    pub async fn skip_stale(&self, before: UnixMs, at: UnixMs) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.skip_stale(before, at).await,
            Backend::Postgres(postgres) => postgres.skip_stale(before, at).await,
        }
    }

    /// Notes that a guild cannot be greeted in. One that was parked before keeps its time. Returns whether it is news.
    pub async fn park(&self, parked: Parked) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.park(parked).await,
            Backend::Postgres(postgres) => postgres.park(parked).await,
        }
    }

    /// Notes that a guild can be greeted in again. Returns whether it is news.
    pub async fn unpark(&self, guild: GuildId) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.unpark(guild).await,
            Backend::Postgres(postgres) => postgres.unpark(guild).await,
        }
    }

    /// Why a guild cannot be greeted in; `None` when nothing is known to be the matter.
    pub async fn parked(&self, guild: GuildId) -> Result<Option<Parked>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.parked(guild).await,
            Backend::Postgres(postgres) => postgres.parked(guild).await,
        }
    }

    /// All guilds that cannot be greeted in, by their ids.
    pub async fn all_parked(&self) -> Result<Vec<Parked>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.all_parked().await,
            Backend::Postgres(postgres) => postgres.all_parked().await,
        }
    }

    /// Makes all attempts with unknown outcome due at `now`. For the start of the only process that posts: nobody else
    /// will tell their outcome. Returns how many.
    pub async fn release_attempts(&self, now: UnixMs) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.release_attempts(now).await,
            Backend::Postgres(postgres) => postgres.release_attempts(now).await,
        }
    }

    /// Records how the attempt of a welcome, or of a group with all its welcomes, ended. Returns how many welcomes that
    /// changed: 0 for one that was settled before or does not exist.
    pub async fn settle(&self, id: WelcomeId, outcome: Outcome) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.settle(id, outcome).await,
            Backend::Postgres(postgres) => postgres.settle(id, outcome).await,
        }
    }

    /// One welcome.
    pub async fn welcome(&self, id: WelcomeId) -> Result<Option<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.welcome(id).await,
            Backend::Postgres(postgres) => postgres.welcome(id).await,
        }
    }

    /// A guild's welcomes, newest first, at most `len_max`.
    pub async fn history(&self, guild: GuildId, len_max: usize) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.history(guild, len_max).await,
            Backend::Postgres(postgres) => postgres.history(guild, len_max).await,
        }
    }

    /// The newest welcomes of all guilds, newest first, at most `len_max`.
    pub async fn newest_welcomes(&self, len_max: usize) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.newest(len_max).await,
            Backend::Postgres(postgres) => postgres.newest(len_max).await,
        }
    }

    /// Those among the newest `among` welcomes of all guilds that are not posted for one of `reasons`, newest first, at most
    /// `len_max`. No more than `among` rows are looked at.
    pub async fn newest_skipped(
        &self,
        reasons: &'static [SkipReason],
        among: usize,
        len_max: usize,
    ) -> Result<Vec<Welcome>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.newest_skipped(reasons, among, len_max).await,
            Backend::Postgres(postgres) => postgres.newest_skipped(reasons, among, len_max).await,
        }
    }

    /// How many welcomes are not settled: to be posted, or begun with an unknown outcome. Costs by their number alone, so it
    /// may be asked often.
    pub async fn unsettled_welcomes(&self) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.unsettled().await,
            Backend::Postgres(postgres) => postgres.unsettled().await,
        }
    }

    /// Counts the welcomes whose ids come after `after`, or from the first on, and no more than `len_max` of them: those
    /// are the rows that it costs. All of a long history are the sum of its portions.
    pub async fn count_welcomes(
        &self,
        after: Option<WelcomeId>,
        len_max: usize,
    ) -> Result<CountedWelcomes, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.count_welcomes(after, len_max).await,
            Backend::Postgres(postgres) => postgres.count_welcomes(after, len_max).await,
        }
    }

    /// Deletes welcomes that were queued and settled, and whose member joined, before `before`, in small portions
    /// between other writes and with a rest between them. One that has waited so long for its member to pass screening is
    /// skipped as stale, and deleted another time. Returns how many were deleted. Keep `before` further back than the
    /// rules of joins ask.
    pub async fn prune(&self, before: UnixMs) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.prune(before).await,
            Backend::Postgres(postgres) => postgres.prune(before).await,
        }
    }

    /// What this store did since it was opened.
    pub fn stats(&self) -> StoreStats {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.stats(),
            Backend::Postgres(postgres) => postgres.stats(),
        }
    }
}
