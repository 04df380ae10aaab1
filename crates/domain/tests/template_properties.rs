//! Whatever people call themselves, and whatever an admin writes around it: a filled text mentions nobody else, and looks
//! as it was written.

use domain::id::UserId;
use domain::language::Language;
use domain::template::{Medium, Template, Values};
use domain::time::UnixMs;
use domain::zone::Zone;
use proptest::prelude::*;

const MEMBER: UserId = UserId(1_263_489_187_301_294_130);

/// Pieces that hostile names are made of.
const HOSTILE: [&str; 44] = [
    "@everyone",
    "@here",
    "<@1>",
    "<@!1>",
    "<@&2>",
    "<#3>",
    "<:e:4>",
    "<a:e:4>",
    "<t:5:R>",
    "</cmd:6>",
    "<id:customize>",
    "<",
    ">",
    "@",
    "#",
    "&",
    "1",
    "everyone",
    "[x](http://a.b)",
    "](",
    ")",
    "[",
    "http://",
    "https://a.b",
    "discord.gg/abc",
    "**",
    "__",
    "~~",
    "||",
    "`",
    "```",
    "\\",
    "\n",
    "\r\n",
    "\u{2028}",
    "> ",
    "# ",
    "- ",
    "\u{202e}",
    "\u{2068}",
    "\u{2069}",
    "\u{200b}",
    "\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{200d}",
];

/// What an admin may write around a name that a name might complete.
const AROUND: [&str; 16] = [
    " ", "@", "<@", "<#", "<@&", "<:", "[x](", ")", ">", "**", "\\", "Hi ", "🍵", "` ", "名", ", ",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(HOSTILE.as_slice()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z0-9 ]{0,6}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn values<'a>(name: &'a str, guild: &'a str, zone: &'a Zone) -> Values<'a> {
    Values {
        user: MEMBER,
        name,
        username: name,
        guild,
        number: Some(12),
        joined_at: UnixMs(1_795_241_100_000),
        language: Language::English,
        zone,
    }
}

/// What stands in angle brackets and Discord would read as more than text.
fn tags(text: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    for (at, _) in text.match_indices('<') {
        let inside = &text[at + 1..];
        let Some(end) = inside
            .find(['<', '>'])
            .filter(|end| inside[*end..].starts_with('>'))
        else {
            continue;
        };
        let inside = &inside[..end];
        let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let is_user = inside
            .strip_prefix("@!")
            .or_else(|| inside.strip_prefix("@&"))
            .or_else(|| inside.strip_prefix(['@', '#']))
            .is_some_and(is_id);
        let has_id = inside.bytes().any(|byte| byte.is_ascii_digit());
        let has_kind = inside.starts_with("id:")
            || has_id && ["t:", "a:", ":", "/"].iter().any(|kind| inside.starts_with(kind));
        if is_user || has_kind && !inside.contains(char::is_whitespace) && !inside.contains('\u{200b}') {
            tags.push(&text[at..at + end + 2]);
        }
    }
    tags
}

/// The characters that Discord reads as markup: those that no backslash takes the meaning of.
fn markup(text: &str) -> String {
    let mut markup = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '*' | '_' | '~' | '|' | '`' | '#' | '[' | ']' | '(' | ')' | '\n' => markup.push(char),
            _ => {}
        }
    }
    markup
}

proptest! {
    #[test]
    fn names_mention_nobody_and_change_no_look(name in hostile(), guild in hostile()) {
        let template = Template::parse("**Hi** {mention}, {name} ({username}) of {guild}: {number} {age}.").expect("valid");
        for medium in [Medium::Message, Medium::EmbedText] {
            let filled = template.fill_in(medium, &values(&name, &guild, Zone::utc()));
            let member = format!("<@{MEMBER}>");
            prop_assert_eq!(tags(&filled), [&member], "{}", filled);
            prop_assert_eq!(markup(&filled), "****()", "{}", filled);
            prop_assert!(!filled.contains("@everyone") && !filled.contains("@here"), "{}", filled);
            prop_assert!(!filled.contains("://") && !filled.contains("discord.gg/"), "{}", filled);
            prop_assert!(filled.starts_with("**Hi** <@") && filled.ends_with(": 12 2 years."), "{}", filled);
        }
        let title = template.fill_in(Medium::EmbedTitle, &values(&name, &guild, Zone::utc()));
        prop_assert!(tags(&title).is_empty(), "{}", title);
        prop_assert!(title.chars().count() <= 256);
    }

    #[test]
    fn what_an_admin_wrote_is_not_completed_by_a_name(
        pieces in prop::collection::vec(prop::sample::select(AROUND.as_slice()), 1..6),
        name in hostile(),
    ) {
        // What the pieces make by themselves is the admin's own doing.
        let (before, after) = pieces.split_at(pieces.len() / 2);
        let (before, after) = (before.concat(), after.concat());
        let template = Template::parse(&format!("x{before}{{name}}{after}x")).expect("valid");
        let filled = template.fill(&values(&name, "Tea", Zone::utc()));
        prop_assert!(tags(&filled).is_empty(), "{}", filled);
        prop_assert!(!filled.contains("@everyone") && !filled.contains("@here"), "{}", filled);
        prop_assert!(!filled.contains("](http"), "{}", filled);
    }

    #[test]
    fn many_names_mention_only_those_who_are_greeted(names in prop::collection::vec(hostile(), 1..30)) {
        let template = Template::parse("Hi {mention}! {name}, {username} of {guild}").expect("valid");
        let people: Vec<_> = names.iter().map(|name| values(name, name, Zone::utc())).collect();
        let member = format!("<@{MEMBER}>");
        for medium in [Medium::Message, Medium::EmbedText] {
            let Some(filled) = template.fill_for_all_in(medium, &people) else { continue };
            prop_assert!(filled.chars().count() <= medium.chars_max());
            prop_assert_eq!(tags(&filled), vec![&member; people.len()], "{}", filled);
            prop_assert_eq!(markup(&filled), "", "{}", filled);
        }
    }

    #[test]
    fn names_on_pictures_stay_on_their_line_and_in_their_place(name in hostile(), guild in hostile()) {
        let template = Template::parse("{name} joined {guild}.").expect("valid");
        let line = template.fill_for_picture(&values(&name, &guild, Zone::utc())).expect("all is known");
        let marks: String = line
            .chars()
            .filter(|char| matches!(char, '\u{2066}'..='\u{2069}' | '\u{202a}'..='\u{202e}' | '\n' | '\u{2028}'))
            .collect();
        prop_assert_eq!(marks, "\u{2068}\u{2069}\u{2068}\u{2069}");
    }

    #[test]
    fn bombs_are_cut_where_nothing_breaks(
        name in hostile(),
        pieces in prop::collection::vec(prop::sample::select(vec!["{mention}", "{name}", "{guild}", "{age} ", "👩‍👩‍👧‍👦", "<#123> ", "\\*", "x"]), 1..250),
    ) {
        let Ok(template) = Template::parse(&pieces.concat()) else { return Ok(()) };
        let long = name.repeat(40);
        for medium in [Medium::Message, Medium::EmbedText, Medium::EmbedTitle] {
            let filled = template.fill_in(medium, &values(&name, &long, Zone::utc()));
            prop_assert!(filled.chars().count() <= medium.chars_max());
            // A lone backslash at the end would take the place of the next line's first character.
            let kept = filled.strip_suffix('…').unwrap_or(&filled);
            let backslashes = kept.chars().rev().take_while(|char| *char == '\\').count();
            prop_assert!(backslashes.is_multiple_of(2), "{}", filled);
            let whole = ["<#123>".to_owned(), format!("<@{MEMBER}>")];
            for tag in tags(&filled) {
                prop_assert!(whole.iter().any(|one| one == tag), "{}", tag);
            }
            let lone = kept.rfind('<').is_some_and(|at| !kept[at..].contains('>') && !kept[at..].starts_with("<\u{200b}"));
            prop_assert!(!lone || kept.ends_with('<'), "{}", filled);
        }
    }

    #[test]
    fn anything_is_a_template_or_a_short_complaint(text in any::<String>(), times in 1_usize..2000) {
        for text in [text.clone(), text.repeat(times), format!("{{{text}}}")] {
            if let Err(error) = Template::parse(&text) {
                prop_assert!(error.to_string().chars().count() < 200, "{}", error);
            }
        }
    }
}

#[test]
fn hundred_thousand_characters_are_refused_or_cut_at_once() {
    let endless = "{name}".repeat(100_000);
    let error = Template::parse(&endless).expect_err("too long");
    assert!(error.to_string().contains("600000 characters"), "{error}");
    let bomb = Template::parse(&"{guild}".repeat(285)).expect("valid");
    let name = "<@1>".repeat(100_000);
    let people = vec![values(&name, &name, Zone::utc()); 1000];
    assert_eq!(bomb.fill_for_all(&people), None);
    assert!(bomb.fill(&people[0]).chars().count() <= 2000);
}
