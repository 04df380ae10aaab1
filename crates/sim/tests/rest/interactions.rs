//! Somebody uses the bot, and the bot answers.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use sim::rest::interactions::{Use, start};
use sim::world::message::NewAttachment;

use crate::Client;
use crate::client::png_header;

struct Asked {
    id: u64,
    token: String,
    user: u64,
}

/// A client whose bot has `/welcome set channel:` and `/card`, and somebody who may use both.
async fn with_commands() -> (Client, u64) {
    let client = Client::start().await;
    let application = client.sim.world().bot.application_id;
    let commands = json!([
        {"name": "card", "description": "d", "options": [
            {"type": 11, "name": "picture", "description": "d"},
            {"type": 4, "name": "size", "description": "d", "min_value": 1, "max_value": 9},
        ]},
        {"name": "welcome", "description": "d", "default_member_permissions": "32", "options": [
            {"type": 1, "name": "set", "description": "d", "options": [
                {"type": 7, "name": "channel", "description": "d", "required": true, "channel_types": [0]},
            ]},
        ]},
    ]);
    client
        .put(&format!("/applications/{application}/commands"), &commands)
        .await
        .ok();
    let user = client.guild.join("小林").user;
    (client, user)
}

fn command(name: &str, options: Value) -> Use {
    Use::Command {
        name: name.to_owned(),
        options: options.as_object().cloned().unwrap_or_default(),
        files: BTreeMap::new(),
    }
}

fn modal_of(asked: &Asked, fields: Map<String, Value>, files: BTreeMap<String, Vec<NewAttachment>>) -> Use {
    Use::Modal {
        of: asked.id,
        fields,
        files,
    }
}

fn used(client: &Client, user: u64, what: Use) -> Asked {
    let id = start(client.sim.state(), client.channel(), user, what).expect("a person can do this");
    let token = client.interaction(id).token;
    Asked { id, token, user }
}

impl Client {
    async fn callback(&self, asked: &Asked, body: &Value) -> crate::client::Answer {
        let path = format!(
            "/interactions/{}/{}/callback?with_response=true",
            asked.id, asked.token
        );
        self.post(&path, body).await
    }

    fn webhook(&self, asked: &Asked) -> String {
        format!(
            "/webhooks/{}/{}",
            self.sim.world().bot.application_id,
            asked.token
        )
    }
}

#[tokio::test]
async fn first_answer_is_taken_once_and_within_three_seconds() {
    let (client, user) = with_commands().await;
    let asked = used(&client, user, command("card", json!({})));
    let body = json!({"type": 4, "data": {"content": "hello"}});
    let taken = client.callback(&asked, &body).await.ok();
    assert_eq!(taken["interaction"]["type"], 2);
    assert_eq!(taken["resource"]["message"]["content"], "hello");
    assert_eq!(taken["resource"]["message"]["type"], 20);
    assert_eq!(client.callback(&asked, &body).await.refusal(), (400, 40060));
    assert_eq!(client.shown(), ["hello"]);

    let late = used(&client, user, command("card", json!({})));
    client.sim.advance(Duration::from_millis(3_001));
    assert_eq!(client.callback(&late, &body).await.refusal(), (404, 10062));
    let stranger = Asked {
        token: "other".to_owned(),
        ..used(&client, user, command("card", json!({})))
    };
    assert_eq!(client.callback(&stranger, &body).await.refusal(), (404, 10062));
    assert_eq!(client.shown().len(), 1);
}

#[tokio::test]
async fn promised_answer_is_loading_until_the_follow_up_fills_it() {
    let (client, user) = with_commands().await;
    let asked = used(&client, user, command("card", json!({})));
    let promised = client.callback(&asked, &json!({"type": 5})).await.ok();
    assert_eq!(promised["interaction"]["response_message_loading"], true);
    let original = format!("{}/messages/@original", client.webhook(&asked));
    assert_eq!(client.get(&original).await.ok()["flags"], 1 << 7);
    let filled = client
        .post(&client.webhook(&asked), &json!({"content": "done"}))
        .await
        .ok();
    assert_eq!(filled["id"], promised["interaction"]["response_message_id"]);
    assert_eq!(filled["flags"], 0);
    let second = client
        .post(&client.webhook(&asked), &json!({"content": "more"}))
        .await
        .ok();
    assert_eq!(client.shown(), ["done", "more"]);
    let second = format!(
        "{}/messages/{}",
        client.webhook(&asked),
        second["id"].as_str().expect("an id")
    );
    assert_eq!(
        client.patch(&second, &json!({"content": "most"})).await.ok()["content"],
        "most"
    );
    assert_eq!(client.delete(&second).await.status, 204);
    assert_eq!(client.get(&second).await.refusal(), (404, 10008));
    assert_eq!(client.shown(), ["done"]);
}

#[tokio::test]
async fn private_answer_is_seen_by_nobody_else() {
    let (client, user) = with_commands().await;
    let asked = used(&client, user, command("card", json!({})));
    client
        .callback(&asked, &json!({"type": 5, "data": {"flags": 64}}))
        .await
        .ok();
    let original = format!("{}/messages/@original", client.webhook(&asked));
    let edited = client
        .patch(&original, &json!({"content": "just for you"}))
        .await
        .ok();
    assert_eq!(edited["flags"], 64);
    assert!(client.shown().is_empty());
    assert_eq!(client.get(&original).await.ok()["content"], "just for you");
    assert_eq!(client.delete(&original).await.status, 204);
    assert_eq!(client.get(&original).await.refusal(), (404, 10008));
}

#[tokio::test]
async fn webhook_opens_with_the_first_answer_and_dies_after_fifteen_minutes() {
    let (client, user) = with_commands().await;
    let asked = used(&client, user, command("card", json!({})));
    let body = json!({"content": "a"});
    assert_eq!(
        client.post(&client.webhook(&asked), &body).await.refusal(),
        (404, 10015)
    );
    client
        .callback(&asked, &json!({"type": 4, "data": body}))
        .await
        .ok();
    client.sim.advance(Duration::from_secs(15 * 60));
    client.post(&client.webhook(&asked), &body).await.ok();
    client.sim.advance(Duration::from_millis(1));
    assert_eq!(
        client.post(&client.webhook(&asked), &body).await.refusal(),
        (401, 50027)
    );
}

#[tokio::test]
async fn button_changes_the_message_that_it_stands_under() {
    let (client, user) = with_commands().await;
    let rows =
        json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "go", "custom_id": "go"}]}]);
    let posted = client
        .create_message(&json!({"content": "press", "components": rows}))
        .await
        .ok();
    let press = Use::Component {
        message: posted["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a snowflake"),
        custom_id: "go".to_owned(),
        values: Vec::new(),
    };
    let asked = used(&client, user, press);
    let changed = json!({"type": 7, "data": {"content": "pressed", "components": []}});
    let taken = client.callback(&asked, &changed).await.ok();
    assert_eq!(taken["resource"]["message"]["id"], posted["id"]);
    assert_eq!(client.shown(), ["pressed"]);
    let of_command = used(&client, user, command("card", json!({})));
    assert_eq!(
        client.callback(&of_command, &changed).await.refusal(),
        (400, 50035)
    );
}

#[tokio::test]
async fn modal_is_shown_filled_in_and_answered() {
    let (client, user) = with_commands().await;
    let asked = used(&client, user, command("card", json!({})));
    let modal = json!({"custom_id": "m", "title": "Text", "components": [
        {"type": 1, "components": [{"type": 4, "custom_id": "text", "style": 1, "label": "Text"}]},
    ]});
    client
        .callback(&asked, &json!({"type": 9, "data": modal}))
        .await
        .ok();
    let fields = Map::from_iter([("text".to_owned(), json!("hello"))]);
    let sent = used(&client, asked.user, modal_of(&asked, fields, BTreeMap::new()));
    client
        .callback(&sent, &json!({"type": 4, "data": {"content": "thanks"}}))
        .await
        .ok();
    assert_eq!(client.shown(), ["thanks"]);
    let nested = client
        .callback(
            &used(&client, user, command("card", json!({}))),
            &json!({"type": 9}),
        )
        .await;
    assert_eq!(nested.refusal(), (400, 50035));
}

#[tokio::test]
async fn old_interactions_make_room_for_new_ones() {
    let (client, user) = with_commands().await;
    let first = used(&client, user, command("card", json!({})));
    client.sim.advance(Duration::from_secs(16 * 60));
    let second = used(&client, user, command("card", json!({})));
    for _ in 0..1_000 {
        used(&client, user, command("card", json!({})));
    }
    assert!(client.sim.state().rest.interaction(first.id).is_none());
    assert!(client.sim.state().rest.interaction(second.id).is_some());
}

#[tokio::test]
async fn interactions_are_exempt_from_the_global_limit() {
    let (client, user) = with_commands().await;
    let mut limits = client.sim.state().rest.limits();
    limits.global.requests = 1;
    client.sim.state().rest.set_limits(limits);
    client.get("/users/@me").await.ok();
    assert_eq!(client.get("/users/@me").await.status, 429);
    let asked = used(&client, user, command("card", json!({})));
    client
        .callback(&asked, &json!({"type": 4, "data": {"content": "a"}}))
        .await
        .ok();
    client
        .post(&client.webhook(&asked), &json!({"content": "b"}))
        .await
        .ok();
}

#[tokio::test]
async fn person_can_only_do_what_the_client_offers() {
    let (client, user) = with_commands().await;
    let channel = client.channel();
    for (what, why) in [
        (command("nothing", json!({})), "no command is named nothing"),
        (command("card", json!({"size": 10})), "does not take 10"),
        (command("card", json!({"colour": 1})), "has no option colour"),
        (
            command("welcome set", json!({"channel": channel.to_string()})),
            "lacks the permissions",
        ),
    ] {
        let refused = start(client.sim.state(), channel, user, what).expect_err(why);
        assert!(refused.0.contains(why), "{refused}");
    }
    let owner = client.sim.world().guilds[&client.guild.id].owner;
    for (what, why) in [
        (command("welcome", json!({})), "needs a sub-command"),
        (command("welcome set", json!({})), "option channel is required"),
        (
            command("welcome set", json!({"channel": "7"})),
            "there is no channel 7",
        ),
    ] {
        let refused = start(client.sim.state(), channel, owner, what).expect_err(why);
        assert!(refused.0.contains(why), "{refused}");
    }
    used(
        &client,
        owner,
        command("welcome set", json!({"channel": channel.to_string()})),
    );
}

#[tokio::test]
async fn file_given_to_a_command_is_found_on_the_cdn() {
    let (client, user) = with_commands().await;
    let picture = png_header(640, 480);
    let file = NewAttachment {
        filename: "bg.png".to_owned(),
        description: None,
        content_type: Some("image/png".to_owned()),
        dimensions: Some((640, 480)),
        bytes: Bytes::from(picture.clone()),
    };
    let what = Use::Command {
        name: "card".to_owned(),
        options: Map::new(),
        files: BTreeMap::from([("picture".to_owned(), file)]),
    };
    let asked = used(&client, user, what);
    let data = client.interaction(asked.id).data;
    let id = data["options"][0]["value"].as_str().expect("an id");
    let resolved = &data["resolved"]["attachments"][id];
    assert_eq!(
        (&resolved["width"], &resolved["size"]),
        (&json!(640), &json!(picture.len()))
    );
    let fetched = Client::send(client.http.get(resolved["url"].as_str().expect("an address"))).await;
    assert_eq!(fetched.body, picture);
}

#[tokio::test]
async fn modal_takes_files_and_what_the_client_lets_through() {
    let (client, user) = with_commands().await;
    let asked = used(&client, user, command("card", json!({})));
    let modal = json!({"custom_id": "m", "title": "Picture", "components": [
        {"type": 18, "label": "Picture", "component": {"type": 19, "custom_id": "picture"}},
        {"type": 18, "label": "Words", "component": {"type": 4, "custom_id": "words", "style": 1, "value": "old", "max_length": 5}},
        {"type": 18, "label": "Side", "component": {
            "type": 3, "custom_id": "side", "min_values": 0, "required": false, "options": [{"label": "l", "value": "left"}],
        }},
    ]});
    client
        .callback(&asked, &json!({"type": 9, "data": modal}))
        .await
        .ok();
    let file = || NewAttachment {
        filename: "bg.png".to_owned(),
        description: None,
        content_type: None,
        dimensions: None,
        bytes: Bytes::from_static(b"picture"),
    };
    let files = |count: usize| BTreeMap::from([("picture".to_owned(), (0..count).map(|_| file()).collect())]);
    let fields = |fields: Value| fields.as_object().cloned().expect("an object");
    for (what, why) in [
        (
            modal_of(&asked, Map::new(), BTreeMap::new()),
            "input picture takes 1 to 1",
        ),
        (
            modal_of(&asked, Map::new(), files(2)),
            "input picture takes 1 to 1",
        ),
        (
            modal_of(&asked, fields(json!({"words": ""})), files(1)),
            "input words is required",
        ),
        (
            modal_of(&asked, fields(json!({"words": "longer"})), files(1)),
            "takes 0 to 5 characters",
        ),
        (
            modal_of(&asked, fields(json!({"side": ["right"]})), files(1)),
            "does not offer \"right\"",
        ),
    ] {
        let refused = start(client.sim.state(), client.channel(), user, what).expect_err(why);
        assert!(refused.0.contains(why), "{refused}");
    }
    let sent = used(&client, user, modal_of(&asked, Map::new(), files(1)));
    let data = client.interaction(sent.id).data;
    assert_eq!(data["components"][1]["component"]["value"], "old");
    assert_eq!(data["components"][2]["component"]["values"], json!([]));
    let id = data["components"][0]["component"]["values"][0]
        .as_str()
        .expect("an id");
    let url = data["resolved"]["attachments"][id]["url"]
        .as_str()
        .expect("an address");
    assert_eq!(Client::send(client.http.get(url)).await.body, b"picture");
}

#[tokio::test]
async fn who_types_is_offered_values_and_nothing_else() {
    let (client, user) = with_commands().await;
    let application = client.sim.world().bot.application_id;
    let commands = json!([{"name": "zone", "description": "d", "options": [
        {"type": 3, "name": "name", "description": "d", "autocomplete": true},
        {"type": 3, "name": "plain", "description": "d"},
    ]}]);
    client
        .put(&format!("/applications/{application}/commands"), &commands)
        .await
        .ok();
    let typing = |option: &str| Use::Autocomplete {
        name: "zone".to_owned(),
        option: option.to_owned(),
        typed: "asia/t".to_owned(),
    };
    let refused = start(client.sim.state(), client.channel(), user, typing("plain"));
    assert!(refused.is_err());
    let asked = used(&client, user, typing("name"));
    let data = client.interaction(asked.id).data;
    assert_eq!(data["options"][0]["focused"], true);
    let message = client
        .callback(&asked, &json!({"type": 4, "data": {"content": "a"}}))
        .await;
    assert_eq!(message.refusal(), (400, 50035));
    let many = vec![json!({"name": "a", "value": "a"}); 26];
    let too_many = client
        .callback(&asked, &json!({"type": 8, "data": {"choices": many}}))
        .await;
    assert_eq!(too_many.refusal(), (400, 50035));
    let offer = json!({"type": 8, "data": {"choices": [{"name": "Tokyo", "value": "Asia/Tokyo"}]}});
    client.callback(&asked, &offer).await.ok();
    let of_command = used(&client, user, command("zone", json!({})));
    assert_eq!(client.callback(&of_command, &offer).await.refusal(), (400, 50035));
}
