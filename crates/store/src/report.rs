//! What the outbox of daily reports is told and asked.

use domain::day::Day;
use domain::id::GuildId;
use domain::settings::{Field, FieldChange};
use domain::time::UnixMs;

/// A guild that has daily reports, and when somebody must look whether there is one to be made.
///
/// It is made by the change of settings that names a channel for them, and goes with the one that takes it back. Other
/// changes that bear on it have it looked at at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportSchedule {
    /// The guild.
    pub guild: GuildId,
    /// One more with each change of it.
    pub revision: u64,
    /// When it is to be looked at.
    pub due_at: UnixMs,
    /// The first day that is not dealt with; `None` for a guild that nobody has looked at yet.
    pub next_day: Option<Day>,
}

/// Whether changes of settings bear on a guild's schedule.
pub(crate) fn bear_on_schedule(changes: &[FieldChange]) -> bool {
    changes.iter().any(|change| {
        matches!(
            change.field,
            Field::ActivityReportChannel | Field::ActivityReportHour | Field::TimeZone
        )
    })
}
