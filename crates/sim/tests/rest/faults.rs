//! What goes wrong on purpose.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinHandle;

use crate::Client;
use crate::client::{Answer, PATIENCE};

const HELLO: &str = "hello";

#[tokio::test]
async fn error_before_the_effect_posts_nothing_and_one_after_it_posts() {
    let client = Client::start().await;
    for (fault, posted) in [("error_before", 0), ("error_after", 1)] {
        client.set_faults(&json!({"create_message": {fault: 1.0, "error_statuses": [502]}}));
        let answer = client.create_message(&json!({"content": HELLO})).await;
        assert_eq!(answer.status, 502);
        assert!(answer.json().is_null(), "an edge's page, not Discord's JSON");
        assert_eq!(client.shown().len(), posted, "{fault}");
    }
}

#[tokio::test]
async fn reset_is_an_error_of_the_connection_before_or_after_the_effect() {
    let client = Client::start().await;
    for (fault, posted) in [("reset_before", 0), ("reset_after", 1)] {
        client.set_faults(&json!({"create_message": {fault: 1.0}}));
        let path = format!("/channels/{}/messages", client.channel());
        let request = client
            .rest(reqwest::Method::POST, &path)
            .json(&json!({"content": HELLO}));
        let error = Client::try_send(request).await.expect_err("no answer");
        assert!(error.is_request() && !error.is_timeout(), "{error:?}");
        assert_eq!(client.shown().len(), posted, "{fault}");
    }
    // Other routes, and later requests, are well.
    client.set_faults(&json!({}));
    assert_eq!(client.get("/users/@me").await.status, 200);
    let requests = client.sim.counters().requests;
    assert_eq!(
        requests.get(&("POST /channels/{channel.id}/messages".to_owned(), 0)),
        Some(&2)
    );
}

/// Posts a message and returns once it stands in the channel, whatever becomes of the answer.
async fn post_that_waits(client: &Client) -> JoinHandle<Result<Answer, reqwest::Error>> {
    let path = format!("/channels/{}/messages", client.channel());
    let request = client
        .rest(reqwest::Method::POST, &path)
        .json(&json!({"content": HELLO}));
    let asking = tokio::spawn(Client::try_send(request));
    client
        .sim
        .wait_until(PATIENCE, |world| client.guild.posts_of(world, world.bot.id) == 1)
        .await
        .expect("the effect happens");
    asking
}

#[tokio::test]
async fn silence_after_the_effect_leaves_the_message_and_no_answer() {
    let client = Client::start().await;
    client.set_faults(&json!({"create_message": {"silence_after": 1.0}}));
    let asking = post_that_waits(&client).await;
    assert!(!asking.is_finished());
    // The simulator stops without waiting for whoever waits.
    client.sim.shutdown().await;
    asking.await.expect("no panic").expect_err("no answer");
}

#[tokio::test]
async fn storm_of_429_comes_with_headers_or_without() {
    let client = Client::start().await;
    let storm = |rate_limit| json!({"create_message": {"rate_limited": 1.0, "rate_limit": rate_limit}});
    client.set_faults(&storm(json!({"scope": "global", "retry_after_ms": 1_500})));
    let limited = client.create_message(&json!({"content": HELLO})).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("x-ratelimit-scope"), Some("global"));
    assert_eq!(limited.json()["retry_after"], 1.5);
    assert_eq!(limited.header("x-ratelimit-bucket"), None);
    client.set_faults(&storm(json!({"scope": "user", "retry_after_ms": 700})));
    let limited = client.create_message(&json!({"content": HELLO})).await;
    assert_eq!(limited.json()["retry_after"], 0.7);
    // The headers speak of the bucket, which is as it was.
    assert_eq!(
        limited.header("x-ratelimit-remaining"),
        limited.header("x-ratelimit-limit")
    );
    assert_eq!(limited.header("x-ratelimit-reset-after"), Some("5.000"));
    client.set_faults(&storm(json!({"headers": false})));
    let limited = client.create_message(&json!({"content": HELLO})).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("retry-after"), None);
    assert!(limited.json().is_null());
    assert!(client.shown().is_empty());
    let counters = client.sim.counters();
    assert_eq!((counters.rate_limited, counters.rate_limited_earned), (3, 0));
    assert_eq!(counters.faults.get("rate_limited"), Some(&3));
}

#[tokio::test]
async fn outage_ends_by_the_world_s_clock() {
    let client = Client::start().await;
    client.sim.begin_outage(Duration::from_secs(60));
    assert_eq!(
        client.create_message(&json!({"content": HELLO})).await.status,
        503
    );
    let avatar = client
        .http
        .get(format!("{}/embed/avatars/0.png", client.sim.cdn_base()));
    assert_eq!(Client::send(avatar).await.status, 503);
    client.sim.advance(Duration::from_secs(60));
    client.create_message(&json!({"content": HELLO})).await.ok();
    assert_eq!(client.shown(), [HELLO]);
}

#[tokio::test]
async fn answer_that_is_late_does_not_delay_the_effect() {
    let client = Client::start().await;
    client.set_faults(&json!({"create_message": {"answer_delay_ms": [600_000, 600_000]}}));
    let asking = post_that_waits(&client).await;
    asking.abort();
}
