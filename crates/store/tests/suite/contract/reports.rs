use std::time::Duration;

use domain::day::Day;
use domain::effect::Effect;
use domain::id::{ChannelId, GuildId};
use domain::report::times::{Due, Look};
use domain::report::{Report, ReportSkip, ReportState};
use domain::settings::{Field, Patch};
use store::{Outcome, ReportSchedule, Store, StoreOptions};

use super::words::*;

const MONDAY: Day = Day(20_717);

fn to_the_hall() -> Patch {
    Patch::new().set(Field::ActivityReportChannel, HALL.to_string())
}

async fn schedule(store: &Store, id: GuildId) -> ReportSchedule {
    let found = store.report_schedule(id).await.expect("read");
    found.expect("the guild has reports")
}

fn look(report: Option<Day>, next: Day, seconds: u64) -> Look {
    Look {
        now: report.map(|day| Due { day, at: at(100) }),
        next: Due {
            day: next,
            at: at(seconds),
        },
    }
}

/// A store with a report of a guild for Monday, due at second 100.
async fn with_a_report(options: &StoreOptions) -> Store {
    let store = open(options).await;
    choose(&store, TEA, to_the_hall(), 1).await;
    let seen = schedule(&store, TEA).await;
    let found = look(Some(MONDAY), MONDAY.plus(1), 5_000);
    assert!(store.schedule_report(seen, found).await.expect("written"));
    store
}

async fn take(store: &Store, seconds: u64) -> Option<Report> {
    let (now, until) = (at(seconds), at(seconds + 60));
    let taken = store.take_due_reports(now, until, 8).await.expect("written");
    assert!(taken.len() <= 1, "{taken:?}");
    taken.into_iter().next()
}

/// Takes the report at `seconds` and begins an attempt a second later.
async fn begin(store: &Store, seconds: u64) -> Report {
    let taken = take(store, seconds).await.expect("it is due");
    let (now, until) = (at(seconds + 1), at(seconds + 90));
    let begun = store
        .begin_report(&taken, HALL, now, until)
        .await
        .expect("written");
    begun.expect("nobody else has it")
}

async fn settle(store: &Store, outcome: Outcome<ReportSkip>) -> bool {
    let settled = store.settle_report(TEA, MONDAY, outcome).await;
    settled.expect("written")
}

async fn newest(store: &Store) -> Report {
    let reports = store.reports(TEA, 1).await.expect("read");
    reports.into_iter().next().expect("there is one")
}

pub(crate) async fn schedule_goes_along_with_the_settings_that_bear_on_it(options: &StoreOptions) {
    let store = open(options).await;
    choose(&store, TEA, Patch::new().set(Field::ActivityReportHour, "7"), 1).await;
    assert_eq!(
        store.report_schedule(TEA).await.expect("read"),
        None,
        "no channel"
    );
    choose(&store, TEA, to_the_hall(), 2).await;
    let first = schedule(&store, TEA).await;
    assert_eq!((first.due_at, first.next_day), (at(2), None));
    assert!(
        store
            .schedule_report(first, look(None, MONDAY, 900))
            .await
            .expect("written")
    );
    let seen = schedule(&store, TEA).await;
    assert_eq!((seen.due_at, seen.next_day), (at(900), Some(MONDAY)));
    choose(&store, TEA, Patch::new().set(Field::Language, "ja"), 3).await;
    assert_eq!(schedule(&store, TEA).await, seen, "does not bear on it");
    for (patch, seconds) in [
        (Patch::new().set(Field::TimeZone, "Asia/Tokyo"), 4),
        (Patch::new().unset(Field::ActivityReportHour), 5),
        (Patch::new().set(Field::ActivityReportChannel, "71"), 6),
    ] {
        choose(&store, TEA, patch, seconds).await;
        let now = schedule(&store, TEA).await;
        assert_eq!((now.due_at, now.next_day), (at(seconds), Some(MONDAY)));
    }
    choose(&store, TEA, Patch::new().unset(Field::ActivityReportChannel), 7).await;
    assert_eq!(store.report_schedule(TEA).await.expect("read"), None);
}

pub(crate) async fn look_at_a_schedule_that_was_changed_meanwhile_stores_nothing(options: &StoreOptions) {
    let store = open(options).await;
    choose(&store, TEA, to_the_hall(), 1).await;
    let seen = schedule(&store, TEA).await;
    choose(&store, TEA, Patch::new().set(Field::ActivityReportHour, "7"), 1).await;
    let found = look(Some(MONDAY), MONDAY.plus(1), 900);
    assert!(!store.schedule_report(seen, found).await.expect("written"));
    assert_eq!(store.reports(TEA, 9).await.expect("read"), []);
    let seen = schedule(&store, TEA).await;
    assert_eq!(seen.due_at, at(1), "still to be looked at");
    assert!(store.schedule_report(seen, found).await.expect("written"));
    assert!(
        !store.schedule_report(seen, found).await.expect("written"),
        "twice"
    );
}

pub(crate) async fn day_has_one_report_however_often_it_is_found(options: &StoreOptions) {
    let store = with_a_report(options).await;
    begin(&store, 100).await;
    let before = newest(&store).await;
    let seen = schedule(&store, TEA).await;
    let found = look(Some(MONDAY), MONDAY.plus(1), 6_000);
    assert!(store.schedule_report(seen, found).await.expect("written"));
    assert_eq!(store.reports(TEA, 9).await.expect("read"), [before]);
    let seen = schedule(&store, TEA).await;
    let found = look(Some(MONDAY.plus(1)), MONDAY.plus(2), 7_000);
    assert!(store.schedule_report(seen, found).await.expect("written"));
    let days = store.reports(TEA, 9).await.expect("read");
    assert_eq!(
        days.iter().map(|report| report.day).collect::<Vec<_>>(),
        [MONDAY.plus(1), MONDAY]
    );
}

pub(crate) async fn schedules_that_are_due_come_longest_waiting_first(options: &StoreOptions) {
    let store = open(options).await;
    let guilds = [3, 1, 4, 2].map(|n| (GuildId(n << 22), n));
    for (id, seconds) in guilds {
        choose(&store, id, to_the_hall(), seconds).await;
    }
    let due = async |seconds, len_max| {
        let due = store.report_schedules_due(at(seconds), len_max).await;
        let due = due.expect("read");
        due.iter().map(|one| one.guild.0 >> 22).collect::<Vec<_>>()
    };
    assert_eq!(due(3, 9).await, [1, 2, 3]);
    assert_eq!(due(9, 2).await, [1, 2]);
    assert_eq!(due(0, 9).await, [0; 0]);
}

pub(crate) async fn report_is_given_to_one_of_many_callers(options: &StoreOptions) {
    let store = with_a_report(options).await;
    assert_eq!(take(&store, 99).await, None, "not due");
    let takes = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { take(&store, 100).await })
    });
    let mut taken = Vec::new();
    for take in takes.collect::<Vec<_>>() {
        taken.extend(take.await.expect("no panic"));
    }
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].state, ReportState::Pending, "taken is not begun");
    // Its time is over, and another has it now.
    let again = take(&store, 160).await.expect("due again");
    let late = store.begin_report(&taken[0], HALL, at(161), at(250)).await;
    assert_eq!(late.expect("written"), None);
    let begun = store.begin_report(&again, HALL, at(161), at(250)).await;
    let begun = begun.expect("written").expect("ours");
    assert_eq!(
        (begun.state, begun.channel, begun.attempts, begun.first_attempt_at),
        (ReportState::Sending, Some(HALL), 1, Some(at(161)))
    );
    assert_eq!(take(&store, 249).await, None, "until its outcome is told");
    assert_eq!(
        take(&store, 250).await.expect("nobody told it").state,
        ReportState::Sending
    );
}

pub(crate) async fn report_that_posted_nothing_is_as_if_it_had_not_been_begun(options: &StoreOptions) {
    let store = with_a_report(options).await;
    begin(&store, 100).await;
    let not_delivered = Outcome::Retry {
        not_delivered: true,
        at: at(300),
    };
    assert!(settle(&store, not_delivered).await);
    let report = newest(&store).await;
    assert_eq!(
        (
            report.state,
            report.channel,
            report.first_attempt_at,
            report.attempts
        ),
        (ReportState::Pending, None, None, 1)
    );
    assert_eq!(report.next_attempt_at, at(300));
    begin(&store, 300).await;
    assert!(settle(&store, Outcome::NotTried { at: at(400) }).await);
    let report = newest(&store).await;
    assert_eq!(
        (report.state, report.attempts),
        (ReportState::Pending, 1),
        "none was made"
    );
}

pub(crate) async fn doubt_about_a_report_stays_until_the_channel_was_read(options: &StoreOptions) {
    let store = with_a_report(options).await;
    begin(&store, 100).await;
    let unknown = Outcome::Retry {
        not_delivered: false,
        at: at(200),
    };
    assert!(settle(&store, unknown).await);
    assert_eq!(newest(&store).await.state, ReportState::Sending);
    let again = begin(&store, 200).await;
    assert_eq!((again.first_attempt_at, again.attempts), (Some(at(101)), 2));
    for outcome in [
        Outcome::Retry {
            not_delivered: true,
            at: at(300),
        },
        Outcome::NotTried { at: at(300) },
    ] {
        assert!(settle(&store, outcome).await);
        let report = newest(&store).await;
        assert_eq!(
            (report.state, report.channel, report.first_attempt_at),
            (ReportState::Sending, Some(HALL), Some(at(101))),
            "the first may stand there"
        );
    }
    assert!(settle(&store, Outcome::NotThere { at: at(400) }).await);
    let report = newest(&store).await;
    assert_eq!(
        (report.state, report.channel, report.first_attempt_at),
        (ReportState::Pending, None, None)
    );
    begin(&store, 400).await;
    let not_delivered = Outcome::Retry {
        not_delivered: true,
        at: at(500),
    };
    assert!(settle(&store, not_delivered).await);
    assert_eq!(
        newest(&store).await.state,
        ReportState::Pending,
        "the doubt is gone"
    );
}

pub(crate) async fn settled_report_stays_and_a_message_that_stands_wins(options: &StoreOptions) {
    let store = with_a_report(options).await;
    begin(&store, 100).await;
    let skip = Outcome::Skip {
        reason: ReportSkip::UnknownOutcome,
        at: at(200),
    };
    assert!(settle(&store, skip).await);
    assert!(!settle(&store, skip).await, "no news");
    let skipped = ReportState::Skipped {
        reason: ReportSkip::UnknownOutcome,
        at: at(200),
    };
    assert_eq!(newest(&store).await.state, skipped);
    let sent = Outcome::Sent {
        message: Some(POST),
        channel: ChannelId(71),
        at: at(300),
    };
    assert!(settle(&store, sent).await);
    let posted = ReportState::Posted {
        message: Some(POST),
        channel: ChannelId(71),
        at: at(300),
    };
    for outcome in [
        sent,
        skip,
        Outcome::NotThere { at: at(400) },
        Outcome::NotTried { at: at(400) },
    ] {
        assert!(!settle(&store, outcome).await, "{outcome:?}");
        assert_eq!(newest(&store).await.state, posted);
    }
    assert_eq!(take(&store, 9_000).await, None);
    let unknown = store.settle_report(CHESS, MONDAY, sent).await;
    assert!(!unknown.expect("written"), "there is none");
}

pub(crate) async fn every_reason_for_no_report_is_read_back(options: &StoreOptions) {
    let store = open(options).await;
    choose(&store, TEA, to_the_hall(), 1).await;
    for (day, reason) in (0..).map(|days| MONDAY.plus(days)).zip(ReportSkip::ALL) {
        let seen = schedule(&store, TEA).await;
        let found = look(Some(day), day.plus(1), 1);
        assert!(store.schedule_report(seen, found).await.expect("written"));
        let outcome = Outcome::Skip { reason, at: at(200) };
        assert!(store.settle_report(TEA, day, outcome).await.expect("written"));
        let expected = ReportState::Skipped { reason, at: at(200) };
        assert_eq!(newest(&store).await.state, expected);
    }
}

pub(crate) async fn old_reports_are_deleted_and_open_ones_stay(options: &StoreOptions) {
    let store = open(options).await;
    choose(&store, TEA, to_the_hall(), 1).await;
    for days in 0..3 {
        let day = MONDAY.plus(days);
        let seen = schedule(&store, TEA).await;
        let found = look(Some(day), day.plus(1), 1);
        assert!(store.schedule_report(seen, found).await.expect("written"));
    }
    for (days, seconds) in [(0, 200), (1, 300)] {
        let outcome = Outcome::Skip {
            reason: ReportSkip::Empty,
            at: at(seconds),
        };
        let settled = store.settle_report(TEA, MONDAY.plus(days), outcome).await;
        assert!(settled.expect("written"));
    }
    assert_eq!(store.prune_reports(at(300)).await.expect("written"), 1);
    let left = store.reports(TEA, 9).await.expect("read");
    assert_eq!(
        left.iter()
            .map(|report| report.day.0 - MONDAY.0)
            .collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(store.prune_reports(at(9_000)).await.expect("written"), 1);
    assert_eq!(store.prune_reports(at(9_000)).await.expect("written"), 0);
}

pub(crate) async fn schedule_of_a_guild_whose_settings_are_erased_goes_along(options: &StoreOptions) {
    let store = open(options).await;
    commit(&store, vec![guild(TEA, None)]).await;
    choose(&store, TEA, to_the_hall(), 1).await;
    commit(&store, vec![Effect::ForgetGuild(TEA)]).await;
    schedule(&store, TEA).await;
    let erased = store.erase_settings(at(1000) + Duration::from_millis(1), 9).await;
    assert_eq!(erased.expect("written"), 1);
    assert_eq!(store.report_schedule(TEA).await.expect("read"), None);
}
