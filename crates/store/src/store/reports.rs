//! The daily reports of guilds: when they are due, and their outbox.

use domain::day::Day;
use domain::id::{ChannelId, GuildId};
use domain::report::times::Look;
use domain::report::{Report, ReportSkip};
use domain::time::UnixMs;

use super::{Backend, Store};
use crate::error::StoreError;
use crate::outbox::Outcome;
use crate::report::ReportSchedule;

impl Store {
    /// When a guild's reports are to be looked at; `None` where it has none.
    pub async fn report_schedule(&self, guild: GuildId) -> Result<Option<ReportSchedule>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.report_schedule(guild).await,
            Backend::Postgres(postgres) => postgres.report_schedule(guild).await,
        }
    }

    /// The guilds that are to be looked at at `now`, those that wait longest first, at most `len_max`.
    pub async fn report_schedules_due(
        &self,
        now: UnixMs,
        len_max: usize,
    ) -> Result<Vec<ReportSchedule>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.report_schedules_due(now, len_max).await,
            Backend::Postgres(postgres) => postgres.report_schedules_due(now, len_max).await,
        }
    }

    /// Stores what was found when a guild was looked at: the report to be made, unless that day has one already, and when
    /// to look next. `false` when its schedule was changed since it was read: nothing is stored, look again.
    pub async fn schedule_report(&self, seen: ReportSchedule, found: Look) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.schedule_report(seen, found).await,
            Backend::Postgres(postgres) => postgres.schedule_report(seen, found).await,
        }
    }

    /// Takes reports that are to be posted or settled at `now`, those that wait longest first, at most `len_max`. Nobody
    /// else gets them before `until`, which is [`Report::next_attempt_at`] of what is returned.
    pub async fn take_due_reports(
        &self,
        now: UnixMs,
        until: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Report>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.take_due_reports(now, until, len_max).await,
            Backend::Postgres(postgres) => postgres.take_due_reports(now, until, len_max).await,
        }
    }

    /// Begins an attempt to post a report that was taken, in `channel`. It is nobody else's before `until`, by which time
    /// its outcome must have been told to [`Store::settle_report`]. Survives a power cut, so that no post is forgotten.
    /// `None` when it is not ours any more: it was taken by another, or settled.
    pub async fn begin_report(
        &self,
        taken: &Report,
        channel: ChannelId,
        now: UnixMs,
        until: UnixMs,
    ) -> Result<Option<Report>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.begin_report(taken, channel, now, until).await,
            Backend::Postgres(postgres) => postgres.begin_report(taken, channel, now, until).await,
        }
    }

    /// Records how the attempt to post a report ended. Returns whether that changed anything: not for one that was settled
    /// before or does not exist.
    pub async fn settle_report(
        &self,
        guild: GuildId,
        day: Day,
        outcome: Outcome<ReportSkip>,
    ) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.settle_report(guild, day, outcome).await,
            Backend::Postgres(postgres) => postgres.settle_report(guild, day, outcome).await,
        }
    }

    /// A guild's reports, of the newest day first, at most `len_max`.
    pub async fn reports(&self, guild: GuildId, len_max: usize) -> Result<Vec<Report>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.reports(guild, len_max).await,
            Backend::Postgres(postgres) => postgres.reports(guild, len_max).await,
        }
    }

    /// Deletes reports that were settled before `before`, in small portions between other writes and with a rest between
    /// them. Returns how many. Keep `before` further back than a report may be late.
    pub async fn prune_reports(&self, before: UnixMs) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.prune_reports(before).await,
            Backend::Postgres(postgres) => postgres.prune_reports(before).await,
        }
    }
}
