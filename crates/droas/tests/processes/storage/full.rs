//! The disk is full.

use std::path::Path;
use std::time::Instant;

use domain::activity::rules::ScoreRules;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use serde_json::json;
use store::upkeep;
use store::{Place, Store, StoreOptions};

use super::disk::{Disk, on};
use super::{assert_each_is_greeted_once, join, sentence, welcomed};
use crate::programs::Simulator;
use crate::web::{PATIENCE, address, ask, told_when};

/// Messages that are written while the disk is full.
const MESSAGES: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_disk_is_said_once_holds_everything_up_and_costs_nothing() {
    let Some(disk) = Disk::new() else { return };
    let simulator = Simulator::start(11);
    let (home, database) = on(&disk, &simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let mut members = vec![join(&simulator, "before").await];
    welcomed(&simulator, 1, &bot).await;
    told_when(&bot, "/readyz", |status, _| status == 200).await;

    disk.fill();
    let talk = simulator.create_channel("talk").await;
    let talk = format!("/channels/{talk}/messages");
    for n in 0..10 {
        members.push(join(&simulator, &format!("guest {n}")).await);
    }
    for n in 0..MESSAGES {
        let author = &members[usize::try_from(n).expect("small") % members.len()];
        simulator
            .post(&talk, json!({"user": author, "text": "tea"}))
            .await;
    }
    let is_said = "is full: free some space";
    let begun = Instant::now();
    loop {
        // What is moved out of the log makes room now and then.
        disk.fill();
        let answers_at = address(&bot).expect("it answers");
        let told = ask(&answers_at, "/readyz").await;
        if told
            .as_ref()
            .is_some_and(|(status, text)| *status == 503 && text.contains(is_said))
        {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{told:?}\n{}", bot.log());
    }
    let status = home.call_ctl(&["status"]);
    let status = String::from_utf8_lossy(&status.stdout);
    assert!(
        status.contains(is_said) && status.contains("droas.sqlite"),
        "{status}"
    );
    // It goes on hearing Discord, and answers.
    assert_eq!(
        told_when(&bot, "/healthz", |status, _| status == 200).await,
        "alive\n"
    );
    let counters = simulator.get("/counters").await;
    assert_eq!(counters["identifies"], json!(1), "{counters}");

    disk.free();
    welcomed(&simulator, members.len(), &bot).await;
    told_when(&bot, "/readyz", |status, text| (status, text) == (200, "ready\n")).await;
    members.push(join(&simulator, "after").await);
    let messages = welcomed(&simulator, members.len(), &bot).await;
    assert_each_is_greeted_once(&messages, &members);
    let log = bot.log();
    assert!(bot.terminate().await.success());
    assert_eq!(log.matches(is_said).count(), 1, "{log}");
    assert_eq!(log.matches("is written again").count(), 1, "{log}");
    assert!(log.lines().count() < 100, "{log}");
    assert!(!log.contains("panicked"), "{log}");
    assert_eq!(counted(&database, &simulator, &members).await, MESSAGES);
}

/// The messages that are counted for them.
async fn counted(database: &Path, simulator: &Simulator, members: &[String]) -> u64 {
    let number = |id: &str| id.parse::<u64>().expect("an id");
    let guild = GuildId(number(&simulator.guild()));
    let store = Store::open(&StoreOptions::at(database)).await.expect("sound");
    let mut counted = 0;
    for member in members {
        let user = UserId(number(member));
        let standing = store
            .standing(guild, user, UnixMs(0), Day(0), &ScoreRules::default())
            .await
            .expect("readable");
        counted += standing.map_or(0, |standing| standing.total);
    }
    store.close().await;
    counted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn start_on_a_full_disk_says_so_and_works_when_there_is_space() {
    let Some(disk) = Disk::new() else { return };
    let simulator = Simulator::start(12);
    let (home, _) = on(&disk, &simulator);
    disk.fill();
    let mut bot = home.start_bot();
    // A supervisor is to start it again.
    assert_eq!(bot.ended().await.code(), Some(1), "{}", bot.log());
    let said = sentence(&bot);
    assert!(
        said.contains("free some space") && said.contains(disk.path().to_str().expect("UTF-8")),
        "{said}"
    );
    disk.free();
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let member = join(&simulator, "Ada").await;
    let messages = welcomed(&simulator, 1, &bot).await;
    assert_each_is_greeted_once(&messages, &[member]);
    assert!(bot.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schema_that_finds_a_full_disk_says_so_and_is_brought_up_to_date_when_there_is_space() {
    let Some(disk) = Disk::new() else { return };
    let simulator = Simulator::start(16);
    let (home, database) = on(&disk, &simulator);
    let place = Place::File(database);
    let options = StoreOptions::in_place(place.clone());
    Store::open(&options).await.expect("a new database").close().await;
    let newest = upkeep::version_known();
    upkeep::migrate(&place, newest, newest - 2, None)
        .await
        .expect("taken back");
    disk.fill();
    let mut bot = home.start_bot();
    assert_eq!(bot.ended().await.code(), Some(1), "{}", bot.log());
    let said = sentence(&bot);
    assert!(said.contains("free some space"), "{said}");
    assert!(!said.contains("changed") && !said.contains("restore"), "{said}");
    disk.free();
    let version = upkeep::version(&place).await;
    assert_eq!(version.expect("readable"), newest - 2, "it is as it was");
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    assert!(bot.terminate().await.success());
    assert_eq!(upkeep::version(&place).await.expect("readable"), newest);
}
