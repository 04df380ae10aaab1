//! What is written down of each request.

use serde_json::{Value, json};

use crate::Client;

#[tokio::test]
async fn every_request_is_a_line_without_tokens() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("requests.jsonl");
    let client = Client::start_with(|config| config.record = Some(file.clone())).await;
    let posted = client
        .create_with_files(&json!({"content": "hello"}), &[("a.txt", b"12345")])
        .await
        .ok();
    client
        .get(&format!("/channels/{}/messages?limit=7", client.channel()))
        .await
        .ok();
    client
        .post("/interactions/7/secret/callback", &json!({"type": 5}))
        .await;
    client.set_faults(&json!({"create_message": {"reset_after": 1.0}}));
    let path = format!("/channels/{}/messages", client.channel());
    let request = client
        .rest(reqwest::Method::POST, &path)
        .body("{\n\"content\":\n\"lost\"}");
    Client::try_send(request).await.expect_err("no answer");

    let text = std::fs::read_to_string(&file).expect("the record");
    assert!(!text.contains("sim-token") && !text.contains("secret"));
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(lines.len(), 4);

    assert_eq!(lines[0]["method"], "POST");
    assert_eq!(lines[0]["path"], format!("/api/v10{path}"));
    assert_eq!(lines[0]["json"], json!({"content": "hello"}));
    assert_eq!(lines[0]["parts"][0]["name"], "payload_json");
    assert_eq!(lines[0]["parts"][0]["json"], json!({"content": "hello"}));
    assert_eq!(
        lines[0]["parts"][1],
        json!({"name": "files[0]", "filename": "a.txt", "content_type": "application/octet-stream", "size": 5})
    );
    assert_eq!((&lines[0]["status"], &lines[0]["answer"]), (&json!(200), &posted));
    assert_eq!(
        lines[0]["headers"]["user-agent"],
        "DiscordBot (https://example.org, 1)"
    );

    assert_eq!(lines[1]["query"], json!({"limit": "7"}));
    assert_eq!(
        (&lines[1]["json"], &lines[1]["parts"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(lines[1]["answer"][0], posted);

    assert_eq!(lines[2]["path"], "/api/v10/interactions/7/:token/callback");
    assert_eq!(lines[2]["answer"]["code"], 10062);

    assert_eq!(lines[3]["json"], json!({"content": "lost"}));
    assert_eq!(lines[3]["status"], Value::Null);
    assert_eq!(lines[3]["fault"], "reset_after");
}

#[tokio::test]
async fn record_that_cannot_be_written_stops_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = sim::config::SimConfig {
        record: Some(folder.path().join("missing").join("requests.jsonl")),
        ..sim::config::SimConfig::default()
    };
    let error = sim::driver::Sim::start(config).await.expect_err("no such folder");
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}
