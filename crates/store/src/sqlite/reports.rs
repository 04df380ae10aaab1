//! The tables `activity_report_schedule` and `activity_report`.

use domain::day::Day;
use domain::id::{ChannelId, GuildId, MessageId};
use domain::report::times::Look;
use domain::report::{Report, ReportSkip, ReportState};
use domain::settings::{Field, FieldChange, StoredSettings};
use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::outbox::limit;
use super::row::{id, id_if_any, time, time_if_any, to_db, unknown_word};
use super::writer::Durability;
use super::{REST_WHILE_PRUNING, Sqlite};
use crate::error::StoreError;
use crate::outbox::Outcome;
use crate::report::{ReportSchedule, bear_on_schedule};

/// How many rows one statement deletes at most; other writes wait for it.
const PRUNE_PORTION: u32 = 500;

/// The columns that [`report`] reads.
const REPORT: &str = "guild_id, day, due_at, state, skip_reason, attempts, channel_id, message_id, \
     first_attempt_at, next_attempt_at, settled_at";

impl Sqlite {
    pub(crate) async fn report_schedule(&self, guild: GuildId) -> Result<Option<ReportSchedule>, StoreError> {
        self.readers
            .read(move |db| {
                db.prepare_cached(
                    "SELECT guild_id, revision, due_at, next_day FROM activity_report_schedule WHERE guild_id = ?1",
                )?
                .query_row([to_db(guild.0)], schedule)
                .optional()
            })
            .await
    }

    pub(crate) async fn report_schedules_due(
        &self,
        now: UnixMs,
        len_max: usize,
    ) -> Result<Vec<ReportSchedule>, StoreError> {
        self.readers
            .read(move |db| {
                db.prepare_cached(
                    "SELECT guild_id, revision, due_at, next_day FROM activity_report_schedule
                     WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
                )?
                .query_map(params![now.0, limit(len_max)], schedule)?
                .collect()
            })
            .await
    }

    pub(crate) async fn schedule_report(
        &self,
        seen: ReportSchedule,
        found: Look,
    ) -> Result<bool, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| look(tx, &seen, &found))
            .await
    }

    pub(crate) async fn take_due_reports(
        &self,
        now: UnixMs,
        until: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Report>, StoreError> {
        // Most looks find nothing, and cost no write.
        if len_max == 0 || !self.readers.read(move |db| has_due(db, now)).await? {
            return Ok(Vec::new());
        }
        self.writer
            .write(Durability::WithTheLog, move |tx| take(tx, now, until, len_max))
            .await
    }

    pub(crate) async fn begin_report(
        &self,
        taken: &Report,
        channel: ChannelId,
        now: UnixMs,
        until: UnixMs,
    ) -> Result<Option<Report>, StoreError> {
        let (guild, day, taken_until) = (taken.guild, taken.day, taken.next_attempt_at);
        self.writer
            .write(Durability::PowerCut, move |tx| {
                tx.prepare_cached(&format!(
                    "UPDATE activity_report SET
                         state = 'sending',
                         in_doubt = in_doubt OR state = 'sending',
                         attempts = attempts + 1,
                         channel_id = ?4,
                         first_attempt_at = coalesce(first_attempt_at, ?5),
                         next_attempt_at = ?6
                     WHERE guild_id = ?1 AND day = ?2 AND next_attempt_at = ?3
                         AND state IN ('pending', 'sending')
                     RETURNING {REPORT}"
                ))?
                .query_row(
                    params![
                        to_db(guild.0),
                        day.0,
                        taken_until.0,
                        to_db(channel.0),
                        now.0,
                        until.0
                    ],
                    report,
                )
                .optional()
            })
            .await
    }

    pub(crate) async fn settle_report(
        &self,
        guild: GuildId,
        day: Day,
        outcome: Outcome<ReportSkip>,
    ) -> Result<bool, StoreError> {
        let changed = self
            .writer
            .write(Durability::WithTheLog, move |tx| settle(tx, guild, day, &outcome))
            .await?;
        Ok(changed > 0)
    }

    pub(crate) async fn reports(&self, guild: GuildId, len_max: usize) -> Result<Vec<Report>, StoreError> {
        self.readers
            .read(move |db| {
                db.prepare_cached(&format!(
                    "SELECT {REPORT} FROM activity_report WHERE guild_id = ?1 ORDER BY day DESC LIMIT ?2"
                ))?
                .query_map([to_db(guild.0), limit(len_max)], report)?
                .collect()
            })
            .await
    }

    pub(crate) async fn prune_reports(&self, before: UnixMs) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let portion = self
                .writer
                .write(Durability::WithTheLog, move |tx| {
                    tx.prepare_cached(
                        "DELETE FROM activity_report WHERE (guild_id, day) IN (
                             SELECT guild_id, day FROM activity_report
                             WHERE settled_at < ?1 ORDER BY settled_at LIMIT ?2
                         )",
                    )?
                    .execute(params![before.0, PRUNE_PORTION])
                })
                .await?;
            if portion == 0 {
                return Ok(deleted);
            }
            deleted += portion as u64;
            tokio::time::sleep(REST_WHILE_PRUNING).await;
        }
    }
}

/// The guild's settings were changed: it has reports from now on, has none any more, or has them at another time.
pub(super) fn settings_changed(
    tx: &Connection,
    settings: &StoredSettings,
    changes: &[FieldChange],
) -> rusqlite::Result<()> {
    if !bear_on_schedule(changes) {
        return Ok(());
    }
    let guild = to_db(settings.guild.0);
    if settings.settings.channel(Field::ActivityReportChannel).is_none() {
        tx.prepare_cached("DELETE FROM activity_report_schedule WHERE guild_id = ?1")?
            .execute([guild])?;
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO activity_report_schedule (guild_id, revision, due_at) VALUES (?1, 1, ?2)
         ON CONFLICT (guild_id) DO UPDATE SET revision = revision + 1, due_at = excluded.due_at",
    )?
    .execute([guild, settings.updated_at.0])
    .map(drop)
}

fn look(tx: &Connection, seen: &ReportSchedule, found: &Look) -> rusqlite::Result<bool> {
    let guild = to_db(seen.guild.0);
    let changed = tx
        .prepare_cached(
            "UPDATE activity_report_schedule SET revision = revision + 1, due_at = ?3, next_day = ?4
             WHERE guild_id = ?1 AND revision = ?2",
        )?
        .execute(params![
            guild,
            to_db(seen.revision),
            found.next.at.0,
            found.next.day.0
        ])?;
    if changed == 0 {
        return Ok(false);
    }
    if let Some(due) = found.now {
        tx.prepare_cached(
            "INSERT INTO activity_report (guild_id, day, due_at, state, next_attempt_at)
             VALUES (?1, ?2, ?3, 'pending', ?3) ON CONFLICT (guild_id, day) DO NOTHING",
        )?
        .execute(params![guild, due.day.0, due.at.0])?;
    }
    Ok(true)
}

fn has_due(db: &Connection, now: UnixMs) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (
             SELECT 1 FROM activity_report WHERE state IN ('pending', 'sending') AND next_attempt_at <= ?1
         )",
    )?
    .query_row([now.0], |row| row.get(0))
}

fn take(tx: &Connection, now: UnixMs, until: UnixMs, len_max: usize) -> rusqlite::Result<Vec<Report>> {
    tx.prepare_cached(&format!(
        "UPDATE activity_report SET next_attempt_at = ?2 WHERE (guild_id, day) IN (
             SELECT guild_id, day FROM activity_report
             WHERE state IN ('pending', 'sending') AND next_attempt_at <= ?1
             ORDER BY next_attempt_at LIMIT ?3
         )
         RETURNING {REPORT}"
    ))?
    .query_map(params![now.0, until.0, limit(len_max)], report)?
    .collect()
}

fn settle(
    tx: &Connection,
    guild: GuildId,
    day: Day,
    outcome: &Outcome<ReportSkip>,
) -> rusqlite::Result<usize> {
    let guild = to_db(guild.0);
    match *outcome {
        Outcome::Sent { message, channel, at } => tx
            .prepare_cached(
                "UPDATE activity_report SET
                     state = 'posted', skip_reason = NULL, message_id = ?3, channel_id = ?4, settled_at = ?5
                 WHERE guild_id = ?1 AND day = ?2 AND state <> 'posted'",
            )?
            .execute(params![
                guild,
                day.0,
                message.map(|message| to_db(message.0)),
                to_db(channel.0),
                at.0
            ]),
        Outcome::Skip { reason, at } => tx
            .prepare_cached(
                "UPDATE activity_report SET state = 'skipped', skip_reason = ?3, settled_at = ?4
                 WHERE guild_id = ?1 AND day = ?2 AND state IN ('pending', 'sending')",
            )?
            .execute(params![guild, day.0, reason.name(), at.0]),
        Outcome::NotThere { at } => {
            tx.prepare_cached("UPDATE activity_report SET in_doubt = 0 WHERE guild_id = ?1 AND day = ?2")?
                .execute(params![guild, day.0])?;
            take_back(tx, guild, day, at, 0)
        }
        Outcome::NotTried { at } => take_back(tx, guild, day, at, 1),
        Outcome::Retry {
            not_delivered: true,
            at,
        } => take_back(tx, guild, day, at, 0),
        Outcome::Retry {
            not_delivered: false,
            at,
        } => tx
            .prepare_cached(
                "UPDATE activity_report SET next_attempt_at = ?3
                 WHERE guild_id = ?1 AND day = ?2 AND state IN ('pending', 'sending')",
            )?
            .execute(params![guild, day.0, at.0]),
    }
}

/// The attempt posted nothing: the row is as before it, unless an earlier one may have posted.
fn take_back(
    tx: &Connection,
    guild: i64,
    day: Day,
    at: UnixMs,
    attempts_less: u32,
) -> rusqlite::Result<usize> {
    tx.prepare_cached(
        "UPDATE activity_report SET
             state = iif(in_doubt, state, 'pending'),
             first_attempt_at = iif(in_doubt, first_attempt_at, NULL),
             channel_id = iif(in_doubt, channel_id, NULL),
             attempts = max(attempts - ?4, 0),
             next_attempt_at = ?3
         WHERE guild_id = ?1 AND day = ?2 AND state IN ('pending', 'sending')",
    )?
    .execute(params![guild, day.0, at.0, attempts_less])
}

fn schedule(row: &Row<'_>) -> rusqlite::Result<ReportSchedule> {
    Ok(ReportSchedule {
        guild: GuildId(id(row, "guild_id")?),
        revision: id(row, "revision")?,
        due_at: time(row, "due_at")?,
        next_day: row.get::<_, Option<i32>>("next_day")?.map(Day),
    })
}

fn report(row: &Row<'_>) -> rusqlite::Result<Report> {
    Ok(Report {
        guild: GuildId(id(row, "guild_id")?),
        day: Day(row.get("day")?),
        due_at: time(row, "due_at")?,
        state: state(row)?,
        channel: id_if_any(row, "channel_id")?.map(ChannelId),
        attempts: row.get("attempts")?,
        first_attempt_at: time_if_any(row, "first_attempt_at")?,
        next_attempt_at: time(row, "next_attempt_at")?,
    })
}

fn state(row: &Row<'_>) -> rusqlite::Result<ReportState> {
    let name: String = row.get("state")?;
    Ok(match name.as_str() {
        "pending" => ReportState::Pending,
        "sending" => ReportState::Sending,
        "posted" => ReportState::Posted {
            message: id_if_any(row, "message_id")?.map(MessageId),
            channel: ChannelId(id(row, "channel_id")?),
            at: time(row, "settled_at")?,
        },
        "skipped" => {
            let reason: String = row.get("skip_reason")?;
            ReportState::Skipped {
                reason: ReportSkip::from_name(&reason).ok_or_else(|| unknown_word("skip_reason", &reason))?,
                at: time(row, "settled_at")?,
            }
        }
        _ => return Err(unknown_word("state", &name)),
    })
}
