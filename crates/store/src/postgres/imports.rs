//! The tables of imports, and what imports write.

mod undo;

use domain::activity::meter::{Meter, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::settings::{Patch, StoredSettings};
use domain::time::UnixMs;
use tokio_postgres::Row;

use super::failure::Failure;
use super::locks::Locks;
use super::row::{id, id_if_any, time, to_db};
use super::session::Session;
use super::url::PostgresUrl;
use super::work::write;
use super::{Postgres, guilds, settings, upkeep};
use crate::error::StoreError;
use crate::imports::{Decided, Import, ImportRecord, Imported, MemberChange, Present, Undone, decide};
use crate::settings::{SettingsChange, SettingsOutcome};
use crate::upkeep::UpkeepError;

/// Rows that one statement takes.
const PORTION: usize = 5000;

impl Postgres {
    pub(crate) async fn import(&self, import: Import) -> Result<Imported, StoreError> {
        write!(self, Locks::guilds(import.guilds()), |tx| run(tx, &import))
    }

    pub(crate) async fn undo_import(
        &self,
        at: UnixMs,
        keep_changed: bool,
    ) -> Result<Option<Undone>, StoreError> {
        // Which import it is, and so which guilds, is not known before nobody else takes one back.
        write!(self, Locks::all_guilds(), |tx| undo::undo(tx, at, keep_changed))
    }
}

/// What an import would do, in a database that may be in use, or may be of an earlier version.
pub(crate) async fn preview(url: &PostgresUrl, import: &Import) -> Result<Imported, UpkeepError> {
    let read = async |db: &Session| {
        let present = present(db, import).await?;
        Ok(decide(import, &present).told)
    };
    let told = read_if_known(url, read).await?;
    Ok(told.unwrap_or_else(|| decide(import, &Present::default()).told))
}

/// What taking back the newest import would do; `None` where there is none.
pub(crate) async fn preview_undo(url: &PostgresUrl) -> Result<Option<Undone>, UpkeepError> {
    Ok(read_if_known(url, undo::preview).await?.flatten())
}

/// All imports, newest first.
pub(crate) async fn records(url: &PostgresUrl) -> Result<Vec<ImportRecord>, UpkeepError> {
    Ok(read_if_known(url, undo::records).await?.unwrap_or_default())
}

/// Reads in one moment; `None` where the database does not know of imports yet.
async fn read_if_known<T>(
    url: &PostgresUrl,
    read: impl AsyncFnOnce(&Session) -> Result<T, Failure>,
) -> Result<Option<T>, UpkeepError> {
    let db = match upkeep::connect(url).await {
        Ok((db, _)) => db,
        Err(UpkeepError::NothingThere { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let read = async {
        db.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let known = db.run_for_text("SELECT to_regclass('import_meter')").await?;
        if known.is_none() {
            return Ok(None);
        }
        let read = read(&db).await?;
        db.run("COMMIT").await?;
        Ok(Some(read))
    };
    read.await.map_err(upkeep::refused)
}

async fn run(tx: &Session, import: &Import) -> Result<Imported, Failure> {
    let present = present(tx, import).await?;
    let Decided {
        members,
        settings,
        told,
    } = decide(import, &present);
    if told.already_at.is_some() || (members.is_empty() && settings.is_empty()) {
        return Ok(told);
    }
    let row = tx
        .row(
            "INSERT INTO import (source, file_name, file_hash, at) VALUES ($1, $2, $3, $4) RETURNING id",
            &[
                &import.source.name(),
                &super::row::text(&import.file_name),
                &import.file_hash,
                &import.at.0,
            ],
        )
        .await?;
    let number: i64 = row.try_get(0)?;
    for portion in members.chunks(PORTION) {
        write_portion(tx, number, portion).await?;
    }
    for (guild, field, text) in &told.settings_set {
        tx.execute(
            "INSERT INTO import_setting (import_id, guild_id, field, text) VALUES ($1, $2, $3, $4)",
            &[&number, &to_db(guild.0), &field.name(), text],
        )
        .await?;
    }
    change_settings(tx, settings, import.at).await?;
    Ok(told)
}

async fn present(db: &Session, import: &Import) -> Result<Present, Failure> {
    let source = import.source.name();
    let row = db
        .row(
            "SELECT max(at) AS at FROM import WHERE source = $1 AND file_hash = $2 AND undone_at IS NULL",
            &[&source, &import.file_hash],
        )
        .await?;
    let mut present = Present {
        already_at: row.try_get::<_, Option<i64>>("at")?.map(UnixMs),
        ..Present::default()
    };
    if present.already_at.is_some() {
        return Ok(present);
    }
    for guild in import.guilds() {
        let key = to_db(guild.0);
        if guilds::find(db, guild).await?.is_some() {
            present.guilds.insert(guild);
        }
        let meters = db
            .rows(
                "SELECT user_id, base, base_at, first_at, last_at, gained, recent FROM activity_meter
                 WHERE guild_id = $1",
                &[&key],
            )
            .await?;
        for row in &meters {
            let user = UserId(id(row, "user_id")?);
            present.meters.insert((guild, user), meter(row, "")?);
        }
        let brought = db
            .rows(
                "SELECT user_id, day, sum(messages)::bigint AS messages FROM import_day
                 WHERE guild_id = $1 AND import_id IN (SELECT id FROM import WHERE source = $2 AND undone_at IS NULL)
                 GROUP BY user_id, day",
                &[&key, &source],
            )
            .await?;
        for row in &brought {
            let of = (guild, UserId(id(row, "user_id")?), Day(row.try_get("day")?));
            present.brought.insert(of, id(row, "messages")?);
        }
        if let Some(stored) = settings::find(db, guild).await? {
            present.settings.insert(guild, stored);
        }
    }
    Ok(present)
}

async fn write_portion(tx: &Session, import: i64, changes: &[MemberChange]) -> Result<(), Failure> {
    let changed: Vec<_> = changes
        .iter()
        .filter(|change| change.before != Some(change.after))
        .map(|change| (change.guild, change.user, change.after, change.rules))
        .collect();
    put_meters(tx, &changed).await?;
    let column = |of: &dyn Fn(&MemberChange) -> i64| -> Vec<i64> { changes.iter().map(of).collect() };
    let before = |of: &dyn Fn(&Meter) -> i64| -> Vec<Option<i64>> {
        changes
            .iter()
            .map(|change| change.before.as_ref().map(of))
            .collect()
    };
    tx.execute(
        "INSERT INTO import_meter
             (import_id, guild_id, user_id, base_before, base_at_before, first_at_before, last_at_before, gained_before,
              recent_before, base, base_at, first_at, last_at, gained, recent)
         SELECT $1::bigint, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
             $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
             $15::bigint[])",
        &[
            &import,
            &column(&|change| to_db(change.guild.0)),
            &column(&|change| to_db(change.user.0)),
            &before(&|meter| meter.base.0),
            &before(&|meter| meter.base_at.0),
            &before(&|meter| meter.first.0),
            &before(&|meter| meter.last.0),
            &before(&|meter| meter.gained.0),
            &before(&|meter| to_db(meter.recent.0)),
            &column(&|change| change.after.base.0),
            &column(&|change| change.after.base_at.0),
            &column(&|change| change.after.first.0),
            &column(&|change| change.after.last.0),
            &column(&|change| change.after.gained.0),
            &column(&|change| to_db(change.after.recent.0)),
        ],
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
    for portion in days.chunks(PORTION) {
        let [guilds, users, counts] = keys(portion);
        let of: Vec<i32> = portion.iter().map(|row| row.1).collect();
        tx.execute(
            "INSERT INTO import_day (import_id, guild_id, user_id, day, messages)
             SELECT $1::bigint, * FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::bigint[])",
            &[&import, &guilds, &users, &of, &counts],
        )
        .await?;
        tx.execute(
            "INSERT INTO activity_daily (guild_id, user_id, day, messages)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[])
             ON CONFLICT (guild_id, day, user_id) DO UPDATE SET
                 messages = activity_daily.messages + excluded.messages",
            &[&guilds, &users, &of, &counts],
        )
        .await?;
    }
    let months: Vec<_> = changes
        .iter()
        .flat_map(|change| {
            let of = |(month, count): (domain::day::Month, u64)| (change.guild, month.0, change.user, count);
            change.months().into_iter().map(of)
        })
        .collect();
    for portion in months.chunks(PORTION) {
        let [guilds, users, counts] = keys(portion);
        let of: Vec<i32> = portion.iter().map(|row| row.1).collect();
        tx.execute(
            "INSERT INTO activity_monthly (guild_id, user_id, month, messages)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[])
             ON CONFLICT (guild_id, month, user_id) DO UPDATE SET
                 messages = activity_monthly.messages + excluded.messages",
            &[&guilds, &users, &of, &counts],
        )
        .await?;
    }
    Ok(())
}

/// Messages of a day or a month: the guild, the day or the month, the member, and how many.
type Messages = (GuildId, i32, UserId, u64);

/// The columns of guilds, members and counts.
fn keys(rows: &[Messages]) -> [Vec<i64>; 3] {
    [
        rows.iter().map(|row| to_db(row.0.0)).collect(),
        rows.iter().map(|row| to_db(row.2.0)).collect(),
        rows.iter().map(|row| to_db(row.3)).collect(),
    ]
}

async fn put_meters(tx: &Session, meters: &[(GuildId, UserId, Meter, ScoreRules)]) -> Result<(), Failure> {
    type Put = (GuildId, UserId, Meter, ScoreRules);
    for portion in meters.chunks(PORTION) {
        let column = |of: &dyn Fn(&Put) -> i64| -> Vec<i64> { portion.iter().map(of).collect() };
        tx.execute(
            "INSERT INTO activity_meter
                 (guild_id, user_id, base, base_at, first_at, last_at, gained, recent, score, fades_out_at)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
             ON CONFLICT (guild_id, user_id) DO UPDATE SET
                 base = excluded.base,
                 base_at = excluded.base_at,
                 first_at = excluded.first_at,
                 last_at = excluded.last_at,
                 gained = excluded.gained,
                 recent = excluded.recent,
                 score = excluded.score,
                 fades_out_at = excluded.fades_out_at",
            &[
                &column(&|put| to_db(put.0.0)),
                &column(&|put| to_db(put.1.0)),
                &column(&|put| put.2.base.0),
                &column(&|put| put.2.base_at.0),
                &column(&|put| put.2.first.0),
                &column(&|put| put.2.last.0),
                &column(&|put| put.2.gained.0),
                &column(&|put| to_db(put.2.recent.0)),
                &column(&|put| put.2.score(&put.3).0),
                &column(&|put| put.2.fades_out_at(&put.3).0),
            ],
        )
        .await?;
    }
    Ok(())
}

/// As the bot's own change, with a line in the guild's history, told to all processes.
async fn change_settings(
    tx: &Session,
    patches: Vec<(StoredSettings, Patch)>,
    at: UnixMs,
) -> Result<(), Failure> {
    for (stored, patch) in patches {
        let asked = SettingsChange {
            guild: stored.guild,
            from_version: stored.version,
            patch,
            by: None,
            at,
        };
        let outcome = settings::change(tx, &asked).await?;
        if !matches!(outcome, SettingsOutcome::Changed(..)) {
            // Checked before, under the guild's lock: a fault of ours, and nothing of the import is done.
            return Err(Failure::Row(format!(
                "settings of an import were not taken for the server {}",
                asked.guild
            )));
        }
    }
    Ok(())
}

/// Reads the columns of a meter, whose names end so.
pub(super) fn meter(row: &Row, end: &str) -> Result<Meter, Failure> {
    let column = |name: &str| format!("{name}{end}");
    Ok(Meter {
        base: Score(row.try_get(column("base").as_str())?),
        base_at: time(row, &column("base_at"))?,
        first: time(row, &column("first_at"))?,
        last: time(row, &column("last_at"))?,
        gained: Score(row.try_get(column("gained").as_str())?),
        recent: Slots(id(row, &column("recent"))?),
    })
}

/// Whether a member had a meter before.
pub(super) fn had_before(row: &Row) -> Result<bool, Failure> {
    Ok(id_if_any(row, "base_before")?.is_some())
}
