//! What is known of one person.

use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::welcome::Welcome;
use rusqlite::{Connection, OptionalExtension, params};

use super::Sqlite;
use super::imports::meter;
use super::level_roles::given_role;
use super::outbox::limit;
use super::row::{self, WELCOME, id, time, to_db};
use crate::activity::{Board, Ranked};
use crate::error::StoreError;
use crate::level_roles::GivenRole;
use crate::person::{ChangeMade, ImportedOfMember};

const CHANGES: &str = "SELECT id, guild_id, version, at, field, before_text, after_text FROM config_audit
    WHERE by_user = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";

const ROLES: &str = "SELECT guild_id, user_id, role_id, state, at FROM level_role WHERE user_id = ?1
    ORDER BY guild_id, role_id";

/// What is remembered of a member names the member's meter, by which it is found.
const IMPORTS: &str = "SELECT brought.*, import.source, import.at FROM activity_meter AS own
    JOIN import_meter AS brought USING (guild_id, user_id) JOIN import ON import.id = brought.import_id
    WHERE own.user_id = ?1 ORDER BY brought.guild_id, brought.import_id";

const IMPORTED_DAYS: &str = "SELECT day, messages FROM import_day
    WHERE guild_id = ?1 AND user_id = ?2 AND import_id = ?3 ORDER BY day";

impl Sqlite {
    pub(crate) async fn welcomes_of(&self, user: UserId) -> Result<Vec<Welcome>, StoreError> {
        self.readers.read(move |db| welcomes_of(db, user)).await
    }

    pub(crate) async fn changes_by(
        &self,
        user: UserId,
        before_id: Option<u64>,
        len_max: usize,
    ) -> Result<Vec<ChangeMade>, StoreError> {
        let before_id = before_id.map_or(i64::MAX, to_db);
        self.readers
            .read(move |db| changes_by(db, user, before_id, len_max))
            .await
    }

    pub(crate) async fn roles_of(&self, user: UserId) -> Result<Vec<(GuildId, GivenRole)>, StoreError> {
        self.readers.read(move |db| roles_of(db, user)).await
    }

    pub(crate) async fn imports_of(&self, user: UserId) -> Result<Vec<ImportedOfMember>, StoreError> {
        self.readers.read(move |db| imports_of(db, user)).await
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

fn changes_by(
    db: &Connection,
    user: UserId,
    before_id: i64,
    len_max: usize,
) -> rusqlite::Result<Vec<ChangeMade>> {
    db.prepare_cached(CHANGES)?
        .query_map([to_db(user.0), before_id, limit(len_max)], |row| {
            Ok(ChangeMade {
                id: id(row, "id")?,
                guild: GuildId(id(row, "guild_id")?),
                version: id(row, "version")?,
                at: time(row, "at")?,
                field: row.get("field")?,
                before: row.get("before_text")?,
                after: row.get("after_text")?,
            })
        })?
        .collect()
}

fn roles_of(db: &Connection, user: UserId) -> rusqlite::Result<Vec<(GuildId, GivenRole)>> {
    db.prepare_cached(ROLES)?
        .query_map([to_db(user.0)], |row| {
            Ok((GuildId(id(row, "guild_id")?), given_role(row)?))
        })?
        .collect()
}

fn imports_of(db: &Connection, user: UserId) -> rusqlite::Result<Vec<ImportedOfMember>> {
    let tx = db.unchecked_transaction()?;
    let mut found: Vec<ImportedOfMember> = tx
        .prepare_cached(IMPORTS)?
        .query_map([to_db(user.0)], |row| {
            let had = row.get::<_, Option<i64>>("base_before")?.is_some();
            Ok(ImportedOfMember {
                import: id(row, "import_id")?,
                source: row.get("source")?,
                at: time(row, "at")?,
                guild: GuildId(id(row, "guild_id")?),
                before: had.then(|| meter(row, "_before")).transpose()?,
                written: meter(row, "")?,
                days: Vec::new(),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    for one in &mut found {
        one.days = tx
            .prepare_cached(IMPORTED_DAYS)?
            .query_map([to_db(one.guild.0), to_db(user.0), to_db(one.import)], |row| {
                Ok((Day(row.get(0)?), id(row, 1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
    }
    Ok(found)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::newest;
    use crate::sqlite::migrate::{MIGRATIONS, migrate};

    #[test]
    fn what_names_a_person_is_found_without_reading_what_names_others() {
        let mut db = Connection::open_in_memory().expect("opens");
        migrate(&mut db, MIGRATIONS, newest(MIGRATIONS)).expect("migrates");
        for sql in [CHANGES, ROLES, IMPORTS, IMPORTED_DAYS] {
            let mut statement = db
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .expect("prepared");
            let values = vec![1; statement.parameter_count()];
            let steps = statement.query_map(rusqlite::params_from_iter(values), |row| {
                row.get::<_, String>("detail")
            });
            let steps: Vec<_> = steps.expect("planned").collect::<Result<_, _>>().expect("texts");
            assert!(
                steps.iter().any(|step| step.starts_with("SEARCH")),
                "{sql}: {steps:?}"
            );
            assert!(
                !steps.iter().any(|step| step.starts_with("SCAN")),
                "{sql}: {steps:?}"
            );
        }
    }
}
