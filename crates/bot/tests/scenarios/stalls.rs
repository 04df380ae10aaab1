//! A database that does not answer, and one that grows.

use std::time::Duration;

use rusqlite::Connection;
use sim::driver::MemberHandle;

use crate::harness::{Scenario, Setup};

#[tokio::test]
async fn stalled_database_costs_neither_the_session_nor_a_welcome() {
    let mut setup = Setup::default();
    // Who is silent for 750 ms loses the session here.
    setup.sim.limits.heartbeat_interval_ms = 500;
    let scenario = Scenario::begin_with(setup).await;
    let mut members = vec![scenario.guild.join("early")];
    scenario.welcomed(&members).await;

    let other = Connection::open(scenario.database()).expect("opens");
    other.busy_timeout(Duration::from_secs(10)).expect("set");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    for n in 0..50 {
        ticks.tick().await;
        members.push(scenario.guild.join(&format!("guest {n}")));
    }
    let gone: Vec<MemberHandle> = members.split_off(members.len() - 5);
    for member in &gone {
        scenario.guild.leave(*member);
    }
    assert!(scenario.tally().joins_told <= 2, "the loop waits");
    other.execute_batch("COMMIT").expect("released");

    scenario.welcomed(&members).await;
    scenario.bot_counts(|tally| tally.joins_told == 51).await;
    assert!(members.iter().all(|member| scenario.welcomes(*member) == 1));
    let counters = scenario.sim.counters();
    assert_eq!((counters.identifies, counters.resumes), (1, 0), "{counters:?}");
    assert_eq!(counters.closes.len(), 0, "{counters:?}");
    scenario.end().await;
}

#[tokio::test]
async fn welcomes_are_forgotten_after_their_time() {
    let mut scenario = Scenario::begin().await;
    let old = scenario.guild.join("old");
    scenario.welcomed(&[old]).await;
    scenario.stop_bot().await;
    let days = |days: u64| Duration::from_secs(days * 86_400);
    scenario.clock.advance(days(89));
    scenario.sim.advance(days(89));
    scenario.start_bot().await;
    let new = scenario.guild.join("new");
    scenario.welcomed(&[new]).await;
    assert_eq!(scenario.stop_bot().await.welcomes_forgotten, 0);
    scenario.clock.advance(days(2));
    scenario.sim.advance(days(2));
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.welcomes_forgotten == 1).await;
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.sent, 1);
}
