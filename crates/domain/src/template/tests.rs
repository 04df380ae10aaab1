use super::*;

const VALUES: Values<'_> = Values {
    // Made on 2016-04-30, as in the worked example of Discord's documentation.
    user: UserId(175_928_847_299_117_063),
    name: "*小林*",
    username: "kobayashi_",
    guild: "Tea @everyone",
    number: Some(12),
    // 2026-11-21T06:05:00Z.
    joined_at: UnixMs(1_795_241_100_000),
    language: Language::English,
    zone: &Zone::UTC,
};

fn template(text: &str) -> Template {
    Template::parse(text).expect("valid")
}

#[test]
fn template_is_written_as_it_was_read() {
    let text = "Hi {mention} of {guild}, {{not a place}} }}{{ {ordinal}";
    assert_eq!(template(text).to_string(), text);
    assert_eq!(template("{ name }").to_string(), "{name}");
    for place in Template::PLACES {
        let text = format!("{{{place}}}");
        assert_eq!(template(&text).to_string(), text);
    }
}

#[test]
fn places_are_filled_and_names_stay_text() {
    let greeting = template("Hi {mention} ({name}) of {guild}, number {number} {{ok}}");
    assert_eq!(
        greeting.fill(&VALUES),
        "Hi <@175928847299117063> (\\*小林\\*) of Tea @\u{200b}everyone, number 12 {ok}"
    );
    let facts = template("{username} {id}: {ordinal}, {age}, {time} on {date}");
    assert_eq!(
        facts.fill(&VALUES),
        "kobayashi\\_ 175928847299117063: 12th, 10 years, 6:05 AM on November 21, 2026"
    );
    let taipei = Zone::named("Asia/Taipei").expect("a zone");
    let there = Values {
        language: Language::TraditionalChinese,
        zone: &taipei,
        ..VALUES
    };
    let facts = template("你是{ordinal}成員，帳號建立 {age}了，{date}{time}");
    assert_eq!(
        facts.fill(&there),
        "你是第 12 位成員，帳號建立 10 年了，2026 年 11 月 21 日下午 2:05"
    );
}

#[test]
fn what_is_not_known_is_a_question_mark() {
    let unknown = Values {
        number: None,
        joined_at: UnixMs(i64::MAX),
        ..VALUES
    };
    assert_eq!(
        template("{number} {ordinal} {age} {time} {date}").fill(&unknown),
        "? ? ? ? ?"
    );
}

#[test]
fn titles_of_embeds_name_who_cannot_be_mentioned_there() {
    assert_eq!(
        template("{mention}!").fill_in(Medium::EmbedTitle, &VALUES),
        "\\*小林\\*!"
    );
    assert_eq!(
        template("{mention}!").fill_in(Medium::EmbedText, &VALUES),
        "<@175928847299117063>!"
    );
}

#[test]
fn many_are_greeted_by_one_message_that_is_never_too_long() {
    let greeting = template("Hi {mention}! {name} are {number} of {guild}");
    let [first, second] = [
        Values {
            user: UserId(7),
            ..VALUES
        },
        Values {
            user: UserId(8),
            name: "@here",
            number: Some(13),
            joined_at: UnixMs(VALUES.joined_at.0 + 120_000),
            ..VALUES
        },
    ];
    assert_eq!(
        greeting.fill_for_all(&[first, second]).as_deref(),
        Some("Hi <@7> <@8>! \\*小林\\*, @\u{200b}here are 12–13 of Tea @\u{200b}everyone")
    );
    assert_eq!(
        template("{ordinal} at {time} on {date}, {id}")
            .fill_for_all(&[first, second])
            .as_deref(),
        Some("12th–13th at 6:05 AM–6:07 AM on November 21, 2026, 7, 8")
    );
    assert_eq!(greeting.fill_for_all(&[VALUES]), Some(greeting.fill(&VALUES)));
    assert_eq!(greeting.fill_for_all(&[]), None);
    assert_eq!(greeting.fill_for_all(&[VALUES; 500]), None);
    let mentions = template("{mention}");
    assert_eq!(mentions.fill_for_all(&[VALUES; 100]), None);
    assert!(
        mentions
            .fill_for_all_in(Medium::EmbedText, &[VALUES; 100])
            .is_some(),
        "an embed has more room"
    );
}

#[test]
fn pictures_show_names_as_they_are() {
    let line = template("{mention} of {guild}: #{number}, the {ordinal}");
    let values = Values {
        number: Some(1_234_567),
        ..VALUES
    };
    assert_eq!(
        line.fill_for_picture(&values).as_deref(),
        Some("\u{2068}*小林*\u{2069} of \u{2068}Tea @everyone\u{2069}: #1,234,567, the 1,234,567th")
    );
    let unknown = Values {
        number: None,
        ..VALUES
    };
    assert_eq!(line.fill_for_picture(&unknown), None);
}

#[test]
fn thousands_are_grouped() {
    for (number, expected) in [(0, "0"), (999, "999"), (1234, "1,234"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(number), expected);
    }
}

#[test]
fn wrong_templates_say_what_is_wrong() {
    assert_eq!(
        Template::parse("Hi {user}").expect_err("unknown").to_string(),
        "there is no placeholder {user}; did you mean {mention}?"
    );
    assert_eq!(
        Template::parse("Hi {quartz}").expect_err("unknown").to_string(),
        "there is no placeholder {quartz}; use {mention}, {name}, {username}, {id}, {guild}, {number}, {ordinal}, {age}, \
         {time} or {date}"
    );
    for lone in ["a { b", "a } b", "{name", "{ {name}"] {
        assert_eq!(Template::parse(lone), Err(TemplateError::LoneBrace), "{lone}");
    }
    assert_eq!(Template::parse("  "), Err(TemplateError::Length { chars: 2 }));
    Template::parse(&"x".repeat(2000)).expect("as long as a message");
    let long = "x".repeat(2001);
    assert_eq!(Template::parse(&long), Err(TemplateError::Length { chars: 2001 }));
}

#[test]
fn message_is_never_longer_than_discord_takes() {
    let bomb = template(&"{name}".repeat(333));
    let values = Values {
        name: &"名".repeat(100_000),
        ..VALUES
    };
    for medium in [Medium::Message, Medium::EmbedText, Medium::EmbedTitle] {
        let filled = bomb.fill_in(medium, &values);
        assert_eq!(filled.chars().count(), medium.chars_max());
        assert!(filled.ends_with('…'));
    }
}
