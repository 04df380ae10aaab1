//! The tables of imports, and what imports write.

mod undo;

use std::path::Path;

use domain::activity::meter::{Meter, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::settings::{Patch, StoredSettings};
use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::journal::{Journal, Waiting};
use super::row::{id, time, to_db};
use super::writer::Durability;
use super::{Sqlite, activity, guilds, journal, open, settings, upkeep};
use crate::error::StoreError;
use crate::imports::{Decided, Import, ImportRecord, Imported, MemberChange, Present, Undone, decide};
use crate::settings::{SettingsChange, SettingsNews, SettingsOutcome};
use crate::upkeep::UpkeepError;

/// What is to be told, and the versions of settings that were made.
type Done<T> = (T, Vec<(GuildId, u64)>);

impl Sqlite {
    pub(crate) async fn import(&self, import: Import) -> Result<Imported, StoreError> {
        let news = self.news.clone();
        let committed = move |(_, changed): &Done<Imported>| tell(&news, changed);
        let work = move |tx: &Connection, journal: &mut Journal| {
            journal.count(tx)?;
            let Decided {
                members,
                settings,
                told,
            } = decide(&import, &present(tx, &import)?);
            if told.already_at.is_some() || (members.is_empty() && settings.is_empty()) {
                return Ok((told, Vec::new()));
            }
            let number = begin(tx, &import)?;
            for member in &members {
                write(tx, number, member)?;
            }
            for (guild, field, text) in &told.settings_set {
                tx.prepare_cached("INSERT INTO import_setting VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![number, to_db(guild.0), field.name(), text])?;
            }
            let changed = change_settings(tx, settings, import.at)?;
            Ok((told, changed))
        };
        let done = self
            .writer
            .write_and_tell(Durability::PowerCut, work, committed)
            .await?;
        Ok(done.0)
    }

    pub(crate) async fn undo_import(
        &self,
        at: UnixMs,
        keep_changed: bool,
    ) -> Result<Option<Undone>, StoreError> {
        let news = self.news.clone();
        let committed = move |(_, changed): &Done<Option<Undone>>| tell(&news, changed);
        let done = self
            .writer
            .write_and_tell(
                Durability::PowerCut,
                move |tx, journal| {
                    journal.count(tx)?;
                    undo::undo(tx, at, keep_changed)
                },
                committed,
            )
            .await?;
        Ok(done.0)
    }
}

/// What an import would do, read from a file that may be in use, or may not be there yet.
pub(crate) fn preview(asked: &Path, import: &Import) -> Result<Imported, UpkeepError> {
    read_if_there(asked, |db| {
        let present = if has_imports(db)? {
            let mut present = present(db, import)?;
            add_waiting(db, &mut present)?;
            present
        } else {
            Present::default()
        };
        Ok(decide(import, &present).told)
    })
    .map(|told| told.unwrap_or_else(|| decide(import, &Present::default()).told))
}

/// What taking back the newest import would do; `None` where there is none.
pub(crate) fn preview_undo(asked: &Path) -> Result<Option<Undone>, UpkeepError> {
    let told = read_if_there(asked, |db| {
        if has_imports(db)? {
            undo::preview(db)
        } else {
            Ok(None)
        }
    })?;
    Ok(told.flatten())
}

/// All imports, newest first.
pub(crate) fn records(asked: &Path) -> Result<Vec<ImportRecord>, UpkeepError> {
    let found = read_if_there(asked, |db| {
        if has_imports(db)? {
            undo::records(db)
        } else {
            Ok(Vec::new())
        }
    })?;
    Ok(found.unwrap_or_default())
}

fn read_if_there<T>(
    asked: &Path,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<Option<T>, UpkeepError> {
    let db = match upkeep::open_existing(asked) {
        Ok(db) => db,
        Err(UpkeepError::NoDatabase { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let explain = |error| UpkeepError::from(open::explain(asked, error));
    db.execute_batch("BEGIN").map_err(explain)?;
    let read = read(&db).map_err(explain)?;
    db.execute_batch("COMMIT").map_err(explain)?;
    Ok(Some(read))
}

/// Whether the file is of a version that knows imports. What an earlier one holds has nothing that they would change but
/// settings, which are told as they are once it is brought up to date.
fn has_imports(db: &Connection) -> rusqlite::Result<bool> {
    db.table_exists(None, "import_meter")
}

fn present(db: &Connection, import: &Import) -> rusqlite::Result<Present> {
    let mut present = Present {
        already_at: db
            .prepare_cached(
                "SELECT max(at) FROM import WHERE source = ?1 AND file_hash = ?2 AND undone_at IS NULL",
            )?
            .query_row(params![import.source.name(), import.file_hash], |row| {
                Ok(row.get::<_, Option<i64>>(0)?.map(UnixMs))
            })?,
        ..Present::default()
    };
    if present.already_at.is_some() {
        return Ok(present);
    }
    for guild in import.guilds() {
        let key = to_db(guild.0);
        if guilds::find(db, guild)?.is_some() {
            present.guilds.insert(guild);
        }
        let mut meters = db.prepare_cached(
            "SELECT user_id, base, base_at, first_at, last_at, gained, recent FROM activity_meter
             WHERE guild_id = ?1",
        )?;
        let mut rows = meters.query([key])?;
        while let Some(row) = rows.next()? {
            let user = UserId(id(row, "user_id")?);
            present.meters.insert((guild, user), meter(row, "")?);
        }
        let mut brought = db.prepare_cached(
            "SELECT user_id, day, sum(messages) FROM import_day
             WHERE guild_id = ?1 AND import_id IN (SELECT id FROM import WHERE source = ?2 AND undone_at IS NULL)
             GROUP BY user_id, day",
        )?;
        let mut rows = brought.query(params![key, import.source.name()])?;
        while let Some(row) = rows.next()? {
            let of = (guild, UserId(id(row, 0)?), Day(row.get(1)?));
            present.brought.insert(of, id(row, 2)?);
        }
        if let Some(stored) = settings::stored_of(db, guild)? {
            present.settings.insert(guild, stored);
        }
    }
    Ok(present)
}

/// Adds to what members have what the journal has of them, which is counted before anything is imported.
fn add_waiting(db: &Connection, present: &mut Present) -> rusqlite::Result<()> {
    let waiting = journal::waiting(db, |member| Ok(present.meters.get(&member).copied()))?;
    for (member, meter, _) in waiting.iter().flat_map(Waiting::meters) {
        present.meters.insert(member, *meter);
    }
    Ok(())
}

fn begin(tx: &Connection, import: &Import) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO import (source, file_name, file_hash, at) VALUES (?1, ?2, ?3, ?4) RETURNING id",
    )?
    .query_row(
        params![
            import.source.name(),
            import.file_name,
            import.file_hash,
            import.at.0
        ],
        |row| row.get(0),
    )
}

fn write(tx: &Connection, import: i64, change: &MemberChange) -> rusqlite::Result<()> {
    let (guild, user) = (to_db(change.guild.0), to_db(change.user.0));
    if change.before != Some(change.after) {
        put_meter(tx, change.guild, change.user, &change.after, &change.rules)?;
    }
    let before = change.before.as_ref();
    let after = &change.after;
    tx.prepare_cached(
        "INSERT INTO import_meter VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        guild,
        user,
        import,
        before.map(|meter| meter.base.0),
        before.map(|meter| meter.base_at.0),
        before.map(|meter| meter.first.0),
        before.map(|meter| meter.last.0),
        before.map(|meter| meter.gained.0),
        before.map(|meter| to_db(meter.recent.0)),
        after.base.0,
        after.base_at.0,
        after.first.0,
        after.last.0,
        after.gained.0,
        to_db(after.recent.0),
    ])?;
    for (day, messages) in &change.days {
        tx.prepare_cached("INSERT INTO import_day VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![guild, user, import, day.0, to_db(*messages)])?;
        tx.prepare_cached(
            "INSERT INTO activity_daily (guild_id, day, user_id, messages) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (guild_id, day, user_id) DO UPDATE SET messages = messages + excluded.messages",
        )?
        .execute(params![guild, day.0, user, to_db(*messages)])?;
    }
    for (month, messages) in change.months() {
        tx.prepare_cached(
            "INSERT INTO activity_monthly (guild_id, month, user_id, messages) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (guild_id, month, user_id) DO UPDATE SET messages = messages + excluded.messages",
        )?
        .execute(params![guild, month.0, user, to_db(messages)])?;
    }
    Ok(())
}

fn put_meter(
    tx: &Connection,
    guild: GuildId,
    user: UserId,
    meter: &Meter,
    rules: &ScoreRules,
) -> rusqlite::Result<()> {
    let mut put = tx.prepare_cached(activity::PUT_METER)?;
    activity::put_meter(&mut put, (guild, user), meter, rules)
}

/// As the bot's own change, with a line in the guild's history. Returns the versions that it made.
fn change_settings(
    tx: &Connection,
    patches: Vec<(StoredSettings, Patch)>,
    at: UnixMs,
) -> rusqlite::Result<Vec<(GuildId, u64)>> {
    let mut changed = Vec::new();
    for (stored, patch) in patches {
        let asked = SettingsChange {
            guild: stored.guild,
            from_version: stored.version,
            patch,
            by: None,
            at,
        };
        match settings::change(tx, &asked)? {
            SettingsOutcome::Changed(after, _) => changed.push((after.guild, after.version)),
            _ => {
                // Checked before, and nobody else writes: a fault of ours, and nothing of the import is done.
                let what = format!(
                    "settings of an import were not taken for the server {}",
                    asked.guild
                );
                return Err(rusqlite::Error::ToSqlConversionFailure(what.into()));
            }
        }
    }
    Ok(changed)
}

fn tell(news: &tokio::sync::broadcast::Sender<SettingsNews>, changed: &[(GuildId, u64)]) {
    for (guild, version) in changed {
        settings::tell(news, *guild, *version);
    }
}

/// Reads the columns of a meter, whose names end so.
pub(super) fn meter(row: &Row<'_>, end: &str) -> rusqlite::Result<Meter> {
    let column = |name: &str| format!("{name}{end}");
    Ok(Meter {
        base: Score(row.get(column("base").as_str())?),
        base_at: time(row, column("base_at").as_str())?,
        first: time(row, column("first_at").as_str())?,
        last: time(row, column("last_at").as_str())?,
        gained: Score(row.get(column("gained").as_str())?),
        recent: Slots(id(row, column("recent").as_str())?),
    })
}

/// The one that was done last and not taken back.
fn newest(db: &Connection) -> rusqlite::Result<Option<ImportRecord>> {
    db.prepare_cached(
        "SELECT id, source, file_name, file_hash, at, undone_at FROM import WHERE undone_at IS NULL
         ORDER BY id DESC LIMIT 1",
    )?
    .query_row([], undo::record)
    .optional()
}
