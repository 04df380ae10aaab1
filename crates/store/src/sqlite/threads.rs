//! The table `guild_thread`.

use std::collections::HashMap;

use domain::id::{ChannelId, GuildId};
use domain::thread::{Thread, ThreadChange, ThreadNews};
use rusqlite::{Connection, OptionalExtension};

use super::Sqlite;
use super::row::{id, to_db};
use crate::error::StoreError;

impl Sqlite {
    pub(crate) async fn thread_parent(
        &self,
        guild: GuildId,
        thread: ChannelId,
    ) -> Result<Option<ChannelId>, StoreError> {
        self.readers
            .read(move |db| {
                db.prepare_cached(
                    "SELECT parent_id FROM guild_thread WHERE guild_id = ?1 AND thread_id = ?2",
                )?
                .query_row([to_db(guild.0), to_db(thread.0)], |row| id(row, 0).map(ChannelId))
                .optional()
            })
            .await
    }
}

pub(super) fn change(tx: &Connection, news: &ThreadNews) -> rusqlite::Result<()> {
    let guild = news.guild;
    match &news.change {
        ThreadChange::There(thread) => put(tx, guild, *thread),
        ThreadChange::Gone(thread) => remove(tx, guild, *thread),
        ThreadChange::Listed { parents, threads } => list(tx, guild, parents.as_deref(), threads),
    }
}

pub(super) fn forget(tx: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM guild_thread WHERE guild_id = ?1")?
        .execute([to_db(guild.0)])
        .map(drop)
}

/// A row that says so already is not written.
fn put(tx: &Connection, guild: GuildId, thread: Thread) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO guild_thread (guild_id, thread_id, parent_id) VALUES (?1, ?2, ?3)
         ON CONFLICT (guild_id, thread_id) DO UPDATE SET parent_id = excluded.parent_id
         WHERE parent_id <> excluded.parent_id",
    )?
    .execute([to_db(guild.0), to_db(thread.id.0), to_db(thread.parent.0)])
    .map(drop)
}

fn remove(tx: &Connection, guild: GuildId, thread: ChannelId) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM guild_thread WHERE guild_id = ?1 AND thread_id = ?2")?
        .execute([to_db(guild.0), to_db(thread.0)])
        .map(drop)
}

fn list(
    tx: &Connection,
    guild: GuildId,
    parents: Option<&[ChannelId]>,
    threads: &[Thread],
) -> rusqlite::Result<()> {
    let known = of_guild(tx, guild)?;
    let listed: HashMap<ChannelId, ChannelId> =
        threads.iter().map(|thread| (thread.id, thread.parent)).collect();
    for (id, parent) in &known {
        let is_concerned = parents.is_none_or(|parents| parents.contains(parent));
        if is_concerned && !listed.contains_key(id) {
            remove(tx, guild, *id)?;
        }
    }
    for (id, parent) in listed {
        if known.get(&id) != Some(&parent) {
            put(tx, guild, Thread { id, parent })?;
        }
    }
    Ok(())
}

/// Each thread with its parent.
fn of_guild(tx: &Connection, guild: GuildId) -> rusqlite::Result<HashMap<ChannelId, ChannelId>> {
    tx.prepare_cached("SELECT thread_id, parent_id FROM guild_thread WHERE guild_id = ?1")?
        .query_map([to_db(guild.0)], |row| {
            Ok((ChannelId(id(row, 0)?), ChannelId(id(row, 1)?)))
        })?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrate::{MIGRATIONS, migrate, newest};

    #[test]
    fn news_that_is_known_writes_no_row() {
        let mut db = Connection::open_in_memory().expect("opens");
        migrate(&mut db, MIGRATIONS, newest(MIGRATIONS)).expect("migrates");
        let written = |db: &Connection| -> i64 {
            db.query_row("SELECT total_changes()", [], |row| row.get(0))
                .expect("read")
        };
        let told = |parent| {
            let threads = [1, 2].map(|id| Thread {
                id: ChannelId(id),
                parent: ChannelId(parent),
            });
            let listed = ThreadChange::Listed {
                parents: None,
                threads: threads.to_vec(),
            };
            [
                listed,
                ThreadChange::There(threads[0]),
                ThreadChange::Gone(ChannelId(3)),
            ]
        };
        let rows = [(70, 2), (70, 0), (71, 2), (71, 0)].map(|(parent, expected)| {
            let before = written(&db);
            for change in told(parent) {
                let guild = GuildId(7);
                super::change(&db, &ThreadNews { guild, change }).expect("written");
            }
            (written(&db) - before, expected)
        });
        assert!(
            rows.iter().all(|(written, expected)| written == expected),
            "{rows:?}"
        );
    }
}
