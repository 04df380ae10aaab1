//! Answers in time, and commands that are there, whatever happens meanwhile.

use std::time::Duration;

use domain::settings::Field;
use rusqlite::Connection;
use serde_json::json;
use sim::faults::{FaultPlan, RequestFaults};

use super::{Managed, assert_says};
use crate::harness::{PATIENCE, Scenario, Setup};

#[tokio::test]
async fn silent_database_is_said_so_in_time() {
    let mut setup = Setup::default();
    setup.timing.promise_after = Duration::from_millis(50);
    setup.timing.store_within = Duration::from_millis(300);
    let mut managed = Managed::begin_with(setup).await;
    let other = Connection::open(managed.scenario.database()).expect("opens");
    other.busy_timeout(Duration::from_secs(10)).expect("set");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let silent = managed.ask("settings language", json!({"language": "ja"})).await;
    assert_eq!(
        silent.callback.kind, 5,
        "promised before Discord lost its patience"
    );
    assert_says(&silent, &["The database does not answer", "/settings show"]);
    other.execute_batch("COMMIT").expect("released");
    let tally = managed.scenario.tally();
    assert_eq!(tally.interactions_promised, 1, "{tally:?}");
    // What was begun may have gone on; what stands now can be told.
    let stored = managed.stored().await;
    assert!(stored.version <= 1, "{stored:?}");
    managed.end().await;
}

#[tokio::test]
async fn work_that_takes_long_is_promised_and_put_in_place() {
    let mut setup = Setup::default();
    setup.timing.promise_after = Duration::from_millis(50);
    let mut managed = Managed::begin_with(setup).await;
    let guild = managed.scenario.guild.clone();
    let other = Connection::open(managed.scenario.database()).expect("opens");
    other.busy_timeout(Duration::from_secs(10)).expect("set");
    let lock = || other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let release = || other.execute_batch("COMMIT").expect("released");
    let manager = managed.manager;

    lock();
    let used = guild.command(manager, "welcome options", json!({"card": false}));
    managed
        .scenario
        .bot_counts(|tally| tally.interactions_promised == 1)
        .await;
    release();
    let stored = managed.answer(used.expect("lets them")).await;
    assert_eq!((stored.callback.kind, stored.private), (5, true));
    assert_says(&stored, &["✅ Stored", "**Card**"]);

    let asked = managed.ask("welcome reset", json!({})).await;
    let button = |label: &str| asked.button(label);
    let message = asked.message.as_ref().expect("a message").id;
    managed.ask("welcome options", json!({"screening": true})).await;
    let promised = managed.scenario.tally().interactions_promised;
    lock();
    let pressed = guild.press(manager, message, button("Reset"));
    managed
        .scenario
        .bot_counts(|tally| tally.interactions_promised == promised + 1)
        .await;
    release();
    // A refusal leaves what the button stands under as it is.
    let stale = managed.answer(pressed.expect("the button is there")).await;
    assert_eq!((stale.callback.kind, stale.follow_ups.len()), (6, 1));
    assert_says(&stale, &["Wait for screening", "Give 1 settings"]);
    assert_eq!(managed.stored().await.version, 2);
    managed.end().await;
}

#[tokio::test]
async fn two_who_change_settings_at_once_both_hear_what_became_of_it() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let mut used = Vec::new();
    for n in 0..20 {
        let options = json!({"text": format!("text {n}")});
        used.push(
            guild
                .command(managed.manager, "welcome message", options)
                .expect("lets them"),
        );
    }
    let (mut stored, mut conflicts) = (0, 0);
    for used in used {
        let text = managed.answer(used).await.text();
        if text.contains("✅ Stored") {
            stored += 1;
        } else {
            assert!(text.contains("Nothing of yours was stored"), "{text}");
            assert!(text.contains("Welcome texts"), "{text}");
            conflicts += 1;
        }
    }
    assert_eq!(stored + conflicts, 20);
    assert!(stored >= 1);
    let settings = managed.stored().await;
    assert_eq!(settings.version, stored, "no change was lost and none merged");
    assert!(settings.settings.get(Field::WelcomeTexts).is_some());
    managed.end().await;
}

#[tokio::test]
async fn commands_that_cannot_be_registered_stop_nothing_and_are_registered_later() {
    let mut setup = Setup::default();
    setup.timing.discord.first = Duration::from_millis(10);
    setup.timing.discord.longest = Duration::from_millis(100);
    let mut scenario = Scenario::without_bot(setup).await;
    let write = RequestFaults {
        error_before: 1.0,
        ..RequestFaults::default()
    };
    scenario.sim.set_faults(FaultPlan {
        write,
        ..FaultPlan::default()
    });
    scenario.start_bot().await;
    let manager = scenario.guild.join_manager("館長");
    scenario.welcomed(&[manager]).await;
    let route = "PUT /applications/{application.id}/commands";
    scenario
        .sim
        .wait_until(PATIENCE, |world| world.counters.requests_of(route) >= 2)
        .await
        .expect("it is tried again");
    assert_eq!(scenario.tally().commands_registered, 0);
    scenario.sim.set_faults(FaultPlan::default());
    scenario.bot_counts(|tally| tally.commands_registered == 1).await;
    let managed = Managed { scenario, manager };
    assert_says(
        &managed.ask("settings show", json!({})).await,
        &["Settings of this server"],
    );
    managed.end().await;
}
