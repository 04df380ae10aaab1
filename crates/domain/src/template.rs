//! The words of a welcome.

mod cut;
mod place;
mod stranger;

use std::fmt::{self, Write};

use place::Place;
pub(crate) use stranger::isolated;
use stranger::push_stranger;

use crate::id::UserId;
use crate::language::Language;
use crate::time::UnixMs;
use crate::zone::Zone;

/// A text with places to fill, such as `{mention}`; [`Template::PLACES`] are all of them. `{{` and `}}` stand for single
/// braces.
///
/// Nothing that fills a place can mention anybody but the member, nor change the look of what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

/// What fills the places.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// The member, for `{mention}` and `{id}`; the id also tells `{age}`.
    pub user: UserId,
    /// The member's shown name.
    pub name: &'a str,
    /// The account's unique name.
    pub username: &'a str,
    /// The guild's name.
    pub guild: &'a str,
    /// The how-manieth member they are; an unknown one is shown as `?`.
    pub number: Option<u64>,
    /// When they joined. Ages are told as of then, so that a text is the same whenever it is filled.
    pub joined_at: UnixMs,
    /// The language of ordinals, ages, times and dates.
    pub language: Language,
    /// The zone of times and dates.
    pub zone: &'a Zone,
}

/// Where a filled text will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A message's own text.
    Message,
    /// The text of an embed, in which mentions are shown but tell nobody.
    EmbedText,
    /// The title of an embed, in which mentions are not even shown: the member's name takes their place.
    EmbedTitle,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// A place that does not exist.
    UnknownPlace(UnknownPlace),
    /// A `{` without its `}`, or the other way round.
    LoneBrace,
    /// The text is empty, or longer than a message may be even before its places are filled.
    Length {
        /// Characters of the text.
        chars: usize,
    },
}

/// The name of a place that does not exist; shown as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPlace {
    /// What was written, cut off where it is long.
    pub name: String,
    /// The place that was probably meant.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl std::error::Error for TemplateError {}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownPlace(UnknownPlace {
                name,
                nearest: Some(nearest),
            }) => write!(
                f,
                "there is no placeholder {{{name}}}; did you mean {{{nearest}}}?"
            ),
            Self::UnknownPlace(UnknownPlace { name, nearest: None }) => {
                write!(f, "there is no placeholder {{{name}}}; use ")?;
                for (index, place) in Template::PLACES.iter().enumerate() {
                    let before = match index {
                        0 => "",
                        last if last + 1 == Template::PLACES.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{before}{{{place}}}")?;
                }
                Ok(())
            }
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

impl fmt::Display for Template {
    /// The text that it was read from, but for blanks within braces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Part::Place(place) => write!(f, "{{{}}}", place.name())?,
            }
        }
        Ok(())
    }
}

impl Medium {
    /// The most characters that Discord takes there.
    /// Source: Discord's documentation, "Message", headings "Create Message" and "Embed Limits", read in August 2026.
    pub const fn chars_max(self) -> usize {
        match self {
            Self::Message => 2000,
            Self::EmbedText => 4096,
            Self::EmbedTitle => 256,
        }
    }
}

impl Template {
    /// The most characters that a template may have: as many as Discord takes in a message.
    pub const CHARS_MAX: usize = Medium::Message.chars_max();

    /// The names of all places.
    pub const PLACES: &'static [&'static str] = &place::NAMES;

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
            let place = Place::named(name.trim()).ok_or_else(|| {
                TemplateError::UnknownPlace(UnknownPlace {
                    name: name.chars().filter(|char| !char.is_control()).take(40).collect(),
                    nearest: place::nearest(name),
                })
            })?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Place(place));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// Fills the places for a message: at most 2000 characters, cut where the names make more of it.
    pub fn fill(&self, values: &Values<'_>) -> String {
        self.fill_in(Medium::Message, values)
    }

    /// Fills the places for what stands elsewhere; cut where it is too long for that.
    pub fn fill_in(&self, medium: Medium, values: &Values<'_>) -> String {
        let filled = self.filled(medium, std::slice::from_ref(values));
        cut::cut(filled, medium.chars_max())
    }

    /// Fills the places for many members at once: mentions, names and ids of all of them, one after the other, and the
    /// range of their numbers, ages and times. The guild is the first one's. `None` when it would be longer than Discord
    /// takes, or there is nobody.
    pub fn fill_for_all(&self, people: &[Values<'_>]) -> Option<String> {
        self.fill_for_all_in(Medium::Message, people)
    }

    /// As [`Template::fill_for_all`], for what stands elsewhere.
    pub fn fill_for_all_in(&self, medium: Medium, people: &[Values<'_>]) -> Option<String> {
        if people.is_empty() {
            return None;
        }
        let filled = self.filled(medium, people);
        (filled.chars().count() <= medium.chars_max()).then_some(filled)
    }

    /// Fills the places for a picture, on which markup means nothing: names as they are, each kept together whatever
    /// way it is written, and a member's name for their mention. `None` when it asks for a number that is not known.
    pub fn fill_for_picture(&self, values: &Values<'_>) -> Option<String> {
        let mut line = String::new();
        for part in &self.parts {
            let place = match part {
                Part::Text(text) => {
                    line.push_str(text);
                    continue;
                }
                Part::Place(place) => place,
            };
            match place {
                Place::Mention | Place::Name => line.push_str(&isolated(values.name)),
                Place::Username => line.push_str(&isolated(values.username)),
                Place::Guild => line.push_str(&isolated(values.guild)),
                Place::Id => line.push_str(&values.user.to_string()),
                Place::Number => line.push_str(&grouped(values.number?)),
                Place::Ordinal => {
                    let number = values.number?;
                    line.push_str(&values.language.ordinal(number, &grouped(number)));
                }
                Place::Age => line.push_str(&values.age()?),
                Place::Time => line.push_str(&values.time()?),
                Place::Date => line.push_str(&values.date()?),
            }
        }
        Some(line)
    }

    /// Whether the member's mention stands in it.
    pub fn mentions(&self) -> bool {
        self.parts.contains(&Part::Place(Place::Mention))
    }

    /// The text with its places filled for at least one member; where it is longer than its medium takes, perhaps only
    /// so much of it that this can be seen.
    fn filled(&self, medium: Medium, people: &[Values<'_>]) -> String {
        // No character takes more bytes: past that, it is too long whatever it holds.
        let enough = medium.chars_max() * 4;
        let mut text = String::new();
        for part in &self.parts {
            if text.len() > enough {
                break;
            }
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Place(place) => push_place(&mut text, *place, medium, people, enough),
            }
        }
        text
    }
}

impl Values<'_> {
    fn age(&self) -> Option<String> {
        self.language.age(self.user.created_at(), self.joined_at)
    }

    fn time(&self) -> Option<String> {
        self.language.time_of_day(self.zone, self.joined_at)
    }

    fn date(&self) -> Option<String> {
        self.language.date(self.zone, self.joined_at)
    }
}

fn push_place(text: &mut String, place: Place, medium: Medium, people: &[Values<'_>], enough: usize) {
    let mut list = |between: &str, push: &dyn Fn(&mut String, &Values<'_>)| {
        for (index, one) in people.iter().enumerate() {
            if text.len() > enough {
                break;
            }
            if index > 0 {
                text.push_str(between);
            }
            push(text, one);
        }
    };
    match place {
        Place::Mention if medium != Medium::EmbedTitle => list(" ", &|text, one| {
            write!(text, "<@{}>", one.user).expect("a String takes everything");
        }),
        Place::Mention | Place::Name => list(", ", &|text, one| push_stranger(text, one.name)),
        Place::Username => list(", ", &|text, one| push_stranger(text, one.username)),
        Place::Id => list(", ", &|text, one| text.push_str(&one.user.to_string())),
        Place::Guild => push_stranger(text, people[0].guild),
        Place::Number => {
            let numbers = people.iter().filter_map(|one| one.number);
            push_range(text, numbers, |number| Some(number.to_string()));
        }
        Place::Ordinal => {
            let language = people[0].language;
            let numbers = people.iter().filter_map(|one| one.number);
            push_range(text, numbers, |number| {
                Some(language.ordinal(number, &number.to_string()))
            });
        }
        Place::Age => {
            let language = people[0].language;
            let ages = people.iter().map(|one| {
                let created_at = one.user.created_at();
                (one.joined_at.since(created_at), created_at, one.joined_at)
            });
            push_range(text, ages, |(_, from, to)| language.age(from, to));
        }
        Place::Time | Place::Date => {
            let joins = people.iter().map(|one| one.joined_at);
            push_range(text, joins, |joined_at| {
                let first = Values {
                    joined_at,
                    ..people[0]
                };
                if place == Place::Time {
                    first.time()
                } else {
                    first.date()
                }
            });
        }
    }
}

/// The least and the greatest of some values, or the one that they are; `?` for none.
fn push_range<T: Ord + Copy>(
    text: &mut String,
    values: impl Iterator<Item = T> + Clone,
    written: impl Fn(T) -> Option<String>,
) {
    let least = values.clone().min().and_then(&written);
    let most = values.max().and_then(&written);
    match (least, most) {
        (Some(least), Some(most)) if least != most => {
            text.push_str(&least);
            text.push('–');
            text.push_str(&most);
        }
        (Some(only), _) | (None, Some(only)) => text.push_str(&only),
        (None, None) => text.push('?'),
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

#[cfg(test)]
mod tests;
