//! What is known of one person.

use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::welcome::Welcome;
use tokio_postgres::Row;

use super::Postgres;
use super::failure::Failure;
use super::imports::{had_before, meter};
use super::level_roles::given_role;
use super::row::{self, id, limit, time, to_db, welcome_columns};
use super::session::Session;
use super::work::read;
use crate::activity::{Board, Ranked};
use crate::error::StoreError;
use crate::level_roles::GivenRole;
use crate::person::{ChangeMade, ImportedOfMember};

impl Postgres {
    pub(crate) async fn welcomes_of(&self, user: UserId) -> Result<Vec<Welcome>, StoreError> {
        read!(self, |db| welcomes_of(db, user))
    }

    pub(crate) async fn changes_by(
        &self,
        user: UserId,
        before_id: Option<u64>,
        len_max: usize,
    ) -> Result<Vec<ChangeMade>, StoreError> {
        let before_id = before_id.map_or(i64::MAX, to_db);
        read!(self, |db| changes_by(db, user, before_id, len_max))
    }

    pub(crate) async fn roles_of(&self, user: UserId) -> Result<Vec<(GuildId, GivenRole)>, StoreError> {
        read!(self, |db| roles_of(db, user))
    }

    pub(crate) async fn imports_of(&self, user: UserId) -> Result<Vec<ImportedOfMember>, StoreError> {
        read!(self, |db| imports_of(db, user))
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

async fn changes_by(
    db: &Session,
    user: UserId,
    before_id: i64,
    len_max: usize,
) -> Result<Vec<ChangeMade>, Failure> {
    let rows = db
        .rows(
            "SELECT id, guild_id, version, at, field, before_text, after_text FROM config_audit
             WHERE by_user = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            &[&to_db(user.0), &before_id, &limit(len_max)],
        )
        .await?;
    let change = |row| {
        Ok(ChangeMade {
            id: id(row, "id")?,
            guild: GuildId(id(row, "guild_id")?),
            version: id(row, "version")?,
            at: time(row, "at")?,
            field: row.try_get("field")?,
            before: row.try_get("before_text")?,
            after: row.try_get("after_text")?,
        })
    };
    rows.iter().map(change).collect()
}

async fn roles_of(db: &Session, user: UserId) -> Result<Vec<(GuildId, GivenRole)>, Failure> {
    let rows = db
        .rows(
            "SELECT guild_id, user_id, role_id, state, at FROM level_role WHERE user_id = $1
             ORDER BY guild_id, role_id",
            &[&to_db(user.0)],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((GuildId(id(row, "guild_id")?), given_role(row)?)))
        .collect()
}

/// What is remembered of a member names the member's meter, by which it is found.
async fn imports_of(db: &Session, user: UserId) -> Result<Vec<ImportedOfMember>, Failure> {
    let rows = db
        .rows(
            "SELECT brought.*, import.source, import.at,
                 ARRAY(SELECT day FROM import_day AS of WHERE of.guild_id = brought.guild_id
                     AND of.user_id = brought.user_id AND of.import_id = brought.import_id ORDER BY day) AS days,
                 ARRAY(SELECT messages FROM import_day AS of WHERE of.guild_id = brought.guild_id
                     AND of.user_id = brought.user_id AND of.import_id = brought.import_id ORDER BY day) AS messages
             FROM activity_meter AS own
             JOIN import_meter AS brought USING (guild_id, user_id) JOIN import ON import.id = brought.import_id
             WHERE own.user_id = $1 ORDER BY brought.guild_id, brought.import_id",
            &[&to_db(user.0)],
        )
        .await?;
    let imported = |row: &Row| {
        let days: Vec<i32> = row.try_get("days")?;
        let messages: Vec<i64> = row.try_get("messages")?;
        let messages = messages.into_iter().map(i64::cast_unsigned);
        Ok(ImportedOfMember {
            import: id(row, "import_id")?,
            source: row.try_get("source")?,
            at: time(row, "at")?,
            guild: GuildId(id(row, "guild_id")?),
            before: had_before(row)?.then(|| meter(row, "_before")).transpose()?,
            written: meter(row, "")?,
            days: days.into_iter().map(Day).zip(messages).collect(),
        })
    };
    rows.iter().map(imported).collect()
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
