//! The operator's commands against a bot that runs.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::programs::{Home, Simulator, greeted, text};

/// Longer than anything takes. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

fn told(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// The JSON answer of a command that succeeds.
fn answer(output: &Output) -> Value {
    assert!(output.status.success(), "{}", told(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The sentence of a command that fails.
fn failure(output: &Output) -> &str {
    assert_eq!(output.status.code(), Some(1), "{}", told(&output.stdout));
    let sentence = told(&output.stderr);
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
    sentence
}

/// Asks for the status until it is as expected.
fn status_when(home: &Home, expected: impl Fn(&Value) -> bool) -> Value {
    let begun = std::time::Instant::now();
    loop {
        let output = home.call_ctl(&["status", "--json"]);
        if output.status.success() {
            let status = answer(&output);
            if expected(&status) {
                return status;
            }
        }
        assert!(begun.elapsed() < PATIENCE, "{output:?}");
    }
}

fn is_alive(status: &Value) -> bool {
    status["shards"][0]["connection"] == "alive"
}

/// Says something to the socket, and returns all that it answers.
fn say(home: &Home, line: &[u8]) -> Value {
    let mut stream = UnixStream::connect(home.socket()).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("settable");
    // What is too long need not be taken whole.
    let _ = stream.write_all(line);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    heard(&mut stream)
}

fn heard(stream: &mut UnixStream) -> Value {
    let mut answer = Vec::new();
    let mut byte = [0];
    // To its end, and not only the line's: then the bot has a place more.
    while stream.read(&mut byte).is_ok_and(|len| len == 1) {
        answer.extend(byte);
    }
    serde_json::from_slice(&answer).expect("one line of JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_tells_of_the_running_bot_and_its_absence() {
    let simulator = Simulator::start(1);
    let home = Home::of(&simulator);
    let absent = home.call_ctl(&["status"]);
    assert!(
        failure(&absent).contains("no droas is running with this database: no socket at droas.sock"),
        "{absent:?}"
    );
    assert!(failure(&absent).contains("`droas run`"), "{absent:?}");

    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    let join = format!("/guilds/{}/join", simulator.guild());
    simulator.post(&join, json!({"name": "小林"})).await;
    let status = status_when(&home, |status| status["outbox"]["sent"] == 1);
    let shard = &status["shards"][0];
    assert_eq!(shard["id"], 0, "{status}");
    assert!(is_alive(&status), "{status}");
    assert_eq!(
        (&shard["sessions_begun"], &shard["sessions_resumed"]),
        (&json!(1), &json!(0))
    );
    assert!(shard["last_event_age_s"].is_u64(), "{status}");
    assert_eq!(
        (&status["outbox"]["oldest_waiting_s"], &status["rate_limited"]),
        (&json!(0), &json!(0))
    );
    let breakers = status["breakers"].as_array().expect("a list");
    let classes: Vec<_> = breakers
        .iter()
        .map(|breaker| breaker["class"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        classes,
        [
            "messages",
            "channels",
            "members",
            "ourselves",
            "interactions",
            "pictures"
        ]
    );
    assert!(
        breakers.iter().all(|breaker| breaker["state"] == "closed"),
        "{status}"
    );
    assert_eq!(status["counters"]["joins_told"], 1);
    assert!(status["settings"]["bytes"].is_u64(), "{status}");
    assert_eq!(
        (&status["parked_total"], &status["database_error"]),
        (&json!(0), &Value::Null)
    );

    let table = home.call_ctl(&["status"]);
    for word in [
        "alive",
        "messages",
        "closed",
        "to be posted",
        "settings in memory",
        "joins told",
        "heartbeat",
        "answers of 429",
    ] {
        assert!(told(&table.stdout).contains(word), "{word} in {table:?}");
    }
    assert!(bot.terminate().await.success());
    assert!(!home.socket().exists(), "a clean stop takes the socket away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reconnect_resumes_and_who_joins_meanwhile_is_greeted_once() {
    let simulator = Simulator::start(1);
    let mut home = Home::of(&simulator);
    // One message for each member.
    home.set("DROAS_WELCOME_GROUP_FROM", "300");
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    status_when(&home, is_alive);
    let join = format!("/guilds/{}/join", simulator.guild());
    let mut members = Vec::new();
    let mut reconnect = home
        .ctl(&["reconnect", "--shard", "0", "--json"])
        .spawn()
        .expect("the binary runs");
    loop {
        let ended = reconnect.try_wait().expect("it can be looked at").is_some();
        let joined = simulator.post(&join, json!({"name": "meanwhile"})).await;
        members.push(text(&joined["user"]));
        if ended {
            break;
        }
    }
    let reconnected = answer(&reconnect.wait_with_output().expect("it has ended"));
    assert_eq!(
        reconnected,
        json!({"shards": [{"id": 0, "outcome": "resumed", "error": null}]})
    );
    let channel = format!("/channels/{}/messages", simulator.welcome_channel());
    simulator.wait(&channel, members.len(), &bot).await;
    let status = status_when(&home, |status| status["outbox"]["sent"] == members.len());
    assert_eq!(status["shards"][0]["sessions_resumed"], 1, "{status}");

    let table = home.call_ctl(&["reconnect"]);
    assert!(
        told(&table.stdout).contains("the session was resumed"),
        "{table:?}"
    );
    let unknown = home.call_ctl(&["reconnect", "--shard", "7"]);
    assert!(
        failure(&unknown).contains("no shard 7: they are numbered from 0 to 0"),
        "{unknown:?}"
    );
    assert!(bot.terminate().await.success());

    let counters = simulator.get("/counters").await;
    assert_eq!(
        (&counters["identifies"], &counters["resumes"]),
        (&json!(1), &json!(2)),
        "{counters}"
    );
    let read = simulator.get(&channel).await;
    let greeted = greeted(&read);
    let once: HashMap<_, _> = members.into_iter().map(|member| (member, 1)).collect();
    assert_eq!(greeted, once);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parked_server_is_tried_again_when_the_operator_says_so() {
    let simulator = Simulator::start(1);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    simulator.wait("/status", 1, &bot).await;
    status_when(&home, is_alive);
    let channel = simulator.welcome_channel();
    let nobody_may_post = json!({"id": simulator.guild(), "member": false, "allow": "0", "deny": "2048"});
    simulator
        .post(&format!("/channels/{channel}/overwrites"), nobody_may_post)
        .await;
    let join = format!("/guilds/{}/join", simulator.guild());
    simulator.post(&join, json!({"name": "小林"})).await;
    let status = status_when(&home, |status| status["parked_total"] == 1);
    assert_eq!(status["parked"][0]["guild"], simulator.guild(), "{status}");
    assert_eq!(status["parked"][0]["channel"], channel, "{status}");
    let table = home.call_ctl(&["status"]);
    assert!(told(&table.stdout).contains(&channel), "{table:?}");

    // By itself it is tried twice an hour.
    let before = refused_posts(&simulator).await;
    let refreshed = answer(&home.call_ctl(&["refresh-cache", "--json"]));
    assert_eq!(refreshed, json!({"parked_retried": 1, "settings_read": 1}));
    let begun = std::time::Instant::now();
    while refused_posts(&simulator).await == before {
        assert!(begun.elapsed() < PATIENCE, "{}", bot.log());
    }
    let sentence = home.call_ctl(&["refresh-cache"]);
    assert!(told(&sentence.stdout).contains("tried again at once: 1"));
    assert!(told(&sentence.stdout).contains("read anew: 1."));
    assert!(bot.terminate().await.success());
}

async fn refused_posts(simulator: &Simulator) -> u64 {
    let counters = simulator.get("/counters").await;
    let requests = counters["requests"].as_array().expect("a list").iter();
    requests
        .filter(|request| request["status"] == 403)
        .map(|request| request["count"].as_u64().expect("a number"))
        .sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bot_that_cannot_reach_discord_can_be_asked_all_the_same() {
    let simulator = Simulator::start(1);
    let mut home = Home::of(&simulator);
    home.set("DROAS_DISCORD_API_URL", "http://127.0.0.1:9/api/v10");
    let mut bot = home.start_bot();
    let status = status_when(&home, |_| true);
    assert_eq!(status["shards"], json!([]));
    let table = home.call_ctl(&["status"]);
    assert!(told(&table.stdout).contains("no shards yet"), "{table:?}");
    let reconnect = home.call_ctl(&["reconnect"]);
    assert!(failure(&reconnect).contains("no shards yet"), "{reconnect:?}");
    assert!(bot.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn socket_of_a_killed_bot_is_replaced_and_that_of_a_living_one_is_left_to_it() {
    let simulator = Simulator::start(1);
    let mut home = Home::of(&simulator);
    let mut first = home.start_bot();
    status_when(&home, is_alive);
    first.kill();
    assert!(home.socket().exists(), "nobody took it away");
    let dead = home.call_ctl(&["status"]);
    assert!(failure(&dead).contains("has died"), "{dead:?}");

    let mut second = home.start_bot();
    status_when(&home, is_alive);
    // Another database, and the same socket.
    home.set("DROAS_DATABASE_PATH", "another.sqlite");
    let mut third = home.start_bot();
    assert_eq!(third.ended().await.code(), Some(2));
    let refusal = std::fs::read_to_string(home.log()).expect("a readable log");
    assert!(
        refusal.contains("another program is listening at the control socket"),
        "{refusal}"
    );
    status_when(&home, is_alive);
    assert!(second.terminate().await.success());

    home.set("DROAS_RUN_CONTROL_SOCKET", "");
    let off = home.call_ctl(&["status"]);
    assert_eq!(off.status.code(), Some(2));
    assert!(
        told(&off.stderr).contains("run.control_socket is empty"),
        "{off:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_lines_are_answered_with_what_is_wrong_and_harm_nobody() {
    let simulator = Simulator::start(1);
    let home = Home::of(&simulator);
    let mut bot = home.start_bot();
    status_when(&home, is_alive);
    let nested = format!("{}\n", "[".repeat(4000));
    let endless = vec![b'a'; 1 << 20];
    let hostile: [(&[u8], &str); 8] = [
        (b"", "one line"),
        (b"\n", "no JSON object"),
        (b"{\"version\":1,\"command\":\"status\"}", "with its line break"),
        (b"\xff\xfe\x00\n", "no JSON object"),
        (b"{\"version\":9,\"command\":\"status\"}\n", "version is 9"),
        (
            b"{\"version\":1,\"command\":\"rm -rf\"}\n",
            "cannot be understood",
        ),
        (nested.as_bytes(), "no JSON object"),
        (&endless, "at most 4096 bytes"),
    ];
    for (line, expected) in hostile {
        let answer = say(&home, line);
        let error = answer["error"].as_str().expect("a sentence");
        assert!(error.contains(expected), "{expected} in {error}");
        assert_eq!(answer["version"], 1);
    }

    // Four who say nothing take all the places; one more is told so, and they are let go when their time is over.
    let mut silent: Vec<_> = (0..4)
        .map(|_| UnixStream::connect(home.socket()).expect("somebody listens"))
        .collect();
    let busy = say(&home, b"{\"version\":1,\"command\":\"status\"}\n");
    assert!(
        busy["error"]
            .as_str()
            .is_some_and(|error| error.contains("too many")),
        "{busy}"
    );
    for stream in &mut silent {
        stream.set_read_timeout(Some(PATIENCE)).expect("settable");
        let late = heard(stream);
        assert!(
            late["error"]
                .as_str()
                .is_some_and(|error| error.contains("within five seconds")),
            "{late}"
        );
    }
    status_when(&home, is_alive);
    assert!(bot.terminate().await.success());
    assert!(!bot.log().contains("panicked"), "{}", bot.log());
}
