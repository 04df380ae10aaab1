//! Daily reports: each day once in its channel, whatever Discord does and however often the bot dies.

use std::time::Duration;

use bot::Timing;
use domain::day::Day;
use domain::id::GuildId;
use domain::report::times::Due;
use domain::report::{ReportSkip, ReportState};
use domain::settings::{Field, Patch};
use domain::time::UnixMs;
use domain::zone::Zone;
use sim::driver::MemberHandle;
use sim::driver::shown::ShownMessage;
use sim::faults::{FaultPlan, RequestFaults};
use sim::world::{Id, World};
use store::Store;

use crate::harness::{PATIENCE, Scenario, Setup};

const SEND_MESSAGES: u64 = 1 << 11;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;
const HOUR: Duration = Duration::from_secs(3600);

/// Looks are frequent, pauses between tries short; what Discord sets the length of is as usual.
fn hasty() -> Setup {
    let usual = Timing::default();
    let timing = Timing {
        look_every: Duration::from_millis(15),
        post: usual.hastened(100).post,
        ..usual
    };
    Setup {
        timing,
        ..Setup::default()
    }
}

/// A guild that has daily reports, and members who write.
struct Reporting {
    scenario: Scenario,
    channel: Id,
    members: Vec<MemberHandle>,
}

impl Reporting {
    async fn begin(setup: Setup, chosen: Patch) -> Self {
        let scenario = Scenario::begin_with(setup).await;
        let members: Vec<_> = ["小林", "Ada", "Grace"]
            .iter()
            .map(|name| scenario.guild.join(name))
            .collect();
        scenario.welcomed(&members).await;
        let channel = scenario.guild.create_channel("daily");
        let patch = chosen.set(Field::ActivityReportChannel, channel.to_string());
        scenario.choose(GuildId(scenario.guild.id), patch).await;
        Self {
            scenario,
            channel,
            members,
        }
    }

    fn guild(&self) -> GuildId {
        GuildId(self.scenario.guild.id)
    }

    /// The next report, as soon as the bot has looked for it.
    async fn next(&self) -> Due {
        next(&self.scenario.store(), self.guild()).await
    }

    /// The first member writes so many messages on a day, the second one fewer, and so on.
    async fn write(&self, day: Day, first: u32) {
        let at = day.begins(Zone::utc()) + 12 * HOUR;
        let written = self.members.iter().copied().zip((1..=first).rev());
        self.scenario.store_messages(at, written).await;
    }

    /// Everybody's clock goes on to a time.
    fn go_on_to(&self, time: UnixMs) {
        self.go_on(time.since(self.scenario.now()));
    }

    fn go_on(&self, by: Duration) {
        self.scenario.clock.advance(by);
        self.scenario.sim.advance(by);
    }

    /// Somebody writes on the next report's day, which is then due.
    async fn is_due(&self) -> Due {
        let due = self.next().await;
        self.write(due.day, 5).await;
        self.go_on_to(due.at);
        due
    }

    fn posted(&self) -> Vec<ShownMessage> {
        self.scenario.guild.channel_messages(self.channel)
    }

    async fn stands(&self, count: usize) {
        let channel = self.channel;
        let stands = |world: &World| in_channel(world, channel) >= count;
        let waited = self.scenario.sim.wait_until(PATIENCE, stands).await;
        assert!(waited.is_ok(), "the bot counted {:?}", self.scenario.tally());
    }

    async fn state(&self, day: Day) -> Option<ReportState> {
        let reports = self.scenario.store().reports(self.guild(), 30).await;
        let reports = reports.expect("readable");
        let found = reports.into_iter().find(|report| report.day == day);
        found.map(|report| report.state)
    }

    /// Waits until a day's report is known to stand in the channel.
    async fn is_recorded(&self, day: Day) {
        let mut looks = tokio::time::interval(Duration::from_millis(2));
        while !matches!(self.state(day).await, Some(ReportState::Posted { .. })) {
            looks.tick().await;
        }
    }

    async fn skipped(&self, day: Day) -> Option<ReportSkip> {
        match self.state(day).await {
            Some(ReportState::Skipped { reason, .. }) => Some(reason),
            _ => None,
        }
    }
}

pub(crate) async fn next(store: &Store, guild: GuildId) -> Due {
    let mut looks = tokio::time::interval(Duration::from_millis(2));
    loop {
        looks.tick().await;
        let schedule = store.report_schedule(guild).await.expect("readable");
        if let Some(schedule) = schedule
            && let Some(day) = schedule.next_day
        {
            return Due {
                day,
                at: schedule.due_at,
            };
        }
    }
}

fn in_channel(world: &World, channel: Id) -> usize {
    let channels = world.guilds.values().flat_map(|guild| &guild.channels);
    let found = channels.into_iter().find(|(id, _)| **id == channel);
    found.map_or(0, |(_, channel)| channel.messages.len())
}

#[tokio::test]
async fn day_is_reported_once_at_its_hour_in_the_guilds_words_and_zone() {
    let chosen = Patch::new()
        .set(Field::Language, "zh-TW")
        .set(Field::TimeZone, "Asia/Taipei")
        .set(Field::ActivityReportHour, "7");
    let reporting = Reporting::begin(hasty(), chosen).await;
    let due = reporting.is_due().await;
    let taipei = Zone::named("Asia/Taipei").expect("a zone");
    assert_eq!(due.at, due.day.plus(1).at_hour(7, &taipei));
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_posted == 1)
        .await;
    let posted = reporting.posted();
    let [report] = &posted[..] else {
        panic!("{posted:?}")
    };
    let lines: Vec<&str> = report.text.lines().collect();
    assert_eq!(lines[0], format!("📊 **{} 最活躍的成員**", due.day));
    for (line, named) in lines[1..4]
        .iter()
        .zip(["🥇 @小林 · 5", "🥈 @Ada · 4", "🥉 @Grace · 3"])
    {
        assert_eq!(*line, named);
    }
    assert!(
        lines[4].contains("**12**") && lines[4].contains("**3**"),
        "{}",
        lines[4]
    );
    assert!(report.mentions.is_empty(), "nobody is pinged: {report:?}");
    assert_eq!(report.attachments.len(), 1);

    // The next day's is another message, and nothing came in between.
    reporting.is_due().await;
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_posted == 2)
        .await;
    assert_eq!(reporting.posted().len(), 2);
    reporting.scenario.end().await;
}

#[tokio::test]
async fn report_is_posted_once_although_discord_fails_after_the_effect() {
    let reporting = Reporting::begin(hasty(), Patch::new()).await;
    for (days, create_message) in (1..).zip([
        RequestFaults {
            error_after: 1.0,
            ..RequestFaults::default()
        },
        RequestFaults {
            reset_after: 1.0,
            ..RequestFaults::default()
        },
        RequestFaults {
            silence_after: 1.0,
            ..RequestFaults::default()
        },
    ]) {
        reporting.scenario.sim.set_faults(FaultPlan {
            create_message,
            ..FaultPlan::default()
        });
        let retried = reporting.scenario.tally().reports_retried;
        reporting.is_due().await;
        let counts = reporting
            .scenario
            .bot_counts(|tally| tally.reports_retried > retried);
        counts.await;
        reporting.scenario.sim.set_faults(FaultPlan::default());
        let counts = reporting
            .scenario
            .bot_counts(|tally| tally.reports_posted == days);
        counts.await;
        assert_eq!(reporting.posted().len() as u64, days);
    }
    reporting.scenario.end().await;
}

#[tokio::test]
async fn report_that_discord_refuses_for_a_while_is_posted_all_the_same() {
    let reporting = Reporting::begin(hasty(), Patch::new()).await;
    let mut plan = FaultPlan::default();
    plan.create_message.error_before = 0.4;
    plan.create_message.reset_before = 0.2;
    plan.create_message.rate_limited = 0.2;
    plan.create_message.rate_limit.retry_after_ms = 30;
    reporting.scenario.sim.set_faults(plan);
    for days in 1..=5 {
        reporting.is_due().await;
        let mut steps = tokio::time::interval(Duration::from_millis(20));
        // What is looked for in the channel waits until Discord's window is over.
        while reporting.scenario.tally().reports_posted < days {
            steps.tick().await;
            reporting.go_on(Duration::from_secs(5));
        }
    }
    assert_eq!(reporting.posted().len(), 5);
    reporting.scenario.end().await;
}

#[tokio::test]
async fn report_is_posted_once_wherever_the_bot_is_killed() {
    let mut reporting = Reporting::begin(hasty(), Patch::new()).await;
    // Before a post, after it and before its record, and with nothing under way.
    for (days, (create_message, stands)) in (1..).zip([
        (
            RequestFaults {
                silence_before: 1.0,
                ..RequestFaults::default()
            },
            0,
        ),
        (
            RequestFaults {
                silence_after: 1.0,
                ..RequestFaults::default()
            },
            1,
        ),
        (RequestFaults::default(), 1),
    ]) {
        reporting.scenario.sim.set_faults(FaultPlan {
            create_message,
            ..FaultPlan::default()
        });
        let due = reporting.is_due().await;
        let before = days - 1;
        if stands == 0 {
            let mut looks = tokio::time::interval(Duration::from_millis(2));
            while !matches!(reporting.state(due.day).await, Some(ReportState::Sending)) {
                looks.tick().await;
            }
        } else {
            reporting.stands(before + stands).await;
        }
        reporting.scenario.kill_bot().await;
        assert_eq!(reporting.posted().len(), before + stands);
        reporting.scenario.sim.set_faults(FaultPlan::default());
        // Longer than a begun post is left alone, and than Discord knows a nonce.
        reporting.go_on(Duration::from_secs(600));
        reporting.scenario.start_bot().await;
        reporting.is_recorded(due.day).await;
        assert_eq!(reporting.posted().len(), days);
    }
    reporting.scenario.end().await;
}

#[tokio::test]
async fn two_bots_over_one_database_post_one_report() {
    let mut setup = hasty();
    // Only the rows can tell them that the other one has posted it.
    setup.sim.limits.nonce_window_ms = 0;
    let reporting = Reporting::begin(setup, Patch::new()).await;
    let twin = reporting.scenario.spawn_twin();
    for days in 1..=4 {
        let due = reporting.is_due().await;
        reporting.stands(days).await;
        reporting.is_recorded(due.day).await;
        assert_eq!(reporting.posted().len(), days);
    }
    let others = twin.kill().await;
    let ours = reporting.scenario.tally();
    // The last one's record may be a moment ahead of its count.
    let counted = ours.reports_posted + others.reports_posted;
    assert!((3..=4).contains(&counted), "{counted}");
    reporting.scenario.end().await;
}

#[tokio::test]
async fn welcomes_do_not_wait_for_reports_of_many_guilds_at_the_same_hour() {
    const GUILDS: u64 = 12;
    let scenario = Scenario::begin_with(hasty()).await;
    let mut reported = Vec::new();
    for n in 0..GUILDS {
        let guild = scenario.sim.create_guild(&format!("guild {n}"));
        let members = vec![guild.join("writer")];
        scenario.welcomed(&members).await;
        let channel = guild.create_channel("daily");
        let patch = Patch::new().set(Field::ActivityReportChannel, channel.to_string());
        scenario.choose(GuildId(guild.id), patch).await;
        reported.push((guild, channel, members));
    }
    let mut due = UnixMs(0);
    for (guild, _, members) in &reported {
        let next = next(&scenario.store(), GuildId(guild.id)).await;
        let at = next.day.begins(Zone::utc()) + 12 * HOUR;
        scenario.store_messages(at, [(members[0], 1)]).await;
        due = next.at;
    }
    let mut plan = FaultPlan::default();
    plan.create_message.answer_delay_ms = [600, 600];
    scenario.sim.set_faults(plan);
    let by = due.since(scenario.now());
    scenario.clock.advance(by);
    scenario.sim.advance(by);
    let (first, first_channel) = (&reported[0].0, reported[0].1);
    let any = |world: &World| {
        let stand = |(_, channel, _): &(_, Id, _)| in_channel(world, *channel);
        reported.iter().map(stand).sum::<usize>() > 0
    };
    scenario.sim.wait_until(PATIENCE, any).await.expect("they begin");
    let guest = first.join("guest");
    scenario.welcomed(&[guest]).await;
    let before = scenario.tally().reports_posted;
    assert!(before < GUILDS, "the guest waited for all of them");
    scenario.sim.set_faults(FaultPlan::default());
    scenario.bot_counts(|tally| tally.reports_posted == GUILDS).await;
    assert_eq!(first.channel_messages(first_channel).len(), 1);
    scenario.end().await;
}

#[tokio::test]
async fn day_without_messages_is_not_reported() {
    let reporting = Reporting::begin(hasty(), Patch::new()).await;
    let due = reporting.next().await;
    reporting.go_on_to(due.at);
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_skipped == 1)
        .await;
    assert_eq!(reporting.skipped(due.day).await, Some(ReportSkip::Empty));
    assert!(reporting.posted().is_empty());
    reporting.scenario.end().await;
}

#[tokio::test]
async fn channel_that_is_closed_or_gone_ends_the_days_report_and_not_the_next() {
    let reporting = Reporting::begin(hasty(), Patch::new()).await;
    let guild = reporting.scenario.guild.clone();
    assert!(guild.deny_bot(reporting.channel, SEND_MESSAGES));
    let due = reporting.is_due().await;
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_skipped == 1)
        .await;
    assert_eq!(reporting.skipped(due.day).await, Some(ReportSkip::NoPermission));

    assert!(guild.deny_bot(reporting.channel, 0));
    reporting.is_due().await;
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_posted == 1)
        .await;
    assert_eq!(reporting.posted().len(), 1);

    assert!(guild.delete_channel(reporting.channel));
    let due = reporting.is_due().await;
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_skipped == 2)
        .await;
    assert_eq!(reporting.skipped(due.day).await, Some(ReportSkip::ChannelGone));
    reporting.scenario.end().await;
}

#[tokio::test]
async fn where_nothing_can_tell_no_second_report_is_posted() {
    let mut setup = hasty();
    setup.timing.nonce_window = Duration::ZERO;
    let reporting = Reporting::begin(setup, Patch::new()).await;
    let guild = reporting.scenario.guild.clone();
    assert!(guild.deny_bot(reporting.channel, READ_MESSAGE_HISTORY));
    let mut plan = FaultPlan::default();
    plan.create_message.error_after = 1.0;
    reporting.scenario.sim.set_faults(plan);
    let due = reporting.is_due().await;
    reporting.stands(1).await;
    reporting.scenario.sim.set_faults(FaultPlan::default());
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_skipped == 1)
        .await;
    assert_eq!(reporting.skipped(due.day).await, Some(ReportSkip::UnknownOutcome));
    assert_eq!(reporting.posted().len(), 1);
    reporting.scenario.end().await;
}

#[tokio::test]
async fn bot_that_was_away_at_the_hour_reports_the_last_day_unless_it_is_too_late() {
    let mut reporting = Reporting::begin(hasty(), Patch::new()).await;
    let first = reporting.next().await;
    reporting.write(first.day, 5).await;
    reporting.scenario.stop_bot().await;
    reporting.go_on_to(first.at + 11 * HOUR);
    reporting.scenario.start_bot().await;
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_posted == 1)
        .await;

    // Away for three days, and back thirteen hours after the last one was due.
    let second = reporting.next().await;
    for days in 0..3 {
        reporting.write(second.day.plus(days), 5).await;
    }
    reporting.scenario.stop_bot().await;
    reporting.go_on_to(second.at + (2 * 24 + 13) * HOUR);
    reporting.scenario.start_bot().await;
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_skipped == 1)
        .await;
    assert_eq!(reporting.state(second.day).await, None, "long ago");
    assert_eq!(reporting.state(second.day.plus(1)).await, None, "long ago");
    assert_eq!(
        reporting.skipped(second.day.plus(2)).await,
        Some(ReportSkip::Late)
    );
    assert_eq!(reporting.posted().len(), 1);
    reporting.scenario.end().await;
}

#[tokio::test]
async fn reports_end_when_they_are_switched_off_and_begin_anew_with_the_next_day() {
    let reporting = Reporting::begin(hasty(), Patch::new()).await;
    let guild = reporting.guild();
    reporting.is_due().await;
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_posted == 1)
        .await;
    let missed = reporting.next().await;
    reporting.write(missed.day, 5).await;
    let off = Patch::new().unset(Field::ActivityReportChannel);
    reporting.scenario.choose(guild, off).await;
    reporting.go_on_to(missed.at + HOUR);
    let on = Patch::new().set(Field::ActivityReportChannel, reporting.channel.to_string());
    reporting.scenario.choose(guild, on).await;
    let next = reporting.is_due().await;
    assert_eq!(next.day, missed.day.plus(1));
    reporting
        .scenario
        .bot_counts(|tally| tally.reports_posted == 2)
        .await;
    assert_eq!(reporting.state(missed.day).await, None);
    assert_eq!(reporting.posted().len(), 2);
    reporting.scenario.end().await;
}
