//! A look at a guild's schedule: whether there is a report to be made, and when to look again.

use std::time::Duration;

use domain::day::Day;
use domain::report::times::{Due, Look, ReportTimes};
use domain::zone::Zone;
use store::{ReportSchedule, StoreError};
use tracing::debug;

use super::Reporter;

/// A guild whose settings name no time that can be read is looked at again after this.
const PUT_OFF: Duration = Duration::from_secs(86_400);

/// Looks at a guild. When its schedule is changed meanwhile nothing is stored, and it is still due.
pub(super) async fn at(reporter: &Reporter, schedule: ReportSchedule) -> Result<(), StoreError> {
    let guild = schedule.guild;
    let now = reporter.clock.now();
    // Not what is kept in memory, which may be older than the schedule: what is read here is as new at least.
    let stored = reporter.store.settings(guild).await?;
    let found = match stored.and_then(|stored| ReportTimes::of(&stored.settings)) {
        Some(times) => {
            // Before the first look it is due since reports were chosen: from then on they are owed.
            let first = || times.look(None, schedule.due_at).next.day;
            let from = schedule.next_day.unwrap_or_else(first);
            let mut found = times.look(Some(from), now);
            if reporter.store.guild(guild).await?.is_none() {
                // The bot was removed; where it comes back, reports go on.
                found.now = None;
            }
            found
        }
        None => Look {
            now: None,
            next: Due {
                day: schedule.next_day.unwrap_or_else(|| Day::at(now, Zone::utc())),
                at: now + PUT_OFF,
            },
        },
    };
    if reporter.store.schedule_report(schedule, found).await? {
        debug!(%guild, day = ?found.now.map(|due| due.day.to_string()), next_at_ms = found.next.at.0, "looked for a daily report");
    }
    Ok(())
}
