//! Joins that no session told of.

use std::time::Duration;

use domain::welcome::SkipReason;
use sim::driver::MemberHandle;
use sim::faults::FaultPlan;
use sim::rest::limits::Rate;
use sim::world::World;
use sim::world::membership::Joining;
use sim::world::user::NewUser;

use crate::harness::{PATIENCE, Scenario, Setup};

const MINUTE: Duration = Duration::from_secs(60);
const LIST: &str = "GET /guilds/{guild.id}/members";

fn join(scenario: &Scenario, count: usize) -> Vec<MemberHandle> {
    (0..count)
        .map(|n| scenario.guild.join(&format!("guest {n}")))
        .collect()
}

fn pass_time(scenario: &Scenario, by: Duration) {
    scenario.sim.advance(by);
    scenario.clock.advance(by);
}

fn assert_greeted_once(scenario: &Scenario, members: &[MemberHandle]) {
    for member in members {
        assert_eq!(scenario.welcomes(*member), 1, "{member:?}");
    }
}

#[tokio::test]
async fn members_who_joined_while_no_session_lived_are_greeted_once() {
    let mut scenario = Scenario::begin().await;
    let mut members = join(&scenario, 3);
    scenario.welcomed(&members).await;
    for round in 1..=2 {
        scenario.stop_bot().await;
        members.extend(join(&scenario, 4));
        scenario.sim.invalidate_sessions(false);
        members.extend(join(&scenario, 2));
        scenario.start_bot().await;
        members.extend(join(&scenario, 2));
        scenario.welcomed(&members).await;
        assert_eq!(scenario.sim.counters().identifies, round + 1);
        // Who was greeted before is found again, since the watermark lies a little behind, and refused.
        let found = members.len() as u64 - 2;
        scenario
            .bot_counts(|tally| tally.joins_found >= found && tally.joins_refused >= found - 6)
            .await;
    }
    assert_greeted_once(&scenario, &members);
    scenario.end().await;
}

#[tokio::test]
async fn joins_between_a_void_session_and_the_next_are_found() {
    let scenario = Scenario::begin().await;
    let mut members = join(&scenario, 2);
    scenario.welcomed(&members).await;
    for round in 2..=3 {
        scenario.sim.invalidate_sessions(false);
        // Nobody is told of these.
        members.extend(join(&scenario, 3));
        scenario.bot_counts(|tally| tally.sessions_begun == round).await;
        scenario.welcomed(&members).await;
    }
    assert_greeted_once(&scenario, &members);
    let (tally, _) = scenario.end().await;
    assert_eq!(tally.joins_told, 2);
}

#[tokio::test]
async fn member_who_joined_long_before_is_not_greeted() {
    let mut scenario = Scenario::begin().await;
    let marker = scenario.guild.join("early");
    scenario.welcomed(&[marker]).await;
    scenario.stop_bot().await;
    let long_ago = scenario.guild.join("joined while the bot was away for days");
    // The scenario's welcomes are stale after an hour.
    pass_time(&scenario, 61 * MINUTE);
    let lately = scenario.guild.join("joined an hour later");
    pass_time(&scenario, 59 * MINUTE);
    scenario.start_bot().await;
    scenario.welcomed(&[lately]).await;
    assert_eq!(scenario.sim.counters().identifies, 2, "the session was lost");
    assert_greeted_once(&scenario, &[marker, lately]);
    assert_eq!(scenario.welcomes(long_ago), 0);
    scenario.end().await;
}

#[tokio::test]
async fn nobody_is_greeted_for_the_past_of_a_new_guild() {
    let mut scenario = Scenario::without_bot(Setup::default()).await;
    let mut old = join(&scenario, 3);
    scenario.start_bot().await;
    let member = scenario.guild.join("after the first start");
    scenario.welcomed(&[member]).await;
    scenario.stop_bot().await;
    // While the bot is away, it is thrown out, people join, it is invited again, and it comes to another guild.
    assert!(scenario.guild.remove_bot());
    old.extend(join(&scenario, 3));
    let other = scenario.sim.create_guild("象棋");
    old.push(other.join("before the bot hears of the guild"));
    pass_time(&scenario, MINUTE);
    assert!(scenario.guild.invite_bot());
    scenario.sim.invalidate_sessions(false);
    let missed = scenario.guild.join("after the bot came back");
    scenario.start_bot().await;
    scenario.welcomed(&[missed]).await;
    let live = other.join("after the start");
    scenario.welcomed(&[live]).await;
    scenario.sim.invalidate_sessions(false);
    let missed_there = other.join("missed in the other guild");
    scenario.welcomed(&[missed_there]).await;
    assert_greeted_once(&scenario, &[member, missed, live, missed_there]);
    assert!(old.iter().all(|member| scenario.welcomes(*member) == 0));
    scenario.end().await;
}

#[tokio::test]
async fn member_who_came_back_unheard_is_greeted_again_and_one_who_left_is_not() {
    let mut scenario = Scenario::begin().await;
    let members = join(&scenario, 2);
    scenario.welcomed(&members).await;
    scenario.stop_bot().await;
    scenario.sim.invalidate_sessions(false);
    pass_time(&scenario, 6 * MINUTE);
    let [returns, stays] = members[..] else {
        panic!("two joined")
    };
    // Neither the leave nor the join is told.
    assert!(scenario.guild.leave(returns) && scenario.guild.rejoin(returns));
    let fleeting = scenario.guild.join("fleeting");
    assert!(scenario.guild.leave(fleeting));
    let machine = NewUser {
        bot: true,
        ..NewUser::named("a machine")
    };
    let machine = scenario.guild.join_as(machine, Joining::default());
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.welcomes_sent == 1).await;
    assert_eq!(scenario.welcomes(returns), 2);
    assert_eq!(scenario.welcomes(stays), 1);
    assert_eq!(scenario.welcomes(fleeting), 0);
    assert_eq!(scenario.welcomes(machine), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Bot), Some(&1));
}

#[tokio::test]
async fn scan_that_was_cut_by_a_crash_is_finished_by_the_next_process() {
    let mut setup = Setup::default();
    // One page, and then none for a long time.
    let window = Duration::from_secs(1800);
    setup.sim.limits.rest.members = Rate {
        requests: 1,
        window_ms: 1_800_000,
    };
    setup.sim.limits.session_life_ms = i64::MAX / 2;
    let mut scenario = Scenario::without_bot(setup).await;
    join(&scenario, 1_100);
    scenario.start_bot().await;
    let marker = scenario.guild.join("early");
    scenario.welcomed(&[marker]).await;
    scenario.stop_bot().await;
    scenario.sim.invalidate_sessions(false);
    // Their ids lie anywhere, so some stand on each of the two pages.
    let missed = join(&scenario, 24);
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.welcomes_queued > 0).await;
    scenario.kill_bot().await;
    assert_eq!(scenario.sim.counters().requests_of(LIST), 1);
    pass_time(&scenario, window);
    scenario.start_bot().await;
    scenario.welcomed(&missed).await;
    assert_greeted_once(&scenario, &missed);
    assert_greeted_once(&scenario, &[marker]);
    let counters = scenario.sim.counters();
    assert_eq!(
        counters.requests_of(LIST),
        2,
        "the first page was not asked for again"
    );
    assert_eq!(counters.rate_limited, 0);
    scenario.end().await;
}

#[tokio::test]
async fn search_that_discord_fails_waits_and_goes_on_beside_live_joins() {
    let mut scenario = Scenario::begin().await;
    let marker = scenario.guild.join("early");
    scenario.welcomed(&[marker]).await;
    scenario.stop_bot().await;
    scenario.sim.invalidate_sessions(false);
    let missed = join(&scenario, 3);
    // The guild's joins are not told before the guild is there, so it is not searched before that either.
    scenario.guild.begin_outage();
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.sessions_begun == 1).await;
    let mut failing = FaultPlan::default();
    failing.read.error_before = 1.0;
    failing.gateway.duplicate_join = 1.0;
    scenario.sim.set_faults(failing);
    assert_eq!(scenario.sim.counters().requests_of(LIST), 0);
    scenario.guild.end_outage();
    let live = join(&scenario, 3);
    scenario.welcomed(&live).await;
    let asked = |world: &World| world.counters.requests_of(LIST) > 0;
    scenario
        .sim
        .wait_until(PATIENCE, asked)
        .await
        .expect("the guild is searched");
    assert!(missed.iter().all(|member| scenario.welcomes(*member) == 0));
    scenario.sim.set_faults(FaultPlan::default());
    pass_time(&scenario, MINUTE);
    // Wakes the search.
    scenario.guild.change(|guild| guild.name = "茶".to_owned());
    scenario.welcomed(&missed).await;
    assert_greeted_once(&scenario, &missed);
    assert_greeted_once(&scenario, &live);
    assert_greeted_once(&scenario, &[marker]);
    scenario.end().await;
}
