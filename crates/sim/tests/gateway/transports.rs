//! How payloads are packed.

use serde_json::json;

use crate::client::{Client, USUAL, identify};
use crate::sim;

#[tokio::test]
async fn streams_keep_one_dictionary_over_all_payloads() {
    let sim = sim().await;
    let guild = sim.create_guild("茶館");
    for compress in ["zlib-stream", "zstd-stream"] {
        let query = format!("v=10&encoding=json&compress={compress}");
        let mut client = Client::connect_with(&sim, &query).await;
        client.identify(USUAL, json!([0, 1])).await;
        assert_eq!(client.event("GUILD_CREATE").await["name"], "茶館");
        for n in 0..50 {
            let name = format!("{n} {}", "長い名前".repeat(n));
            guild.join(&name);
            let join = client.event("GUILD_MEMBER_ADD").await;
            assert_eq!(join["user"]["global_name"], name);
        }
        client.close(1000).await;
    }
}

#[tokio::test]
async fn payloads_are_packed_one_by_one_when_identify_asks_for_it() {
    let sim = sim().await;
    sim.create_guild("茶館");
    let mut client = Client::connect(&sim).await;
    let mut payload = identify(USUAL, json!([0, 1]));
    payload["d"]["compress"] = json!(true);
    client.send(payload).await;
    client.event("READY").await;
    assert_eq!(client.event("GUILD_CREATE").await["name"], "茶館");
}
