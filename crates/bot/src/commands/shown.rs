//! How things look in an answer. Nothing here can mention anybody to any effect: answers allow no mentions.

use domain::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use domain::language::Language;
use domain::settings::{Field, FieldChange, Form};
use domain::time::UnixMs;

use super::words::Words;

/// A channel, as Discord's client shows it.
pub(crate) fn channel(id: ChannelId) -> String {
    format!("<#{id}>")
}

/// A role, as Discord's client shows it.
pub(crate) fn role(id: RoleId) -> String {
    format!("<@&{id}>")
}

/// The address of a message, which Discord's client opens.
pub(crate) fn link(guild: GuildId, channel: ChannelId, message: MessageId) -> String {
    format!("https://discord.com/channels/{guild}/{channel}/{message}")
}

/// Who did something; the bot itself when nobody did.
pub(crate) fn who(words: Words, user: Option<UserId>) -> String {
    user.map_or_else(|| words.the_bot_itself(), |user| format!("<@{user}>"))
}

/// A time, as Discord's client shows it to each reader: "2 minutes ago".
/// Source: Discord's documentation, "Reference", heading "Timestamp Styles", read in August 2026.
pub(crate) fn ago(time: UnixMs) -> String {
    format!("<t:{}:R>", time.0.div_euclid(1000))
}

/// Somebody's text on one line and without effect, within backticks of its own: at most `chars_max` characters of it.
/// The text stands between backticks already where a sentence has them around it.
pub(crate) fn inline(text: &str, chars_max: usize) -> String {
    let mut shown = String::new();
    let mut chars = text.trim().chars();
    for char in chars.by_ref().take(chars_max) {
        match char {
            '`' => shown.push('ˋ'),
            '\n' => shown.push_str(" ⏎ "),
            char if char.is_control() => shown.push(' '),
            char => shown.push(char),
        }
    }
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Somebody's text as a code span.
pub(crate) fn code(text: &str, chars_max: usize) -> String {
    format!("`{}`", inline(text, chars_max))
}

/// What a field's text means, for people; `chars_max` bounds the texts that people wrote.
pub(crate) fn value(words: Words, field: Field, text: &str, chars_max: usize) -> String {
    match field.form() {
        Form::Flag => words.flag(text == Field::ON).to_owned(),
        Form::Channel => text.parse().map_or_else(|_| code(text, chars_max), channel),
        Form::Language => match text.parse::<Language>() {
            Ok(language) => format!("{} (`{language}`)", language.own_name()),
            Err(_) => code(text, chars_max),
        },
        Form::OneOf(_) => words
            .choice(text)
            .map_or_else(|| code(text, chars_max), str::to_owned),
        Form::Percent => format!("{text} %"),
        Form::Whole { .. } | Form::Tenths { .. } => text.to_owned(),
        Form::Channels => mentions(text, "<#", chars_max),
        Form::Roles => mentions(text, "<@&", chars_max),
        Form::Levels => code(text, 64),
        Form::LevelRoles => level_roles(words, text, chars_max),
        Form::Asset => code(text, 12),
        Form::Look => words.look(text).map_or_else(|| code(text, 64), str::to_owned),
        Form::TimeZone | Form::Color => code(text, 64),
        Form::Template { .. } if text.is_empty() => words.left_out(),
        Form::Template { .. } => code(text, chars_max),
        Form::Templates { .. } => {
            let texts = Field::texts(text).map(|text| code(text, chars_max));
            texts.collect::<Vec<_>>().join(" · ")
        }
    }
}

/// Ids as Discord's client shows what they name.
fn mentions(ids: &str, sigil: &str, chars_max: usize) -> String {
    let shown: Vec<String> = ids.split(' ').map(|id| format!("{sigil}{id}>")).collect();
    match ids {
        "" => code("", 1),
        _ => clipped(&shown.join(" "), chars_max),
    }
}

fn level_roles(words: Words, text: &str, chars_max: usize) -> String {
    let of_level = |pair: &str| {
        let (level, role) = pair.split_once('=')?;
        Some(format!("{} <@&{role}>", words.level(level.parse().ok()?)))
    };
    match text.split(' ').map(of_level).collect::<Option<Vec<String>>>() {
        Some(shown) => clipped(&shown.join(" · "), chars_max),
        None => code(text, chars_max),
    }
}

/// What became of a field: `**Language**: English → 日本語`.
pub(crate) fn change(words: Words, change: &FieldChange, chars_max: usize) -> String {
    let side = |text: &Option<String>| match text {
        Some(text) => {
            let shown = value(words, change.field, text, chars_max);
            clipped(&shown, chars_max * 2)
        }
        None => words.by_default(),
    };
    format!(
        "**{}**: {} → {}",
        words.field(change.field),
        side(&change.before),
        side(&change.after)
    )
}

/// The first characters of a text that was put together already, closed where it was cut within a code span.
pub(crate) fn clipped(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(chars_max).collect();
    cut.push('…');
    if cut.matches('`').count() % 2 == 1 {
        cut.push('`');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_people_stay_on_one_line_and_in_their_span() {
        let text = "a`@everyone`\n```\u{7}b";
        assert_eq!(code(text, 100), "`aˋ@everyoneˋ ⏎ ˋˋˋ b`");
        assert_eq!(code("名前です", 2), "`名前…`");
        let words = Words(Language::English);
        let shown = value(words, Field::WelcomeTexts, "one\n---\ntwo `x`", 100);
        assert_eq!(shown, "`one` · `two ˋxˋ`");
        assert_eq!(clipped("`abcdef`", 4), "`abc…`");
    }
}
