//! The table `activity_rescore`.

use domain::id::GuildId;
use domain::settings::{FieldChange, StoredSettings};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::outbox::limit;
use super::row::{id, to_db};
use super::writer::Durability;
use crate::activity::change_how_scores_fade;
use crate::error::StoreError;

impl Sqlite {
    pub(crate) async fn rescores_due(&self, len_max: usize) -> Result<Vec<(GuildId, u64)>, StoreError> {
        self.readers
            .read(move |db| {
                db.prepare_cached(
                    "SELECT guild_id, version FROM activity_rescore ORDER BY guild_id LIMIT ?1",
                )?
                .query_map([limit(len_max)], |row| Ok((GuildId(id(row, 0)?), id(row, 1)?)))?
                .collect()
            })
            .await
    }

    pub(crate) async fn rescored(&self, guild: GuildId, version: u64) -> Result<bool, StoreError> {
        let deleted = self
            .writer
            .write(Durability::WithTheLog, move |tx| {
                tx.prepare_cached("DELETE FROM activity_rescore WHERE guild_id = ?1 AND version <= ?2")?
                    .execute([to_db(guild.0), to_db(version)])
            })
            .await?;
        Ok(deleted > 0)
    }
}

/// Notes a guild whose settings were changed, where that bears on its scores.
pub(super) fn settings_changed(
    tx: &Connection,
    settings: &StoredSettings,
    changes: &[FieldChange],
) -> rusqlite::Result<()> {
    if !change_how_scores_fade(changes) {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO activity_rescore (guild_id, version) VALUES (?1, ?2)
         ON CONFLICT (guild_id) DO UPDATE SET version = excluded.version",
    )?
    .execute(params![to_db(settings.guild.0), to_db(settings.version)])
    .map(drop)
}
