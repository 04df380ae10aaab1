//! What the gateway closes a connection for.

use serde_json::{Value, json};

use crate::client::{Client, Got, USUAL, identify};
use crate::{sim, sim_with};

/// Sends payloads on a fresh connection and says what the last of them was answered with.
async fn answer(sim: &sim::driver::Sim, payloads: &[Value]) -> Got {
    let mut client = Client::connect(sim).await;
    for payload in payloads {
        client.send(payload.clone()).await;
    }
    loop {
        match client.next().await {
            Got::Payload(payload) if payload["op"] == 0 => {}
            other => return other,
        }
    }
}

#[tokio::test]
async fn each_mistake_has_its_close_code() {
    let sim = sim().await;
    let with = |key: &str, value: Value| {
        let mut payload = identify(USUAL, json!([0, 1]));
        payload["d"][key] = value;
        payload
    };
    let without = |key: &str| {
        let mut payload = identify(USUAL, json!([0, 1]));
        payload["d"].as_object_mut().expect("an object").remove(key);
        payload
    };
    let good = identify(USUAL, json!([0, 1]));
    let presence = json!({"op": 3, "d": {"since": null, "activities": [], "status": "idle", "afk": false}});
    for (payloads, code) in [
        (vec![json!({"op": 99})], 4001),
        (vec![json!({"op": 10})], 4001),
        (vec![json!({"d": null})], 4002),
        (vec![json!({"op": 2, "d": "text"})], 4002),
        (vec![without("properties")], 4002),
        (vec![with("status", json!("x".repeat(5000)))], 4002),
        (vec![presence], 4003),
        (
            vec![json!({"op": 8, "d": {"guild_id": "1", "query": "", "limit": 0}})],
            4003,
        ),
        (vec![with("token", json!("wrong"))], 4004),
        (vec![good.clone(), good.clone()], 4005),
        (vec![with("shard", json!([2, 2]))], 4010),
        (vec![with("shard", json!([0, 0]))], 4010),
        (vec![with("shard", json!("0"))], 4010),
        (vec![with("intents", json!(1 << 30))], 4013),
        (vec![with("intents", json!(-1))], 4013),
        // MESSAGE_CONTENT and GUILD_PRESENCES are not switched on.
        (vec![with("intents", json!(1 << 15))], 4014),
        (vec![with("intents", json!(1 << 8))], 4014),
    ] {
        let what = format!("{payloads:?}");
        assert_eq!(answer(&sim, &payloads).await, Got::Closed(code), "{what}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_not_decoded() {
    let sim = sim().await;
    let mut client = Client::connect(&sim).await;
    client.send_text("{".to_owned()).await;
    assert_eq!(client.next().await, Got::Closed(4002));
}

#[tokio::test]
async fn other_versions_are_refused() {
    let sim = sim().await;
    let mut client = Client::open(&sim, "v=9&encoding=json").await;
    assert_eq!(client.next().await, Got::Closed(4012));
}

#[tokio::test]
async fn members_intent_that_is_not_switched_on_is_refused() {
    let sim = sim_with(|config| config.granted_intents = 0).await;
    assert_eq!(
        answer(&sim, &[identify(USUAL, json!([0, 1]))]).await,
        Got::Closed(4014)
    );
}

#[tokio::test]
async fn sequence_that_was_never_given_is_refused() {
    let sim = sim().await;
    let (client, ready) = Client::log_in(&sim, USUAL).await;
    client.close(4000).await;
    let mut client = Client::connect(&sim).await;
    client.resume(&ready, 99).await;
    assert_eq!(client.next().await, Got::Closed(4007));
}

#[tokio::test]
async fn the_121st_send_of_a_minute_is_too_much() {
    let sim = sim().await;
    let mut client = Client::connect(&sim).await;
    for _ in 0..120 {
        client.send(json!({"op": 1, "d": null})).await;
        assert_eq!(client.payload().await["op"], 11);
    }
    sim.advance(std::time::Duration::from_secs(60));
    for _ in 0..120 {
        client.send(json!({"op": 1, "d": null})).await;
        assert_eq!(client.payload().await["op"], 11);
    }
    client.send(json!({"op": 1, "d": null})).await;
    assert_eq!(client.next().await, Got::Closed(4008));
}

#[tokio::test]
async fn who_does_not_beat_times_out_and_loses_the_session() {
    let sim = sim_with(|config| config.limits.heartbeat_interval_ms = 40).await;
    let (mut client, ready) = Client::log_in(&sim, USUAL).await;
    assert_eq!(client.next().await, Got::Closed(4009));
    let mut again = Client::connect(&sim).await;
    again.resume(&ready, 1).await;
    assert_eq!(again.payload().await["op"], 9);
    assert_eq!(sim.counters().closes[&4009], 1);
}

#[tokio::test]
async fn too_many_guilds_need_shards() {
    let sim = sim_with(|config| config.limits.guilds_per_shard_max = 1).await;
    sim.create_guild("one");
    sim.create_guild("two");
    assert_eq!(
        answer(&sim, &[identify(USUAL, json!([0, 1]))]).await,
        Got::Closed(4011)
    );
}

#[tokio::test]
async fn last_session_start_of_the_day_costs_the_token() {
    let sim = sim_with(|config| config.limits.session_starts_max = 2).await;
    let (mut first, _) = Client::log_in(&sim, USUAL).await;
    let (_second, _) = Client::log_in(&sim, USUAL).await;
    assert_eq!(
        answer(&sim, &[identify(USUAL, json!([0, 1]))]).await,
        Got::Closed(4004)
    );
    assert_eq!(first.next().await, Got::Broken);
    assert!(!sim.world().bot.accepts("sim-token"));
}
