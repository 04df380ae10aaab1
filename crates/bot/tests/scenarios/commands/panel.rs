//! The panel of `/welcome setup`, used as people use it.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use domain::settings::Field;
use serde_json::{Value, json};
use sim::driver::{Answered, MemberHandle};
use sim::rest::interactions::Use;
use sim::world::message::NewAttachment;

use super::background::{card_of, corner, is_red, png};
use super::{Managed, assert_says};
use crate::harness::Setup;

const SEND_MESSAGES: u64 = 1 << 11;

/// All parts of a panel, those within others too.
fn parts(answered: &Answered) -> Vec<Value> {
    fn collect(part: &Value, into: &mut Vec<Value>) {
        into.push(part.clone());
        for inner in part["components"].as_array().into_iter().flatten() {
            collect(inner, into);
        }
    }
    let mut found = Vec::new();
    let message = answered.message.as_ref().expect("a panel");
    for part in &message.components {
        collect(part, &mut found);
    }
    found
}

/// What the part that does this is known by.
fn custom_id(panel: &Answered, action: &str) -> String {
    let begin = format!("welcome.setup-{action};");
    let parts = parts(panel);
    let mut ids = parts.iter().filter_map(|part| part["custom_id"].as_str());
    let found = ids.find(|custom_id| custom_id.starts_with(&begin));
    found
        .unwrap_or_else(|| panic!("no {action} in {parts:?}"))
        .to_owned()
}

/// All that can be read on it.
fn text(answered: &Answered) -> String {
    let parts = parts(answered);
    let texts = parts.iter().filter_map(|part| part["content"].as_str());
    texts.collect::<Vec<_>>().join("\n")
}

fn assert_shows(answered: &Answered, what: &[&str]) {
    let text = text(answered);
    for what in what {
        assert!(text.contains(what), "{what:?} is not in {text:?}");
    }
}

impl Managed {
    async fn open(&self) -> Answered {
        let panel = self.ask("welcome setup", json!({})).await;
        assert_shows(
            &panel,
            &["Welcomes of 茶館", "Only you can see and use this panel"],
        );
        panel
    }

    /// Uses a button or a select of a panel, by what it does.
    async fn part(&self, panel: &Answered, action: &str, values: &[&str]) -> Answered {
        self.part_as(self.manager, panel, action, values).await
    }

    async fn part_as(
        &self,
        member: MemberHandle,
        panel: &Answered,
        action: &str,
        values: &[&str],
    ) -> Answered {
        let what = Use::Component {
            message: panel.message.as_ref().expect("a panel").id,
            custom_id: custom_id(panel, action),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let used = self.scenario.guild.uses(member, what);
        self.answer(used.expect("the part is there")).await
    }

    /// Opens a window of the panel and sends it off.
    async fn window(&self, panel: &Answered, action: &str, fields: Value, file: Option<Vec<u8>>) -> Answered {
        let guild = &self.scenario.guild;
        let message = panel.message.as_ref().expect("a panel").id;
        let opened = guild.press(self.manager, message, custom_id(panel, action));
        let opened = opened.expect("a button");
        let window = self.answer(opened).await;
        assert_eq!(window.callback.kind, 9, "a window");
        let picture = |bytes: Vec<u8>| NewAttachment {
            filename: "picture.png".to_owned(),
            description: None,
            content_type: None,
            dimensions: None,
            bytes: Bytes::from(bytes),
        };
        let files = file.map(|bytes| ("picture".to_owned(), vec![picture(bytes)]));
        let what = Use::Modal {
            of: opened,
            fields: fields.as_object().cloned().unwrap_or_default(),
            files: files.into_iter().collect::<BTreeMap<_, _>>(),
        };
        let used = guild.uses(self.manager, what).expect("a window");
        self.answer(used).await
    }
}

#[tokio::test]
async fn everything_is_set_up_on_one_panel_that_shows_what_stands() {
    let mut managed = Managed::begin().await;
    let begun = managed.stored().await.version;
    let lobby = managed.scenario.guild.create_channel("lobby");
    let panel = managed.open().await;
    let first = card_of(&panel);
    let panel = managed.part(&panel, "channel", &[&lobby.to_string()]).await;
    assert_shows(
        &panel,
        &["✅ Stored", &format!("**Welcome channel**: <#{lobby}>")],
    );
    let panel = managed.part(&panel, "layout", &["centered"]).await;
    assert_ne!(card_of(&panel), first, "the preview follows");
    let panel = managed.part(&panel, "theme", &["light"]).await;
    let fields = json!({"texts": "Come in, {mention}!\n---\nHello {name}", "style": ["embed"], "title": "Hi", "colour": "#00ff00"});
    let panel = managed.window(&panel, "message", fields, None).await;
    assert_shows(&panel, &["> Come in, <@", "one of 1 more texts"]);
    assert_eq!(parts(&panel)[0]["accent_color"], 0x00ff00);
    let red = png(600, 300, [200, 0, 0]);
    let panel = managed.window(&panel, "picture", json!({}), Some(red)).await;
    assert!(is_red(corner(&card_of(&panel))));
    let panel = managed.part(&panel, "usual-picture", &[]).await;
    assert!(!is_red(corner(&card_of(&panel))));
    let panel = managed.part(&panel, "card-off", &[]).await;
    assert!(panel.message.as_ref().expect("a panel").attachments.is_empty());
    let panel = managed.part(&panel, "card-on", &[]).await;
    let panel = managed.part(&panel, "disable", &[]).await;
    assert_shows(&panel, &["**Welcomes**: off"]);
    managed.part(&panel, "enable", &[]).await;
    let stored = managed.stored().await;
    assert_eq!(stored.version - begun, 10, "one for each step");
    for (field, text) in [
        (Field::WelcomeEnabled, Some("on")),
        (Field::WelcomeCard, Some("on")),
        (Field::CardLayout, Some("centered")),
        (Field::CardTheme, Some("light")),
        (Field::WelcomeStyle, Some("embed")),
        (Field::CardBackground, None),
    ] {
        assert_eq!(stored.settings.get(field), text, "{field}");
    }
    let member = managed.scenario.guild.join("小林");
    managed.scenario.welcomed(&[member]).await;
    assert_eq!(managed.scenario.guild.channel_messages(lobby).len(), 1);
    managed.end().await;
}

#[tokio::test]
async fn slower_of_two_admins_is_told_who_was_faster_and_sees_what_stands() {
    let mut managed = Managed::begin().await;
    let other = managed.scenario.guild.join_manager("副館長");
    managed.scenario.welcomed(&[other]).await;
    let begun = managed.stored().await.version;
    let mine = managed.open().await;
    let theirs = managed.ask_as(other, "welcome setup", json!({})).await;
    let changed = managed.part_as(other, &theirs, "layout", &["poster"]).await;
    assert_shows(&changed, &["✅ Stored"]);
    let refused = managed.part(&mine, "layout", &["ribbon"]).await;
    assert_shows(
        &refused,
        &[
            "changed this meanwhile",
            &format!("<@{}>", other.user),
            "Card layout",
        ],
    );
    let anew = managed.open().await;
    assert_eq!(
        card_of(&refused),
        card_of(&anew),
        "what stands, not what was asked for"
    );
    let again = managed.part(&refused, "layout", &["ribbon"]).await;
    assert_shows(&again, &["✅ Stored"]);
    let stored = managed.stored().await;
    assert_eq!(stored.version - begun, 2);
    assert_eq!(stored.settings.get(Field::CardLayout), Some("ribbon"));
    managed.end().await;
}

#[tokio::test]
async fn refusals_stand_on_the_panel_and_change_nothing() {
    let mut managed = Managed::begin().await;
    let closed = managed.scenario.guild.create_channel("closed");
    assert!(managed.scenario.guild.deny_bot(closed, SEND_MESSAGES));
    let panel = managed.open().await;
    let panel = managed.part(&panel, "channel", &[&closed.to_string()]).await;
    assert_shows(&panel, &["⚠️", &format!("<#{closed}>"), "**Send Messages**"]);
    let panel = managed
        .window(
            &panel,
            "message",
            json!({"texts": "Hello {nmae}", "style": ["text"]}),
            None,
        )
        .await;
    assert_shows(&panel, &["⚠️", "Do you mean `{name}`?"]);
    let panel = managed
        .window(&panel, "picture", json!({}), Some(b"words".to_vec()))
        .await;
    assert_shows(&panel, &["⚠️", "no picture that I can read"]);
    managed.assert_nothing_changed().await;
    managed.end().await;
}

#[tokio::test]
async fn panel_is_its_openers_alone_and_says_so_when_it_is_too_old() {
    let mut managed = Managed::begin().await;
    let scenario = &managed.scenario;
    let other = scenario.guild.join_manager("副館長");
    scenario.welcomed(&[other]).await;
    let panel = managed.open().await;
    let refused = managed.part_as(other, &panel, "disable", &[]).await;
    assert_says(&refused, &["Only the person who opened this"]);
    for lapse in [Duration::from_secs(10 * 60), Duration::from_secs(6 * 60)] {
        scenario.sim.advance(lapse);
        scenario.clock.advance(lapse);
    }
    let expired = managed.part(&panel, "disable", &[]).await;
    assert_says(&expired, &["This has expired, and nothing was changed"]);
    managed.assert_nothing_changed().await;
    managed.end().await;
}

#[tokio::test]
async fn panel_that_takes_long_is_promised_and_drawn_in_its_place() {
    let mut setup = Setup::default();
    setup.timing.promise_after = Duration::ZERO;
    let mut managed = Managed::begin_with(setup).await;
    let panel = managed.open().await;
    assert_eq!(panel.callback.kind, 5, "a message later");
    let changed = managed.part(&panel, "layout", &["centered"]).await;
    assert_eq!(changed.callback.kind, 6, "a change later");
    assert_shows(&changed, &["✅ Stored"]);
    assert_ne!(card_of(&changed), card_of(&panel));
    let stored = managed.stored().await;
    assert_eq!(stored.settings.get(Field::CardLayout), Some("centered"));
    managed.end().await;
}
