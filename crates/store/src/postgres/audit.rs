//! The table `config_audit`.

use std::sync::LazyLock;

use domain::id::{GuildId, UserId};
use domain::settings::{AuditEntry, Field, FieldChange, StoredSettings};
use tokio_postgres::Row;

use super::Postgres;
use super::failure::Failure;
use super::row::{id, id_if_any, limit, text_if_any, time, to_db, unknown_word};
use super::session::Session;
use super::work::read;
use crate::error::StoreError;

impl Postgres {
    pub(crate) async fn audit(
        &self,
        guild: GuildId,
        before_id: Option<u64>,
        len_max: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let before_id = before_id.map_or(i64::MAX, to_db);
        read!(self, |db| newest(db, guild, before_id, 0, len_max))
    }
}

/// Adds a line for each change that led to `after`. The guild's lock is held, so the ids of its lines grow.
pub(super) async fn add(
    tx: &Session,
    after: &StoredSettings,
    changes: &[FieldChange],
) -> Result<(), Failure> {
    for change in changes {
        tx.execute(
            "INSERT INTO config_audit (guild_id, version, at, by_user, field, before_text, after_text)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &to_db(after.guild.0),
                &to_db(after.version),
                &after.updated_at.0,
                &after.updated_by.map(|user| to_db(user.0)),
                &change.field.name(),
                &text_if_any(change.before.as_ref()),
                &text_if_any(change.after.as_ref()),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Lines of fields that are known, newest first. The names are our own, so they can stand in the text of the query.
static NEWEST: LazyLock<String> = LazyLock::new(|| {
    let names: Vec<_> = Field::ALL.iter().map(|field| format!("'{field}'")).collect();
    format!(
        "SELECT id, guild_id, version, at, by_user, field, before_text, after_text FROM config_audit
         WHERE guild_id = $1 AND id < $2 AND version > $3 AND field IN ({}) ORDER BY id DESC LIMIT $4",
        names.join(", ")
    )
});

/// The lines of versions after `version`, newest first.
pub(super) async fn since(
    db: &Session,
    guild: GuildId,
    version: u64,
    len_max: usize,
) -> Result<Vec<AuditEntry>, Failure> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    newest(db, guild, i64::MAX, version, len_max).await
}

async fn newest(
    db: &Session,
    guild: GuildId,
    before_id: i64,
    after_version: i64,
    len_max: usize,
) -> Result<Vec<AuditEntry>, Failure> {
    let rows = db
        .rows(
            NEWEST.as_str(),
            &[&to_db(guild.0), &before_id, &after_version, &limit(len_max)],
        )
        .await?;
    rows.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<AuditEntry, Failure> {
    let field: &str = row.try_get("field")?;
    Ok(AuditEntry {
        id: id(row, "id")?,
        guild: GuildId(id(row, "guild_id")?),
        version: id(row, "version")?,
        at: time(row, "at")?,
        by: id_if_any(row, "by_user")?.map(UserId),
        change: FieldChange {
            field: field.parse().map_err(|_| unknown_word("field", field))?,
            before: row.try_get("before_text")?,
            after: row.try_get("after_text")?,
        },
    })
}
