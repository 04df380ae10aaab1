//! The fields, and the form that each one's text must have.

use std::fmt;
use std::str::FromStr;

use super::lists::{self, Tenths};
use crate::activity::level::{Levels, NoLevels};
use crate::id::ChannelId;
use crate::language::Language;
use crate::template::{Template, TemplateError};

/// What a field's text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `on` or `off`.
    Flag,
    /// The id of a channel.
    Channel,
    /// A language's code.
    Language,
    /// The name of a zone in the IANA database.
    TimeZone,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// One of the names that `card` has for this.
    Look,
    /// `#rrggbb`.
    Color,
    /// A whole per cent.
    Percent,
    /// A whole number within bounds.
    Whole {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// A number with at most one decimal, within bounds that are given in tenths.
    Tenths {
        /// The least, in tenths.
        min: u32,
        /// The most, in tenths.
        max: u32,
        /// What it must be a multiple of, in tenths.
        step: u32,
    },
    /// Ids of channels.
    Channels,
    /// Ids of roles.
    Roles,
    /// From how many points on each level is reached.
    Levels,
    /// A role for each of some levels: `active=123 legend=456`.
    LevelRoles,
    /// The SHA-256 of a picture, 64 hexadecimal digits.
    Asset,
    /// A text with placeholders.
    Template {
        /// The most characters.
        chars_max: usize,
        /// Whether it may be empty, which leaves it out.
        may_be_empty: bool,
    },
    /// Several texts with placeholders, with a line of `---` between them.
    Templates {
        /// The most texts.
        count_max: usize,
    },
}

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $name:literal, $form:expr;)+) => {
        /// Something that the admins of a guild choose.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])* $field,)+
        }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$field,)+];

            /// Its name, which never changes: it stands in databases and files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)+
                }
            }

            /// What its text must look like.
            pub fn form(self) -> Form {
                match self {
                    $(Self::$field => $form,)+
                }
            }
        }
    };
}

const LINE: Form = Form::Template {
    chars_max: 100,
    may_be_empty: true,
};
const MESSAGE: Form = Form::Template {
    chars_max: Template::CHARS_MAX,
    may_be_empty: false,
};

fields! {
    /// The language of the bot's answers and of words that nobody wrote.
    Language = "language", Form::Language;
    /// The zone of times and days.
    TimeZone = "time-zone", Form::TimeZone;
    /// Whether new members are greeted.
    WelcomeEnabled = "welcome.enabled", Form::Flag;
    /// Where they are greeted.
    WelcomeChannel = "welcome.channel", Form::Channel;
    /// The words; one of them at random.
    WelcomeTexts = "welcome.texts", Form::Templates { count_max: 10 };
    /// Whether the words stand in a plain message or in an embed.
    WelcomeStyle = "welcome.style", Form::OneOf(&["text", "embed"]);
    /// The embed's title.
    EmbedTitle = "welcome.embed-title", Form::Template { chars_max: 256, may_be_empty: true };
    /// The embed's colour.
    EmbedColor = "welcome.embed-colour", Form::Color;
    /// Whether the picture is attached.
    WelcomeCard = "welcome.card", Form::Flag;
    /// Whether members are greeted only once they have passed membership screening.
    AfterScreening = "welcome.after-screening", Form::Flag;
    /// What becomes of welcomes when too many join at once.
    Raids = "welcome.raids", Form::OneOf(&["groups", "hold-back"]);
    /// A message to the member alone.
    DirectMessage = "direct-message.text", MESSAGE;
    /// What is posted when a member leaves.
    FarewellText = "farewell.text", MESSAGE;
    /// Where it is posted; the welcome's channel when it is not set.
    FarewellChannel = "farewell.channel", Form::Channel;
    /// Where things stand on the card.
    CardLayout = "card.layout", Form::Look;
    /// The card's colours.
    CardTheme = "card.theme", Form::Look;
    /// The colour of first line and ring.
    CardAccent = "card.accent", Form::Color;
    /// The colour of the panel.
    CardPanel = "card.panel", Form::Color;
    /// The colour of the text.
    CardText = "card.text", Form::Color;
    /// The least that the panel hides.
    CardOpacity = "card.opacity", Form::Percent;
    /// The avatar's outline.
    CardAvatar = "card.avatar", Form::Look;
    /// What runs around the avatar.
    CardRing = "card.ring", Form::Look;
    /// Where lines begin or end.
    CardAlignment = "card.alignment", Form::Look;
    /// The line above the name.
    CardTitle = "card.title", LINE;
    /// The line below the name.
    CardSubtitle = "card.subtitle", LINE;
    /// The line in the capsule.
    CardBadge = "card.badge", LINE;
    /// The picture behind everything, by its hash.
    CardBackground = "card.background", Form::Asset;
    /// Whether messages are counted.
    ActivityEnabled = "activity.enabled", Form::Flag;
    /// Points that a message adds.
    ActivityGain = "activity.gain", Form::Tenths { min: 2, max: 1000, step: 2 };
    /// Seconds in which one message adds to the score.
    ActivityCooldown = "activity.cooldown-seconds", Form::Whole { min: 10, max: 3600 };
    /// Minutes of silence before the score fades.
    ActivityGrace = "activity.grace-minutes", Form::Whole { min: 10, max: 10_080 };
    /// Points that fade in an hour.
    ActivityFade = "activity.fade-per-hour", Form::Tenths { min: 1, max: 1000, step: 1 };
    /// From how many points on each level is reached.
    ActivityLevels = "activity.levels", Form::Levels;
    /// Channels whose messages do not count.
    ActivityLeftOutChannels = "activity.left-out-channels", Form::Channels;
    /// Roles whose holders' messages do not count.
    ActivityLeftOutRoles = "activity.left-out-roles", Form::Roles;
    /// Channels whose messages add half.
    ActivityHalfChannels = "activity.half-channels", Form::Channels;
    /// Channels whose messages add twice as much.
    ActivityDoubleChannels = "activity.double-channels", Form::Channels;
    /// The roles that members have by their level.
    ActivityLevelRoles = "activity.level-roles", Form::LevelRoles;
    /// Where the day's most active members are posted; nowhere when it is not set.
    ActivityReportChannel = "activity.report-channel", Form::Channel;
    /// The hour of the day at which they are, in the guild's zone.
    ActivityReportHour = "activity.report-hour", Form::Whole { min: 0, max: 23 };
}

/// A text that is not in its field's form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Neither `on` nor `off`.
    #[error("{0}: write on or off")]
    NotAFlag(Field),
    /// Not the id of a channel.
    #[error("{0}: this is no channel's id; it is a number such as 1263489187301294130")]
    NotAChannel(Field),
    /// Not a language of the bot.
    #[error("{0}: this is no language of the bot; use en, zh-TW, zh-CN or ja")]
    NotALanguage(Field),
    /// Not a zone's name.
    #[error("{0}: there is no such time zone; use a name such as Asia/Taipei, Europe/Berlin or UTC")]
    NotATimeZone(Field),
    /// None of the names that there are.
    #[error("{field}: use {}", known.join(" or "))]
    NotOneOf {
        /// The field.
        field: Field,
        /// What may be written.
        known: &'static [&'static str],
    },
    /// No name at all.
    #[error("{0}: a name has 1 to 32 small letters, digits and hyphens")]
    NotAName(Field),
    /// Not a colour.
    #[error("{0}: this is no colour; write it as #rrggbb, such as #5865f2")]
    NotAColor(Field),
    /// Not a per cent.
    #[error("{0}: write a whole number from 0 (clear) to 100 (opaque)")]
    NotAPercent(Field),
    /// Not a whole number within the bounds.
    #[error("{field}: write a whole number from {min} to {max}")]
    NotWhole {
        /// The field.
        field: Field,
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// Not a number of tenths within the bounds.
    #[error("{field}: write a number from {} to {} in steps of {}, such as {}", Tenths(*.min), Tenths(*.max), Tenths(*.step), Tenths(*.min))]
    NotTenths {
        /// The field.
        field: Field,
        /// The least, in tenths.
        min: u32,
        /// The most, in tenths.
        max: u32,
        /// What it must be a multiple of, in tenths.
        step: u32,
    },
    /// Not a list of ids.
    #[error("{field}: write up to {count_max} ids, such as 1263489187301294130, with blanks between them")]
    NotIds {
        /// The field.
        field: Field,
        /// The most ids.
        count_max: usize,
    },
    /// Not the points of levels.
    #[error("{0}: {NoLevels}")]
    NotLevels(Field),
    /// Not roles of levels.
    #[error("{0}: write a role's id for each level that has one, such as active=1263489187301294130")]
    NotLevelRoles(Field),
    /// Not a picture's hash.
    #[error("{0}: a picture is named by the 64 hexadecimal digits of its SHA-256")]
    NotAnAsset(Field),
    /// Something is wrong with a text and its placeholders.
    #[error("{field}: {error}")]
    Template {
        /// The field.
        field: Field,
        /// What is wrong.
        error: TemplateError,
    },
    /// More characters than there is room for.
    #[error("{field}: the text has {chars} characters; write at most {chars_max}")]
    TooLong {
        /// The field.
        field: Field,
        /// Characters of the text.
        chars: usize,
        /// The most that fit.
        chars_max: usize,
    },
    /// Too many texts to choose from, or none.
    #[error("{field}: there are {count} texts; write 1 to {count_max}")]
    TextCount {
        /// The field.
        field: Field,
        /// How many.
        count: usize,
        /// The most.
        count_max: usize,
    },
}

/// Not the name of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no setting {0:?}")]
pub struct UnknownField(pub String);

impl Field {
    /// A flag that is set.
    pub const ON: &'static str = "on";
    /// A flag that is not.
    pub const OFF: &'static str = "off";
    /// The most ids of [`Form::Channels`] and [`Form::Roles`].
    pub const IDS_MAX: usize = 50;
    /// Stands alone on a line between two texts of [`Form::Templates`].
    pub const BETWEEN_TEXTS: &'static str = "---";

    /// The texts of a field of [`Form::Templates`], each without the blanks around it, empty ones left out.
    pub fn texts(text: &str) -> impl Iterator<Item = &str> {
        let mut rest = Some(text);
        std::iter::from_fn(move || {
            let text = rest?;
            let mut from = 0;
            for line in text.split_inclusive('\n') {
                if line.trim() == Self::BETWEEN_TEXTS {
                    rest = Some(&text[from + line.len()..]);
                    return Some(text[..from].trim());
                }
                from += line.len();
            }
            rest = None;
            Some(text.trim())
        })
        .filter(|text| !text.is_empty())
    }

    /// Several texts as one field holds them.
    pub fn joined_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
        let texts: Vec<_> = texts.into_iter().collect();
        texts.join(&format!("\n{}\n", Self::BETWEEN_TEXTS))
    }

    /// The text as it is stored.
    ///
    /// # Errors
    /// [`SettingError`]: it is not in the field's form.
    pub fn canonical(self, text: &str) -> Result<String, SettingError> {
        let trimmed = text.trim();
        match self.form() {
            Form::Flag => [Self::ON, Self::OFF]
                .into_iter()
                .find(|flag| flag.eq_ignore_ascii_case(trimmed))
                .map(str::to_owned)
                .ok_or(SettingError::NotAFlag(self)),
            Form::Channel => match trimmed.parse::<ChannelId>() {
                Ok(channel) if channel.0 > 0 => Ok(channel.to_string()),
                _ => Err(SettingError::NotAChannel(self)),
            },
            Form::Language => match trimmed.parse::<Language>() {
                Ok(language) => Ok(language.to_string()),
                Err(_) => Err(SettingError::NotALanguage(self)),
            },
            Form::TimeZone => jiff::tz::TimeZone::get(trimmed)
                .ok()
                .and_then(|zone| zone.iana_name().map(str::to_owned))
                .ok_or(SettingError::NotATimeZone(self)),
            Form::OneOf(known) => known
                .iter()
                .find(|name| name.eq_ignore_ascii_case(trimmed))
                .map(|name| (*name).to_owned())
                .ok_or(SettingError::NotOneOf { field: self, known }),
            Form::Look => name(trimmed).ok_or(SettingError::NotAName(self)),
            Form::Color => color(trimmed).ok_or(SettingError::NotAColor(self)),
            Form::Percent => match trimmed.trim_end_matches('%').parse::<u8>() {
                Ok(percent @ 0..=100) => Ok(percent.to_string()),
                _ => Err(SettingError::NotAPercent(self)),
            },
            Form::Whole { min, max } => match trimmed.parse() {
                Ok(number) if (min..=max).contains(&number) => Ok(number.to_string()),
                _ => Err(SettingError::NotWhole {
                    field: self,
                    min,
                    max,
                }),
            },
            Form::Tenths { min, max, step } => match Tenths::read(trimmed) {
                Some(tenths) if (min..=max).contains(&tenths.0) && tenths.0 % step == 0 => {
                    Ok(tenths.to_string())
                }
                _ => Err(SettingError::NotTenths {
                    field: self,
                    min,
                    max,
                    step,
                }),
            },
            Form::Channels | Form::Roles => lists::ids(trimmed).ok_or(SettingError::NotIds {
                field: self,
                count_max: Self::IDS_MAX,
            }),
            Form::Levels => match trimmed.parse::<Levels>() {
                Ok(levels) => Ok(levels.to_string()),
                Err(NoLevels) => Err(SettingError::NotLevels(self)),
            },
            Form::LevelRoles => match lists::level_roles(trimmed) {
                Some(roles) => Ok(lists::of_level_roles(&roles)),
                None => Err(SettingError::NotLevelRoles(self)),
            },
            Form::Asset => {
                let is_hash = trimmed.len() == 64 && trimmed.bytes().all(|byte| byte.is_ascii_hexdigit());
                let hash = is_hash.then(|| trimmed.to_ascii_lowercase());
                hash.ok_or(SettingError::NotAnAsset(self))
            }
            Form::Template {
                may_be_empty: true, ..
            } if trimmed.is_empty() => Ok(String::new()),
            Form::Template { chars_max, .. } => self.template(trimmed, chars_max),
            Form::Templates { count_max } => self.templates(text, count_max),
        }
    }

    fn templates(self, text: &str, count_max: usize) -> Result<String, SettingError> {
        let count = Self::texts(text).count();
        if count == 0 || count > count_max {
            return Err(SettingError::TextCount {
                field: self,
                count,
                count_max,
            });
        }
        let texts = Self::texts(text)
            .map(|text| self.template(text, Template::CHARS_MAX))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::joined_texts(texts.iter().map(String::as_str)))
    }

    fn template(self, text: &str, chars_max: usize) -> Result<String, SettingError> {
        let chars = text.chars().count();
        if chars > chars_max {
            return Err(SettingError::TooLong {
                field: self,
                chars,
                chars_max,
            });
        }
        match Template::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(SettingError::Template { field: self, error }),
        }
    }
}

fn name(text: &str) -> Option<String> {
    let name = text.to_ascii_lowercase();
    let is_name = (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_name.then_some(name)
}

fn color(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let is_color = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_color.then(|| format!("#{}", digits.to_ascii_lowercase()))
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.name() == text)
            .ok_or_else(|| UnknownField(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests;
