//! Messages that people write, and what is counted of them.

mod threads;

use std::time::Duration;

use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;
use domain::id::{GuildId, UserId};
use domain::settings::{Field, Patch};
use rusqlite::Connection;
use sim::clock::Clock;
use sim::driver::MemberHandle;
use sim::faults::FaultPlan;
use sim::world::Id;
use sim::world::membership::Joining;
use sim::world::message::NewMessage;
use sim::world::user::NewUser;
use store::{Board, MemberRecord, SettingsChange, Store, StoreOptions};

use crate::harness::{Scenario, Setup};

/// What is stored of a member; `None` when they wrote nothing that counts.
async fn record(scenario: &Scenario, member: MemberHandle) -> Option<MemberRecord> {
    let records = scenario.store().member_activity(UserId(member.user)).await;
    let mut records = records.expect("readable");
    records.retain(|record| record.guild == GuildId(member.guild));
    records.pop()
}

/// How many messages of a member are counted, over all days.
async fn counted(scenario: &Scenario, member: MemberHandle) -> u64 {
    let record = record(scenario, member).await;
    record.map_or(0, |record| record.days.iter().map(|(_, count)| count).sum())
}

/// Somebody joins, and is welcomed.
async fn newcomer(scenario: &Scenario, name: &str) -> MemberHandle {
    let member = scenario.guild.join(name);
    scenario.welcomed(&[member]).await;
    member
}

/// Somebody writes so often.
fn write(scenario: &Scenario, channel: Id, member: MemberHandle, times: usize) {
    for _ in 0..times {
        scenario.guild.post(channel, member, "hello").expect("posted");
    }
}

async fn bot_has_counted(scenario: &Scenario, messages: u64) {
    scenario
        .bot_counts(|tally| tally.messages_counted >= messages)
        .await;
}

async fn choose(scenario: &Scenario, patch: Patch) {
    scenario.choose(GuildId(scenario.guild.id), patch).await;
}

#[tokio::test]
async fn what_people_write_counts_and_what_machines_write_does_not() {
    let scenario = Scenario::begin().await;
    let channel = scenario.guild.welcome_channel();
    let writer = newcomer(&scenario, "writer").await;
    let machine = NewUser {
        bot: true,
        ..NewUser::named("machine")
    };
    let machine = scenario.guild.join_as(machine, Joining::default());
    let news = newcomer(&scenario, "news").await;
    write(&scenario, channel, machine, 1);
    let reply = 19;
    let pinned = 6;
    for (author, kind, webhook) in [
        (writer, pinned, None),
        (news, 0, Some(7)),
        (writer, 0, None),
        (writer, reply, None),
    ] {
        let message = NewMessage {
            kind,
            webhook,
            ..NewMessage::text("hello")
        };
        let posted = scenario.sim.world().create_message(channel, author.user, message);
        posted.expect("posted");
    }
    bot_has_counted(&scenario, 2).await;
    assert_eq!(counted(&scenario, writer).await, 2);
    for other in [machine, news] {
        assert_eq!(counted(&scenario, other).await, 0);
    }
    let bot = MemberHandle {
        user: scenario.sim.world().bot.id,
        ..writer
    };
    assert_eq!(counted(&scenario, bot).await, 0, "it has written a welcome");
    scenario.end().await;
}

#[tokio::test]
async fn left_out_channels_and_roles_count_nothing_and_other_channels_by_their_weight() {
    let scenario = Scenario::begin().await;
    let [plain, half, double, left_out] =
        ["plain", "half", "double", "left out"].map(|name| scenario.guild.create_channel(name));
    let role = scenario.guild.create_role("muted", 0);
    let chosen = Patch::new()
        .set(Field::ActivityHalfChannels, half.to_string())
        .set(Field::ActivityDoubleChannels, double.to_string())
        .set(Field::ActivityLeftOutChannels, left_out.to_string())
        .set(Field::ActivityLeftOutRoles, role.to_string());
    choose(&scenario, chosen).await;
    let gains = [(plain, 5), (half, 2), (double, 10), (left_out, 0)];
    let members = gains.map(|(channel, _)| scenario.guild.join(&channel.to_string()));
    scenario.welcomed(&members).await;
    let muted = newcomer(&scenario, "muted").await;
    assert!(scenario.guild.give_role(muted, role));
    write(&scenario, plain, muted, 1);
    for (member, (channel, _)) in members.iter().zip(gains) {
        write(&scenario, channel, *member, 1);
    }
    // Told last, so all are told.
    write(&scenario, plain, members[0], 1);
    bot_has_counted(&scenario, 4).await;
    for (member, (channel, gain)) in members.iter().zip(gains) {
        let record = record(&scenario, *member).await;
        let score = record.map_or(Score::ZERO, |record| record.meter.score(&ScoreRules::default()));
        let expected = match gain {
            2 => Score::tenths(25),
            points => Score::points(points),
        };
        assert!(
            score == expected || (channel == plain && score == Score::points(10)),
            "{score}, not {expected}: a minute may begin between two messages"
        );
    }
    assert_eq!(counted(&scenario, members[0]).await, 2);
    assert_eq!(counted(&scenario, muted).await, 0);
    scenario.end().await;
}

#[tokio::test]
async fn guild_that_switches_counting_off_is_not_counted_until_it_switches_it_on() {
    let scenario = Scenario::begin().await;
    let channel = scenario.guild.welcome_channel();
    let writer = newcomer(&scenario, "writer").await;
    choose(&scenario, Patch::new().set(Field::ActivityEnabled, "off")).await;
    write(&scenario, channel, writer, 3);
    // Welcomed, so what came before is committed.
    newcomer(&scenario, "witness").await;
    assert_eq!(counted(&scenario, writer).await, 0);
    choose(&scenario, Patch::new().set(Field::ActivityEnabled, "on")).await;
    write(&scenario, channel, writer, 2);
    bot_has_counted(&scenario, 2).await;
    assert_eq!(counted(&scenario, writer).await, 2);
    scenario.end().await;
}

#[tokio::test]
async fn day_begins_at_midnight_where_the_guild_is() {
    // 2026-10-01, 15:59:59 UTC: a second before midnight in Taipei.
    const BEFORE_MIDNIGHT_MS: i64 = 1_790_870_399_000;
    let mut setup = Setup::default();
    setup.sim.clock = Clock::standing_at(BEFORE_MIDNIGHT_MS);
    let scenario = Scenario::begin_with(setup).await;
    choose(&scenario, Patch::new().set(Field::TimeZone, "Asia/Taipei")).await;
    let channel = scenario.guild.welcome_channel();
    // So long ago that nobody is welcomed for it.
    let writer = scenario.guild.join("writer");
    write(&scenario, channel, writer, 1);
    scenario.sim.advance(Duration::from_millis(999));
    write(&scenario, channel, writer, 1);
    scenario.sim.advance(Duration::from_millis(1));
    write(&scenario, channel, writer, 3);
    bot_has_counted(&scenario, 5).await;
    let record = record(&scenario, writer).await.expect("they wrote");
    let days: Vec<_> = record
        .days
        .iter()
        .map(|(day, count)| (day.to_string(), *count))
        .collect();
    assert_eq!(days, [("2026-10-01".to_owned(), 2), ("2026-10-02".to_owned(), 3)]);
    scenario.end().await;
}

#[tokio::test]
async fn messages_while_the_database_stalls_are_counted_afterwards() {
    let mut setup = Setup::default();
    // Who is silent for 750 ms loses the session here.
    setup.sim.limits.heartbeat_interval_ms = 500;
    let scenario = Scenario::begin_with(setup).await;
    let channel = scenario.guild.welcome_channel();
    let writers = [(); 3].map(|()| scenario.guild.join("writer"));
    scenario.welcomed(&writers).await;
    let other = Connection::open(scenario.database()).expect("opens");
    other.busy_timeout(Duration::from_secs(10)).expect("set");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let mut ticks = tokio::time::interval(Duration::from_millis(30));
    for _ in 0..50 {
        ticks.tick().await;
        for writer in writers {
            write(&scenario, channel, writer, 4);
        }
    }
    assert_eq!(scenario.tally().messages_counted, 0, "nothing is committed");
    other.execute_batch("COMMIT").expect("released");
    bot_has_counted(&scenario, 600).await;
    for writer in writers {
        assert_eq!(counted(&scenario, writer).await, 200);
    }
    let counters = scenario.sim.counters();
    assert_eq!((counters.identifies, counters.resumes), (1, 0), "{counters:?}");
    scenario.end().await;
}

#[tokio::test]
async fn message_that_is_told_twice_counts_once() {
    let scenario = Scenario::begin().await;
    let mut plan = FaultPlan::default();
    plan.gateway.duplicate_message = 1.0;
    scenario.sim.set_faults(plan);
    let writer = newcomer(&scenario, "writer").await;
    write(&scenario, scenario.guild.welcome_channel(), writer, 50);
    scenario.bot_counts(|tally| tally.messages_told_twice == 50).await;
    bot_has_counted(&scenario, 50).await;
    assert_eq!(counted(&scenario, writer).await, 50);
    let (tally, _) = scenario.end().await;
    assert_eq!(tally.messages_counted, 50);
}

#[tokio::test]
async fn messages_are_counted_once_over_cut_connections_and_ends_without_a_word() {
    let mut scenario = Scenario::begin().await;
    let channel = scenario.guild.welcome_channel();
    let writer = newcomer(&scenario, "writer").await;
    let mut written = 0;
    for round in 0..4 {
        write(&scenario, channel, writer, 40);
        scenario.sim.cut_connections();
        write(&scenario, channel, writer, 40);
        if round % 2 == 1 {
            scenario.kill_bot().await;
            write(&scenario, channel, writer, 20);
            written += 20;
            scenario.start_bot().await;
        }
        written += 80;
    }
    // Welcomed, so what came before is committed.
    newcomer(&scenario, "witness").await;
    assert_eq!(counted(&scenario, writer).await, written);
    assert_eq!(scenario.sim.counters().identifies, 1);
    scenario.end().await;
}

/// How many have a score left two hours from now.
async fn with_a_score_in_two_hours(scenario: &Scenario) -> u64 {
    let then = scenario.now() + Duration::from_secs(2 * 3600);
    let guild = GuildId(scenario.guild.id);
    let ranked = scenario.store().ranked_count(guild, Board::Score, then).await;
    ranked.expect("readable")
}

#[tokio::test]
async fn guild_that_lets_scores_fade_faster_has_its_board_by_that() {
    let scenario = Scenario::begin().await;
    let writer = newcomer(&scenario, "writer").await;
    write(&scenario, scenario.guild.welcome_channel(), writer, 1);
    bot_has_counted(&scenario, 1).await;
    assert_eq!(with_a_score_in_two_hours(&scenario).await, 1);
    choose(&scenario, Patch::new().set(Field::ActivityFade, "100")).await;
    scenario.bot_counts(|tally| tally.guilds_rescored == 1).await;
    assert_eq!(with_a_score_in_two_hours(&scenario).await, 0);
    scenario.end().await;
}

#[tokio::test]
async fn change_of_which_nobody_was_told_is_followed_at_the_next_start() {
    let mut scenario = Scenario::begin().await;
    let writer = newcomer(&scenario, "writer").await;
    write(&scenario, scenario.guild.welcome_channel(), writer, 1);
    bot_has_counted(&scenario, 1).await;
    scenario.stop_bot().await;
    let store = Store::open(&StoreOptions::at(scenario.database()))
        .await
        .expect("opens");
    let guild = GuildId(scenario.guild.id);
    let before = store.settings(guild).await.expect("readable").expect("known");
    let change = SettingsChange {
        guild,
        from_version: before.version,
        patch: Patch::new()
            .set(Field::ActivityGrace, "10")
            .set(Field::ActivityFade, "100"),
        by: None,
        at: scenario.now(),
    };
    store.change_settings(change).await.expect("written");
    store.close().await;
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.guilds_rescored == 1).await;
    assert_eq!(with_a_score_in_two_hours(&scenario).await, 0);
    scenario.end().await;
}
