//! Rate limits of the three scopes, and the ban.

use std::time::Duration;

use serde_json::json;
use sim::rest::limits::{Rate, RestLimits};

use crate::Client;
use crate::client::START_MS;

async fn with_real_limits() -> Client {
    Client::start_with(|config| config.limits.rest = RestLimits::default()).await
}

#[tokio::test]
async fn headers_count_down_and_the_sixth_post_waits() {
    let client = with_real_limits().await;
    let hello = json!({"content": "hello"});
    let mut buckets = Vec::new();
    for left in ["4", "3", "2", "1", "0"] {
        let answer = client.create_message(&hello).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-ratelimit-limit"), Some("5"));
        assert_eq!(answer.header("x-ratelimit-remaining"), Some(left));
        assert_eq!(answer.header("x-ratelimit-reset-after"), Some("5.000"));
        assert_eq!(
            answer.header("x-ratelimit-reset"),
            Some(format!("{}.000", START_MS / 1000 + 5).as_str())
        );
        assert_eq!(answer.header("x-ratelimit-scope"), None);
        buckets.push(answer.header("x-ratelimit-bucket").map(str::to_owned));
    }
    client.sim.advance(Duration::from_millis(2_750));
    let limited = client.create_message(&hello).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("x-ratelimit-scope"), Some("user"));
    assert_eq!(limited.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(limited.header("x-ratelimit-bucket"), buckets[0].as_deref());
    assert_eq!(limited.header("retry-after"), Some("3"));
    assert_eq!(limited.header("x-ratelimit-global"), None);
    assert_eq!(limited.json()["retry_after"], 2.25);
    assert_eq!(limited.json()["global"], false);
    assert_eq!(client.shown().len(), 5);

    // Another channel has a window of its own.
    let other = client.guild.create_channel("general");
    client
        .post(&format!("/channels/{other}/messages"), &hello)
        .await
        .ok();

    client.sim.advance(Duration::from_millis(2_250));
    client.create_message(&hello).await.ok();
    let counters = client.sim.counters();
    assert_eq!((counters.rate_limited, counters.rate_limited_earned), (1, 1));
}

#[tokio::test]
async fn fifty_first_request_of_a_second_meets_the_global_limit() {
    let client = with_real_limits().await;
    for number in 0..50 {
        let channel = client.guild.create_channel(&format!("channel {number}"));
        client.get(&format!("/channels/{channel}")).await.ok();
    }
    let limited = client.create_message(&json!({"content": "a"})).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("x-ratelimit-scope"), Some("global"));
    assert_eq!(limited.header("x-ratelimit-global"), Some("true"));
    assert_eq!(limited.header("x-ratelimit-bucket"), None);
    assert_eq!(limited.header("retry-after"), Some("1"));
    assert_eq!(limited.json()["global"], true);
    client.sim.advance(Duration::from_secs(1));
    client.create_message(&json!({"content": "a"})).await.ok();
}

#[tokio::test]
async fn shared_limit_does_not_count_as_invalid() {
    let client = with_real_limits().await;
    client
        .sim
        .state()
        .rest
        .exhaust_shared(client.channel(), START_MS + 1_500);
    let limited = client.create_message(&json!({"content": "a"})).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("x-ratelimit-scope"), Some("shared"));
    assert_eq!(limited.header("retry-after"), Some("2"));
    assert_eq!(limited.json()["retry_after"], 1.5);
    let counters = client.sim.counters();
    assert_eq!((counters.rate_limited, counters.invalid_requests), (1, 0));
}

#[tokio::test]
async fn too_many_invalid_requests_ban_without_a_word_of_when() {
    let client = Client::start_with(|config| {
        config.limits.rest.invalid = Rate {
            requests: 3,
            window_ms: 600_000,
        };
    })
    .await;
    client
        .guild
        .deny_bot(client.channel(), sim::world::permissions::VIEW_CHANNEL);
    for _ in 0..3 {
        assert_eq!(
            client.create_message(&json!({"content": "a"})).await.refusal(),
            (403, 50001)
        );
    }
    let banned = client.get("/users/@me").await;
    assert_eq!(banned.status, 429);
    assert_eq!(banned.header("retry-after"), None);
    assert_eq!(banned.header("x-ratelimit-scope"), None);
    assert!(serde_json::from_slice::<serde_json::Value>(&banned.body).is_err());
    client.sim.advance(Duration::from_secs(600));
    assert_eq!(client.get("/users/@me").await.status, 200);
}
