//! The table `config_audit`.

use std::sync::LazyLock;

use domain::id::{GuildId, UserId};
use domain::settings::{AuditEntry, Field, FieldChange, StoredSettings};
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::row::{id, id_if_any, time, to_db, unknown_word};
use crate::error::StoreError;

impl Sqlite {
    pub(crate) async fn audit(
        &self,
        guild: GuildId,
        before_id: Option<u64>,
        len_max: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.readers
            .read(move |db| newest(db, guild, before_id, len_max))
            .await
    }
}

/// Adds a line for each change that led to `after`.
pub(super) fn add(tx: &Connection, after: &StoredSettings, changes: &[FieldChange]) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO config_audit (guild_id, version, at, by_user, field, before_text, after_text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for change in changes {
        insert.execute(params![
            to_db(after.guild.0),
            to_db(after.version),
            after.updated_at.0,
            after.updated_by.map(|user| to_db(user.0)),
            change.field.name(),
            change.before,
            change.after,
        ])?;
    }
    Ok(())
}

/// Lines of fields that are known, newest first. The names are our own, so they can stand in the text of the query.
static NEWEST: LazyLock<String> = LazyLock::new(|| {
    let names: Vec<_> = Field::ALL.iter().map(|field| format!("'{field}'")).collect();
    format!(
        "SELECT id, guild_id, version, at, by_user, field, before_text, after_text FROM config_audit
         WHERE guild_id = ?1 AND id < ?2 AND version > ?3 AND field IN ({}) ORDER BY id DESC LIMIT ?4",
        names.join(", ")
    )
});

fn newest(
    db: &Connection,
    guild: GuildId,
    before_id: Option<u64>,
    len_max: usize,
) -> rusqlite::Result<Vec<AuditEntry>> {
    db.prepare_cached(&NEWEST)?
        .query_map(
            params![
                to_db(guild.0),
                before_id.map_or(i64::MAX, to_db),
                0,
                len_max as i64
            ],
            entry,
        )?
        .collect()
}

/// The lines of versions after `version`, newest first.
pub(super) fn since(
    db: &Connection,
    guild: GuildId,
    version: u64,
    len_max: usize,
) -> rusqlite::Result<Vec<AuditEntry>> {
    db.prepare_cached(&NEWEST)?
        .query_map(
            params![
                to_db(guild.0),
                i64::MAX,
                version.min(i64::MAX as u64) as i64,
                len_max as i64
            ],
            entry,
        )?
        .collect()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let field: String = row.get("field")?;
    Ok(AuditEntry {
        id: id(row, "id")?,
        guild: GuildId(id(row, "guild_id")?),
        version: id(row, "version")?,
        at: time(row, "at")?,
        by: id_if_any(row, "by_user")?.map(UserId),
        change: FieldChange {
            field: field.parse().map_err(|_| unknown_word("field", &field))?,
            before: row.get("before_text")?,
            after: row.get("after_text")?,
        },
    })
}
