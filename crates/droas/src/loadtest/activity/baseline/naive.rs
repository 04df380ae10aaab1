//! A connection for each operation, in rollback-journal mode, that reads and then writes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::day::Day;
use rusqlite::{Connection, OptionalExtension, params};

use super::{COOLDOWN_MS, FADE, GAIN, GRACE_MS, Session};
use crate::loadtest::activity::workload::Operation;

pub(super) struct Naive {
    file: PathBuf,
    patience: Duration,
}

impl Naive {
    pub(super) fn new(file: &Path, patience: Duration) -> Self {
        Self {
            file: file.to_owned(),
            patience,
        }
    }
}

impl Session for Naive {
    fn count(&mut self, operation: &Operation, day: Day) -> rusqlite::Result<()> {
        let (guild, user) = (operation.guild.0.cast_signed(), operation.user.0.cast_signed());
        let at = operation.at.0;
        let db = Connection::open(&self.file)?;
        db.busy_timeout(self.patience)?;
        let meter: Option<(f64, i64)> = db
            .query_row(
                "SELECT score, last_msg FROM meter WHERE guild_id = ?1 AND user_id = ?2",
                [guild, user],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let messages: Option<i64> = db
            .query_row(
                "SELECT messages FROM daily WHERE guild_id = ?1 AND day = ?2 AND user_id = ?3",
                params![guild, day.0, user],
                |row| row.get(0),
            )
            .optional()?;

        db.execute_batch("BEGIN")?;
        match meter {
            None => db.execute(
                "INSERT INTO meter (guild_id, user_id, score, last_msg) VALUES (?1, ?2, ?3, ?4)",
                params![guild, user, GAIN, at],
            )?,
            Some((score, last)) => db.execute(
                "UPDATE meter SET score = ?3, last_msg = ?4 WHERE guild_id = ?1 AND user_id = ?2",
                params![guild, user, risen(score, last, at), last.max(at)],
            )?,
        };
        match messages {
            None => db.execute(
                "INSERT INTO daily (guild_id, day, user_id, messages) VALUES (?1, ?2, ?3, 1)",
                params![guild, day.0, user],
            )?,
            Some(messages) => db.execute(
                "UPDATE daily SET messages = ?4 WHERE guild_id = ?1 AND day = ?2 AND user_id = ?3",
                params![guild, day.0, user, messages + 1],
            )?,
        };
        db.execute_batch("COMMIT")
    }
}

/// The score after a message.
fn risen(score: f64, last: i64, at: i64) -> f64 {
    if at / COOLDOWN_MS <= last / COOLDOWN_MS {
        return score;
    }
    let faded = (at - last - GRACE_MS).max(0) as f64 * FADE;
    ((score - faded).max(0.0) + GAIN).min(100.0)
}
