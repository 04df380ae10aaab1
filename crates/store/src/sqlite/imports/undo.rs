//! Imports that were done, and how the newest is taken back.

use std::collections::HashMap;

use domain::activity::meter::Meter;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rusqlite::{Connection, Row, params};

use super::super::journal::{self, Waiting};
use super::super::row::{id, time, time_if_any, to_db, unknown_word};
use super::super::settings;
use super::{Done, change_settings, meter, newest, put_meter};
use crate::imports::{Brought, BroughtMember, ImportRecord, UndoChange, Undone, decide_undo};

pub(super) fn preview(db: &Connection) -> rusqlite::Result<Option<Undone>> {
    let Some(import) = newest(db)? else {
        return Ok(None);
    };
    let mut brought = brought(db, &import)?;
    add_waiting(db, &mut brought)?;
    Ok(Some(decide_undo(import, &brought).2))
}

/// Adds to what members have what the journal has of them, which is counted before anything is taken back.
fn add_waiting(db: &Connection, brought: &mut Brought) -> rusqlite::Result<()> {
    let now = brought
        .members
        .iter()
        .map(|member| ((member.guild, member.user), member.now));
    let mut now: HashMap<_, Meter> = now.collect();
    let waiting = journal::waiting(db, |member| Ok(now.get(&member).copied()))?;
    for (member, meter, _) in waiting.iter().flat_map(Waiting::meters) {
        now.insert(member, *meter);
    }
    for member in &mut brought.members {
        member.now = now[&(member.guild, member.user)];
    }
    for ((guild, user), day, messages) in waiting.iter().flat_map(Waiting::days) {
        *brought.months.entry((guild, user, day.month())).or_default() += messages;
    }
    Ok(())
}

/// Takes back the newest import. Returns what that did, and the versions of settings that it made.
pub(super) fn undo(
    tx: &Connection,
    at: UnixMs,
    keep_changed: bool,
) -> rusqlite::Result<Done<Option<Undone>>> {
    let Some(import) = newest(tx)? else {
        return Ok((None, Vec::new()));
    };
    let number = to_db(import.id);
    let brought = brought(tx, &import)?;
    let (changes, patches, mut told) = decide_undo(import, &brought);
    if !told.kept.is_empty() && !keep_changed {
        return Ok((Some(told), Vec::new()));
    }
    // First what is remembered, which names the meters.
    tx.execute("DELETE FROM import_day WHERE import_id = ?1", [number])?;
    tx.execute("DELETE FROM import_meter WHERE import_id = ?1", [number])?;
    tx.execute("DELETE FROM import_setting WHERE import_id = ?1", [number])?;
    for change in &changes {
        take_back(tx, change)?;
    }
    let changed = change_settings(tx, patches, at)?;
    tx.execute(
        "UPDATE import SET undone_at = ?2 WHERE id = ?1",
        params![number, at.0],
    )?;
    told.import.undone_at = Some(at);
    told.done = true;
    Ok((Some(told), changed))
}

fn take_back(tx: &Connection, change: &UndoChange) -> rusqlite::Result<()> {
    let (guild, user) = (to_db(change.guild.0), to_db(change.user.0));
    match &change.meter {
        Some(meter) => put_meter(tx, change.guild, change.user, meter, &change.rules)?,
        None => {
            tx.prepare_cached("DELETE FROM activity_meter WHERE guild_id = ?1 AND user_id = ?2")?
                .execute([guild, user])?;
        }
    }
    for (day, messages) in &change.days {
        // A day that was folded into its month meanwhile is not there.
        let key = params![guild, day.0, user, to_db(*messages)];
        tx.prepare_cached(
            "UPDATE activity_daily SET messages = messages - ?4 WHERE guild_id = ?1 AND day = ?2 AND user_id = ?3",
        )?
        .execute(key)?;
        tx.prepare_cached(
            "DELETE FROM activity_daily WHERE guild_id = ?1 AND day = ?2 AND user_id = ?3 AND messages <= 0",
        )?
        .execute(params![guild, day.0, user])?;
    }
    for (month, messages) in &change.months {
        tx.prepare_cached(
            "UPDATE activity_monthly SET messages = messages - ?4
             WHERE guild_id = ?1 AND month = ?2 AND user_id = ?3",
        )?
        .execute(params![guild, month.0, user, to_db(*messages)])?;
        tx.prepare_cached(
            "DELETE FROM activity_monthly WHERE guild_id = ?1 AND month = ?2 AND user_id = ?3 AND messages <= 0",
        )?
        .execute(params![guild, month.0, user])?;
    }
    Ok(())
}

fn brought(db: &Connection, import: &ImportRecord) -> rusqlite::Result<Brought> {
    let number = to_db(import.id);
    let mut brought = Brought::default();
    let mut statement = db.prepare_cached(
        "SELECT brought.*, now.base AS base_now, now.base_at AS base_at_now, now.first_at AS first_at_now,
             now.last_at AS last_at_now, now.gained AS gained_now, now.recent AS recent_now
         FROM import_meter AS brought JOIN activity_meter AS now USING (guild_id, user_id)
         WHERE import_id = ?1 ORDER BY guild_id, user_id",
    )?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        let had = row.get::<_, Option<i64>>("base_before")?.is_some();
        let member = BroughtMember {
            guild: GuildId(id(row, "guild_id")?),
            user: UserId(id(row, "user_id")?),
            before: had.then(|| meter(row, "_before")).transpose()?,
            after: meter(row, "")?,
            now: meter(row, "_now")?,
            days: Vec::new(),
        };
        brought.members.push(member);
    }
    for member in &mut brought.members {
        member.days = db
            .prepare_cached(
                "SELECT day, messages FROM import_day WHERE guild_id = ?1 AND user_id = ?2 AND import_id = ?3
                 ORDER BY day",
            )?
            .query_map([to_db(member.guild.0), to_db(member.user.0), number], |row| {
                Ok((Day(row.get(0)?), id(row, 1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
    }
    let mut statement =
        db.prepare_cached("SELECT guild_id, field, text FROM import_setting WHERE import_id = ?1")?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        let field = name.parse().map_err(|_| unknown_word("field", &name))?;
        brought.settings.push((GuildId(id(row, 0)?), field, row.get(2)?));
    }
    let guilds = brought.guilds();
    for guild in guilds {
        if let Some(stored) = settings::stored_of(db, guild)? {
            brought.stored.insert(guild, stored);
        }
        let mut statement =
            db.prepare_cached("SELECT user_id, month, messages FROM activity_monthly WHERE guild_id = ?1")?;
        let mut rows = statement.query([to_db(guild.0)])?;
        while let Some(row) = rows.next()? {
            let key = (guild, UserId(id(row, 0)?), Month(row.get(1)?));
            brought.months.insert(key, id(row, 2)?);
        }
    }
    Ok(brought)
}

pub(super) fn records(db: &Connection) -> rusqlite::Result<Vec<ImportRecord>> {
    db.prepare_cached("SELECT id, source, file_name, file_hash, at, undone_at FROM import ORDER BY id DESC")?
        .query_map([], record)?
        .collect()
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<ImportRecord> {
    let source: String = row.get("source")?;
    Ok(ImportRecord {
        id: id(row, "id")?,
        source: source.parse().map_err(|_| unknown_word("source", &source))?,
        file_name: row.get("file_name")?,
        file_hash: row.get("file_hash")?,
        at: time(row, "at")?,
        undone_at: time_if_any(row, "undone_at")?,
    })
}
