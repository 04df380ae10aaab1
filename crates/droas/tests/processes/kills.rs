//! Two hundred members join while the bot is killed again and again: each is greeted exactly once.

use std::collections::HashMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use store::{Store, StoreOptions};

use crate::programs::{Home, Simulator, text};

const SEED_DEFAULT: u64 = 1;
const KILLS: usize = 20;
const JOINS_BETWEEN_KILLS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_member_is_greeted_exactly_once_over_twenty_kills() {
    let seed = std::env::var("DROAS_KILL_SEED").map_or(SEED_DEFAULT, |seed| seed.parse().expect("a number"));
    eprintln!("seed {seed}; DROAS_KILL_SEED={seed} plays these kills again");
    let mut random = StdRng::seed_from_u64(seed);
    let simulator = Simulator::start(seed);
    let home = Home::of(&simulator);
    // The message stands in the channel for some time before its answer comes: kills fall in between.
    simulator
        .put(
            "/faults",
            json!({"plan": {"create_message": {"answer_delay_ms": [0, 80]}}}),
        )
        .await;

    let mut members = Vec::new();
    let mut bot = home.start_bot();
    simulator.wait("/status", 1).await;
    for _ in 0..KILLS {
        let kill_after = Duration::from_millis(random.random_range(0..900));
        let pauses: Vec<_> = (0..JOINS_BETWEEN_KILLS)
            .map(|_| Duration::from_millis(random.random_range(0..90)))
            .collect();
        let home = &home;
        let joins = async {
            let mut joined = Vec::new();
            for pause in pauses {
                tokio::time::sleep(pause).await;
                let member = simulator
                    .post(
                        &format!("/guilds/{}/join", simulator.guild()),
                        json!({"name": "小林"}),
                    )
                    .await;
                joined.push(text(&member["user"]));
            }
            joined
        };
        let killed = async move {
            tokio::time::sleep(kill_after).await;
            bot.kill();
            home.start_bot()
        };
        let (joined, started) = tokio::join!(joins, killed);
        members.extend(joined);
        bot = started;
    }

    let channel = format!("/channels/{}/messages", simulator.welcome_channel());
    let read = simulator.wait(&channel, members.len()).await;
    assert!(bot.terminate().await.success());
    let mut greeted: HashMap<String, usize> = HashMap::new();
    for message in read["messages"].as_array().expect("a list") {
        for mention in message["mentions"].as_array().expect("a list") {
            *greeted.entry(text(mention)).or_default() += 1;
        }
    }
    let wrong: Vec<_> = members
        .iter()
        .filter(|member| greeted.get(*member) != Some(&1))
        .collect();
    assert!(wrong.is_empty(), "not greeted exactly once: {wrong:?}");
    assert_eq!(
        greeted.len(),
        members.len(),
        "somebody was greeted who did not join"
    );

    let store = Store::open(&StoreOptions::at(home.database()))
        .await
        .expect("the database is sound");
    let outbox = store.outbox_counts().await.expect("readable");
    assert_eq!(
        (outbox.pending, outbox.sending, outbox.sent),
        (0, 0, 200),
        "{outbox:?}"
    );
    let counters = simulator.get("/counters").await;
    assert_eq!(counters["unexpected"], json!([]));
}
