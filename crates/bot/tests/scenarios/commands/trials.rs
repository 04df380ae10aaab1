//! What would be posted, what is posted as a test, and what was posted.

use std::time::Duration;

use domain::id::GuildId;
use domain::settings::{Field, Patch};
use serde_json::json;
use sim::faults::FaultPlan;
use sim::rest::interactions::{Kind, Use};

use super::background::card_of;
use super::{Managed, assert_says, data};

const SEND_MESSAGES: u64 = 1 << 11;

#[tokio::test]
async fn preview_is_exactly_what_a_test_posts_for_real() {
    let managed = Managed::begin().await;
    let guild = &managed.scenario.guild;
    let patch = Patch::new()
        .set(Field::WelcomeStyle, "embed")
        .set(
            Field::WelcomeTexts,
            "Sit down, {mention}, member {ordinal} of **{guild}**",
        )
        .set(Field::EmbedTitle, "For {name}")
        .set(Field::EmbedColor, "#5865f2");
    managed.scenario.choose(GuildId(guild.id), patch).await;
    let preview = managed.ask("welcome preview", json!({})).await;
    assert_says(&preview, &["Only you see this", "For 館長"]);
    let count = guild.welcome_messages().len();
    let posted = managed.ask("welcome test", json!({})).await;
    assert_says(&posted, &["https://discord.com/channels/"]);
    let messages = guild.welcome_messages();
    assert_eq!(messages.len(), count + 1);
    let message = messages.last().expect("posted");
    assert_eq!(message.mentions, [managed.manager.user]);
    let shown = preview.message.as_ref().expect("a message");
    let texts =
        |embed: &serde_json::Value| ["title", "description", "color"].map(|field| embed[field].clone());
    assert_eq!(texts(&message.embeds[0]), texts(&shown.embeds[0]));
    assert!(shown.content.ends_with(&message.content));
    assert_eq!(
        message.attachments[0].description,
        shown.attachments[0].description
    );
    assert_eq!(
        message.attachments[0].bytes.as_deref(),
        Some(&card_of(&preview)[..])
    );
    managed.end().await;
}

#[tokio::test]
async fn preview_is_drawn_for_another_name_in_any_script() {
    let managed = Managed::begin().await;
    let own = managed.ask("welcome preview", json!({})).await;
    for name in ["김철수", "محمد", "👩‍👩‍👧 family", "@everyone"] {
        let other = managed.ask("welcome preview", json!({"as": name})).await;
        assert_ne!(card_of(&own), card_of(&other), "{name}");
    }
    let refused = managed.ask("welcome preview", json!({"as": "  "})).await;
    assert_says(&refused, &["1 to 32 characters"]);
    managed.end().await;
}

#[tokio::test]
async fn longest_message_is_shown_whole() {
    let managed = Managed::begin().await;
    let guild = &managed.scenario.guild;
    let patch = Patch::new().set(Field::WelcomeTexts, "長".repeat(2000));
    managed.scenario.choose(GuildId(guild.id), patch).await;
    let preview = managed.ask("welcome preview", json!({})).await;
    assert_eq!(
        preview.message.expect("a message").content,
        "長".repeat(2000),
        "nothing of it gives way to words about it"
    );
    managed.ask("welcome disable", json!({})).await;
    let posted = managed.ask("welcome test", json!({})).await;
    assert_says(&posted, &["✅ Posted", "Welcomes are switched off here"]);
    managed.end().await;
}

#[tokio::test]
async fn test_is_posted_once_in_ten_seconds() {
    let managed = Managed::begin().await;
    let scenario = &managed.scenario;
    let count = scenario.guild.welcome_messages().len();
    let (one, two) = tokio::join!(
        managed.ask("welcome test", json!({})),
        managed.ask("welcome test", json!({}))
    );
    let both = format!("{}\n{}", one.text(), two.text());
    assert!(
        both.contains("✅") && both.contains("A test was posted just now"),
        "{both}"
    );
    assert_eq!(scenario.guild.welcome_messages().len(), count + 1);
    scenario.sim.advance(Duration::from_secs(11));
    scenario.clock.advance(Duration::from_secs(11));
    assert_says(&managed.ask("welcome test", json!({})).await, &["✅"]);
    assert_eq!(scenario.guild.welcome_messages().len(), count + 2);
    managed.end().await;
}

#[tokio::test]
async fn test_that_cannot_be_posted_says_what_is_missing() {
    let managed = Managed::begin().await;
    let guild = &managed.scenario.guild;
    let channel = guild.welcome_channel();
    let quiet = guild.create_channel("quiet");
    let patch = Patch::new().set(Field::WelcomeChannel, quiet.to_string());
    managed.scenario.choose(GuildId(guild.id), patch).await;
    assert!(guild.deny_bot(quiet, SEND_MESSAGES));
    let refused = managed.ask("welcome test", json!({})).await;
    assert_says(&refused, &[&format!("<#{quiet}>"), "**Send Messages**"]);
    guild.delete_channel(quiet);
    let refused = managed.ask("welcome test", json!({})).await;
    assert_says(&refused, &["not a channel of this server"]);
    let patch = Patch::new().set(Field::WelcomeChannel, channel.to_string());
    managed.scenario.choose(GuildId(guild.id), patch).await;
    let mut failing = FaultPlan::default();
    failing.create_message.error_before = 1.0;
    managed.scenario.sim.set_faults(failing);
    let unknown = managed.ask("welcome test", json!({})).await;
    assert_says(&unknown, &["I cannot tell whether the test was posted"]);
    managed.scenario.sim.set_faults(FaultPlan::default());
    managed.end().await;
}

#[tokio::test]
async fn history_tells_what_became_of_each_welcome() {
    let managed = Managed::begin().await;
    let guild = &managed.scenario.guild;
    let member = guild.join("a`@everyone` [x](https://x.yz)");
    managed.scenario.welcomed(&[member]).await;
    managed
        .scenario
        .bot_counts(|tally| tally.welcomes_sent == 2)
        .await;
    managed.ask("welcome disable", json!({})).await;
    guild.join("unseen");
    managed.scenario.bot_counts(|tally| tally.joins_told == 3).await;
    managed.ask("welcome enable", json!({})).await;
    let history = managed.ask("welcome history", json!({})).await;
    let message = guild.welcome_messages().last().expect("greeted").id;
    let link = format!(
        "[greeted](https://discord.com/channels/{}/{}/{message})",
        guild.id,
        guild.welcome_channel()
    );
    assert_says(
        &history,
        &[
            "The last welcomes",
            &link,
            "`aˋ@everyoneˋ [x](https://x.yz)`",
            "not greeted: welcomes were switched off",
        ],
    );
    managed.end().await;
}

#[tokio::test]
async fn history_is_turned_page_by_page() {
    let managed = Managed::begin().await;
    let guild = &managed.scenario.guild;
    for number in 0..12 {
        let member = guild.join(&format!("guest {number}"));
        managed.scenario.welcomed(&[member]).await;
    }
    managed
        .scenario
        .bot_counts(|tally| tally.welcomes_sent == 13)
        .await;
    let newest = managed.ask("welcome history", json!({})).await;
    assert_says(&newest, &["`guest 11`", "`guest 2`"]);
    assert!(!newest.text().contains("`guest 1`"));
    let older = managed.press(&newest, "Older").await;
    assert_says(&older, &["`guest 1`", "`guest 0`", "`館長`"]);
    assert!(!older.text().contains("`guest 2`"));
    let back = managed.press(&older, "Newest").await;
    assert_eq!(back.text(), newest.text());
    managed.end().await;
}

#[tokio::test]
async fn who_may_not_manage_the_guild_posts_no_test_and_gives_no_picture() {
    let mut managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let guest = guild.join("guest");
    managed.scenario.welcomed(&[guest]).await;
    let count = guild.welcome_messages().len();
    let part = |action: &str| format!("welcome.setup-{action};{};9999999999;1", guest.user);
    let url = json!([{"name": "url", "type": 3, "value": "https://pictures.example/red.png"}]);
    let message = json!({"message": {"id": "1", "channel_id": "1"}});
    for (kind, data, changes) in [
        (Kind::Command, data("welcome", "test", json!([])), json!({})),
        (Kind::Command, data("welcome", "setup", json!([])), json!({})),
        (Kind::Command, data("welcome", "background", url), json!({})),
        (
            Kind::Component,
            json!({"custom_id": part("disable"), "component_type": 2}),
            message,
        ),
        (
            Kind::Modal,
            json!({"custom_id": part("words"), "components": []}),
            json!({}),
        ),
    ] {
        let used = Use::Forged {
            kind,
            data,
            changes: changes.as_object().cloned().unwrap_or_default(),
        };
        let used = guild.uses(guest, used).expect("the channel is seen");
        let refused = managed.answer(used).await;
        assert_says(&refused, &["**Manage Server**"]);
        assert!(refused.private);
    }
    assert_eq!(guild.welcome_messages().len(), count);
    managed.assert_nothing_changed().await;
    managed.end().await;
}
