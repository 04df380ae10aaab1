//! What is known of one person.

use domain::activity::score::Score;
use domain::id::{GuildId, UserId};
use domain::welcome::Welcome;

use super::Postgres;
use super::failure::Failure;
use super::row::{self, id, to_db, welcome_columns};
use super::session::Session;
use super::work::read;
use crate::activity::{Board, Ranked};
use crate::error::StoreError;

impl Postgres {
    pub(crate) async fn welcomes_of(&self, user: UserId) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| welcomes_of(db, user))
    }

    /// `None` for a board by score, too.
    pub(crate) async fn place_by_messages(
        &self,
        guild: GuildId,
        user: UserId,
        board: Board,
    ) -> Result<Option<Ranked>, StoreError> {
        read!(self, |db| place(db, guild, user, board))
    }
}

async fn welcomes_of(db: &Session, user: UserId) -> Result<Vec<Welcome>, Failure> {
    let rows = db
        .rows(
            concat!(
                "SELECT ",
                welcome_columns!(),
                " FROM welcome WHERE user_id = $1 ORDER BY id DESC"
            ),
            &[&to_db(user.0)],
        )
        .await?;
    row::welcomes(&rows)
}

async fn place(db: &Session, guild: GuildId, user: UserId, board: Board) -> Result<Option<Ranked>, Failure> {
    let (sql, period) = match board {
        Board::Score => return Ok(None),
        Board::Day(day) => (
            "SELECT messages, (
                 SELECT 1 + count(*) FROM activity_daily AS better
                 WHERE better.guild_id = $1 AND better.day = $2 AND better.messages > own.messages
             ) AS rank
             FROM activity_daily AS own WHERE guild_id = $1 AND day = $2 AND user_id = $3",
            day.0,
        ),
        Board::Month(month) => (
            "SELECT messages, (
                 SELECT 1 + count(*) FROM activity_monthly AS better
                 WHERE better.guild_id = $1 AND better.month = $2 AND better.messages > own.messages
             ) AS rank
             FROM activity_monthly AS own WHERE guild_id = $1 AND month = $2 AND user_id = $3",
            month.0,
        ),
    };
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&to_db(guild.0), &period, &to_db(user.0)];
    let Some(row) = db.row_if_any(sql, &values).await? else {
        return Ok(None);
    };
    Ok(Some(Ranked {
        rank: id(&row, "rank")?,
        user,
        score: Score::ZERO,
        messages: id(&row, "messages")?,
    }))
}
