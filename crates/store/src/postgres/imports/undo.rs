//! Imports that were done, and how the newest is taken back.

use std::collections::HashMap;

use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use tokio_postgres::Row;

use super::super::failure::Failure;
use super::super::row::{id, time, time_if_any, to_db, unknown_word};
use super::super::session::Session;
use super::super::settings;
use super::{Messages, PORTION, change_settings, had_before, keys, meter, put_meters};
use crate::imports::{Brought, BroughtMember, ImportRecord, UndoChange, Undone, decide_undo};

pub(super) async fn preview(db: &Session) -> Result<Option<Undone>, Failure> {
    let Some(import) = newest(db).await? else {
        return Ok(None);
    };
    let brought = brought(db, &import).await?;
    Ok(Some(decide_undo(import, &brought).2))
}

/// Takes back the newest import. Returns what that did.
pub(super) async fn undo(tx: &Session, at: UnixMs, keep_changed: bool) -> Result<Option<Undone>, Failure> {
    let Some(import) = newest(tx).await? else {
        return Ok(None);
    };
    let number = to_db(import.id);
    let brought = brought(tx, &import).await?;
    let (changes, patches, mut told) = decide_undo(import, &brought);
    if !told.kept.is_empty() && !keep_changed {
        return Ok(Some(told));
    }
    // First what is remembered, which names the meters.
    tx.execute("DELETE FROM import_meter WHERE import_id = $1", &[&number])
        .await?;
    tx.execute("DELETE FROM import_setting WHERE import_id = $1", &[&number])
        .await?;
    for portion in changes.chunks(PORTION) {
        take_back(tx, portion).await?;
    }
    change_settings(tx, patches, at).await?;
    tx.execute(
        "UPDATE import SET undone_at = $2 WHERE id = $1",
        &[&number, &at.0],
    )
    .await?;
    told.import.undone_at = Some(at);
    told.done = true;
    Ok(Some(told))
}

async fn take_back(tx: &Session, changes: &[UndoChange]) -> Result<(), Failure> {
    let back: Vec<_> = changes
        .iter()
        .filter_map(|change| Some((change.guild, change.user, change.meter?, change.rules)))
        .collect();
    put_meters(tx, &back).await?;
    let gone = || changes.iter().filter(|change| change.meter.is_none());
    let guilds: Vec<i64> = gone().map(|change| to_db(change.guild.0)).collect();
    let users: Vec<i64> = gone().map(|change| to_db(change.user.0)).collect();
    tx.execute(
        "DELETE FROM activity_meter WHERE (guild_id, user_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
        &[&guilds, &users],
    )
    .await?;
    let days: Vec<_> = changes
        .iter()
        .flat_map(|change| {
            change
                .days
                .iter()
                .map(|(day, count)| (change.guild, day.0, change.user, *count))
        })
        .collect();
    // A day that was folded into its month meanwhile is not there.
    subtract(tx, &days, ["UPDATE activity_daily AS here SET messages = here.messages - gone.messages
             FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[]) AS gone (guild_id, user_id, day, messages)
             WHERE (here.guild_id, here.day, here.user_id) = (gone.guild_id, gone.day, gone.user_id)",
            "DELETE FROM activity_daily AS here
             USING unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[]) AS gone (guild_id, user_id, day, messages)
             WHERE (here.guild_id, here.day, here.user_id) = (gone.guild_id, gone.day, gone.user_id)
                 AND here.messages <= 0",]).await?;
    let months: Vec<_> = changes
        .iter()
        .flat_map(|change| {
            change
                .months
                .iter()
                .map(|(month, count)| (change.guild, month.0, change.user, *count))
        })
        .collect();
    subtract(tx, &months, ["UPDATE activity_monthly AS here SET messages = here.messages - gone.messages
             FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[]) AS gone (guild_id, user_id, month, messages)
             WHERE (here.guild_id, here.month, here.user_id) = (gone.guild_id, gone.month, gone.user_id)",
            "DELETE FROM activity_monthly AS here
             USING unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[]) AS gone (guild_id, user_id, month, messages)
             WHERE (here.guild_id, here.month, here.user_id) = (gone.guild_id, gone.month, gone.user_id)
                 AND here.messages <= 0",],
    )
    .await
}

/// Takes messages off days or months, by a statement that lowers the counts and one that removes what has none left.
async fn subtract(tx: &Session, messages: &[Messages], statements: [&'static str; 2]) -> Result<(), Failure> {
    for portion in messages.chunks(PORTION) {
        let [guilds, users, counts] = keys(portion);
        let of: Vec<i32> = portion.iter().map(|row| row.1).collect();
        for sql in statements {
            tx.execute(sql, &[&guilds, &users, &of, &counts]).await?;
        }
    }
    Ok(())
}

async fn brought(db: &Session, import: &ImportRecord) -> Result<Brought, Failure> {
    let number = to_db(import.id);
    let mut brought = Brought::default();
    let mut places = HashMap::new();
    let rows = db
        .rows(
            "SELECT brought.*, now.base AS base_now, now.base_at AS base_at_now, now.first_at AS first_at_now,
                 now.last_at AS last_at_now, now.gained AS gained_now, now.recent AS recent_now
             FROM import_meter AS brought JOIN activity_meter AS now USING (guild_id, user_id)
             WHERE import_id = $1 ORDER BY guild_id, user_id",
            &[&number],
        )
        .await?;
    for row in &rows {
        let (guild, user) = (GuildId(id(row, "guild_id")?), UserId(id(row, "user_id")?));
        places.insert((guild, user), brought.members.len());
        brought.members.push(BroughtMember {
            guild,
            user,
            before: had_before(row)?.then(|| meter(row, "_before")).transpose()?,
            after: meter(row, "")?,
            now: meter(row, "_now")?,
            days: Vec::new(),
        });
    }
    let rows = db
        .rows(
            "SELECT guild_id, user_id, day, messages FROM import_day JOIN import_meter USING (guild_id, user_id, import_id)
             WHERE import_id = $1 ORDER BY guild_id, user_id, day",
            &[&number],
        )
        .await?;
    for row in &rows {
        let key = (GuildId(id(row, "guild_id")?), UserId(id(row, "user_id")?));
        if let Some(place) = places.get(&key) {
            let day = (Day(row.try_get("day")?), id(row, "messages")?);
            brought.members[*place].days.push(day);
        }
    }
    let rows = db
        .rows(
            "SELECT guild_id, field, text FROM import_setting WHERE import_id = $1",
            &[&number],
        )
        .await?;
    for row in &rows {
        let name: &str = row.try_get("field")?;
        let field = name.parse().map_err(|_| unknown_word("field", name))?;
        let guild = GuildId(id(row, "guild_id")?);
        brought.settings.push((guild, field, row.try_get("text")?));
    }
    for guild in brought.guilds() {
        if let Some(stored) = settings::find(db, guild).await? {
            brought.stored.insert(guild, stored);
        }
        let rows = db
            .rows(
                "SELECT user_id, month, messages FROM activity_monthly WHERE guild_id = $1",
                &[&to_db(guild.0)],
            )
            .await?;
        for row in &rows {
            let key = (guild, UserId(id(row, "user_id")?), Month(row.try_get("month")?));
            brought.months.insert(key, id(row, "messages")?);
        }
    }
    Ok(brought)
}

/// The one that was done last and not taken back.
async fn newest(db: &Session) -> Result<Option<ImportRecord>, Failure> {
    let row = db
        .row_if_any(
            "SELECT id, source, file_name, file_hash, at, undone_at FROM import WHERE undone_at IS NULL
             ORDER BY id DESC LIMIT 1",
            &[],
        )
        .await?;
    row.as_ref().map(record).transpose()
}

pub(super) async fn records(db: &Session) -> Result<Vec<ImportRecord>, Failure> {
    let rows = db
        .rows(
            "SELECT id, source, file_name, file_hash, at, undone_at FROM import ORDER BY id DESC",
            &[],
        )
        .await?;
    rows.iter().map(record).collect()
}

fn record(row: &Row) -> Result<ImportRecord, Failure> {
    let source: &str = row.try_get("source")?;
    Ok(ImportRecord {
        id: id(row, "id")?,
        source: source.parse().map_err(|_| unknown_word("source", source))?,
        file_name: row.try_get("file_name")?,
        file_hash: row.try_get("file_hash")?,
        at: time(row, "at")?,
        undone_at: time_if_any(row, "undone_at")?,
    })
}
