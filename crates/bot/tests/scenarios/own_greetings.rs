//! Each guild greets in its own words, place, language and looks, as its admins chose them.

use bytes::Bytes;
use card::Format;
use domain::asset::ContentHash;
use domain::id::{ChannelId, GuildId};
use domain::settings::{Field, Patch};
use domain::welcome::SkipReason;
use serde_json::json;
use sim::driver::shown::ShownMessage;
use sim::driver::{GuildHandle, MemberHandle};
use sim::faults::FaultPlan;

use crate::harness::{Scenario, Setup};

/// Somebody joins and is greeted.
async fn greet(scenario: &Scenario, guild: &GuildHandle, name: &str) -> (MemberHandle, ShownMessage) {
    let member = guild.join(name);
    scenario.welcomed(&[member]).await;
    let greeting = greetings(scenario, guild, member)
        .pop()
        .expect("they are greeted");
    (member, greeting)
}

/// What greets somebody, in whatever channel of a guild.
fn greetings(scenario: &Scenario, guild: &GuildHandle, member: MemberHandle) -> Vec<ShownMessage> {
    let channels: Vec<_> = {
        let world = scenario.sim.world();
        world.guilds[&guild.id].channels.keys().copied().collect()
    };
    channels
        .into_iter()
        .flat_map(|channel| guild.channel_messages(channel))
        .filter(|message| message.mentions.contains(&member.user))
        .collect()
}

fn id(guild: &GuildHandle) -> GuildId {
    GuildId(guild.id)
}

/// The mean colour of a strip at a picture's left edge, which no panel covers.
fn edge(picture: &Bytes) -> [u8; 3] {
    let mut decoder = jpeg_decoder::Decoder::new(&picture[..]);
    let pixels = decoder.decode().expect("a JPEG");
    let info = decoder.info().expect("decoded");
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    let mut sums = [0_u64; 3];
    for y in 0..height {
        for x in 0..16 {
            for (sum, value) in sums.iter_mut().zip(&pixels[(y * width + x) * 3..]) {
                *sum += u64::from(*value);
            }
        }
    }
    sums.map(|sum| u8::try_from(sum / (height as u64 * 16)).expect("a mean of bytes"))
}

fn card(message: &ShownMessage) -> Bytes {
    message.attachments[0].bytes.clone().expect("kept")
}

#[tokio::test]
async fn two_guilds_greet_in_their_own_words_places_languages_and_looks() {
    let scenario = Scenario::begin().await;
    let (tea, coffee) = (&scenario.guild, scenario.sim.create_guild("Café"));
    let lobby = tea.create_channel("lobby");
    let chosen = Patch::new()
        .set(Field::Language, "zh-TW")
        .set(Field::TimeZone, "Asia/Taipei")
        .set(Field::WelcomeChannel, lobby.to_string())
        .set(
            Field::WelcomeTexts,
            "{mention} 你好，你是{guild}的{ordinal}成員（{username}、{id}）",
        )
        .set(Field::CardLayout, "centered")
        .set(Field::CardTheme, "light");
    scenario.choose(id(tea), chosen).await;
    let chosen = Patch::new()
        .set(Field::Language, "ja")
        .set(Field::WelcomeCard, "off");
    scenario.choose(id(&coffee), chosen).await;

    let (ada, greeting) = greet(&scenario, tea, "Ada").await;
    assert_eq!(tea.channel_messages(lobby).len(), 1);
    assert_eq!(tea.welcome_messages().len(), 0);
    let username = scenario.sim.world().user(ada.user).username.clone();
    assert_eq!(
        greeting.text,
        format!("@Ada 你好，你是茶館的第 3 位成員（{username}、{}）", ada.user)
    );
    assert_eq!(greeting.mentions, [ada.user]);
    let description = greeting.attachments[0].description.clone();
    assert!(
        description.is_some_and(|text| text.starts_with("歡迎")),
        "in the guild's language"
    );
    let bright = edge(&card(&greeting));
    assert!(bright.iter().all(|part| *part > 150), "{bright:?}");

    let (_, greeting) = greet(&scenario, &coffee, "Bo").await;
    assert_eq!(
        greeting.text, "Welcome @Bo to Café!",
        "the operator's words go before a language's"
    );
    assert_eq!(greeting.attachments.len(), 0);
    scenario.end().await;
}

#[tokio::test]
async fn guild_that_chose_nothing_is_greeted_in_the_language_of_its_locale() {
    let mut setup = Setup::default();
    setup.policy.message = domain::words::Words::template("Welcome {mention} to **{guild}**!");
    let mut scenario = Scenario::without_bot(setup).await;
    scenario
        .guild
        .change(|guild| guild.preferred_locale = "zh-TW".to_owned());
    scenario.start_bot().await;
    let (_, greeting) = greet(&scenario, &scenario.guild, "小林").await;
    assert_eq!(greeting.text, "歡迎 @小林 加入 **茶館**！");
    scenario.end().await;
}

#[tokio::test]
async fn change_holds_for_the_next_welcome_and_for_those_that_wait() {
    let scenario = Scenario::begin().await;
    let guild = &scenario.guild;
    let (_, first) = greet(&scenario, guild, "Ada").await;
    assert_eq!(first.text, "Welcome @Ada to 茶館!");
    let mut failing = FaultPlan::default();
    failing.create_message.error_before = 1.0;
    scenario.sim.set_faults(failing);
    guild.join("Bo");
    scenario.bot_counts(|tally| tally.posts_retried > 0).await;
    let elsewhere = guild.create_channel("elsewhere");
    let chosen = Patch::new()
        .set(Field::WelcomeTexts, "Hello {name}")
        .set(Field::WelcomeChannel, elsewhere.to_string());
    scenario.choose(id(guild), chosen).await;
    scenario.sim.set_faults(FaultPlan::default());
    scenario.bot_counts(|tally| tally.welcomes_sent == 2).await;
    // Whether its first post was made is not known before its channel is read, so it stays with that one.
    assert_eq!(
        texts_in(guild, guild.welcome_channel()),
        ["Welcome @Ada to 茶館!", "Hello Bo"]
    );
    assert_eq!(texts_in(guild, elsewhere), [] as [&str; 0]);
    scenario
        .choose(id(guild), Patch::new().set(Field::WelcomeTexts, "Hey {mention}"))
        .await;
    let (_, third) = greet(&scenario, guild, "Cy").await;
    assert_eq!(third.text, "Hey @Cy");
    assert_eq!(texts_in(guild, elsewhere), ["Hey @Cy"]);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.sent, 3);
}

fn texts_in(guild: &GuildHandle, channel: u64) -> Vec<String> {
    guild
        .channel_messages(channel)
        .into_iter()
        .map(|message| message.text)
        .collect()
}

#[tokio::test]
async fn disabled_guild_greets_nobody_and_its_history_says_why() {
    let scenario = Scenario::begin().await;
    let guild = scenario.guild.clone();
    let off = Patch::new().set(Field::WelcomeEnabled, "off");
    scenario.choose(id(&guild), off).await;
    let unseen = guild.join("Ada");
    scenario.bot_counts(|tally| tally.welcomes_skipped == 1).await;
    let on = Patch::new().set(Field::WelcomeEnabled, "on");
    scenario.choose(id(&guild), on).await;
    let (_, greeting) = greet(&scenario, &guild, "Cy").await;
    assert_eq!(greeting.text, "Welcome @Cy to 茶館!");
    assert_eq!(scenario.welcomes(unseen), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Disabled), Some(&1));
}

#[tokio::test]
async fn disabled_guild_is_not_searched_for_joins_that_were_missed() {
    let mut scenario = Scenario::begin().await;
    let (silent, other) = (scenario.guild.clone(), scenario.sim.create_guild("Café"));
    let off = Patch::new().set(Field::WelcomeEnabled, "off");
    scenario.choose(id(&silent), off).await;
    greet(&scenario, &other, "Ada").await;
    scenario.stop_bot().await;
    scenario.sim.invalidate_sessions(false);
    let (unseen, found) = (silent.join("Bo"), other.join("Cy"));
    scenario.start_bot().await;
    scenario.welcomed(&[found]).await;
    assert_eq!(scenario.welcomes(unseen), 0);
    // Its owner, the bot, and the two who joined there.
    assert_eq!(scenario.tally().members_looked_at, 4);
    scenario.end().await;
}

#[tokio::test]
async fn welcome_that_waits_is_not_posted_once_its_guild_is_disabled() {
    let scenario = Scenario::begin().await;
    let guild = &scenario.guild;
    let mut failing = FaultPlan::default();
    failing.create_message.error_before = 1.0;
    scenario.sim.set_faults(failing);
    let member = guild.join("Ada");
    scenario.bot_counts(|tally| tally.posts_retried > 0).await;
    scenario
        .choose(id(guild), Patch::new().set(Field::WelcomeEnabled, "off"))
        .await;
    scenario.sim.set_faults(FaultPlan::default());
    scenario.bot_counts(|tally| tally.welcomes_skipped == 1).await;
    assert_eq!(scenario.welcomes(member), 0);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Disabled), Some(&1));
}

#[tokio::test]
async fn embed_shows_title_words_colour_and_card_and_the_mention_pings() {
    let scenario = Scenario::begin().await;
    let guild = &scenario.guild;
    let chosen = Patch::new()
        .set(Field::WelcomeStyle, "embed")
        .set(Field::EmbedTitle, "Hello, {mention}")
        .set(Field::EmbedColor, "#5865f2")
        .set(Field::WelcomeTexts, "Welcome {mention} to **{guild}**");
    scenario.choose(id(guild), chosen).await;
    let (member, greeting) = greet(&scenario, guild, "*Ada*").await;
    assert_eq!(greeting.content, format!("<@{}>", member.user));
    assert_eq!(greeting.mentions, [member.user]);
    let embed = &greeting.embeds[0];
    assert_eq!(embed["title"], "Hello, \\*Ada\\*");
    assert_eq!(
        embed["description"],
        format!("Welcome <@{}> to **茶館**", member.user)
    );
    assert_eq!(embed["color"], json!(0x58_65f2));
    let image = embed["image"]["url"].as_str().expect("a picture");
    assert!(image.contains("welcome.jpg"), "{image}");
    scenario.end().await;
}

#[tokio::test]
async fn group_is_greeted_by_an_embed_too() {
    let mut setup = Setup::default();
    setup.policy.raids.group_from = 3;
    let mut scenario = Scenario::begin_with(setup).await;
    let guild = scenario.guild.clone();
    let chosen = Patch::new()
        .set(Field::WelcomeStyle, "embed")
        .set(Field::WelcomeTexts, "Welcome {mention}: {name}");
    scenario.choose(id(&guild), chosen).await;
    // They wait for each other while the bot is away.
    scenario.stop_bot().await;
    let members: Vec<_> = (0..8).map(|n| guild.join(&format!("guest {n}"))).collect();
    scenario.start_bot().await;
    scenario.welcomed(&members).await;
    let messages = guild.welcome_messages();
    let group = messages
        .iter()
        .max_by_key(|message| message.mentions.len())
        .expect("there are some");
    assert!(group.mentions.len() > 3, "{messages:?}");
    let text = group.embeds[0]["description"].as_str().expect("words");
    let first = group.mentions[0];
    assert!(text.starts_with("Welcome <@") && text.contains("guest"), "{text}");
    assert!(
        group.content.contains(&format!("<@{first}>")),
        "{}",
        group.content
    );
    let mut sizes = 0;
    for member in &members {
        sizes += scenario.welcomes(*member);
    }
    assert_eq!(sizes, members.len());
    scenario.end().await;
}

#[tokio::test]
async fn one_of_several_texts_greets_each_member() {
    let scenario = Scenario::begin().await;
    let guild = &scenario.guild;
    let texts = Patch::new()
        .set(
            Field::WelcomeTexts,
            "one {mention}\n---\ntwo {mention}\n---\nthree {mention}",
        )
        .set(Field::WelcomeCard, "off");
    scenario.choose(id(guild), texts).await;
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..60 {
        let name = format!("guest{n}");
        let (_, greeting) = greet(&scenario, guild, &name).await;
        let (text, who) = greeting.text.split_once(" @").expect("one of ours");
        assert_eq!(who, name);
        seen.insert(text.to_owned());
        if seen.len() == 3 {
            break;
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    scenario.end().await;
}

#[tokio::test]
async fn own_background_is_on_the_card_and_a_missing_one_gives_way_to_the_usual() {
    let scenario = Scenario::begin().await;
    let guild = &scenario.guild;
    let (_, usual) = greet(&scenario, guild, "Ada").await;
    let dark = edge(&card(&usual));

    let red = card::normalise(&picture([230, 20, 20])).expect("a picture");
    assert_eq!(red.format, Format::Jpeg);
    let hash = scenario.keep_picture(red.bytes.into()).await;
    scenario
        .choose(
            id(guild),
            Patch::new().set(Field::CardBackground, hash.to_string()),
        )
        .await;
    let (_, own) = greet(&scenario, guild, "Bo").await;
    let [r, g, b] = edge(&card(&own));
    assert!(r > 150 && g < 90 && b < 90, "{:?} after {dark:?}", [r, g, b]);
    assert_eq!(scenario.tally().backgrounds_prepared, 1);

    let gone = ContentHash([7; 32]);
    scenario.know_picture(gone).await;
    scenario
        .choose(
            id(guild),
            Patch::new().set(Field::CardBackground, gone.to_string()),
        )
        .await;
    let (_, instead) = greet(&scenario, guild, "Cy").await;
    assert_eq!(edge(&card(&instead)), dark);
    let (tally, _) = scenario.end().await;
    assert_eq!((tally.backgrounds_missing, tally.cards_missing), (1, 0));
}

/// A PNG of one colour.
fn picture([red, green, blue]: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 640, 320);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    let pixels = [red, green, blue].repeat(640 * 320);
    writer.write_image_data(&pixels).expect("pixels");
    writer.finish().expect("an end");
    bytes
}

#[tokio::test]
async fn guild_that_was_closed_to_the_bot_greets_at_once_in_the_channel_that_is_named() {
    let scenario = Scenario::begin().await;
    let guild = &scenario.guild;
    let open = guild.create_channel("open");
    guild.deny_bot(guild.welcome_channel(), sim::world::permissions::SEND_MESSAGES);
    let member = guild.join("Ada");
    scenario.bot_counts(|tally| tally.guilds_parked == 1).await;
    scenario
        .choose(
            id(guild),
            Patch::new().set(Field::WelcomeChannel, ChannelId(open).to_string()),
        )
        .await;
    scenario.welcomed(&[member]).await;
    assert_eq!(guild.channel_messages(open).len(), 1);
    scenario.end().await;
}
