//! How cards look, as admins choose it.

use domain::settings::Field;
use serde_json::json;

use super::background::card_of;
use super::{Managed, assert_says};

#[tokio::test]
async fn looks_are_chosen_shown_and_given_back() {
    let mut managed = Managed::begin().await;
    let begun = managed.stored().await;
    let before = managed.ask("welcome preview", json!({})).await;
    let chosen = json!({
        "layout": "centered", "theme": "light", "accent": "FF0000", "panel": "#123456", "text": "#ffffff",
        "opacity": "80%", "avatar": "square", "ring": "none", "alignment": "center",
        "title": "Hallo {name}", "subtitle": "in {guild}", "badge": "none",
    });
    let answered = managed.ask("welcome look", chosen).await;
    assert_says(
        &answered,
        &[
            "✅",
            "**Card layout**",
            "**Accent colour**: _default_ → `#ff0000`",
        ],
    );
    assert_ne!(card_of(&answered), card_of(&before));
    let stored = managed.stored().await;
    for (field, text) in [
        (Field::CardLayout, "centered"),
        (Field::CardTheme, "light"),
        (Field::CardAccent, "#ff0000"),
        (Field::CardOpacity, "80"),
        (Field::CardAvatar, "square"),
        (Field::CardRing, "none"),
        (Field::CardAlignment, "center"),
        (Field::CardTitle, "Hallo {name}"),
        (Field::CardBadge, ""),
    ] {
        assert_eq!(stored.settings.get(field), Some(text), "{field}");
    }
    assert_eq!(stored.version - begun.version, 1, "one change, whatever it holds");

    let all = [
        "layout",
        "theme",
        "accent",
        "panel",
        "text",
        "opacity",
        "avatar",
        "ring",
        "alignment",
        "title",
        "subtitle",
        "badge",
    ];
    let defaults: serde_json::Map<_, _> = all
        .into_iter()
        .map(|name| (name.to_owned(), json!("default")))
        .collect();
    let answered = managed.ask("welcome look", json!(defaults)).await;
    assert_eq!(card_of(&answered), card_of(&before), "as it was");
    let stored = managed.stored().await;
    assert_eq!(stored.version - begun.version, 2);
    assert_eq!(stored.settings, begun.settings);
    managed.end().await;
}

#[tokio::test]
async fn wrong_looks_are_refused_by_name_and_nothing_of_them_is_stored() {
    let mut managed = Managed::begin().await;
    for (options, sentence) in [
        (json!({}), "at least one option"),
        (
            json!({"layout": "poster", "accent": "reddish"}),
            "**Accent colour**: this is no colour",
        ),
        (json!({"opacity": "101"}), "**Panel opacity**"),
        (json!({"title": "{user}"}), "`{mention}`"),
        (json!({"badge": "}"}), "**Card badge**: a brace stands alone"),
    ] {
        assert_says(&managed.ask("welcome look", options).await, &[sentence]);
    }
    managed.assert_nothing_changed().await;
    managed.end().await;
}

#[tokio::test]
async fn guild_without_cards_is_told_so_in_place_of_one() {
    let managed = Managed::begin().await;
    managed.ask("welcome options", json!({"card": false})).await;
    let answered = managed.ask("welcome look", json!({"layout": "poster"})).await;
    assert_says(&answered, &["✅", "Cards are switched off here"]);
    assert!(answered.message.expect("a message").attachments.is_empty());
    managed.end().await;
}
