//! The table `guild_config`. Whoever changes a row holds the lock of its guild; who erases rows passes over those that are
//! being changed.

use domain::guild::GuildFacts;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, GuildSettings, StoredSettings};
use domain::time::UnixMs;
use tokio_postgres::Row;

use super::failure::Failure;
use super::listener::{self, CHANNEL};
use super::locks::Locks;
use super::row::{id, id_if_any, limit, time, to_db};
use super::session::Session;
use super::work::{read, write};
use super::{Postgres, assets, audit, level_roles, reports, rescores};
use crate::error::StoreError;
use crate::settings::columns::Columns;
use crate::settings::{self, SINCE_LEN_MAX, SettingsChange, SettingsChanges, SettingsOutcome};

impl Postgres {
    pub(crate) async fn settings(&self, guild: GuildId) -> Result<Option<StoredSettings>, StoreError> {
        read!(self, |db| find(db, guild))
    }

    pub(crate) async fn settings_page(
        &self,
        after: Option<GuildId>,
        len_max: usize,
    ) -> Result<Vec<StoredSettings>, StoreError> {
        let Some(first) = settings::first_behind(after) else {
            return Ok(Vec::new());
        };
        read!(self, |db| async {
            let rows = db
                .rows(
                    "SELECT guild_id, version, language, time_zone, background_hash, settings, updated_at, updated_by
                     FROM guild_config WHERE guild_id >= $1 ORDER BY guild_id LIMIT $2",
                    &[&first, &limit(len_max)],
                )
                .await?;
            rows.iter().map(stored).collect()
        })
    }

    pub(crate) async fn settings_versions(
        &self,
        after: Option<GuildId>,
        len_max: usize,
    ) -> Result<Vec<(GuildId, u64)>, StoreError> {
        let Some(first) = settings::first_behind(after) else {
            return Ok(Vec::new());
        };
        read!(self, |db| async {
            let rows = db
                .rows(
                    "SELECT guild_id, version FROM guild_config WHERE guild_id >= $1 ORDER BY guild_id LIMIT $2",
                    &[&first, &limit(len_max)],
                )
                .await?;
            rows.iter()
                .map(|row| Ok((GuildId(id(row, "guild_id")?), id(row, "version")?)))
                .collect()
        })
    }

    pub(crate) async fn change_settings(&self, asked: SettingsChange) -> Result<SettingsOutcome, StoreError> {
        // Many who want one guild's settings at once are refused without standing in line.
        let refused: Result<_, StoreError> = read!(self, |db| stale(db, &asked));
        if let Some(stale) = refused? {
            return Ok(stale);
        }
        write!(self, Locks::guild(asked.guild), |tx| change_or_refuse(tx, &asked))
    }

    pub(crate) fn settings_changes(&self) -> SettingsChanges {
        SettingsChanges::new(self.listener.subscribe())
    }

    pub(crate) async fn erase_settings(
        &self,
        removed_before: UnixMs,
        len_max: usize,
    ) -> Result<u64, StoreError> {
        self.erase_activity_of_guilds(removed_before, len_max).await?;
        write!(self, Locks::none(), |tx| erase(tx, removed_before, len_max))
    }
}

/// Tells all processes of a version once the transaction is committed, and else nobody.
async fn tell(tx: &Session, guild: GuildId, version: u64) -> Result<(), Failure> {
    tx.row(
        "SELECT pg_notify($1, $2)",
        &[&CHANNEL, &listener::write(guild, version)],
    )
    .await?;
    Ok(())
}

pub(super) async fn find(db: &Session, guild: GuildId) -> Result<Option<StoredSettings>, Failure> {
    let row = db
        .row_if_any(
            "SELECT guild_id, version, language, time_zone, background_hash, settings, updated_at, updated_by
             FROM guild_config WHERE guild_id = $1",
            &[&to_db(guild.0)],
        )
        .await?;
    row.as_ref().map(stored).transpose()
}

fn stored(row: &Row) -> Result<StoredSettings, Failure> {
    Ok(StoredSettings {
        guild: GuildId(id(row, "guild_id")?),
        version: id(row, "version")?,
        settings: settings_of(row)?,
        updated_at: time(row, "updated_at")?,
        updated_by: id_if_any(row, "updated_by")?.map(UserId),
    })
}

pub(super) fn settings_of(row: &Row) -> Result<GuildSettings, Failure> {
    let columns = Columns {
        language: row.try_get("language")?,
        time_zone: row.try_get("time_zone")?,
        background_hash: row.try_get("background_hash")?,
        rest: row.try_get("settings")?,
    };
    columns.settings().map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> Failure {
    Failure::Row(format!(
        "the column settings of guild_config does not read: {error}"
    ))
}

/// The refusal of a change that was made from another version than is stored.
async fn stale(db: &Session, asked: &SettingsChange) -> Result<Option<SettingsOutcome>, Failure> {
    let found = find(db, asked.guild).await?;
    let current = found.unwrap_or_else(|| StoredSettings::none(asked.guild));
    if current.version == asked.from_version {
        return Ok(None);
    }
    let since = audit::since(db, asked.guild, asked.from_version, SINCE_LEN_MAX).await?;
    Ok(Some(SettingsOutcome::Stale { current, since }))
}

/// A refusal stores nothing, so its transaction does not wait for the disk while others wait for the guild.
async fn change_or_refuse(tx: &Session, asked: &SettingsChange) -> Result<SettingsOutcome, Failure> {
    let outcome = change(tx, asked).await?;
    if !matches!(outcome, SettingsOutcome::Changed(..)) {
        tx.run("SET LOCAL synchronous_commit = off").await?;
    }
    Ok(outcome)
}

pub(super) async fn change(tx: &Session, asked: &SettingsChange) -> Result<SettingsOutcome, Failure> {
    let guild = asked.guild;
    let row = tx
        .row_if_any(
            "SELECT guild_id, version, language, time_zone, background_hash, settings, updated_at, updated_by
             FROM guild_config WHERE guild_id = $1 FOR UPDATE",
            &[&to_db(guild.0)],
        )
        .await?;
    let (before, rest) = match &row {
        Some(row) => (stored(row)?, row.try_get("settings")?),
        None => (StoredSettings::none(guild), "{}"),
    };
    if before.version != asked.from_version {
        let since = audit::since(tx, guild, asked.from_version, SINCE_LEN_MAX).await?;
        return Ok(SettingsOutcome::Stale {
            current: before,
            since,
        });
    }
    let (after, changes) = match asked.of(before) {
        Ok(changed) => changed,
        Err(outcome) => return Ok(outcome),
    };
    let chosen = changes
        .iter()
        .find(|change| change.field == Field::CardBackground)
        .and_then(|change| change.after.as_deref());
    if let Some(hash) = chosen
        && !assets::hold(tx, hash).await?
    {
        return Ok(SettingsOutcome::UnknownAsset);
    }
    put(tx, &after, rest).await?;
    audit::add(tx, &after, &changes).await?;
    reports::settings_changed(tx, &after, &changes).await?;
    rescores::settings_changed(tx, &after, &changes).await?;
    level_roles::settings_changed(tx, &after, &changes).await?;
    tell(tx, guild, after.version).await?;
    Ok(SettingsOutcome::Changed(after, changes))
}

async fn put(tx: &Session, settings: &StoredSettings, rest_before: &str) -> Result<(), Failure> {
    let columns = Columns::of(&settings.settings, rest_before).map_err(unreadable)?;
    tx.execute(
        "INSERT INTO guild_config
             (guild_id, version, language, time_zone, background_hash, settings, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (guild_id) DO UPDATE SET
             version = excluded.version,
             language = excluded.language,
             time_zone = excluded.time_zone,
             background_hash = excluded.background_hash,
             settings = excluded.settings,
             updated_at = excluded.updated_at,
             updated_by = excluded.updated_by",
        &[
            &to_db(settings.guild.0),
            &to_db(settings.version),
            &columns.language,
            &columns.time_zone,
            &columns.background_hash,
            &columns.rest,
            &settings.updated_at.0,
            &settings.updated_by.map(|user| to_db(user.0)),
        ],
    )
    .await?;
    Ok(())
}

/// A guild that is new begins with its locale's language, one that comes back with what it had.
pub(super) async fn guild_is_there(tx: &Session, facts: &GuildFacts, at: UnixMs) -> Result<(), Failure> {
    let row = tx
        .row_if_any(
            "SELECT removed_at IS NOT NULL AS removed FROM guild_config WHERE guild_id = $1",
            &[&to_db(facts.id.0)],
        )
        .await?;
    if let Some(row) = row {
        if !row.try_get::<_, bool>("removed")? {
            return Ok(());
        }
        let kept = tx
            .execute(
                "UPDATE guild_config SET removed_at = NULL WHERE guild_id = $1",
                &[&to_db(facts.id.0)],
            )
            .await?;
        // Else they were erased in this moment.
        if kept > 0 {
            return Ok(());
        }
    }
    let (begun, change) = settings::begun(facts, at);
    put(tx, &begun, "{}").await?;
    audit::add(tx, &begun, &[change]).await?;
    tell(tx, facts.id, begun.version).await
}

/// The time of grace begins.
pub(super) async fn guild_is_gone(tx: &Session, guild: GuildId, at: UnixMs) -> Result<(), Failure> {
    tx.execute(
        "UPDATE guild_config SET removed_at = $2 WHERE guild_id = $1 AND removed_at IS NULL",
        &[&to_db(guild.0), &at.0],
    )
    .await?;
    Ok(())
}

/// The history goes along by its foreign key. A guild with activity stays until that is erased too, so that it is found
/// again.
async fn erase(tx: &Session, removed_before: UnixMs, len_max: usize) -> Result<u64, Failure> {
    let erased = tx
        .rows(
            "DELETE FROM guild_config WHERE guild_id IN (
                 SELECT guild_id FROM guild_config WHERE removed_at < $1 ORDER BY removed_at LIMIT $2
                 FOR UPDATE SKIP LOCKED
             )
             AND NOT EXISTS (SELECT FROM activity_meter AS known WHERE known.guild_id = guild_config.guild_id)
             AND NOT EXISTS (SELECT FROM activity_daily AS known WHERE known.guild_id = guild_config.guild_id)
             AND NOT EXISTS (SELECT FROM activity_monthly AS known WHERE known.guild_id = guild_config.guild_id)
             RETURNING guild_id",
            &[&removed_before.0, &limit(len_max)],
        )
        .await?;
    for row in &erased {
        tell(tx, GuildId(id(row, "guild_id")?), 0).await?;
    }
    Ok(erased.len() as u64)
}
