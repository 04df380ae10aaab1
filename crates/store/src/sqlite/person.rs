//! What is known of one person.

use domain::activity::score::Score;
use domain::id::{GuildId, UserId};
use domain::welcome::Welcome;
use rusqlite::{Connection, OptionalExtension, params};

use super::Sqlite;
use super::row::{self, WELCOME, id, to_db};
use crate::activity::{Board, Ranked};
use crate::error::StoreError;

impl Sqlite {
    pub(crate) async fn welcomes_of(&self, user: UserId) -> Result<Vec<Welcome>, StoreError> {
        self.readers.read(move |db| welcomes_of(db, user)).await
    }

    /// `None` for a board by score, too.
    pub(crate) async fn place_by_messages(
        &self,
        guild: GuildId,
        user: UserId,
        board: Board,
    ) -> Result<Option<Ranked>, StoreError> {
        self.read_counted(move |db| place(db, guild, user, board)).await
    }
}

fn welcomes_of(db: &Connection, user: UserId) -> rusqlite::Result<Vec<Welcome>> {
    db.prepare_cached(&format!(
        "SELECT {WELCOME} FROM welcome WHERE user_id = ?1 ORDER BY id DESC"
    ))?
    .query_map([to_db(user.0)], row::welcome)?
    .collect()
}

fn place(db: &Connection, guild: GuildId, user: UserId, board: Board) -> rusqlite::Result<Option<Ranked>> {
    let (sql, period) = match board {
        Board::Score => return Ok(None),
        Board::Day(day) => (
            "SELECT messages, (
                 SELECT 1 + count(*) FROM activity_daily AS better
                 WHERE better.guild_id = ?1 AND better.day = ?2 AND better.messages > own.messages
             )
             FROM activity_daily AS own WHERE guild_id = ?1 AND day = ?2 AND user_id = ?3",
            day.0,
        ),
        Board::Month(month) => (
            "SELECT messages, (
                 SELECT 1 + count(*) FROM activity_monthly AS better
                 WHERE better.guild_id = ?1 AND better.month = ?2 AND better.messages > own.messages
             )
             FROM activity_monthly AS own WHERE guild_id = ?1 AND month = ?2 AND user_id = ?3",
            month.0,
        ),
    };
    db.prepare_cached(sql)?
        .query_row(params![to_db(guild.0), period, to_db(user.0)], |row| {
            Ok(Ranked {
                rank: id(row, 1)?,
                user,
                score: Score::ZERO,
                messages: id(row, 0)?,
            })
        })
        .optional()
}
