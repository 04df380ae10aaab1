//! The table `guild_config`.

use domain::guild::GuildFacts;
use domain::id::{GuildId, UserId};
use domain::settings::{GuildSettings, StoredSettings};
use domain::time::UnixMs;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use tokio::sync::broadcast;

use super::row::{id, id_if_any, time, to_db};
use super::writer::Durability;
use super::{REST_WHILE_PRUNING, Sqlite, activity, assets, audit, level_roles, reports, rescores};
use crate::error::StoreError;
use crate::settings::columns::Columns;
use crate::settings::{self, SINCE_LEN_MAX, SettingsChange, SettingsChanges, SettingsNews, SettingsOutcome};

impl Sqlite {
    pub(crate) async fn settings(&self, guild: GuildId) -> Result<Option<StoredSettings>, StoreError> {
        let found = self.readers.read(move |db| find(db, guild)).await?;
        Ok(found.map(|found| found.stored))
    }

    pub(crate) async fn settings_page(
        &self,
        after: Option<GuildId>,
        len_max: usize,
    ) -> Result<Vec<StoredSettings>, StoreError> {
        self.readers.read(move |db| page(db, after, len_max)).await
    }

    pub(crate) async fn settings_versions(
        &self,
        after: Option<GuildId>,
        len_max: usize,
    ) -> Result<Vec<(GuildId, u64)>, StoreError> {
        self.readers.read(move |db| versions(db, after, len_max)).await
    }

    pub(crate) async fn change_settings(&self, asked: SettingsChange) -> Result<SettingsOutcome, StoreError> {
        let news = self.news.clone();
        let committed = move |outcome: &SettingsOutcome| {
            if let SettingsOutcome::Changed(after, _) = outcome {
                tell(&news, after.guild, after.version);
            }
        };
        self.writer
            .write_and_tell(Durability::WithTheLog, move |tx, _| change(tx, &asked), committed)
            .await
    }

    pub(crate) fn settings_changes(&self) -> SettingsChanges {
        SettingsChanges::new(self.news.subscribe())
    }

    pub(crate) async fn erase_settings(
        &self,
        removed_before: UnixMs,
        len_max: usize,
    ) -> Result<u64, StoreError> {
        loop {
            let portion = self
                .writer
                .write_counted(Durability::WithTheLog, move |tx| {
                    activity::guilds_portion(tx, removed_before, len_max as i64)
                })
                .await?;
            if portion == 0 {
                break;
            }
            tokio::time::sleep(REST_WHILE_PRUNING).await;
        }
        let news = self.news.clone();
        let committed = move |erased: &Vec<GuildId>| {
            for guild in erased {
                tell(&news, *guild, 0);
            }
        };
        let erased = self
            .writer
            .write_and_tell(
                Durability::WithTheLog,
                move |tx, journal| {
                    journal.count(tx)?;
                    erase(tx, removed_before, len_max)
                },
                committed,
            )
            .await?;
        Ok(erased.len() as u64)
    }
}

pub(super) fn tell(news: &broadcast::Sender<SettingsNews>, guild: GuildId, version: u64) {
    // An error says that nobody listens.
    drop(news.send(SettingsNews::Changed { guild, version }));
}

/// A row, and of it what only a rewriting needs.
struct Found {
    stored: StoredSettings,
    rest: String,
}

/// A guild's settings, if any are stored.
pub(super) fn stored_of(db: &Connection, guild: GuildId) -> rusqlite::Result<Option<StoredSettings>> {
    Ok(find(db, guild)?.map(|found| found.stored))
}

fn find(db: &Connection, guild: GuildId) -> rusqlite::Result<Option<Found>> {
    db.prepare_cached(
        "SELECT guild_id, version, language, time_zone, background_hash, settings, updated_at, updated_by
         FROM guild_config WHERE guild_id = ?1",
    )?
    .query_row([to_db(guild.0)], |row| {
        Ok(Found {
            stored: stored(row)?,
            rest: row.get("settings")?,
        })
    })
    .optional()
}

fn page(db: &Connection, after: Option<GuildId>, len_max: usize) -> rusqlite::Result<Vec<StoredSettings>> {
    let Some(first) = settings::first_behind(after) else {
        return Ok(Vec::new());
    };
    db.prepare_cached(
        "SELECT guild_id, version, language, time_zone, background_hash, settings, updated_at, updated_by
         FROM guild_config WHERE guild_id >= ?1 ORDER BY guild_id LIMIT ?2",
    )?
    .query_map(params![first, len_max as i64], stored)?
    .collect()
}

fn versions(
    db: &Connection,
    after: Option<GuildId>,
    len_max: usize,
) -> rusqlite::Result<Vec<(GuildId, u64)>> {
    let Some(first) = settings::first_behind(after) else {
        return Ok(Vec::new());
    };
    db.prepare_cached(
        "SELECT guild_id, version FROM guild_config WHERE guild_id >= ?1 ORDER BY guild_id LIMIT ?2",
    )?
    .query_map(params![first, len_max as i64], |row| {
        Ok((GuildId(id(row, 0)?), id(row, 1)?))
    })?
    .collect()
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredSettings> {
    Ok(StoredSettings {
        guild: GuildId(id(row, "guild_id")?),
        version: id(row, "version")?,
        settings: settings_of(row)?,
        updated_at: time(row, "updated_at")?,
        updated_by: id_if_any(row, "updated_by")?.map(UserId),
    })
}

pub(super) fn settings_of(row: &Row<'_>) -> rusqlite::Result<GuildSettings> {
    let columns = Columns {
        language: row.get("language")?,
        time_zone: row.get("time_zone")?,
        background_hash: row.get("background_hash")?,
        rest: row.get("settings")?,
    };
    columns.settings().map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
}

pub(super) fn change(tx: &Connection, asked: &SettingsChange) -> rusqlite::Result<SettingsOutcome> {
    let guild = asked.guild;
    let Found { stored: before, rest } = find(tx, guild)?.unwrap_or_else(|| Found {
        stored: StoredSettings::none(guild),
        rest: "{}".to_owned(),
    });
    if before.version != asked.from_version {
        return Ok(SettingsOutcome::Stale {
            current: before,
            since: audit::since(tx, guild, asked.from_version, SINCE_LEN_MAX)?,
        });
    }
    let (after, changes) = match asked.of(before) {
        Ok(changed) => changed,
        Err(outcome) => return Ok(outcome),
    };
    match write(tx, &after, &rest) {
        Err(error) if assets::is_foreign_key(&error) => return Ok(SettingsOutcome::UnknownAsset),
        written => written?,
    }
    audit::add(tx, &after, &changes)?;
    reports::settings_changed(tx, &after, &changes)?;
    rescores::settings_changed(tx, &after, &changes)?;
    level_roles::settings_changed(tx, &after, &changes)?;
    Ok(SettingsOutcome::Changed(after, changes))
}

fn write(tx: &Connection, settings: &StoredSettings, rest_before: &str) -> rusqlite::Result<()> {
    let columns = Columns::of(&settings.settings, rest_before).map_err(unreadable)?;
    tx.prepare_cached(
        "INSERT INTO guild_config
             (guild_id, version, language, time_zone, background_hash, settings, updated_at, updated_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (guild_id) DO UPDATE SET
             version = excluded.version,
             language = excluded.language,
             time_zone = excluded.time_zone,
             background_hash = excluded.background_hash,
             settings = excluded.settings,
             updated_at = excluded.updated_at,
             updated_by = excluded.updated_by",
    )?
    .execute(params![
        to_db(settings.guild.0),
        to_db(settings.version),
        columns.language,
        columns.time_zone,
        columns.background_hash,
        columns.rest,
        settings.updated_at.0,
        settings.updated_by.map(|user| to_db(user.0)),
    ])?;
    Ok(())
}

/// A guild that is new begins with its locale's language, one that comes back with what it had. Returns whether it is new.
pub(super) fn guild_is_there(tx: &Connection, facts: &GuildFacts, at: UnixMs) -> rusqlite::Result<bool> {
    let removed: Option<bool> = tx
        .prepare_cached("SELECT removed_at IS NOT NULL FROM guild_config WHERE guild_id = ?1")?
        .query_row([to_db(facts.id.0)], |row| row.get(0))
        .optional()?;
    match removed {
        Some(false) => {}
        Some(true) => {
            tx.prepare_cached("UPDATE guild_config SET removed_at = NULL WHERE guild_id = ?1")?
                .execute([to_db(facts.id.0)])?;
        }
        None => {
            let (begun, change) = settings::begun(facts, at);
            write(tx, &begun, "{}")?;
            audit::add(tx, &begun, &[change])?;
        }
    }
    Ok(removed.is_none())
}

/// The time of grace begins.
pub(super) fn guild_is_gone(tx: &Connection, guild: GuildId, at: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE guild_config SET removed_at = ?2 WHERE guild_id = ?1 AND removed_at IS NULL")?
        .execute(params![to_db(guild.0), at.0])?;
    Ok(())
}

/// The history goes along by its foreign key. A guild with activity stays until that is erased too, so that it is found
/// again.
fn erase(tx: &Connection, removed_before: UnixMs, len_max: usize) -> rusqlite::Result<Vec<GuildId>> {
    tx.prepare_cached(concat!(
        "DELETE FROM guild_config WHERE guild_id IN
             (SELECT guild_id FROM guild_config WHERE removed_at < ?1 ORDER BY removed_at LIMIT ?2)
         AND ",
        activity::has_no_activity!(),
        " RETURNING guild_id",
    ))?
    .query_map(params![removed_before.0, len_max as i64], |row| {
        id(row, 0).map(GuildId)
    })?
    .collect()
}
