//! `/welcome`.

use std::time::Duration;

use domain::settings::Field;
use serde_json::json;

use super::{Managed, assert_says};

const VIEW_CHANNEL: u64 = 1 << 10;
const ATTACH_FILES: u64 = 1 << 15;

#[tokio::test]
async fn members_are_welcomed_in_the_channel_that_was_chosen() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let tea = guild.create_channel("tea");
    let chosen = managed
        .ask("welcome channel", json!({"channel": tea.to_string()}))
        .await;
    assert_says(&chosen, &[&format!("<#{tea}>")]);
    let guest = guild.join("guest");
    managed.scenario.welcomed(&[guest]).await;
    assert_eq!(guild.channel_messages(tea).len(), 1);
    managed.end().await;
}

#[tokio::test]
async fn channel_in_which_something_is_missing_is_refused_by_the_names_of_it() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let tea = guild.create_channel("tea");
    guild.set_locale(managed.manager, "zh-TW");
    for (denied, missing) in [(ATTACH_FILES, "**附加檔案**"), (VIEW_CHANNEL, "**檢視頻道**")] {
        assert!(guild.deny_bot(tea, denied));
        let refused = managed
            .ask("welcome channel", json!({"channel": tea.to_string()}))
            .await;
        assert_says(&refused, &[missing, &format!("<#{tea}>")]);
    }
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

#[tokio::test]
async fn words_are_set_added_removed_and_shown_as_they_will_look() {
    let mut managed = Managed::begin().await;
    let default = managed.ask("welcome show", json!({})).await;
    assert_says(
        &default,
        &[
            "✅ Nothing is missing",
            "Welcome <@",
            "to 茶館!",
            "the default is used",
        ],
    );
    for (options, said) in [
        (json!({"text": "Hi {mention}"}), "`Hi {mention}`"),
        (
            json!({"add": "Welcome to {guild}, {name}"}),
            "`Welcome to {guild}, {name}`",
        ),
        (json!({"add": "Third"}), "`Third`"),
        (
            json!({"remove": 1, "style": "embed", "colour": "5865F2"}),
            "`#5865f2`",
        ),
    ] {
        assert_says(
            &managed.ask("welcome message", options).await,
            &["✅ Stored", said],
        );
    }
    let shown = managed.ask("welcome show", json!({})).await;
    assert_says(
        &shown,
        &[
            "Text 1 will look",
            "Welcome to 茶館, 館長",
            "Text 2",
            "Third",
            "**Message style**: embed",
        ],
    );
    for (options, sentence) in [
        (json!({"remove": 7}), "no text 7: 2 texts"),
        (json!({"text": "{nmae}"}), "Do you mean `{name}`?"),
        (json!({"text": "a { b"}), "a brace stands alone"),
        (json!({"text": "a", "add": "b"}), "cannot be used together"),
        (json!({"colour": "reddish"}), "#rrggbb"),
        (json!({"title": "{moon}"}), "**Embed title**"),
    ] {
        assert_says(&managed.ask("welcome message", options).await, &[sentence]);
    }
    let stored = managed.stored().await;
    assert_eq!(stored.version, 4);
    assert_eq!(
        stored.settings.get(Field::WelcomeTexts),
        Some("Welcome to {guild}, {name}\n---\nThird")
    );
    managed.end().await;
}

#[tokio::test]
async fn words_are_written_in_a_window() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let open = || {
        guild
            .command(managed.manager, "welcome message", json!({}))
            .expect("Discord's client lets them")
    };
    let window = open();
    assert_eq!(managed.answer(window).await.callback.kind, 9);
    let fields =
        json!({"texts": "一\n---\n二 {mention}", "style": ["embed"], "title": "ようこそ", "colour": ""});
    let sent = guild.send_window(managed.manager, window, fields);
    let stored = managed.answer(sent.expect("it was opened")).await;
    assert_says(&stored, &["✅ Stored", "`一` · `二 {mention}`", "`ようこそ`"]);

    // What stands there is in the window that is opened next; two of them, and the first one wins.
    let (one, other) = (open(), open());
    let shown = managed.answer(one).await;
    assert!(
        shown.callback.data.to_string().contains("二 {mention}"),
        "{shown:?}"
    );
    managed.answer(other).await;
    let fields = |text: &str| json!({"texts": text, "style": ["embed"], "title": "ようこそ", "colour": ""});
    let sent = guild.send_window(managed.manager, one, fields("first"));
    assert_says(&managed.answer(sent.expect("open")).await, &["✅"]);
    let sent = guild.send_window(managed.manager, other, fields("second"));
    let stale = managed.answer(sent.expect("open")).await;
    let manager = format!("<@{}>", managed.manager.user);
    assert_says(
        &stale,
        &[&manager, "Welcome texts", "<t:", "Nothing of yours was stored"],
    );
    let stored = managed.stored().await;
    assert_eq!(stored.settings.get(Field::WelcomeTexts), Some("first"));
    assert_eq!(stored.version, 2);
    managed.end().await;
}

#[tokio::test]
async fn options_direct_message_and_farewell_are_set_and_taken_back() {
    let mut managed = Managed::begin().await;
    let channel = managed.scenario.guild.create_channel("bye").to_string();
    for (command, options, said) in [
        (
            "welcome options",
            json!({"screening": true, "raids": "hold-back", "card": false}),
            &[
                "**Wait for screening**: _default_ → on",
                "greet nobody",
                "**Card**: _default_ → off",
            ][..],
        ),
        (
            "welcome direct-message",
            json!({"text": "Hello {name}"}),
            &["`Hello {name}`"],
        ),
        (
            "welcome farewell",
            json!({"text": "Bye {name}", "channel": channel}),
            &["`Bye {name}`", &format!("<#{channel}>")],
        ),
    ] {
        assert_says(&managed.ask(command, options).await, said);
    }
    for (command, options, sentence) in [
        ("welcome options", json!({}), "at least one option"),
        ("welcome direct-message", json!({}), "set `off`"),
        (
            "welcome direct-message",
            json!({"text": "a", "off": true}),
            "together",
        ),
        ("welcome farewell", json!({"text": "{"}), "**Farewell text**"),
        (
            "welcome farewell",
            json!({"channel": channel, "off": true}),
            "together",
        ),
    ] {
        assert_says(&managed.ask(command, options).await, &[sentence]);
    }
    assert_eq!(managed.stored().await.version, 3);
    managed.ask("welcome direct-message", json!({"off": true})).await;
    managed.ask("welcome farewell", json!({"off": true})).await;
    let stored = managed.stored().await;
    let set: Vec<Field> = stored.settings.entries().map(|(field, _)| field).collect();
    assert_eq!(
        set,
        [
            Field::Language,
            Field::WelcomeCard,
            Field::AfterScreening,
            Field::Raids
        ]
    );
    managed.end().await;
}

#[tokio::test]
async fn what_hinders_welcomes_is_told_with_its_reason() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let channel = guild.welcome_channel();
    assert!(guild.deny_bot(channel, ATTACH_FILES));
    let waiting = guild.join("waiting");
    managed
        .scenario
        .bot_counts(|tally| tally.guilds_parked == 1)
        .await;
    let shown = managed.ask("welcome show", json!({})).await;
    assert_says(
        &shown,
        &["I may not post in", "noticed <t:", "I lack: **Attach Files**"],
    );
    assert!(guild.deny_bot(channel, 0));
    managed.scenario.welcomed(&[waiting]).await;
    managed
        .scenario
        .bot_counts(|tally| tally.guilds_unparked == 1)
        .await;
    assert_says(
        &managed.ask("welcome show", json!({})).await,
        &["✅ Nothing is missing"],
    );
    guild.change(|guild| guild.system_channel = None);
    managed.end().await;
}

#[tokio::test]
async fn reset_asks_first_and_only_once_and_not_for_ever() {
    let mut managed = Managed::begin().await;
    assert_says(
        &managed.ask("welcome reset", json!({})).await,
        &["default already"],
    );
    managed.ask("welcome options", json!({"card": false})).await;
    managed.ask("welcome message", json!({"text": "Hi"})).await;

    let asked = managed.ask("welcome reset", json!({})).await;
    assert_says(&asked, &["2 settings"]);
    assert_says(&managed.press(&asked, "Cancel").await, &["Cancelled"]);

    let asked = managed.ask("welcome reset", json!({})).await;
    managed.ask("welcome message", json!({"text": "Hello"})).await;
    let stale = managed.press(&asked, "Reset").await;
    assert_says(&stale, &["Welcome texts", "Nothing of yours was stored"]);

    let asked = managed.ask("welcome reset", json!({})).await;
    let too_long = Duration::from_secs(301);
    managed.scenario.clock.advance(too_long);
    managed.scenario.sim.advance(too_long);
    assert_says(&managed.press(&asked, "Reset").await, &["expired"]);

    let asked = managed.ask("welcome reset", json!({})).await;
    assert_says(&managed.press(&asked, "Reset").await, &["✅ 2 settings"]);
    let stored = managed.stored().await;
    let set: Vec<Field> = stored.settings.entries().map(|(field, _)| field).collect();
    assert_eq!((stored.version, set), (4, vec![Field::Language]));
    managed.end().await;
}
