use std::collections::HashMap;
use std::time::Duration;

use ::card::{CardStyle, Layout, Ring, Theme};
use domain::id::GuildId;
use domain::join::JoinRules;

use super::*;
use crate::card_design::CardWords;
use crate::policy::RaidPolicy;

fn policy(message: &str) -> WelcomePolicy {
    WelcomePolicy {
        message: Template::parse(message).expect("valid"),
        channels: HashMap::new(),
        rules: JoinRules::default(),
        stale_after: Duration::from_secs(3600),
        after_screening: false,
        raids: RaidPolicy::default(),
        history: Duration::from_secs(86_400),
    }
}

fn guild(locale: &str) -> GuildFacts {
    GuildFacts {
        id: GuildId(1),
        name: "茶館".into(),
        locale: locale.into(),
        system_channel: Some(ChannelId(7)),
        member_count: None,
    }
}

fn settings(chosen: &[(Field, &str)]) -> GuildSettings {
    GuildSettings::of_stored(chosen.iter().copied())
}

fn plan(locale: &str, chosen: &[(Field, &str)]) -> (GuildPlan, Vec<Field>) {
    GuildPlan::of(
        guild(locale),
        &settings(chosen),
        &policy("Welcome {mention} to **{guild}**!"),
        &CardDesign::default(),
    )
}

fn title(plan: &GuildPlan) -> Option<Template> {
    plan.card.as_ref().expect("a card").words.title.clone()
}

#[test]
fn guild_that_chose_nothing_greets_as_the_installation_does_in_its_own_language() {
    let (plan, unreadable) = plan("zh-TW", &[]);
    assert_eq!(unreadable, []);
    assert!(plan.enabled && !plan.hold_back && plan.direct_message.is_none());
    assert_eq!(plan.channel, Some(ChannelId(7)));
    assert_eq!(plan.style, MessageStyle::Text);
    let words = Words::of(Language::TraditionalChinese);
    assert_eq!(*plan.text(WelcomeId(1)), Words::template(words.welcome));
    assert_eq!(title(&plan), Some(Words::template(words.card_title)));
    assert_eq!(
        plan.card.expect("a card").look,
        Look {
            style: CardStyle::default(),
            background: None
        }
    );
}

#[test]
fn what_an_operator_wrote_goes_before_the_words_of_a_language() {
    let words = CardWords {
        title: Some(Words::template("{name}!")),
        ..CardWords::default()
    };
    let cards = CardDesign::new(&CardStyle::default(), words, None).expect("no picture");
    let (plan, _) = GuildPlan::of(guild("ja"), &settings(&[]), &policy("Hi {name}"), &cards);
    assert_eq!(*plan.text(WelcomeId(1)), Words::template("Hi {name}"));
    assert_eq!(title(&plan), Some(Words::template("{name}!")));
    let subtitle = plan.card.expect("a card").words.subtitle;
    assert_eq!(
        subtitle,
        Some(Words::template(Words::of(Language::Japanese).card_subtitle))
    );
}

#[test]
fn what_a_guild_chose_goes_before_everything() {
    let hash = "ab".repeat(32);
    let (plan, unreadable) = plan(
        "en-US",
        &[
            (Field::Language, "ja"),
            (Field::TimeZone, "Asia/Tokyo"),
            (Field::WelcomeEnabled, "off"),
            (Field::WelcomeChannel, "42"),
            (Field::WelcomeTexts, "one\n---\ntwo"),
            (Field::WelcomeStyle, "embed"),
            (Field::EmbedTitle, "Hello"),
            (Field::EmbedColor, "#5865f2"),
            (Field::Raids, "hold-back"),
            (Field::DirectMessage, "Hi {name}"),
            (Field::CardLayout, "poster"),
            (Field::CardTheme, "light"),
            (Field::CardOpacity, "80"),
            (Field::CardRing, "none"),
            (Field::CardTitle, ""),
            (Field::CardSubtitle, "of {guild}"),
            (Field::CardBackground, &hash),
        ],
    );
    assert_eq!(unreadable, []);
    assert!(!plan.enabled && plan.hold_back);
    assert_eq!(plan.channel, Some(ChannelId(42)));
    assert_eq!(
        (plan.language, &plan.zone),
        (Language::Japanese, &Zone::named("Asia/Tokyo").expect("a zone"))
    );
    assert_eq!(
        plan.style,
        MessageStyle::Embed {
            title: Some(Words::template("Hello")),
            color: Some(0x58_65f2),
        }
    );
    assert_eq!(plan.direct_message, Some(Words::template("Hi {name}")));
    let card = plan.card.expect("a card");
    assert_eq!(card.look.style.layout, Layout::Poster);
    assert_eq!(card.look.style.theme, Theme::Light);
    assert_eq!(card.look.style.ring, Ring::None);
    assert_eq!(card.look.style.panel_opacity, "80".parse().ok());
    assert_eq!(card.look.background, hash.parse().ok());
    assert_eq!(card.words.title, None, "an empty line is left out");
    assert_eq!(card.words.subtitle, Some(Words::template("of {guild}")));
    let badge = Words::of(Language::Japanese).card_badge;
    assert_eq!(card.words.badge, Some(Words::template(badge)));
}

#[test]
fn card_can_be_left_out() {
    assert!(plan("en-US", &[(Field::WelcomeCard, "off")]).0.card.is_none());
}

#[test]
fn looks_that_cannot_be_read_have_their_default_and_are_told() {
    let (plan, unreadable) = plan(
        "en-US",
        &[(Field::CardLayout, "hologram"), (Field::CardTheme, "light")],
    );
    assert_eq!(unreadable, [Field::CardLayout]);
    let look = plan.card.expect("a card").look;
    assert_eq!(
        (look.style.layout, look.style.theme),
        (Layout::Classic, Theme::Light)
    );
}

#[test]
fn each_text_is_picked_about_as_often_as_the_others_and_always_the_same_for_a_welcome() {
    let (plan, _) = plan("en-US", &[(Field::WelcomeTexts, "a\n---\nb\n---\nc\n---\nd")]);
    let mut picked = HashMap::new();
    for n in 0..4000_u64 {
        // Ids of one second differ in their lower bits.
        let id = WelcomeId((1_263_489_187 << 22) + n);
        assert_eq!(plan.text(id), plan.text(id));
        *picked.entry(format!("{:?}", plan.text(id))).or_insert(0) += 1;
    }
    assert_eq!(picked.len(), 4);
    assert!(
        picked.values().all(|count| (850..1150).contains(count)),
        "{picked:?}"
    );
}

#[test]
fn farewell_is_said_where_one_was_written_and_in_the_welcomes_channel_unless_another_is_named() {
    let farewell =
        |chosen: &[(Field, &str)]| FarewellPlan::of(&guild("en-US"), &settings(chosen), &policy("Hi"));
    assert!(farewell(&[]).is_none());
    let text = (Field::FarewellText, "Bye {name}");
    let channel = |chosen: &[(Field, &str)]| farewell(chosen).expect("one was written").channel;
    assert_eq!(channel(&[text]), Some(ChannelId(7)));
    assert_eq!(channel(&[(Field::WelcomeChannel, "8"), text]), Some(ChannelId(8)));
    assert_eq!(
        channel(&[(Field::WelcomeChannel, "8"), text, (Field::FarewellChannel, "9")]),
        Some(ChannelId(9))
    );
}
