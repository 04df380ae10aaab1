//! Who is let in, and what is found at all.

use reqwest::Method;
use serde_json::{Value, json};

use crate::Client;

#[tokio::test]
async fn gateway_is_found_with_the_session_starts_that_are_left() {
    let client = Client::start().await;
    let found = client.get("/gateway/bot").await.ok();
    assert_eq!(found["url"], client.sim.gateway_url());
    assert_eq!(found["shards"], 1);
    assert_eq!(found["session_start_limit"]["remaining"], 1000);
    assert_eq!(
        client.get("/gateway").await.ok(),
        json!({"url": client.sim.gateway_url()})
    );
}

#[tokio::test]
async fn token_must_be_named_and_right() {
    let client = Client::start().await;
    let url = format!("{}/users/@me", client.sim.api_base());
    for token in [
        None,
        Some("sim-token"),
        Some("Bot other"),
        Some("Bearer sim-token"),
    ] {
        let request = client.http.get(&url);
        let request = match token {
            Some(token) => request.header("authorization", token),
            None => request,
        };
        let answer = Client::send(request).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.json(), json!({"message": "401: Unauthorized", "code": 0}));
    }
    assert_eq!(client.sim.counters().invalid_requests, 4);
    assert_eq!(client.get("/users/@me").await.ok()["username"], "droas");
}

#[tokio::test]
async fn client_must_say_who_it_is() {
    let client = Client::start().await;
    let answer = Client::send(client.rest(Method::GET, "/users/@me").header("user-agent", "")).await;
    assert_eq!(answer.refusal(), (403, 40333));
}

#[tokio::test]
async fn what_is_unknown_is_named() {
    let client = Client::start().await;
    for (path, refusal) in [
        ("/nowhere", (404, 0)),
        ("/channels/7", (404, 10003)),
        ("/channels/7/messages", (404, 10003)),
        ("/guilds/7", (404, 10004)),
        ("/guilds/7/members?limit=1", (404, 10004)),
        ("/users/7", (404, 10013)),
        ("/channels/seven", (400, 50035)),
        ("/applications/7/commands", (404, 10002)),
        ("/webhooks/7/token/messages/@original", (404, 10015)),
    ] {
        assert_eq!(client.get(path).await.refusal(), refusal, "{path}");
    }
    assert_eq!(client.put("/users/@me", &Value::Null).await.refusal(), (405, 0));
    let unexpected = client.sim.counters().unexpected;
    assert_eq!(unexpected.len(), 3, "{unexpected:?}");
}

#[tokio::test]
async fn application_shows_which_intents_are_granted() {
    let client = Client::start().await;
    for path in ["/applications/@me", "/oauth2/applications/@me"] {
        let application = client.get(path).await.ok();
        assert_eq!(application["flags"], 1 << 15);
        assert_eq!(application["bot"]["username"], "droas");
    }
}

#[tokio::test]
async fn direct_channel_opens_but_takes_no_messages() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let body = json!({"recipient_id": member.user.to_string()});
    let opened = client.post("/users/@me/channels", &body).await.ok();
    assert_eq!(opened["recipients"][0]["id"], member.user.to_string());
    assert_eq!(
        client.post("/users/@me/channels", &body).await.ok()["id"],
        opened["id"]
    );
    let path = format!("/channels/{}/messages", opened["id"].as_str().expect("an id"));
    assert_eq!(
        client.post(&path, &json!({"content": "a"})).await.refusal(),
        (403, 50007)
    );
}
