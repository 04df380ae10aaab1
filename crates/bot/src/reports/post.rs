//! One report: from its row to a message whose outcome is recorded.

use std::hash::{DefaultHasher, Hash, Hasher};

use discord::{NewMessage, Refusal, RestError, Verdict};
use domain::activity::rules::ActivityRules;
use domain::guild::GuildFacts;
use domain::id::ChannelId;
use domain::report::{Report, ReportSkip, ReportState};
use domain::settings::{Field, StoredSettings};
use domain::time::UnixMs;
use store::{Board, Outcome, Ranked, StoreError};
use tracing::{info, warn};

use super::{LATE_MAX, Left, Reporter, compose};
use crate::app::Fatal;
use crate::traces::{self, Told};

/// The most members that a report names.
const MEMBERS_MAX: usize = 10;

/// What a day's report says.
pub(super) struct Day {
    /// The most active ones; at least one.
    pub(super) first: Vec<Ranked>,
    /// All messages of the day.
    pub(super) messages: u64,
    /// How many members wrote them.
    pub(super) members: u64,
}

/// Posts a report, or finds out that it was done, or that it is not to be done.
pub(super) async fn post(reporter: &Reporter, report: Report) -> Result<(), Left> {
    let now = reporter.clock.now();
    let stored = reporter.store.settings(report.guild).await?;
    let facts = reporter.store.guild(report.guild).await?;
    let wanted = stored
        .as_ref()
        .and_then(|stored| stored.settings.channel(Field::ActivityReportChannel));
    let unknown_in = report.channel.filter(|_| report.state == ReportState::Sending);
    let is_late = is_late(&report, now);
    let (facts, stored, chosen) = match (facts, stored, wanted) {
        (Some(facts), Some(stored), Some(chosen)) if !is_late => (facts, stored, chosen),
        (facts, _, wanted) => {
            // What may stand in the channel already is not posted again to find out.
            return match unknown_in {
                Some(channel) => find_out(reporter, &report, channel).await,
                None if facts.is_none() => skip(reporter, &report, ReportSkip::GuildLeft).await,
                None if wanted.is_none() => skip(reporter, &report, ReportSkip::Off).await,
                None => skip(reporter, &report, ReportSkip::Late).await,
            };
        }
    };
    let day = read(reporter, &report, &stored, now).await?;
    match (unknown_in, day) {
        (Some(channel), day) => {
            let is_window_over = now.since(begun_at(&report)) > reporter.timing.nonce_window;
            match day.filter(|_| !is_window_over) {
                Some(day) => attempt(reporter, &report, channel, &facts, &stored, &day).await,
                None => find_out(reporter, &report, channel).await,
            }
        }
        (None, Some(day)) => attempt(reporter, &report, chosen, &facts, &stored, &day).await,
        (None, None) => skip(reporter, &report, ReportSkip::Empty).await,
    }
}

/// What there is to say of the day; `None` where nobody wrote.
async fn read(
    reporter: &Reporter,
    report: &Report,
    stored: &StoredSettings,
    now: UnixMs,
) -> Result<Option<Day>, StoreError> {
    let (guild, day) = (report.guild, report.day);
    let rules = ActivityRules::of(&stored.settings).score;
    let totals = reporter.store.messages_by_day(guild, day..=day).await?;
    let Some(total) = totals.into_iter().next() else {
        return Ok(None);
    };
    let first = reporter
        .store
        .leaderboard(guild, Board::Day(day), now, &rules, 0, MEMBERS_MAX)
        .await?;
    Ok((!first.is_empty()).then_some(Day {
        first,
        messages: total.messages,
        members: total.members,
    }))
}

async fn attempt(
    reporter: &Reporter,
    report: &Report,
    channel: ChannelId,
    facts: &GuildFacts,
    stored: &StoredSettings,
    day: &Day,
) -> Result<(), Left> {
    let message = compose::message(reporter, report, facts, stored, day).await;
    let now = reporter.clock.now();
    let until = now + reporter.timing.attempt_lease;
    let Some(begun) = reporter.store.begin_report(report, channel, now, until).await? else {
        // Drawing took so long that it is another's now.
        return Ok(());
    };
    send(reporter, report, &begun, channel, &message).await
}

/// Posts what was begun. `before` is the report as it was taken: whether an earlier attempt's outcome is open.
async fn send(
    reporter: &Reporter,
    before: &Report,
    begun: &Report,
    channel: ChannelId,
    message: &NewMessage,
) -> Result<(), Left> {
    let error = match reporter.rest.create_message(channel, message).await {
        Ok(posted) => {
            info!(guild = %begun.guild, day = %begun.day, "the daily report is posted");
            let outcome = Outcome::Sent {
                message: posted.id,
                channel,
                at: reporter.clock.now(),
            };
            return settle(reporter, begun, outcome).await;
        }
        Err(error) => error,
    };
    let not_delivered = match error.verdict() {
        Verdict::NotSent => true,
        Verdict::Unknown => false,
        Verdict::Wait(pause) => {
            let at = reporter.clock.now() + pause;
            warn!(guild = %begun.guild, day = %begun.day, %error, "the daily report waits");
            return settle(reporter, begun, Outcome::NotTried { at }).await;
        }
        Verdict::TokenRefused => {
            let at = reporter.clock.now();
            let outcome = Outcome::Retry {
                not_delivered: true,
                at,
            };
            settle(reporter, begun, outcome).await?;
            return Err(Left::Fatal(Fatal::TokenRefused));
        }
        // An earlier attempt may have posted it all the same.
        Verdict::ChannelClosed | Verdict::Refused if before.state == ReportState::Sending => {
            return find_out(reporter, begun, channel).await;
        }
        Verdict::ChannelClosed => {
            let reason = match error.refusal() {
                Some(Refusal::ChannelGone) => ReportSkip::ChannelGone,
                Some(Refusal::MissingAccess) => ReportSkip::NoAccess,
                _ => ReportSkip::NoPermission,
            };
            return skip(reporter, begun, reason).await;
        }
        Verdict::Refused => {
            warn!(guild = %begun.guild, day = %begun.day, %error, "Discord refused the daily report for good");
            return skip(reporter, begun, ReportSkip::Refused).await;
        }
    };
    put_off(reporter, begun, &error, not_delivered).await
}

/// Settles a report that Discord would not recognise any more, or that nobody wants, by what the channel tells.
async fn find_out(reporter: &Reporter, report: &Report, channel: ChannelId) -> Result<(), Left> {
    let from = begun_at(report) - reporter.timing.clock_slack;
    let nonce = report.nonce();
    let told = traces::find(&reporter.rest, report.guild, channel, from, |message| {
        message.author == reporter.bot
            && match &message.nonce {
                Some(seen) => *seen == nonce,
                None => compose::is_of(&message.content, report.day),
            }
    })
    .await;
    let at = reporter.clock.now();
    match told {
        Ok(Told::Standing(message)) => {
            info!(guild = %report.guild, day = %report.day, %message, "an earlier post of the daily report was found");
            let outcome = Outcome::Sent {
                message: Some(message),
                channel,
                at,
            };
            settle(reporter, report, outcome).await
        }
        Ok(Told::NotThere) => settle(reporter, report, Outcome::NotThere { at }).await,
        Ok(Told::Nothing) => skip(reporter, report, ReportSkip::UnknownOutcome).await,
        Err(error) => match error.verdict() {
            Verdict::TokenRefused => Err(Left::Fatal(Fatal::TokenRefused)),
            Verdict::ChannelClosed | Verdict::Refused => {
                skip(reporter, report, ReportSkip::UnknownOutcome).await
            }
            _ if is_late(report, at) => skip(reporter, report, ReportSkip::UnknownOutcome).await,
            Verdict::Wait(pause) => {
                let outcome = Outcome::Retry {
                    not_delivered: false,
                    at: at + pause,
                };
                settle(reporter, report, outcome).await
            }
            Verdict::NotSent | Verdict::Unknown => put_off(reporter, report, &error, false).await,
        },
    }
}

/// It is tried again, or looked for, after a pause that grows.
async fn put_off(
    reporter: &Reporter,
    report: &Report,
    error: &RestError,
    not_delivered: bool,
) -> Result<(), Left> {
    warn!(guild = %report.guild, day = %report.day, attempts = report.attempts, %error, "the daily report is not posted yet");
    reporter.tally.reports_retried(1);
    let mut hasher = DefaultHasher::new();
    (reporter.seed, report.guild, report.day).hash(&mut hasher);
    let pause = reporter
        .timing
        .post
        .start(hasher.finish())
        .after(report.attempts.saturating_sub(1))
        .next_pause();
    let outcome = Outcome::Retry {
        not_delivered,
        at: reporter.clock.now() + pause,
    };
    settle(reporter, report, outcome).await
}

async fn skip(reporter: &Reporter, report: &Report, reason: ReportSkip) -> Result<(), Left> {
    info!(guild = %report.guild, day = %report.day, reason = reason.name(), "no daily report");
    let at = reporter.clock.now();
    settle(reporter, report, Outcome::Skip { reason, at }).await
}

async fn settle(reporter: &Reporter, report: &Report, outcome: Outcome<ReportSkip>) -> Result<(), Left> {
    let changed = reporter
        .store
        .settle_report(report.guild, report.day, outcome)
        .await?;
    match outcome {
        Outcome::Sent { .. } => reporter.tally.reports_posted(u64::from(changed)),
        Outcome::Skip { .. } => reporter.tally.reports_skipped(u64::from(changed)),
        Outcome::NotThere { .. } | Outcome::NotTried { .. } | Outcome::Retry { .. } => {}
    }
    Ok(())
}

fn begun_at(report: &Report) -> UnixMs {
    report.first_attempt_at.unwrap_or(report.due_at)
}

fn is_late(report: &Report, now: UnixMs) -> bool {
    now.since(report.due_at) > LATE_MAX
}
