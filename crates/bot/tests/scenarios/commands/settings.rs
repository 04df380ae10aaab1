//! `/settings`.

use domain::activity::level::Level;
use domain::id::GuildId;
use domain::settings::{Field, Form, Patch};
use domain::template::Template;
use serde_json::{Map, Value, json};
use sim::rest::interactions::Use;

use super::{Managed, assert_says};

#[tokio::test]
async fn every_setting_is_shown_with_what_holds_by_default() {
    let managed = Managed::begin().await;
    let shown = managed.ask("settings show", json!({})).await;
    assert_says(
        &shown,
        &[
            "**Language**: English (`en`)\n",
            "**Time zone**: `UTC` _(default)_",
            "**Welcome texts**: `Welcome {mention} to {guild}!` _(default)_",
            "**Direct message**: none _(default)_",
            "**Farewell channel**: Welcome channel _(default)_",
            "**Card layout**: Classic _(default)_",
            "**Accent colour**: as the theme has it _(default)_",
            "**Alignment**: as the layout has it _(default)_",
            "**Card badge**: `Member #{number}` _(default)_",
            "**Card background**: the usual picture _(default)_",
            "by the bot itself",
        ],
    );
    let text = shown.text();
    assert_eq!(
        text.lines().filter(|line| line.starts_with("**")).count(),
        Field::ALL.len(),
        "{text}"
    );
    managed
        .ask("settings timezone", json!({"zone": "asia/taipei"}))
        .await;
    let shown = managed.ask("settings show", json!({})).await;
    let manager = format!("<@{}>", managed.manager.user);
    assert_says(&shown, &["**Time zone**: `Asia/Taipei`\n", "version 2", &manager]);
    managed.end().await;
}

#[tokio::test]
async fn answers_are_in_the_language_of_the_guild_and_refusals_in_that_of_the_person() {
    let mut managed = Managed::begin().await;
    managed
        .scenario
        .guild
        .change(|guild| guild.preferred_locale = "zh-CN".to_owned());
    // The language was chosen by the bot when it came; from now on the guild's own is followed.
    managed
        .ask("settings language", json!({"language": "default"}))
        .await;
    assert_says(
        &managed.ask("settings show", json!({})).await,
        &["这个服务器的设置", "简体中文"],
    );
    let language = managed.ask("settings language", json!({"language": "ja"})).await;
    assert_says(&language, &["保存しました", "日本語"]);
    assert_says(
        &managed.ask("settings show", json!({})).await,
        &["このサーバーの設定"],
    );

    let guild = managed.scenario.guild.clone();
    for (locale, sentence) in [
        ("zh-TW", "沒有這個時區"),
        ("zh-CN", "没有这个时区"),
        ("en-GB", "there is no such time zone"),
        // None of ours: the guild's.
        ("ko", "このタイムゾーンはありません"),
    ] {
        guild.set_locale(managed.manager, locale);
        let refused = managed
            .ask("settings timezone", json!({"zone": "Asia/Tapei"}))
            .await;
        assert_says(&refused, &[sentence, "`Asia/Taipei`"]);
    }
    let default = managed
        .ask("settings language", json!({"language": "default"}))
        .await;
    assert_says(&default, &["已保存"]);
    let stored = managed.stored().await;
    assert_eq!((stored.version, stored.settings.get(Field::Language)), (3, None));
    managed.end().await;
}

#[tokio::test]
async fn time_zones_are_offered_while_one_types() {
    let managed = Managed::begin().await;
    let typing = Use::Autocomplete {
        name: "settings timezone".to_owned(),
        option: "zone".to_owned(),
        typed: "東京".to_owned(),
    };
    let used = managed.scenario.guild.uses(managed.manager, typing);
    let offered = managed.answer(used.expect("the option offers values")).await;
    assert_eq!(
        offered.callback.data["choices"],
        json!([{"name": "Asia/Tokyo", "value": "Asia/Tokyo"}])
    );
    managed.end().await;
}

#[tokio::test]
async fn history_tells_who_changed_what_page_by_page() {
    let managed = Managed::begin().await;
    let first = managed.ask("settings audit", json!({})).await;
    assert_says(&first, &["the bot itself · **Language**: _default_ → English"]);
    for zone in 1..=12 {
        managed
            .ask("settings timezone", json!({"zone": format!("Etc/GMT+{zone}")}))
            .await;
    }
    let newest = managed.ask("settings audit", json!({})).await;
    let manager = format!("<@{}>", managed.manager.user);
    assert_says(&newest, &["`Etc/GMT+11` → `Etc/GMT+12`", &manager, "<t:"]);
    assert_eq!(newest.text().matches('→').count(), 10);
    let older = managed.press(&newest, "Older").await;
    assert_says(&older, &["_default_ → `Etc/GMT+1`"]);
    assert_eq!(older.text().matches('→').count(), 3);
    assert_eq!(older.callback.kind, 7, "in place of the page before");
    let again = managed.press(&older, "Newest").await;
    assert_eq!(again.text(), newest.text());
    managed.end().await;
}

#[tokio::test]
async fn settings_travel_in_a_file_and_are_applied_after_a_yes() {
    let mut managed = Managed::begin().await;
    managed
        .ask("welcome message", json!({"text": "Hi {mention} <@1> @everyone"}))
        .await;
    let exported = managed.ask("settings export", json!({})).await;
    let file = exported.message.as_ref().expect("a message").attachments[0].clone();
    let bytes = file.bytes.expect("kept");
    let json: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(
        json,
        json!({"droas": 1, "settings": {"language": "en", "welcome.texts": "Hi {mention} <@1> @everyone"}})
    );
    managed
        .ask("welcome message", json!({"text": "Something else"}))
        .await;

    let import = |bytes: Vec<u8>| {
        let guild = &managed.scenario.guild;
        guild
            .command_with_file(managed.manager, "settings import", "file", "x.json", bytes)
            .expect("Discord takes any file")
    };
    let asked = managed.answer(import(bytes.to_vec())).await;
    assert_says(
        &asked,
        &["1 settings", "`Something else` → `Hi {mention} <@1> @everyone`"],
    );
    let applied = managed.press(&asked, "Apply").await;
    assert_says(&applied, &["✅ Imported: 1"]);
    assert_eq!(
        applied.callback.data["components"],
        json!([]),
        "it cannot be applied twice"
    );

    let same = managed.answer(import(bytes.to_vec())).await;
    assert_says(&same, &["nothing to import"]);

    let other = br#"{"droas":1,"settings":{"time-zone":"Asia/Tokyo","language":null}}"#;
    let asked = managed.answer(import(other.to_vec())).await;
    let cancelled = managed.press(&asked, "Cancel").await;
    assert_says(&cancelled, &["Cancelled"]);

    let stored = managed.stored().await;
    assert_eq!(stored.version, 3);
    assert_eq!(
        stored.settings.get(Field::WelcomeTexts),
        Some("Hi {mention} <@1> @everyone")
    );
    assert_eq!(stored.settings.get(Field::Language), Some("en"));
    managed.end().await;
}

#[tokio::test]
async fn file_that_is_wrong_somewhere_changes_nothing_at_all() {
    let mut managed = Managed::begin().await;
    let elsewhere = managed.scenario.sim.create_guild("elsewhere");
    let foreign = format!(
        r#"{{"droas":1,"settings":{{"language":"ja","welcome.channel":"{}"}}}}"#,
        elsewhere.welcome_channel()
    );
    let long = format!(
        r#"{{"droas":1,"settings":{{"card.title":"{}"}}}}"#,
        "名".repeat(50_000)
    );
    for (file, sentence) in [
        ("not json".to_owned(), "no JSON"),
        (r#"{"hello": 1}"#.to_owned(), "no export"),
        (
            r#"{"droas":1,"settings":{"language":"ja","moon":"full"}}"#.to_owned(),
            "no setting `moon`",
        ),
        (
            r#"{"droas":1,"settings":{"language":"ja","card.opacity":"200"}}"#.to_owned(),
            "**Panel opacity**",
        ),
        (
            r#"{"droas":1,"settings":{"welcome.texts":"{nmae}"}}"#.to_owned(),
            "`{name}`",
        ),
        (
            r#"{"droas":1,"settings":{"card.layout":"upside-down"}}"#.to_owned(),
            "**Card layout**",
        ),
        // The bot would welcome there, in a guild that is not theirs.
        (foreign, "not a channel of this server"),
        (long, "characters"),
        ("x".repeat(300_000), "256 KiB"),
    ] {
        let guild = &managed.scenario.guild;
        let used = guild.command_with_file(
            managed.manager,
            "settings import",
            "file",
            "x.json",
            file.clone().into_bytes(),
        );
        let refused = managed.answer(used.expect("Discord takes any file")).await;
        assert_says(&refused, &[sentence]);
        let buttons = refused.message.map(|message| message.components);
        assert_eq!(buttons, Some(Vec::new()), "{file:.80}");
    }
    assert_eq!(managed.stored().await.version, 0);
    managed.end().await;
}

/// As long as the field takes it; `None` for what has no length of its own.
fn longest(field: Field, channel: u64) -> Option<String> {
    let text = |chars: usize| "`名".repeat(chars / 2);
    Some(match field.form() {
        Form::Flag => "on".to_owned(),
        Form::Channel => channel.to_string(),
        Form::TimeZone => "America/Argentina/ComodRivadavia".to_owned(),
        Form::OneOf(names) => names[names.len() - 1].to_owned(),
        Form::Color => "#5865f2".to_owned(),
        Form::Percent => "100".to_owned(),
        Form::Whole { max, .. } => max.to_string(),
        Form::Tenths { max, .. } => format!("{}.{}", max / 10, max % 10),
        Form::Channels | Form::Roles => (0..Field::IDS_MAX as u64)
            .map(|less| (u64::MAX - less).to_string())
            .collect::<Vec<_>>()
            .join(" "),
        Form::Levels => "25 50 75 100".to_owned(),
        Form::Template { chars_max, .. } => text(chars_max),
        Form::Templates { count_max } => vec![text(Template::CHARS_MAX); count_max].join("\n---\n"),
        // A file that names roles which are not there is refused.
        Form::Language | Form::Look | Form::Asset | Form::LevelRoles => return None,
    })
}

#[tokio::test]
async fn longest_settings_that_there_can_be_are_shown_in_every_way() {
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let channel = guild.welcome_channel();
    let roles = Level::ALL.map(|level| format!("{level}=18446744073709551615"));
    let patch = Patch::new().set(Field::ActivityLevelRoles, roles.join(" "));
    managed.scenario.choose(GuildId(guild.id), patch).await;
    let settings: Map<String, Value> = Field::ALL
        .iter()
        .filter_map(|field| Some((field.name().to_owned(), longest(*field, channel)?.into())))
        .collect();
    let file = json!({"droas": 1, "settings": settings}).to_string();
    let used = guild.command_with_file(managed.manager, "settings import", "file", "x.json", file);
    let asked = managed.answer(used.expect("Discord takes any file")).await;
    assert_says(&asked, &["… and 17 more"]);
    assert_says(&managed.press(&asked, "Apply").await, &["✅ Imported"]);
    let mistake = "Something went wrong";
    for (command, what) in [
        ("settings show", "**Farewell text**"),
        ("settings audit", "→"),
        ("settings export", "settings import"),
        ("welcome show", "Text 1 will look"),
        ("welcome message", "too long together for a window"),
        ("welcome reset", "settings of welcomes"),
    ] {
        let answered = managed.ask(command, json!({})).await;
        assert_says(&answered, &[what]);
        assert!(!answered.text().contains(mistake), "{command}");
    }
    managed.end().await;
}
