//! A connection for each worker, with everything that makes SQLite quick and keeps writers from failing each other.

use std::path::Path;

use domain::day::Day;
use rusqlite::{Connection, params};

use super::{COOLDOWN_MS, FADE, GAIN, GRACE_MS, PATIENCE, Session};
use crate::loadtest::activity::workload::Operation;

pub(super) struct Tuned {
    db: Connection,
}

impl Tuned {
    pub(super) fn open(file: &Path) -> rusqlite::Result<Self> {
        let db = Connection::open(file)?;
        db.busy_timeout(PATIENCE)?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        // Of 8 MiB and 64 MiB: more than the store itself has.
        db.pragma_update(None, "cache_size", -8 * 1024)?;
        db.pragma_update_and_check(None, "mmap_size", 64 << 20, |_| Ok(()))?;
        Ok(Self { db })
    }

    fn run(&self, statement: &str) -> rusqlite::Result<()> {
        self.db.prepare_cached(statement)?.execute([]).map(|_| ())
    }

    fn write(&self, operation: &Operation, day: Day) -> rusqlite::Result<()> {
        let (guild, user) = (operation.guild.0.cast_signed(), operation.user.0.cast_signed());
        self.db
            .prepare_cached(
                "INSERT INTO meter (guild_id, user_id, score, last_msg) VALUES (?1, ?2, ?4, ?3)
                 ON CONFLICT (guild_id, user_id) DO UPDATE SET
                     score = iif(excluded.last_msg / ?5 > last_msg / ?5,
                         min(100.0, max(0.0, score - max(0, excluded.last_msg - last_msg - ?6) * ?7) + ?4), score),
                     last_msg = max(last_msg, excluded.last_msg)",
            )?
            .execute(params![
                guild,
                user,
                operation.at.0,
                GAIN,
                COOLDOWN_MS,
                GRACE_MS,
                FADE
            ])?;
        self.db
            .prepare_cached(
                "INSERT INTO daily (guild_id, day, user_id, messages) VALUES (?1, ?2, ?3, 1)
                 ON CONFLICT (guild_id, day, user_id) DO UPDATE SET messages = messages + 1",
            )?
            .execute(params![guild, day.0, user])?;
        Ok(())
    }
}

impl Session for Tuned {
    fn count(&mut self, operation: &Operation, day: Day) -> rusqlite::Result<()> {
        self.run("BEGIN IMMEDIATE")?;
        let stored = self.write(operation, day).and_then(|()| self.run("COMMIT"));
        if stored.is_err() && !self.db.is_autocommit() {
            self.run("ROLLBACK")?;
        }
        stored
    }
}
