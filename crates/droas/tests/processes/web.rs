//! What a running bot tells over HTTP.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::programs::{Bot, Home, Simulator};

/// Longer than anything takes. Nothing waits for it to pass.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until the answer is as expected, and returns it.
pub(crate) async fn told_when(bot: &Bot, path: &str, expected: impl Fn(u16, &str) -> bool) -> String {
    let begun = Instant::now();
    loop {
        let told = match address(bot) {
            Some(address) => ask(&address, path).await,
            None => None,
        };
        match told {
            Some((status, text)) if expected(status, &text) => return text,
            told => assert!(begun.elapsed() < PATIENCE, "{path}: {told:?}\n{}", bot.log()),
        }
        tokio::task::yield_now().await;
    }
}

/// Where the log says that the bot answers.
pub(crate) fn address(bot: &Bot) -> Option<String> {
    let log = bot.log();
    let (_, behind) = log.split_once("answering at http://")?;
    Some(behind.split_once('/')?.0.to_owned())
}

pub(crate) async fn ask(address: &str, path: &str) -> Option<(u16, String)> {
    let answer = reqwest::get(format!("http://{address}{path}")).await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

pub(crate) async fn a_member_joins(simulator: &Simulator) {
    let join = format!("/guilds/{}/join", simulator.guild());
    simulator.post(&join, json!({"name": "Ada"})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_readiness_and_figures_are_told_while_the_bot_works() {
    let simulator = Simulator::start(3);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    assert_eq!(
        told_when(&bot, "/healthz", |status, _| status == 200).await,
        "alive\n"
    );
    told_when(&bot, "/readyz", |status, text| (status, text) == (200, "ready\n")).await;
    a_member_joins(&simulator).await;
    let figures = told_when(&bot, "/metrics", |_, text| {
        text.contains("\ndroas_welcomes_sent_total 1\n")
            && text.contains("\ndroas_join_to_post_seconds_count 1\n")
            && text.contains("\ndroas_card_seconds_count 1\n")
    })
    .await;
    for line in [
        "droas_shard_alive{shard=\"0\"} 1.0",
        "droas_shard_sessions_begun_total{shard=\"0\"} 1",
        "droas_breaker_open{class=\"messages\"} 0.0",
        "droas_welcomes{state=\"sent\"} 1.0",
        "droas_database_up 1.0",
        "# EOF",
    ] {
        assert!(figures.lines().any(|found| found == line), "{line}: {figures}");
    }
    assert!(!figures.contains("Ada"), "nobody's name is told");
    drop(simulator);
    let trouble = told_when(&bot, "/readyz", |status, _| status == 503).await;
    assert!(trouble.contains("shard 0 is connecting"), "{trouble}");
    assert!(bot.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn port_that_is_taken_costs_no_welcome() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let simulator = Simulator::start(4);
    let mut home = Home::of(&simulator);
    home.set("DROAS_WEB_LISTEN", &address);
    let bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    a_member_joins(&simulator).await;
    let channel = simulator.welcome_channel();
    simulator
        .wait(&format!("/channels/{channel}/messages"), 1, &bot)
        .await;
    let complaint = format!("{address} cannot be listened at; set web.listen to another address");
    assert!(bot.log().contains(&complaint), "{}", bot.log());
}
