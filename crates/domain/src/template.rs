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
