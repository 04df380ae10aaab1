//! Who may, and what is answered to those who may not or send nonsense.

use serde_json::{Value, json};
use sim::rest::interactions::{Kind, Use};

use super::{Managed, assert_says, data};

#[tokio::test]
async fn who_may_not_manage_the_guild_is_refused_whatever_their_client_shows_them() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let guest = guild.join("guest");
    managed.scenario.welcomed(&[guest]).await;
    guild.set_locale(guest, "ja");
    let hidden = guild.command(guest, "settings show", json!({}));
    assert!(hidden.is_err(), "Discord's own client does not show it to them");
    for (kind, data) in [
        (Kind::Command, data("settings", "show", json!([]))),
        (Kind::Command, data("settings", "export", json!([]))),
        (Kind::Command, data("welcome", "disable", json!([]))),
        (
            Kind::Component,
            json!({"custom_id": format!("welcome.reset;{};9999999999;0", guest.user), "component_type": 2}),
        ),
        (
            Kind::Modal,
            json!({"custom_id": format!("welcome.message;{};9999999999;0", guest.user), "components": []}),
        ),
    ] {
        let used = Use::Forged {
            kind,
            data,
            changes: message_stands(kind),
        };
        let used = guild.uses(guest, used).expect("the channel is seen");
        let refused = managed.answer(used).await;
        assert_says(&refused, &["サーバー管理"]);
        assert!(refused.private);
    }
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

/// A component has a message that it stands under.
fn message_stands(kind: Kind) -> serde_json::Map<String, Value> {
    let changes = match kind {
        Kind::Component => json!({"message": {"id": "1", "channel_id": "1"}}),
        _ => json!({}),
    };
    changes.as_object().cloned().unwrap_or_default()
}

#[tokio::test]
async fn button_is_for_whoever_opened_it() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    managed.ask("welcome options", json!({"card": false})).await;
    let asked = managed.ask("welcome reset", json!({})).await;
    let other = guild.join_manager("another manager");
    managed.scenario.welcomed(&[other]).await;
    let refused = managed.press_as(other, &asked, "Reset").await;
    assert_says(&refused, &["Only the person who opened this"]);
    let stored = managed.stored().await;
    assert_eq!(stored.version, 1);
    managed.end().await;
}

#[tokio::test]
async fn nonsense_is_answered_with_a_sentence_and_stores_nothing() {
    let mut managed = Managed::begin().await;
    let text = |name: &str, value: Value| json!([{"name": name, "type": 3, "value": value}]);
    let unknown = "I do not know this command";
    for (data, sentence) in [
        (data("settings", "explode", json!([])), unknown),
        (data("moon", "show", json!([])), unknown),
        (json!({"id": "1", "name": "settings", "type": 1}), unknown),
        (data("settings", "language", json!([])), "`language`"),
        (
            data("settings", "language", text("language", json!("tlh"))),
            "do not speak",
        ),
        (
            data(
                "settings",
                "language",
                json!([{"name": "language", "type": 4, "value": 7}]),
            ),
            "`language`",
        ),
        (
            data("welcome", "channel", text("channel", json!("1"))),
            "`channel`",
        ),
        (
            data(
                "welcome",
                "message",
                text("text", json!("{name}".repeat(100_000 / 6))),
            ),
            "characters",
        ),
        (
            data(
                "welcome",
                "message",
                text("text", json!("Z\u{0351}\u{036b}".repeat(2_000))),
            ),
            "characters",
        ),
        (
            data(
                "welcome",
                "message",
                json!([{"name": "remove", "type": 4, "value": i64::MIN}]),
            ),
            "There is no text",
        ),
        (
            data("welcome", "options", text("raids", json!("nuke"))),
            "**In raids**",
        ),
        (data("settings", "import", json!([])), "`file`"),
    ] {
        let refused = managed.forge(Kind::Command, data.clone(), json!({})).await;
        let shown: String = data.to_string().chars().take(200).collect();
        assert!(refused.text().contains(sentence), "{shown}: {}", refused.text());
        assert!(refused.private);
    }
    for custom_id in ["", "x", "moon.rise;1;2;3", "welcome.reset;x;y;z"] {
        let message = json!({"message": {"id": "1", "channel_id": "1"}});
        let data = json!({"custom_id": custom_id, "component_type": 2});
        let refused = managed.forge(Kind::Component, data, message).await;
        assert!(!refused.text().is_empty(), "{custom_id:?}");
    }
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

#[tokio::test]
async fn guild_that_is_not_known_is_told_what_to_do() {
    let managed = Managed::begin().await;
    let elsewhere =
        json!({"guild_id": "4194304000", "guild": {"id": "4194304000", "locale": "en-US", "features": []}});
    let refused = managed
        .forge(Kind::Command, data("settings", "show", json!([])), elsewhere)
        .await;
    assert_says(&refused, &["I do not know this server yet"]);
    let alone = managed
        .forge(
            Kind::Command,
            data("settings", "show", json!([])),
            json!({"guild_id": null, "guild": null, "member": null, "user": {"id": "5", "username": "x", "discriminator": "0", "avatar": null, "global_name": null}, "context": 1}),
        )
        .await;
    assert_says(&alone, &["in servers only"]);
    managed.end().await;
}
