//! Op 8.

use std::time::Duration;

use serde_json::json;
use sim::gateway::intents;

use crate::client::{Client, Got, USUAL};
use crate::sim;

#[tokio::test]
async fn members_come_in_chunks_of_a_thousand() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let members: Vec<_> = (0..1_200).map(|n| guild.join(&format!("member {n}"))).collect();
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let id = guild.id.to_string();
    let all = json!({"op": 8, "d": {"guild_id": id, "query": "", "limit": 0, "nonce": "n"}});
    client.send(all.clone()).await;
    let mut seen = Vec::new();
    for index in 0..2 {
        let chunk = client.event("GUILD_MEMBERS_CHUNK").await;
        assert_eq!(
            (&chunk["chunk_index"], &chunk["chunk_count"]),
            (&json!(index), &json!(2))
        );
        assert_eq!(chunk["nonce"], "n");
        let users = chunk["members"].as_array().expect("a list");
        seen.extend(users.iter().map(|member| member["user"]["id"].to_string()));
    }
    seen.sort();
    seen.dedup();
    // The owner and the bot are members, too.
    assert_eq!(seen.len(), members.len() + 2);

    client.send(all.clone()).await;
    let refusal = client.event("RATE_LIMITED").await;
    assert_eq!(
        (&refusal["opcode"], &refusal["retry_after"]),
        (&json!(8), &json!(30.0))
    );
    sim.advance(Duration::from_secs(30));
    client.send(all).await;
    client.event("GUILD_MEMBERS_CHUNK").await;
    client.event("GUILD_MEMBERS_CHUNK").await;

    client
        .send(json!({"op": 8, "d": {"guild_id": id, "user_ids": [members[7].user.to_string(), "5"]}}))
        .await;
    let chunk = client.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(chunk["members"][0]["user"]["global_name"], "member 7");
    assert_eq!(chunk["not_found"], json!(["5"]));

    client
        .send(json!({"op": 8, "d": {"guild_id": id, "query": "Member 119", "limit": 5}}))
        .await;
    let chunk = client.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(chunk["members"].as_array().map(Vec::len), Some(5));

    // Discord reads ids that are numbers, too, and some clients send them so.
    client
        .send(json!({"op": 8, "d": {"guild_id": guild.id, "user_ids": [members[7].user, 5]}}))
        .await;
    let chunk = client.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(chunk["members"][0]["user"]["global_name"], "member 7");
    assert_eq!(chunk["not_found"], json!(["5"]));
}

#[tokio::test]
async fn whole_list_needs_the_members_intent() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, intents::GUILDS).await;
    client.event("GUILD_CREATE").await;
    client
        .send(json!({"op": 8, "d": {"guild_id": guild.id.to_string(), "query": "", "limit": 0}}))
        .await;
    assert_eq!(client.next().await, Got::Closed(4014));
}
