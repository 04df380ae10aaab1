//! Why something was not done, and how that is said.

use std::fmt;

use card::StyleError;
use discord::Permission;
use domain::id::ChannelId;
use domain::settings::{AuditEntry, Field, SettingError};
use domain::template::{Template, TemplateError, UnknownPlace};

use super::shown;
use super::words::Words;
use crate::tally::CommandOutcome;

/// Why something was not done. Each has its sentence in every language.
pub(crate) enum Refused {
    /// They may not manage the guild.
    NotAllowed,
    /// Somebody else opened it.
    NotYours,
    /// A button that is too old, or whose matter is not known any more.
    Expired,
    /// Nothing is stored of the guild.
    UnknownGuild,
    /// No such command, button or modal.
    UnknownCommand,
    /// An option is missing or of another type.
    OptionMissing(&'static str),
    /// Two options that exclude each other.
    OptionsClash(&'static str, &'static str),
    /// The store does not answer; nothing was to be changed.
    DatabaseSilent,
    /// The store does not answer, and a change was under way.
    DatabaseSilentInChange,
    /// Discord does not answer what had to be asked.
    DiscordSilent,
    /// A mistake of ours.
    OurMistake,
    /// It took longer than anything should.
    TooSlow,
    /// A text is not in its field's form.
    Setting(SettingError),
    /// Cards cannot look like that.
    Look(Field, StyleError),
    /// The settings changed meanwhile: what somebody else changed, as far as it is known.
    Stale(Vec<AuditEntry>),
    /// The bot lacks these in a channel.
    PermissionsMissing(ChannelId, Vec<Permission>),
    /// Something that one command alone knows, in words.
    Because(Box<dyn Fn(Words) -> String + Send>),
}

impl Refused {
    /// A reason that one command alone knows.
    pub(crate) fn because(sentence: impl Fn(Words) -> String + Send + 'static) -> Self {
        Self::Because(Box::new(sentence))
    }

    /// How it is counted: whether who asked could have done otherwise.
    pub(crate) fn outcome(&self) -> CommandOutcome {
        match self {
            Self::DatabaseSilent
            | Self::DatabaseSilentInChange
            | Self::DiscordSilent
            | Self::OurMistake
            | Self::TooSlow => CommandOutcome::Failed,
            _ => CommandOutcome::Refused,
        }
    }

    /// The sentence.
    pub(crate) fn sentence(&self, words: Words) -> String {
        match self {
            Self::NotAllowed => words.not_allowed(),
            Self::NotYours => words.not_yours(),
            Self::Expired => words.expired(),
            Self::UnknownGuild => words.unknown_guild(),
            Self::UnknownCommand => words.unknown_command(),
            Self::OptionMissing(option) => words.option_missing(option),
            Self::OptionsClash(one, other) => words.options_clash(one, other),
            Self::DatabaseSilent => words.database_silent(),
            Self::DatabaseSilentInChange => words.database_silent_in_change(),
            Self::DiscordSilent => words.discord_silent(),
            Self::OurMistake => words.our_mistake(),
            Self::TooSlow => words.too_slow(),
            Self::Setting(error) => setting(words, error),
            Self::Look(field, error) => look(words, *field, error),
            Self::Stale(since) => stale(words, since),
            Self::PermissionsMissing(channel, missing) => {
                let missing = missing
                    .iter()
                    .map(|one| format!("**{}**", words.permission(*one)));
                words.permissions_missing(&shown::channel(*channel), &words.list(missing))
            }
            Self::Because(sentence) => sentence(words),
        }
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Words(domain::language::Language::English)))
    }
}

impl From<SettingError> for Refused {
    fn from(error: SettingError) -> Self {
        Self::Setting(error)
    }
}

/// Who changed what, and when: the last change, and the fields that it and earlier ones touched.
fn stale(words: Words, since: &[AuditEntry]) -> String {
    let Some(last) = since.iter().max_by_key(|entry| entry.id) else {
        return words.stale_somehow();
    };
    let mut fields: Vec<_> = since.iter().map(|entry| entry.change.field).collect();
    fields.sort_unstable();
    fields.dedup();
    let what = words.list(fields.iter().map(|field| words.field(*field)));
    words.stale(&shown::who(words, last.by), &what, &shown::ago(last.at))
}

/// What is wrong with a setting's text.
pub(crate) fn setting(words: Words, error: &SettingError) -> String {
    let name = |field: &Field| words.field(*field);
    match error {
        SettingError::NotAFlag(field) => words.not_a_flag(name(field)),
        SettingError::NotAChannel(field) => words.not_a_channel(name(field)),
        SettingError::NotALanguage(field) => words.not_a_language(name(field)),
        SettingError::NotATimeZone(field) => words.not_a_time_zone(name(field)),
        SettingError::NotOneOf { field, known } => {
            let known = known.iter().map(|one| format!("`{one}`"));
            words.not_one_of(name(field), &words.list(known))
        }
        SettingError::NotAName(field) => words.not_a_name(name(field)),
        SettingError::NotAColor(field) => words.not_a_color(name(field)),
        SettingError::NotAPercent(field) => words.not_a_percent(name(field)),
        SettingError::NotWhole { field, min, max } => words.not_whole(name(field), *min, *max),
        SettingError::NotTenths {
            field,
            min,
            max,
            step,
        } => {
            let shown = |tenths: &u32| format!("{}.{}", tenths / 10, tenths % 10);
            words.not_tenths(name(field), &shown(min), &shown(max), &shown(step))
        }
        SettingError::NotIds { field, count_max } => words.not_ids(name(field), *count_max),
        SettingError::NotLevels(field) => words.not_levels(name(field)),
        SettingError::NotLevelRoles(field) => words.not_level_roles(name(field)),
        SettingError::NotAnAsset(field) => words.not_an_asset(name(field)),
        SettingError::Template { field, error } => template(words, name(field), error),
        SettingError::TooLong {
            field,
            chars,
            chars_max,
        } => words.text_length(name(field), *chars, *chars_max),
        SettingError::TextCount {
            field,
            count,
            count_max,
        } => words.text_count(name(field), *count, *count_max),
    }
}

fn look(words: Words, field: Field, error: &StyleError) -> String {
    let name = words.field(field);
    match error {
        StyleError::Unknown { known, .. } => {
            words.not_one_of(name, &words.list(known.iter().map(|one| format!("`{one}`"))))
        }
        StyleError::NoColor(_) => words.not_a_color(name),
        StyleError::Opacity(_) => words.not_a_percent(name),
    }
}

fn template(words: Words, field: &str, error: &TemplateError) -> String {
    match error {
        TemplateError::UnknownPlace(UnknownPlace { name, nearest }) => {
            let known = words.list(Template::PLACES.iter().map(|place| format!("`{{{place}}}`")));
            let wrong = shown::inline(&format!("{{{name}}}"), 50);
            match nearest {
                Some(nearest) => words.misspelt_place(field, &wrong, &format!("{{{nearest}}}"), &known),
                None => words.unknown_place(field, &wrong, &known),
            }
        }
        TemplateError::LoneBrace => words.lone_brace(field),
        TemplateError::Length { chars } => words.text_length(field, *chars, Template::CHARS_MAX),
    }
}
