//! The words of a welcome.

use std::fmt;

use crate::id::UserId;

/// A message with places to fill: `{mention}`, `{name}`, `{guild}`, `{number}`. `{{` and `}}` stand for single braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Mention,
    Name,
    Guild,
    Number,
}

/// What fills the places.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// The member, for `{mention}`.
    pub user: UserId,
    /// The member's shown name.
    pub name: &'a str,
    /// The guild's name.
    pub guild: &'a str,
    /// The how-manieth member they are; an unknown one is shown as `?`.
    pub number: Option<u64>,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// A place that does not exist.
    UnknownPlace(String),
    /// A `{` without its `}`, or the other way round.
    LoneBrace,
    /// The text is empty, or longer than a message may be even before its places are filled.
    Length {
        /// Characters of the text.
        chars: usize,
    },
}

impl std::error::Error for TemplateError {}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownPlace(name) => write!(
                f,
                "there is no placeholder {{{name}}}; use {{mention}}, {{name}}, {{guild}} or {{number}}"
            ),
            Self::LoneBrace => {
                write!(
                    f,
                    "a brace stands alone; write {{{{ or }}}} for a brace that is no placeholder"
                )
            }
            Self::Length { chars } => {
                write!(
                    f,
                    "the message has {chars} characters; write 1 to {}",
                    Template::CHARS_MAX
                )
            }
        }
    }
}

impl Template {
    /// The most characters that a template may have. Discord takes 2000 a message; the rest is left for the names that
    /// fill its places.
    pub const CHARS_MAX: usize = 1500;
    /// The most characters that Discord takes in a message.
    const MESSAGE_CHARS_MAX: usize = 2000;

    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let chars = text.chars().count();
        if text.trim().is_empty() || chars > Self::CHARS_MAX {
            return Err(TemplateError::Length { chars });
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
                plain.push_str(&brace[..1]);
                rest = after;
                continue;
            }
            let (name, after) = brace
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'))
                .ok_or(TemplateError::LoneBrace)?;
            if name.contains('{') {
                return Err(TemplateError::LoneBrace);
            }
            parts.push(Part::Text(std::mem::take(&mut plain)));
            parts.push(Part::Place(match name.trim() {
                "mention" => Place::Mention,
                "name" => Place::Name,
                "guild" => Place::Guild,
                "number" => Place::Number,
                _ => return Err(TemplateError::UnknownPlace(name.chars().take(40).collect())),
            }));
            rest = after;
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Ok(Self { parts })
    }

    /// Fills the places. Names are escaped, so that they neither mention anybody nor change the message's look. At
    /// most 2000 characters, cut where the names would make more of it.
    pub fn fill(&self, values: &Values<'_>) -> String {
        let mut message = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => message.push_str(text),
                Part::Place(Place::Mention) => message.push_str(&format!("<@{}>", values.user)),
                Part::Place(Place::Name) => push_escaped(&mut message, values.name),
                Part::Place(Place::Guild) => push_escaped(&mut message, values.guild),
                Part::Place(Place::Number) => match values.number {
                    Some(number) => message.push_str(&number.to_string()),
                    None => message.push('?'),
                },
            }
        }
        if let Some((end, _)) = message.char_indices().nth(Self::MESSAGE_CHARS_MAX) {
            message.truncate(end);
        }
        message
    }

    /// Fills the places for many members at once: mentions and names of all of them, one after the other, and the range of
    /// their numbers. The guild is the first one's. Escaped as in [`Template::fill`]; `None` when it would be longer than
    /// Discord takes, or there is nobody.
    pub fn fill_for_all(&self, people: &[Values<'_>]) -> Option<String> {
        let first = people.first()?;
        let mut message = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => message.push_str(text),
                Part::Place(Place::Mention) => push_list(&mut message, people, " ", |message, one| {
                    message.push_str(&format!("<@{}>", one.user));
                }),
                Part::Place(Place::Name) => push_list(&mut message, people, ", ", |message, one| {
                    push_escaped(message, one.name);
                }),
                Part::Place(Place::Guild) => push_escaped(&mut message, first.guild),
                Part::Place(Place::Number) => {
                    let numbers = || people.iter().filter_map(|one| one.number);
                    match (numbers().min(), numbers().max()) {
                        (Some(least), Some(most)) if least < most => {
                            message.push_str(&format!("{least}–{most}"))
                        }
                        (Some(only), _) => message.push_str(&only.to_string()),
                        _ => message.push('?'),
                    }
                }
            }
        }
        (message.chars().count() <= Self::MESSAGE_CHARS_MAX).then_some(message)
    }

    /// Fills the places for a picture, on which markup means nothing: names as they are, each kept together whatever
    /// way it is written, and a member's name for their mention. `None` when it asks for a number that is not known.
    pub fn fill_for_picture(&self, values: &Values<'_>) -> Option<String> {
        let mut line = String::new();
        let push_isolated = |line: &mut String, name: &str| {
            line.extend(
                ['\u{2068}']
                    .into_iter()
                    .chain(name.trim().chars())
                    .chain(['\u{2069}']),
            );
        };
        for part in &self.parts {
            match part {
                Part::Text(text) => line.push_str(text),
                Part::Place(Place::Mention | Place::Name) => push_isolated(&mut line, values.name),
                Part::Place(Place::Guild) => push_isolated(&mut line, values.guild),
                Part::Place(Place::Number) => line.push_str(&grouped(values.number?)),
            }
        }
        Some(line)
    }
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn push_list(
    message: &mut String,
    people: &[Values<'_>],
    between: &str,
    mut push: impl FnMut(&mut String, &Values<'_>),
) {
    for (index, one) in people.iter().enumerate() {
        if index > 0 {
            message.push_str(between);
        }
        push(message, one);
    }
}

/// Appends a name that a stranger chose: Discord's markup and mentions lose their meaning, line breaks become spaces.
fn push_escaped(message: &mut String, name: &str) {
    for char in name.chars() {
        match char {
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '#' | '[' | ']' | '(' | ')' | '-' | ':' => {
                message.push('\\');
                message.push(char);
            }
            '@' | '<' => {
                message.push(char);
                // A zero-width space: `@everyone` and `<@1>` stay text.
                message.push('\u{200b}');
            }
            char if char.is_control() => message.push(' '),
            char => message.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: Values<'_> = Values {
        user: UserId(7),
        name: "*小林*",
        guild: "Tea @everyone",
        number: Some(12),
    };

    #[test]
    fn places_are_filled_and_names_stay_text() {
        let template =
            Template::parse("Hi {mention} ({name}) of {guild}, number {number} {{ok}}").expect("valid");
        assert_eq!(
            template.fill(&VALUES),
            "Hi <@7> (\\*小林\\*) of Tea @\u{200b}everyone, number 12 {ok}"
        );
    }

    #[test]
    fn many_are_greeted_by_one_message_that_is_never_too_long() {
        let template = Template::parse("Hi {mention}! {name} are {number} of {guild}").expect("valid");
        let second = Values {
            user: UserId(8),
            name: "@here",
            number: Some(13),
            ..VALUES
        };
        assert_eq!(
            template.fill_for_all(&[VALUES, second]).as_deref(),
            Some("Hi <@7> <@8>! \\*小林\\*, @\u{200b}here are 12–13 of Tea @\u{200b}everyone")
        );
        assert_eq!(template.fill_for_all(&[VALUES]), Some(template.fill(&VALUES)));
        assert_eq!(template.fill_for_all(&[]), None);
        assert_eq!(template.fill_for_all(&[VALUES; 500]), None);
    }

    #[test]
    fn pictures_show_names_as_they_are() {
        let template = Template::parse("{mention} of {guild}: #{number}").expect("valid");
        let values = Values {
            number: Some(1_234_567),
            ..VALUES
        };
        assert_eq!(
            template.fill_for_picture(&values).as_deref(),
            Some("\u{2068}*小林*\u{2069} of \u{2068}Tea @everyone\u{2069}: #1,234,567")
        );
        let unknown = Values {
            number: None,
            ..VALUES
        };
        assert_eq!(template.fill_for_picture(&unknown), None);
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
            Template::parse("{user}"),
            Err(TemplateError::UnknownPlace("user".into()))
        );
        for lone in ["a { b", "a } b", "{name", "{ {name}"] {
            assert_eq!(Template::parse(lone), Err(TemplateError::LoneBrace), "{lone}");
        }
        assert_eq!(Template::parse("  "), Err(TemplateError::Length { chars: 2 }));
        let long = "x".repeat(1501);
        assert_eq!(Template::parse(&long), Err(TemplateError::Length { chars: 1501 }));
    }

    #[test]
    fn message_is_never_longer_than_discord_takes() {
        let template = Template::parse(&"{name}".repeat(200)).expect("valid");
        let filled = template.fill(&Values {
            name: &"名".repeat(32),
            ..VALUES
        });
        assert_eq!(filled.chars().count(), 2000);
    }
}
