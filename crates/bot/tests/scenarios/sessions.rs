//! Connections that break, sessions that end, bots that stop and start.

use bot::Fatal;
use discord::GatewayError;
use sim::config::SimConfig;
use sim::driver::MemberHandle;

use crate::harness::{Scenario, Setup};

fn join(scenario: &Scenario, from: usize, to: usize) -> Vec<MemberHandle> {
    (from..to)
        .map(|n| scenario.guild.join(&format!("guest {n}")))
        .collect()
}

#[tokio::test]
async fn joins_during_a_cut_connection_are_replayed_and_greeted_once() {
    let scenario = Scenario::begin().await;
    let mut members = join(&scenario, 0, 20);
    for round in 1..4 {
        assert_eq!(scenario.sim.cut_connections(), 1);
        members.extend(join(&scenario, round * 20, round * 20 + 20));
        scenario.welcomed(&members).await;
    }
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));
    let counters = scenario.sim.counters();
    assert_eq!((counters.identifies, counters.resumes), (1, 3));
    let (tally, _) = scenario.end().await;
    assert_eq!((tally.joins_told, tally.sessions_resumed), (80, 3));
}

#[tokio::test]
async fn bot_goes_on_after_a_session_that_cannot_be_resumed() {
    let scenario = Scenario::begin().await;
    let before = join(&scenario, 0, 3);
    scenario.welcomed(&before).await;
    scenario.sim.invalidate_sessions(false);
    scenario.bot_counts(|tally| tally.sessions_begun == 2).await;
    let after = join(&scenario, 3, 6);
    scenario.welcomed(&after).await;
    assert!(
        before
            .iter()
            .chain(&after)
            .all(|member| scenario.welcomes(*member) == 1)
    );
    scenario.end().await;
}

#[tokio::test]
async fn joins_while_the_bot_was_stopped_are_greeted_after_its_start() {
    let mut scenario = Scenario::begin().await;
    let mut members = join(&scenario, 0, 5);
    scenario.welcomed(&members).await;
    for round in 1..4 {
        scenario.stop_bot().await;
        members.extend(join(&scenario, round * 5, round * 5 + 5));
        scenario.start_bot().await;
        scenario.welcomed(&members).await;
    }
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));
    assert_eq!(
        scenario.sim.counters().identifies,
        1,
        "every start resumed the session"
    );
    scenario.end().await;
}

#[tokio::test]
async fn discord_that_asks_for_a_reconnect_gets_one() {
    let scenario = Scenario::begin().await;
    scenario.sim.ask_reconnect();
    let members = join(&scenario, 0, 5);
    scenario.welcomed(&members).await;
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));
    assert_eq!(scenario.sim.counters().identifies, 1);
    scenario.end().await;
}

#[tokio::test]
async fn every_shard_greets_the_members_of_its_guilds() {
    let mut setup = Setup::default();
    setup.sim.shards = 3;
    setup.sim.limits.max_concurrency = 3;
    let mut scenario = Scenario::without_bot(setup).await;
    let guilds: Vec<_> = (0..6)
        .map(|n| scenario.sim.create_guild(&format!("guild {n}")))
        .collect();
    scenario.spawn_bot().await;
    scenario.bot_counts(|tally| tally.sessions_begun == 3).await;
    let members: Vec<_> = guilds.iter().map(|guild| guild.join("somebody")).collect();
    scenario.welcomed(&members).await;
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));
    scenario.end().await;
}

#[tokio::test]
async fn missing_intent_is_said_plainly() {
    let setup = Setup {
        sim: SimConfig {
            granted_intents: 0,
            ..SimConfig::default()
        },
        ..Setup::default()
    };
    let mut scenario = Scenario::without_bot(setup).await;
    scenario.spawn_bot().await;
    let fatal = scenario.bot_gives_up().await;
    assert!(
        matches!(fatal, Fatal::Gateway(GatewayError::IntentNotGranted)),
        "{fatal}"
    );
    assert!(fatal.to_string().contains("Server Members Intent"), "{fatal}");
    assert_eq!(
        scenario.sim.counters().identifies,
        0,
        "no session was wasted on it"
    );
}

#[tokio::test]
async fn refused_token_is_said_plainly() {
    let setup = Setup {
        sim: SimConfig {
            token: "another".to_owned(),
            ..SimConfig::default()
        },
        ..Setup::default()
    };
    let mut scenario = Scenario::without_bot(setup).await;
    scenario.spawn_bot().await;
    let fatal = scenario.bot_gives_up().await;
    assert!(matches!(fatal, Fatal::TokenRefused), "{fatal}");
    assert!(fatal.to_string().contains("Reset Token"), "{fatal}");
}
