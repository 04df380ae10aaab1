//! The table `activity_rescore`.

use domain::id::GuildId;
use domain::settings::{FieldChange, StoredSettings};

use super::Postgres;
use super::failure::Failure;
use super::locks::Locks;
use super::row::{id, limit, to_db};
use super::session::Session;
use super::work::{read, write};
use crate::activity::change_how_scores_fade;
use crate::error::StoreError;

impl Postgres {
    pub(crate) async fn rescores_due(&self, len_max: usize) -> Result<Vec<(GuildId, u64)>, StoreError> {
        read!(self, |db| async {
            let rows = db
                .rows(
                    "SELECT guild_id, version FROM activity_rescore ORDER BY guild_id LIMIT $1",
                    &[&limit(len_max)],
                )
                .await?;
            rows.iter()
                .map(|row| Ok((GuildId(id(row, "guild_id")?), id(row, "version")?)))
                .collect()
        })
    }

    pub(crate) async fn rescored(&self, guild: GuildId, version: u64) -> Result<bool, StoreError> {
        let deleted = write!(self, Locks::none(), |tx| forget(tx, guild, version))?;
        Ok(deleted > 0)
    }
}

async fn forget(tx: &Session, guild: GuildId, version: u64) -> Result<u64, Failure> {
    tx.execute(
        "DELETE FROM activity_rescore WHERE guild_id = $1 AND version <= $2",
        &[&to_db(guild.0), &to_db(version)],
    )
    .await
}

/// Notes a guild whose settings were changed, where that bears on its scores. The transaction holds the guild's lock.
pub(super) async fn settings_changed(
    tx: &Session,
    settings: &StoredSettings,
    changes: &[FieldChange],
) -> Result<(), Failure> {
    if !change_how_scores_fade(changes) {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO activity_rescore (guild_id, version) VALUES ($1, $2)
         ON CONFLICT (guild_id) DO UPDATE SET version = excluded.version",
        &[&to_db(settings.guild.0), &to_db(settings.version)],
    )
    .await?;
    Ok(())
}
