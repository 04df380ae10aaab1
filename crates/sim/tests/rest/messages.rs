//! Posting, reading, editing and deleting messages.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Client;
use crate::client::{long, png_header};

#[tokio::test]
async fn posted_message_stands_in_the_channel_and_is_read_back() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let content = format!("Welcome, <@{}>!", member.user);
    let posted = client
        .create_message(&json!({
            "content": content,
            "nonce": "w-1",
            "allowed_mentions": {"users": [member.user.to_string()]},
            "embeds": [{"title": "Hello", "color": 7}],
        }))
        .await
        .ok();
    assert_eq!(posted["content"], content);
    assert_eq!(posted["nonce"], "w-1");
    assert_eq!(posted["author"]["bot"], true);
    assert_eq!(posted["mentions"][0]["id"], member.user.to_string());
    assert_eq!(
        posted["embeds"][0],
        json!({"type": "rich", "title": "Hello", "color": 7})
    );
    assert_eq!(client.shown(), ["Welcome, @小林!"]);
    let path = format!(
        "/channels/{}/messages/{}",
        client.channel(),
        posted["id"].as_str().expect("an id")
    );
    assert_eq!(client.get(&path).await.ok(), posted);
}

#[tokio::test]
async fn posted_files_keep_their_bytes_size_and_description() {
    let client = Client::start().await;
    let card = png_header(1024, 512);
    let posted = client
        .create_with_files(
            &json!({
                "attachments": [{"id": "0", "filename": "card one.png", "description": "a card"}],
                "embeds": [{"image": {"url": "attachment://card_one.png"}}],
            }),
            &[("ignored.png", &card), ("note.txt", b"hello")],
        )
        .await
        .ok();
    let file = &posted["attachments"][0];
    assert_eq!(file["filename"], "card_one.png");
    assert_eq!(file["description"], "a card");
    assert_eq!(file["content_type"], "image/png");
    assert_eq!((&file["width"], &file["height"]), (&json!(1024), &json!(512)));
    assert_eq!(file["size"], card.len());
    assert_eq!(posted["attachments"][1]["filename"], "note.txt");
    assert_eq!(posted["embeds"][0]["image"]["url"], file["url"]);
    let url = file["url"].as_str().expect("an address");
    let fetched = Client::send(client.http.get(url)).await;
    assert_eq!((fetched.status, fetched.body), (200, card));
}

#[tokio::test]
async fn pictures_of_components_come_back_with_what_is_known_of_them() {
    let client = Client::start().await;
    let posted = client
        .create_with_files(
            &json!({
                "flags": 1 << 15,
                "attachments": [{"id": "0", "filename": "card.png"}],
                "components": [{"type": 17, "components": [{
                    "type": 12,
                    "items": [
                        {"media": {"url": "attachment://card.png"}, "description": "a card"},
                        {"media": {"url": "https://example.org/a.png"}},
                    ],
                }]}],
            }),
            &[("card.png", &png_header(1024, 512))],
        )
        .await
        .ok();
    let file = &posted["attachments"][0];
    let items = &posted["components"][0]["components"][0]["items"];
    assert_eq!(
        items[0],
        json!({
            "description": "a card",
            "spoiler": false,
            "media": {
                "id": file["id"], "attachment_id": file["id"],
                "url": file["url"], "proxy_url": file["url"],
                "width": 1024, "height": 512, "content_type": "image/png",
            },
        })
    );
    assert_eq!(items[1]["media"]["proxy_url"], "https://example.org/a.png");
    assert_eq!(items[1]["description"], json!(null));
}

#[tokio::test]
async fn enforced_nonce_gives_the_earlier_message_until_its_window_ends() {
    let client = Client::start().await;
    let body = json!({"content": "hello", "nonce": "n", "enforce_nonce": true});
    let first = client.create_message(&body).await.ok();
    let again = client.create_message(&body).await.ok();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(client.shown().len(), 1);
    client.sim.advance(Duration::from_secs(181));
    let later = client.create_message(&body).await.ok();
    assert_ne!(first["id"], later["id"]);
    assert_eq!(client.shown().len(), 2);
}

#[tokio::test]
async fn nonce_of_a_deleted_message_is_answered_with_unknown_message() {
    let client = Client::start().await;
    let body = json!({"content": "hello", "nonce": "n", "enforce_nonce": true});
    let first = client.create_message(&body).await.ok();
    let path = format!(
        "/channels/{}/messages/{}",
        client.channel(),
        first["id"].as_str().expect("an id")
    );
    assert_eq!(client.delete(&path).await.status, 204);
    assert_eq!(client.create_message(&body).await.refusal(), (404, 10008));
    assert_eq!(client.get(&path).await.refusal(), (404, 10008));
    assert!(client.shown().is_empty());
}

#[tokio::test]
async fn nonce_that_is_not_enforced_posts_twice() {
    let client = Client::start().await;
    for _ in 0..2 {
        client
            .create_message(&json!({"content": "hello", "nonce": "n"}))
            .await
            .ok();
    }
    assert_eq!(client.shown().len(), 2);
}

/// The codes at a field of an invalid form.
fn codes<'a>(errors: &'a Value, pointer: &str) -> Vec<&'a str> {
    errors
        .pointer(pointer)
        .and_then(|field| field["_errors"].as_array())
        .map(|found| found.iter().filter_map(|error| error["code"].as_str()).collect())
        .unwrap_or_default()
}

#[tokio::test]
async fn invalid_form_names_each_wrong_field() {
    let client = Client::start().await;
    let big = json!({"description": long(3001)});
    for (body, pointer, code) in [
        (json!({"content": long(2001)}), "/content", "BASE_TYPE_MAX_LENGTH"),
        (
            json!({"content": "a", "nonce": long(26)}),
            "/nonce",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({"embeds": [{"title": long(257)}]}),
            "/embeds/0/title",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({"embeds": [big, big]}),
            "/embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
        ),
        (
            json!({"embeds": vec![json!({"title": "a"}); 11]}),
            "/embeds",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["7"]}}),
            "/allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            json!({"content": "a", "attachments": [{"id": 0}]}),
            "/attachments/0",
            "ATTACHMENT_NOT_FOUND",
        ),
        (json!({"content": 7}), "/content", "STRING_TYPE_CONVERT"),
        (
            json!({"content": "a", "flags": 1 << 15, "components": [{"type": 10, "content": "b"}]}),
            "/content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
    ] {
        let answer = client.create_message(&body).await;
        assert_eq!(answer.refusal(), (400, 50035));
        assert_eq!(
            codes(&answer.json()["errors"], pointer),
            [code],
            "{}",
            answer.json()
        );
    }
    assert!(client.shown().is_empty());
    assert_eq!(client.sim.counters().unexpected.len(), 9);
}

#[tokio::test]
async fn text_of_exactly_2000_characters_is_posted() {
    let client = Client::start().await;
    client.create_message(&json!({"content": long(2000)})).await.ok();
    assert_eq!(client.shown()[0].chars().count(), 2000);
}

#[tokio::test]
async fn empty_message_is_refused() {
    let client = Client::start().await;
    for body in [json!({}), json!({"content": "  \n"}), json!({"embeds": []})] {
        assert_eq!(client.create_message(&body).await.refusal(), (400, 50006));
    }
}

#[tokio::test]
async fn file_over_ten_mebibytes_is_too_large() {
    let client = Client::start().await;
    let fits = vec![7; 10 << 20];
    let posted = client
        .create_with_files(&json!({}), &[("a.bin", &fits)])
        .await
        .ok();
    assert_eq!(posted["attachments"][0]["size"], 10 << 20);
    let too_large = vec![7; (10 << 20) + 1];
    let answer = client
        .create_with_files(&json!({}), &[("a.bin", &too_large)])
        .await;
    assert_eq!(answer.refusal(), (413, 40005));
    let together = client
        .create_with_files(&json!({}), &[("a", &fits), ("b", &fits), ("c", &fits)])
        .await;
    assert_eq!(together.refusal(), (413, 40005));
    assert_eq!(client.shown().len(), 1);
}

#[tokio::test]
async fn eleventh_file_is_refused() {
    let client = Client::start().await;
    let files = [("a.txt", &b"x"[..]); 11];
    let answer = client.create_with_files(&json!({}), &files).await;
    assert_eq!(answer.refusal(), (400, 50035));
    client.create_with_files(&json!({}), &files[..10]).await.ok();
}

#[tokio::test]
async fn messages_are_paged_by_id_the_newest_first() {
    let client = Client::start().await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let posted = client
            .create_message(&json!({"content": number.to_string()}))
            .await
            .ok();
        ids.push(posted["id"].as_str().expect("an id").to_owned());
    }
    let page = async |query: &str| -> Vec<String> {
        let path = format!("/channels/{}/messages?{query}", client.channel());
        let listed = client.get(&path).await.ok();
        let texts = listed.as_array().expect("a list").iter();
        texts
            .map(|message| message["content"].as_str().expect("text").to_owned())
            .collect()
    };
    assert_eq!(page("").await, ["6", "5", "4", "3", "2", "1", "0"]);
    assert_eq!(page("limit=2").await, ["6", "5"]);
    assert_eq!(page(&format!("limit=2&before={}", ids[3])).await, ["2", "1"]);
    assert_eq!(page(&format!("limit=2&after={}", ids[3])).await, ["5", "4"]);
    assert_eq!(page(&format!("limit=3&around={}", ids[3])).await, ["4", "3", "2"]);
    let path = format!("/channels/{}/messages?limit=101", client.channel());
    assert_eq!(client.get(&path).await.refusal(), (400, 50035));
}

#[tokio::test]
async fn own_message_is_edited_and_files_are_kept_by_name() {
    let client = Client::start().await;
    let posted = client
        .create_with_files(&json!({"content": "before"}), &[("a.txt", b"a"), ("b.txt", b"b")])
        .await
        .ok();
    let path = format!(
        "/channels/{}/messages/{}",
        client.channel(),
        posted["id"].as_str().expect("an id")
    );
    let kept = &posted["attachments"][1]["id"];
    let edited = client
        .patch(&path, &json!({"content": "after", "attachments": [{"id": kept}]}))
        .await
        .ok();
    assert_eq!(edited["content"], "after");
    assert!(edited["edited_timestamp"].is_string());
    assert_eq!(edited["attachments"].as_array().map(Vec::len), Some(1));
    assert_eq!(edited["attachments"][0]["filename"], "b.txt");
    assert_eq!(
        client
            .patch(&path, &json!({"content": "", "attachments": []}))
            .await
            .refusal(),
        (400, 50006)
    );
}

#[tokio::test]
async fn stranger_s_message_is_neither_edited_nor_deleted() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let id = client
        .guild
        .post(client.channel(), member, "mine")
        .expect("a message");
    let path = format!("/channels/{}/messages/{id}", client.channel());
    assert_eq!(
        client.patch(&path, &json!({"content": "yours"})).await.refusal(),
        (403, 50005)
    );
    assert_eq!(client.delete(&path).await.refusal(), (403, 50013));
    assert_eq!(client.shown(), ["mine"]);
}

#[tokio::test]
async fn broken_json_is_told_apart_from_a_wrong_form() {
    let client = Client::start().await;
    let path = format!("/channels/{}/messages", client.channel());
    let request = client.rest(reqwest::Method::POST, &path);
    let answer = Client::send(request.header("content-type", "application/json").body("{")).await;
    assert_eq!(answer.refusal(), (400, 50109));
}
