//! The tables `activity_report_schedule` and `activity_report`. What concerns both rows of a guild holds its lock; the rest
//! changes one row, or passes over those that others hold.

use domain::day::Day;
use domain::id::{ChannelId, GuildId, MessageId};
use domain::report::times::Look;
use domain::report::{Report, ReportSkip, ReportState};
use domain::settings::{Field, FieldChange, StoredSettings};
use domain::time::UnixMs;
use tokio_postgres::Row;

use super::failure::Failure;
use super::locks::Locks;
use super::row::{id, id_if_any, limit, narrow, time, time_if_any, to_db, unknown_word};
use super::session::Session;
use super::work::{read, write};
use super::{Postgres, REST_WHILE_PRUNING};
use crate::error::StoreError;
use crate::outbox::Outcome;
use crate::report::{ReportSchedule, bear_on_schedule};

/// How many rows one statement deletes at most.
const PRUNE_PORTION: i64 = 500;

/// The columns that [`report`] reads, as a literal, so that statements are built when they are compiled.
macro_rules! report_columns {
    () => {
        "guild_id, day, due_at, state, skip_reason, attempts, channel_id, message_id, first_attempt_at, \
         next_attempt_at, settled_at"
    };
}

impl Postgres {
    pub(crate) async fn report_schedule(&self, guild: GuildId) -> Result<Option<ReportSchedule>, StoreError> {
        read!(self, |db| async {
            let row = db
                .row_if_any(
                    "SELECT guild_id, revision, due_at, next_day FROM activity_report_schedule WHERE guild_id = $1",
                    &[&to_db(guild.0)],
                )
                .await?;
            row.as_ref().map(schedule).transpose()
        })
    }

    pub(crate) async fn report_schedules_due(
        &self,
        now: UnixMs,
        len_max: usize,
    ) -> Result<Vec<ReportSchedule>, StoreError> {
        read!(self, |db| async {
            let rows = db
                .rows(
                    "SELECT guild_id, revision, due_at, next_day FROM activity_report_schedule
                     WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
                    &[&now.0, &limit(len_max)],
                )
                .await?;
            rows.iter().map(schedule).collect()
        })
    }

    pub(crate) async fn schedule_report(
        &self,
        seen: ReportSchedule,
        found: Look,
    ) -> Result<bool, StoreError> {
        write!(self, Locks::guild(seen.guild), |tx| look(tx, &seen, &found))
    }

    pub(crate) async fn take_due_reports(
        &self,
        now: UnixMs,
        until: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Report>, StoreError> {
        // Most looks find nothing, and cost no write.
        if len_max == 0 || !read!(self, |db| has_due(db, now))? {
            return Ok(Vec::new());
        }
        write!(self, Locks::none(), |tx| take(tx, now, until, len_max))
    }

    pub(crate) async fn begin_report(
        &self,
        taken: &Report,
        channel: ChannelId,
        now: UnixMs,
        until: UnixMs,
    ) -> Result<Option<Report>, StoreError> {
        write!(self, Locks::none(), |tx| begin(tx, taken, channel, now, until))
    }

    pub(crate) async fn settle_report(
        &self,
        guild: GuildId,
        day: Day,
        outcome: Outcome<ReportSkip>,
    ) -> Result<bool, StoreError> {
        let changed = write!(self, Locks::none(), |tx| settle(tx, guild, day, &outcome))?;
        Ok(changed > 0)
    }

    pub(crate) async fn reports(&self, guild: GuildId, len_max: usize) -> Result<Vec<Report>, StoreError> {
        read!(self, |db| async {
            let rows = db
                .rows(
                    concat!(
                        "SELECT ",
                        report_columns!(),
                        " FROM activity_report WHERE guild_id = $1 ORDER BY day DESC LIMIT $2"
                    ),
                    &[&to_db(guild.0), &limit(len_max)],
                )
                .await?;
            rows.iter().map(report).collect()
        })
    }

    pub(crate) async fn prune_reports(&self, before: UnixMs) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let portion = write!(self, Locks::none(), |tx| prune_portion(tx, before))?;
            if portion == 0 {
                return Ok(deleted);
            }
            deleted += portion;
            tokio::time::sleep(REST_WHILE_PRUNING).await;
        }
    }
}

/// The guild's settings were changed: it has reports from now on, has none any more, or has them at another time. The
/// transaction holds the guild's lock.
pub(super) async fn settings_changed(
    tx: &Session,
    settings: &StoredSettings,
    changes: &[FieldChange],
) -> Result<(), Failure> {
    if !bear_on_schedule(changes) {
        return Ok(());
    }
    let guild = to_db(settings.guild.0);
    if settings.settings.channel(Field::ActivityReportChannel).is_none() {
        tx.execute(
            "DELETE FROM activity_report_schedule WHERE guild_id = $1",
            &[&guild],
        )
        .await?;
        return Ok(());
    }
    tx.execute(
        "INSERT INTO activity_report_schedule AS known (guild_id, revision, due_at) VALUES ($1, 1, $2)
         ON CONFLICT (guild_id) DO UPDATE SET revision = known.revision + 1, due_at = excluded.due_at",
        &[&guild, &settings.updated_at.0],
    )
    .await?;
    Ok(())
}

async fn look(tx: &Session, seen: &ReportSchedule, found: &Look) -> Result<bool, Failure> {
    let guild = to_db(seen.guild.0);
    let changed = tx
        .execute(
            "UPDATE activity_report_schedule SET revision = revision + 1, due_at = $3, next_day = $4
             WHERE guild_id = $1 AND revision = $2",
            &[&guild, &to_db(seen.revision), &found.next.at.0, &found.next.day.0],
        )
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    if let Some(due) = found.now {
        tx.execute(
            "INSERT INTO activity_report (guild_id, day, due_at, state, next_attempt_at)
             VALUES ($1, $2, $3, 'pending', $3) ON CONFLICT (guild_id, day) DO NOTHING",
            &[&guild, &due.day.0, &due.at.0],
        )
        .await?;
    }
    Ok(true)
}

async fn has_due(db: &Session, now: UnixMs) -> Result<bool, Failure> {
    let row = db
        .row(
            "SELECT EXISTS (
                 SELECT FROM activity_report WHERE state IN ('pending', 'sending') AND next_attempt_at <= $1
             ) AS has_due",
            &[&now.0],
        )
        .await?;
    Ok(row.try_get("has_due")?)
}

/// Rows that others take at this moment are left to them.
async fn take(tx: &Session, now: UnixMs, until: UnixMs, len_max: usize) -> Result<Vec<Report>, Failure> {
    let rows = tx
        .rows(
            concat!(
                "UPDATE activity_report SET next_attempt_at = $2 WHERE (guild_id, day) IN (
                     SELECT guild_id, day FROM activity_report
                     WHERE state IN ('pending', 'sending') AND next_attempt_at <= $1
                     ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED
                 )
                 RETURNING ",
                report_columns!()
            ),
            &[&now.0, &until.0, &limit(len_max)],
        )
        .await?;
    rows.iter().map(report).collect()
}

async fn begin(
    tx: &Session,
    taken: &Report,
    channel: ChannelId,
    now: UnixMs,
    until: UnixMs,
) -> Result<Option<Report>, Failure> {
    let row = tx
        .row_if_any(
            concat!(
                "UPDATE activity_report SET
                     state = 'sending',
                     in_doubt = in_doubt OR state = 'sending',
                     attempts = attempts + 1,
                     channel_id = $4,
                     first_attempt_at = coalesce(first_attempt_at, $5),
                     next_attempt_at = $6
                 WHERE guild_id = $1 AND day = $2 AND next_attempt_at = $3 AND state IN ('pending', 'sending')
                 RETURNING ",
                report_columns!()
            ),
            &[
                &to_db(taken.guild.0),
                &taken.day.0,
                &taken.next_attempt_at.0,
                &to_db(channel.0),
                &now.0,
                &until.0,
            ],
        )
        .await?;
    row.as_ref().map(report).transpose()
}

async fn settle(
    tx: &Session,
    guild: GuildId,
    day: Day,
    outcome: &Outcome<ReportSkip>,
) -> Result<u64, Failure> {
    let guild = to_db(guild.0);
    match *outcome {
        Outcome::Sent { message, channel, at } => {
            tx.execute(
                "UPDATE activity_report SET
                     state = 'posted', skip_reason = NULL, message_id = $3, channel_id = $4, settled_at = $5
                 WHERE guild_id = $1 AND day = $2 AND state <> 'posted'",
                &[
                    &guild,
                    &day.0,
                    &message.map(|message| to_db(message.0)),
                    &to_db(channel.0),
                    &at.0,
                ],
            )
            .await
        }
        Outcome::Skip { reason, at } => {
            tx.execute(
                "UPDATE activity_report SET state = 'skipped', skip_reason = $3, settled_at = $4
                 WHERE guild_id = $1 AND day = $2 AND state IN ('pending', 'sending')",
                &[&guild, &day.0, &reason.name(), &at.0],
            )
            .await
        }
        Outcome::NotThere { at } => {
            tx.execute(
                "UPDATE activity_report SET in_doubt = false WHERE guild_id = $1 AND day = $2",
                &[&guild, &day.0],
            )
            .await?;
            take_back(tx, guild, day, at, 0).await
        }
        Outcome::NotTried { at } => take_back(tx, guild, day, at, 1).await,
        Outcome::Retry {
            not_delivered: true,
            at,
        } => take_back(tx, guild, day, at, 0).await,
        Outcome::Retry {
            not_delivered: false,
            at,
        } => {
            tx.execute(
                "UPDATE activity_report SET next_attempt_at = $3
                 WHERE guild_id = $1 AND day = $2 AND state IN ('pending', 'sending')",
                &[&guild, &day.0, &at.0],
            )
            .await
        }
    }
}

/// The attempt posted nothing: the row is as before it, unless an earlier one may have posted.
async fn take_back(
    tx: &Session,
    guild: i64,
    day: Day,
    at: UnixMs,
    attempts_less: i64,
) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE activity_report SET
             state = CASE WHEN in_doubt THEN state ELSE 'pending' END,
             first_attempt_at = CASE WHEN in_doubt THEN first_attempt_at END,
             channel_id = CASE WHEN in_doubt THEN channel_id END,
             attempts = greatest(attempts - $4, 0),
             next_attempt_at = $3
         WHERE guild_id = $1 AND day = $2 AND state IN ('pending', 'sending')",
        &[&guild, &day.0, &at.0, &attempts_less],
    )
    .await
}

async fn prune_portion(tx: &Session, before: UnixMs) -> Result<u64, Failure> {
    tx.execute(
        "DELETE FROM activity_report WHERE (guild_id, day) IN (
             SELECT guild_id, day FROM activity_report
             WHERE settled_at < $1 ORDER BY settled_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )",
        &[&before.0, &PRUNE_PORTION],
    )
    .await
}

fn schedule(row: &Row) -> Result<ReportSchedule, Failure> {
    Ok(ReportSchedule {
        guild: GuildId(id(row, "guild_id")?),
        revision: id(row, "revision")?,
        due_at: time(row, "due_at")?,
        next_day: row.try_get::<_, Option<i32>>("next_day")?.map(Day),
    })
}

fn report(row: &Row) -> Result<Report, Failure> {
    Ok(Report {
        guild: GuildId(id(row, "guild_id")?),
        day: Day(row.try_get("day")?),
        due_at: time(row, "due_at")?,
        state: state(row)?,
        channel: id_if_any(row, "channel_id")?.map(ChannelId),
        attempts: narrow(row, "attempts")?,
        first_attempt_at: time_if_any(row, "first_attempt_at")?,
        next_attempt_at: time(row, "next_attempt_at")?,
    })
}

fn state(row: &Row) -> Result<ReportState, Failure> {
    let name: &str = row.try_get("state")?;
    Ok(match name {
        "pending" => ReportState::Pending,
        "sending" => ReportState::Sending,
        "posted" => ReportState::Posted {
            message: id_if_any(row, "message_id")?.map(MessageId),
            channel: ChannelId(id(row, "channel_id")?),
            at: time(row, "settled_at")?,
        },
        "skipped" => {
            let reason: &str = row.try_get("skip_reason")?;
            ReportState::Skipped {
                reason: ReportSkip::from_name(reason).ok_or_else(|| unknown_word("skip_reason", reason))?,
                at: time(row, "settled_at")?,
            }
        }
        _ => return Err(unknown_word("state", name)),
    })
}
