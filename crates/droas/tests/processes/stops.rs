//! Starts and stops as an operator sees them.

use serde_json::json;

use crate::programs::{Home, Simulator};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_ends_the_bot_in_order_and_the_next_start_resumes() {
    let simulator = Simulator::start(1);
    let home = Home::of(&simulator);
    let channel = format!("/channels/{}/messages", simulator.welcome_channel());
    let join = format!("/guilds/{}/join", simulator.guild());
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    simulator.post(&join, json!({"name": "before"})).await;
    simulator.wait(&channel, 1, &bot).await;
    assert!(
        bot.log()
            .contains("https://discord.com/oauth2/authorize?client_id="),
        "{}",
        bot.log()
    );
    assert!(bot.terminate().await.success());

    simulator.post(&join, json!({"name": "meanwhile"})).await;
    let mut bot = home.start_bot();
    let read = simulator.wait(&channel, 2, &bot).await;
    assert!(bot.terminate().await.success());
    assert_eq!(read["count"], 2);
    let counters = simulator.get("/counters").await;
    assert_eq!(
        (&counters["identifies"], &counters["resumes"]),
        (&json!(1), &json!(1)),
        "{counters}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn second_bot_on_the_same_database_is_refused() {
    let simulator = Simulator::start(1);
    let home = Home::of(&simulator);
    let mut first = home.start_bot();
    simulator.wait("/status", 1, &first).await;
    let mut second = home.start_bot();
    assert_eq!(second.ended().await.code(), Some(2));
    let told = std::fs::read_to_string(home.log()).expect("a readable log");
    assert!(told.contains("another droas is using the database"), "{told}");
    assert!(first.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_token_ends_the_bot_with_what_to_do() {
    let simulator = Simulator::start(1);
    let mut home = Home::of(&simulator);
    home.set("DISCORD_TOKEN", "another-token");
    let mut bot = home.start_bot();
    let log = home.log();
    assert_eq!(bot.ended().await.code(), Some(2));
    let told = std::fs::read_to_string(log).expect("a readable log");
    assert!(
        told.contains("Reset Token") && !told.contains("another-token"),
        "{told}"
    );
    assert!(!told.contains("panicked"), "{told}");
}
