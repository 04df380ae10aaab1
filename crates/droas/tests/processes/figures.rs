//! The figures of a bot that runs, held against what was done to it and what the simulator saw.

mod open_metrics;

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::programs::{Bot, Home, Simulator, text};
use crate::web::{a_member_joins, told_when};

const POST: &str = "POST /channels/{channel.id}/messages";

/// Figures by their names and labels, as they stand in the text.
struct Figures(BTreeMap<String, f64>);

impl Figures {
    fn read(text: &str) -> Self {
        let figures = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            (name.to_owned(), value.parse().expect("a number"))
        });
        Self(figures.collect())
    }

    /// One figure, without the prefix that all have.
    fn of(&self, name: &str) -> f64 {
        let found = self.0.get(&format!("droas_{name}"));
        *found.unwrap_or_else(|| panic!("{name} is not among {:?}", self.0.keys()))
    }

    /// All figures of a family, whatever their labels are.
    fn sum(&self, name: &str) -> f64 {
        let of_family = |figure: &&String| {
            let labels = figure
                .strip_prefix("droas_")
                .and_then(|figure| figure.strip_prefix(name));
            labels.is_some_and(|labels| labels.is_empty() || labels.starts_with('{'))
        };
        let figures = self.0.iter().filter(|(figure, _)| of_family(figure));
        figures.map(|(_, value)| value).sum()
    }
}

/// Asks until the figures are as expected, and returns them with their text.
async fn figures_when(bot: &Bot, expected: impl Fn(&Figures) -> bool) -> (Figures, String) {
    let is_whole = |text: &str| text.ends_with("# EOF\n");
    let text = told_when(bot, "/metrics", |status, text| {
        status == 200 && is_whole(text) && expected(&Figures::read(text))
    })
    .await;
    (Figures::read(&text), text)
}

/// Requests of a route that the simulator saw, with one status or with any.
fn seen(counters: &Value, route: &str, status: Option<u64>) -> f64 {
    let requests = counters["requests"].as_array().expect("a list");
    let counted = requests
        .iter()
        .filter(|request| request["route"] == route)
        .filter(|request| status.is_none_or(|status| request["status"] == status));
    counted
        .map(|request| request["count"].as_f64().expect("a number"))
        .sum()
}

async fn uses(simulator: &Simulator, user: &str, command: &str, options: Value) {
    let channel = simulator.welcome_channel();
    let used = json!({"channel": channel, "user": user, "command": command, "options": options});
    simulator.post("/interactions/command", used).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_agree_with_what_happened() {
    let simulator = Simulator::start(11);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/commands", 1, &bot).await;
    let join = format!("/guilds/{}/join", simulator.guild());
    let ada = text(&simulator.post(&join, json!({"name": "Ada"})).await["user"]);
    a_member_joins(&simulator).await;
    let channel = simulator.welcome_channel();
    for words in ["good morning", "good night"] {
        let said = json!({"user": ada, "text": words});
        simulator
            .post(&format!("/channels/{channel}/messages"), said)
            .await;
    }
    uses(&simulator, &ada, "activity stats", json!({})).await;
    let guild = simulator.get(&format!("/guilds/{}", simulator.guild())).await;
    let nowhere = json!({"zone": "Nowhere/At_All"});
    uses(&simulator, &text(&guild["owner"]), "settings timezone", nowhere).await;

    let (figures, text) = figures_when(&bot, |figures| {
        figures.of("welcomes_sent_total") == 2.0
            && figures.of("messages_counted_total") == 2.0
            && figures.sum("commands_total") == 2.0
            && figures.sum("rest_queue_requests") == 0.0
            && figures.of("database_waiting_writes") == 0.0
            && figures.of("rest_requests_total{class=\"interactions\",outcome=\"ok\"}") >= 2.0
    })
    .await;
    open_metrics::check(&text);
    for (name, expected) in [
        ("events_total{event=\"GUILD_MEMBER_ADD\"}", 2.0),
        ("events_total{event=\"INTERACTION_CREATE\"}", 2.0),
        ("events_total{event=\"READY\"}", 1.0),
        ("events_total{event=\"GUILD_DELETE\"}", 0.0),
        ("commands_total{group=\"activity\",outcome=\"done\"}", 1.0),
        ("commands_total{group=\"settings\",outcome=\"refused\"}", 1.0),
        ("welcomes_given_up_total{reason=\"stale\"}", 0.0),
        ("welcomes_not_posted{reason=\"unknown_outcome\"}", 0.0),
        ("welcomes_oldest_seconds", 0.0),
        ("welcomes_overdue_seconds", 0.0),
        ("cards_waiting", 0.0),
        ("card_overloads_total", 0.0),
        ("shard_waiting_events{shard=\"0\"}", 0.0),
        ("breaker_transitions_total{class=\"messages\",to=\"open\"}", 0.0),
        ("rest_retries_total{class=\"messages\"}", 0.0),
        ("rest_held_back_total{class=\"messages\"}", 0.0),
        ("rest_invalid_requests", 0.0),
        ("database_failures_total", 0.0),
    ] {
        assert_eq!(figures.of(name), expected, "{name}\n{text}");
    }
    // What people wrote, and the echoes of the welcomes.
    assert!(
        figures.of("events_total{event=\"MESSAGE_CREATE\"}") >= 4.0,
        "{text}"
    );
    assert_eq!(
        figures.sum("events_total"),
        figures.of("event_handling_seconds_count")
    );
    let counters = simulator.get("/counters").await;
    let posted = figures.of("rest_requests_total{class=\"messages\",outcome=\"ok\"}");
    assert_eq!(posted, seen(&counters, POST, Some(200)), "{counters}");
    assert_eq!(
        figures.of("rest_request_seconds_count{class=\"messages\"}"),
        posted
    );
    assert_eq!(
        figures.of("rest_requests_total{class=\"pictures\",outcome=\"ok\"}"),
        2.0
    );
    assert!(figures.of("rest_invalid_requests_left") > 0.0, "{text}");
    for name in [
        "settings_access_seconds_count",
        "database_write_seconds_count",
        "database_read_seconds_count",
        "database_size_bytes",
        "database_log_bytes",
        "cpu_seconds_total",
        "open_file_descriptors",
    ] {
        assert!(figures.of(name) > 0.0, "{name}\n{text}");
    }
    assert!(
        figures.of("settings_access_seconds_sum") < figures.of("uptime_seconds"),
        "{text}"
    );
    assert!(bot.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_tell_of_what_goes_wrong_until_it_is_mended() {
    let simulator = Simulator::start(12);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let limited = json!({"create_message": {"rate_limited": 1.0, "rate_limit": {"retry_after_ms": 50}}});
    simulator.put("/faults", json!({"plan": limited})).await;
    a_member_joins(&simulator).await;
    figures_when(&bot, |figures| {
        figures.of("rest_limited_total{scope=\"user\"}") >= 1.0 && figures.of("rest_invalid_requests") >= 1.0
    })
    .await;
    let failing = json!({"create_message": {"error_before": 1.0}});
    simulator.put("/faults", json!({"plan": failing})).await;
    figures_when(&bot, |figures| {
        figures.of("rest_requests_total{class=\"messages\",outcome=\"failed\"}") >= 2.0
            && figures.of("rest_retries_total{class=\"messages\"}") >= 1.0
            && figures.of("welcomes_oldest_seconds") > 0.0
    })
    .await;
    simulator.put("/faults", json!({})).await;
    figures_when(&bot, |figures| {
        figures.of("welcomes_sent_total") == 1.0
            && figures.of("welcomes_oldest_seconds") == 0.0
            && figures.of("rest_queue_requests") == 0.0
    })
    .await;
    let counters = simulator.get("/counters").await;
    let (figures, text) = figures_when(&bot, |_| true).await;
    let number = |name: &str| counters[name].as_f64().expect("a number");
    assert_eq!(
        figures.sum("rest_limited_total"),
        number("rate_limited"),
        "{text}"
    );
    assert_eq!(
        figures.of("rest_invalid_requests"),
        number("invalid_requests"),
        "{text}"
    );
    assert_eq!(
        figures.of("rest_request_seconds_count{class=\"messages\"}"),
        seen(&counters, POST, None),
        "{text}"
    );

    let guild = simulator.guild();
    let system_channel = format!("/guilds/{guild}/system_channel");
    simulator.put(&system_channel, json!({"channel": null})).await;
    a_member_joins(&simulator).await;
    figures_when(&bot, |figures| {
        figures.of("welcomes_given_up_total{reason=\"no_channel\"}") == 1.0
            && figures.of("welcomes_not_posted{reason=\"no_channel\"}") == 1.0
    })
    .await;

    // Another program holds the database.
    let foreign = Connection::open(home.database()).expect("a database");
    foreign
        .execute_batch("BEGIN IMMEDIATE")
        .expect("in the end it is free");
    for _ in 0..3 {
        a_member_joins(&simulator).await;
    }
    figures_when(&bot, |figures| {
        figures.of("database_waiting_writes") >= 1.0
            && figures.of("database_lock_retries_total") >= 1.0
            && figures.of("shard_waiting_events{shard=\"0\"}") >= 1.0
    })
    .await;
    foreign.execute_batch("COMMIT").expect("it was begun");
    let (_, text) = figures_when(&bot, |figures| {
        figures.of("welcomes_given_up_total{reason=\"no_channel\"}") == 4.0
            && figures.of("database_waiting_writes") == 0.0
            && figures.of("shard_waiting_events{shard=\"0\"}") == 0.0
    })
    .await;
    open_metrics::check(&text);
    assert!(bot.terminate().await.success());
}
