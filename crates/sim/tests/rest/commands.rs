//! Registering commands.

use serde_json::{Value, json};

use crate::Client;

fn path(client: &Client, guild: Option<u64>) -> String {
    let application = client.sim.world().bot.application_id;
    match guild {
        Some(guild) => format!("/applications/{application}/guilds/{guild}/commands"),
        None => format!("/applications/{application}/commands"),
    }
}

fn names(list: &Value) -> Vec<&str> {
    let commands = list.as_array().expect("a list").iter();
    commands
        .map(|command| command["name"].as_str().expect("a name"))
        .collect()
}

#[tokio::test]
async fn overwriting_keeps_the_ids_of_commands_that_stay() {
    let client = Client::start().await;
    let path = path(&client, None);
    let first = client
        .put(
            &path,
            &json!([{"name": "welcome", "description": "a"}, {"name": "card", "description": "b"}]),
        )
        .await
        .ok();
    assert_eq!(names(&first), ["welcome", "card"]);
    let second = client
        .put(
            &path,
            &json!([{"name": "card", "description": "c", "default_member_permissions": "32", "contexts": [0]}]),
        )
        .await
        .ok();
    assert_eq!(second[0]["id"], first[1]["id"]);
    assert_ne!(second[0]["version"], first[1]["version"]);
    assert_eq!(second[0]["default_member_permissions"], "32");
    assert_eq!(names(&client.get(&path).await.ok()), ["card"]);
    let one = format!("{path}/{}", second[0]["id"].as_str().expect("an id"));
    assert_eq!(client.get(&one).await.ok()["description"], "c");
    assert_eq!(client.delete(&one).await.status, 204);
    assert_eq!(client.get(&one).await.refusal(), (404, 10063));
}

#[tokio::test]
async fn one_wrong_command_changes_nothing() {
    let client = Client::start().await;
    let path = path(&client, None);
    client
        .put(&path, &json!([{"name": "welcome", "description": "a"}]))
        .await
        .ok();
    let duplicate = json!({"name": "card", "description": "a"});
    for (body, pointer) in [
        (
            json!([{"name": "fine", "description": "a"}, {"name": "Not Fine", "description": "a"}]),
            "/1/name",
        ),
        (json!([duplicate, duplicate]), "/1"),
        (json!([{"name": "a"}]), "/0/description"),
        (json!(vec![json!({"name": "a", "description": "a"}); 101]), ""),
    ] {
        let answer = client.put(&path, &body).await;
        assert_eq!(answer.refusal(), (400, 50035));
        let errors = &answer.json()["errors"];
        let field = errors
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{pointer} in {errors}"));
        assert!(field["_errors"].is_array(), "{errors}");
    }
    assert_eq!(names(&client.get(&path).await.ok()), ["welcome"]);
}

#[tokio::test]
async fn guild_s_commands_are_apart_from_those_for_everywhere() {
    let client = Client::start().await;
    let (everywhere, here) = (path(&client, None), path(&client, Some(client.guild.id)));
    let made = client
        .post(&here, &json!({"name": "welcome", "description": "a"}))
        .await;
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["guild_id"], client.guild.id.to_string());
    let again = client
        .post(&here, &json!({"name": "welcome", "description": "b"}))
        .await;
    assert_eq!((again.status, &again.json()["id"]), (200, &made.json()["id"]));
    assert_eq!(client.get(&everywhere).await.ok(), json!([]));
    let changed = format!("{here}/{}", made.json()["id"].as_str().expect("an id"));
    let changed = client.patch(&changed, &json!({"description": "c"})).await.ok();
    assert_eq!(
        (&changed["name"], &changed["description"]),
        (&json!("welcome"), &json!("c"))
    );
    let stranger = path(&client, Some(7));
    assert_eq!(client.put(&stranger, &json!([])).await.refusal(), (403, 50001));
}
