//! The control API.

use reqwest::Method;
use serde_json::{Value, json};

use crate::Client;
use crate::client::png_header;

#[tokio::test]
async fn everything_that_can_be_done_is_listed_and_reachable() {
    let client = Client::start().await;
    let listed = client.control(Method::GET, "", &Value::Null).await.ok();
    let endpoints = listed["endpoints"].as_array().expect("a list");
    assert!(endpoints.len() > 30);
    for endpoint in endpoints {
        assert!(!endpoint["about"].as_str().expect("words").is_empty());
        let (method, path) = (
            endpoint["method"].as_str().expect("text"),
            endpoint["path"].as_str().expect("text"),
        );
        if path == "/sim/shutdown" {
            continue;
        }
        let mut filled = path.trim_start_matches("/sim").to_owned();
        while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
            filled.replace_range(from..=to, "7");
        }
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = client.control(method, &filled, &Value::Null).await;
        let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(!error.contains("GET /sim lists"), "{path}: {error}");
    }
}

#[tokio::test]
async fn small_community_lives_over_http() {
    let client = Client::start().await;
    let made = client
        .control(
            Method::POST,
            "/guilds",
            &json!({"name": "Tea", "locale": "zh-TW"}),
        )
        .await
        .ok();
    let guild = made["id"].as_str().expect("an id");
    let joined = client
        .control(
            Method::POST,
            &format!("/guilds/{guild}/join"),
            &json!({"name": "小林", "avatar": true}),
        )
        .await
        .ok();
    let user = &joined["user"];
    let leave = format!("/guilds/{guild}/leave");
    client
        .control(Method::POST, &leave, &json!({"user": user}))
        .await
        .ok();
    let twice = client.control(Method::POST, &leave, &json!({"user": user})).await;
    assert_eq!(twice.status, 409);
    assert!(
        twice.json()["error"]
            .as_str()
            .expect("a sentence")
            .ends_with("is no member of this guild")
    );
    let back = client
        .control(
            Method::POST,
            &format!("/guilds/{guild}/join"),
            &json!({"user": user}),
        )
        .await
        .ok();
    assert_eq!(back["rejoined"], true);
    let members = client
        .control(Method::GET, &format!("/guilds/{guild}/members"), &Value::Null)
        .await
        .ok();
    assert_eq!(members["count"], 3);
    let log = client.control(Method::GET, "/log", &Value::Null).await.ok();
    assert_eq!(log["joins"].as_array().map(Vec::len), Some(2));
    assert_eq!(log["leaves"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn channel_is_read_as_a_person_sees_it_with_the_files_bytes() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let card = png_header(1024, 512);
    let content = format!("Welcome, <@{}>!", member.user);
    client
        .create_with_files(&json!({"content": content}), &[("card.png", &card)])
        .await
        .ok();
    let path = format!("/channels/{}/messages", client.channel());
    client
        .control(
            Method::POST,
            &path,
            &json!({"user": member.user.to_string(), "text": "thanks"}),
        )
        .await
        .ok();
    let read = client.control(Method::GET, &path, &Value::Null).await.ok();
    assert_eq!(read["count"], 2);
    assert_eq!(read["messages"][0]["author_name"], "droas");
    assert_eq!(read["messages"][0]["text"], "Welcome, @小林!");
    assert_eq!(read["messages"][1]["text"], "thanks");
    let file = &read["messages"][0]["attachments"][0];
    assert_eq!(
        (&file["size"], &file["dimensions"]),
        (&json!(card.len()), &json!([1024, 512]))
    );
    let fetched = Client::send(client.http.get(file["url"].as_str().expect("an address"))).await;
    assert_eq!(fetched.body, card);
}

#[tokio::test]
async fn reader_waits_until_there_is_enough_to_read() {
    let client = Client::start().await;
    let path = format!(
        "/channels/{}/messages?at_least=1&timeout_ms=20000",
        client.channel()
    );
    let (read, posted) = tokio::join!(client.control(Method::GET, &path, &Value::Null), async {
        client.create_message(&json!({"content": "hello"})).await
    });
    assert_eq!(posted.status, 200);
    assert_eq!(read.ok()["messages"][0]["text"], "hello");
    let path = format!("/channels/{}/messages?at_least=2&timeout_ms=1", client.channel());
    assert_eq!(client.control(Method::GET, &path, &Value::Null).await.status, 408);
}

#[tokio::test]
async fn command_is_used_and_its_answer_read_back() {
    let client = Client::start().await;
    let application = client.sim.world().bot.application_id;
    let picture = json!({"type": 11, "name": "picture", "description": "d", "required": true});
    let commands = json!([{"name": "card", "description": "d", "options": [picture]}]);
    client
        .put(&format!("/applications/{application}/commands"), &commands)
        .await
        .ok();
    let user = client.guild.join("小林").user;
    let mut body = json!({"channel": client.channel().to_string(), "user": user, "command": "card"});
    let refused = client.control(Method::POST, "/interactions/command", &body).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (409, &json!("option picture is required"))
    );
    body["files"] = json!({"picture": {"filename": "a.png", "base64": "iVBORw0KGgo="}});
    let id = client
        .control(Method::POST, "/interactions/command", &body)
        .await
        .ok()["id"]
        .clone();
    let id: u64 = id.as_str().expect("an id").parse().expect("a snowflake");
    let token = client.interaction(id).token;
    let answer = json!({"type": 4, "data": {"content": "got it", "flags": 64}});
    client
        .post(&format!("/interactions/{id}/{token}/callback"), &answer)
        .await;
    let path = format!("/interactions/{id}?at_least=1");
    let shown = client.control(Method::GET, &path, &Value::Null).await.ok();
    assert_eq!(shown["callback"]["type"], 4);
    assert_eq!(shown["messages"][0]["content"], "got it");
    assert_eq!(shown["messages"][0]["private"], true);
}

#[tokio::test]
async fn faults_limits_and_clock_are_set_over_http() {
    let client = Client::start().await;
    let plan = json!({"plan": {"create_message": {"error_before": 1.0}}, "seed": 9});
    client.control(Method::PUT, "/faults", &plan).await.ok();
    assert!(client.create_message(&json!({"content": "a"})).await.status >= 500);
    assert_eq!(
        client.control(Method::GET, "/faults", &Value::Null).await.ok()["seed"],
        9
    );
    let misspelt = client
        .control(Method::PUT, "/faults", &json!({"plan": {"create_massage": {}}}))
        .await;
    assert_eq!(misspelt.status, 400);
    assert!(
        misspelt.json()["error"]
            .as_str()
            .expect("a sentence")
            .contains("create_massage")
    );
    client.control(Method::PUT, "/faults", &json!({})).await.ok();
    client
        .control(
            Method::PUT,
            "/limits",
            &json!({"create_message": {"requests": 1, "window_ms": 1000}}),
        )
        .await
        .ok();
    client.create_message(&json!({"content": "a"})).await.ok();
    assert_eq!(client.create_message(&json!({"content": "a"})).await.status, 429);
    client
        .control(Method::POST, "/clock/advance", &json!({"ms": 1000}))
        .await
        .ok();
    client.create_message(&json!({"content": "a"})).await.ok();
}

#[tokio::test]
async fn shutdown_over_http_stops_the_server() {
    let client = Client::start().await;
    client.control(Method::POST, "/shutdown", &Value::Null).await.ok();
    assert!(client.sim.state().stop.is_cancelled());
    client.sim.shutdown().await;
}
