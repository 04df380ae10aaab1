//! The table `guild_thread`.

use std::collections::BTreeMap;

use domain::id::{ChannelId, GuildId};
use domain::thread::{Thread, ThreadChange, ThreadNews};

use super::Postgres;
use super::failure::Failure;
use super::row::{id, to_db};
use super::session::Session;
use super::work::read;
use crate::error::StoreError;

/// Removes what the list does not name and adds what is not there, in one statement, since each guild of a session has its
/// list. Both parts see the table as it was; they concern different rows. `$4` is null where all parents are concerned.
const LIST: &str = "
    WITH listed AS (
        SELECT * FROM unnest($2::bigint[], $3::bigint[]) AS listed (thread_id, parent_id)
    ), gone AS (
        DELETE FROM guild_thread AS known
        WHERE guild_id = $1 AND ($4::bigint[] IS NULL OR parent_id = ANY ($4))
            AND NOT EXISTS (SELECT FROM listed WHERE listed.thread_id = known.thread_id)
    )
    INSERT INTO guild_thread AS known (guild_id, thread_id, parent_id)
    SELECT $1, thread_id, parent_id FROM listed
    ON CONFLICT (guild_id, thread_id) DO UPDATE SET parent_id = excluded.parent_id
    WHERE known.parent_id <> excluded.parent_id";

impl Postgres {
    pub(crate) async fn thread_parent(
        &self,
        guild: GuildId,
        thread: ChannelId,
    ) -> Result<Option<ChannelId>, StoreError> {
        let row = read!(self, |db| db.row_if_any(
            "SELECT parent_id FROM guild_thread WHERE guild_id = $1 AND thread_id = $2",
            &[&to_db(guild.0), &to_db(thread.0)],
        ))?;
        row.map(|row| id(&row, "parent_id").map(ChannelId))
            .transpose()
            .map_err(StoreError::from)
    }
}

pub(super) async fn change(tx: &Session, news: &ThreadNews) -> Result<(), Failure> {
    let guild = news.guild;
    match &news.change {
        ThreadChange::There(thread) => put(tx, guild, *thread).await,
        ThreadChange::Gone(thread) => remove(tx, guild, *thread).await,
        ThreadChange::Listed { parents, threads } => list(tx, guild, parents.as_deref(), threads).await,
    }
}

pub(super) async fn forget(tx: &Session, guild: GuildId) -> Result<(), Failure> {
    tx.execute("DELETE FROM guild_thread WHERE guild_id = $1", &[&to_db(guild.0)])
        .await
        .map(drop)
}

/// A row that says so already is not written.
async fn put(tx: &Session, guild: GuildId, thread: Thread) -> Result<(), Failure> {
    tx.execute(
        "INSERT INTO guild_thread AS known (guild_id, thread_id, parent_id) VALUES ($1, $2, $3)
         ON CONFLICT (guild_id, thread_id) DO UPDATE SET parent_id = excluded.parent_id
         WHERE known.parent_id <> excluded.parent_id",
        &[&to_db(guild.0), &to_db(thread.id.0), &to_db(thread.parent.0)],
    )
    .await
    .map(drop)
}

async fn remove(tx: &Session, guild: GuildId, thread: ChannelId) -> Result<(), Failure> {
    tx.execute(
        "DELETE FROM guild_thread WHERE guild_id = $1 AND thread_id = $2",
        &[&to_db(guild.0), &to_db(thread.0)],
    )
    .await
    .map(drop)
}

async fn list(
    tx: &Session,
    guild: GuildId,
    parents: Option<&[ChannelId]>,
    threads: &[Thread],
) -> Result<(), Failure> {
    // One statement must not change a row twice.
    let listed: BTreeMap<i64, i64> = threads
        .iter()
        .map(|thread| (to_db(thread.id.0), to_db(thread.parent.0)))
        .collect();
    let (ids, parents_of_ids): (Vec<i64>, Vec<i64>) = listed.into_iter().unzip();
    let concerned =
        parents.map(|parents| -> Vec<i64> { parents.iter().map(|parent| to_db(parent.0)).collect() });
    tx.execute(LIST, &[&to_db(guild.0), &ids, &parents_of_ids, &concerned])
        .await
        .map(drop)
}
