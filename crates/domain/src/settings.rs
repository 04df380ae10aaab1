//! What the admins of a guild choose.
//!
//! A setting is a [`Field`] and a text in the field's own form, which is checked and made canonical when it is set. One
//! form serves everywhere: in the database, in the history of changes, in exported files. A field that is not set has the
//! installation's default, so a guild that never chose anything follows what its operator changes.

mod field;
mod lists;

use std::collections::BTreeMap;
use std::str::FromStr;

pub use field::{Field, Form, SettingError, UnknownField};

use crate::activity::level::Level;
use crate::id::{ChannelId, GuildId, RoleId, UserId};
use crate::language::Language;
use crate::template::Template;
use crate::time::UnixMs;

/// What a guild chose. The default has chosen nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct GuildSettings {
    /// Canonical texts, sorted by field.
    values: Vec<(Field, Box<str>)>,
}

/// A guild's settings as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSettings {
    /// The guild.
    pub guild: GuildId,
    /// One more with each change; 0 before a guild was ever stored.
    pub version: u64,
    /// What it chose.
    pub settings: GuildSettings,
    /// When that changed last.
    pub updated_at: UnixMs,
    /// Who changed it last; `None` for the bot itself.
    pub updated_by: Option<UserId>,
}

/// Changes to some fields: a text sets one, `None` gives it back to the default. The texts may still be wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    changes: BTreeMap<Field, Option<String>>,
}

/// What a patch changed in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// Its text before; `None` when it was not set.
    pub before: Option<String>,
    /// Its text after, likewise.
    pub after: Option<String>,
}

/// One line of a guild's history of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Grows from line to line of a guild.
    pub id: u64,
    /// The guild.
    pub guild: GuildId,
    /// The version that the change made; changes made at once share it.
    pub version: u64,
    /// When.
    pub at: UnixMs,
    /// Who; `None` for the bot itself.
    pub by: Option<UserId>,
    /// What.
    pub change: FieldChange,
}

impl StoredSettings {
    /// What is known of a guild of which nothing is stored: version 0, and nothing chosen.
    pub fn none(guild: GuildId) -> Self {
        Self {
            guild,
            version: 0,
            settings: GuildSettings::default(),
            updated_at: UnixMs(0),
            updated_by: None,
        }
    }
}

impl Patch {
    /// A patch of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field.
    #[must_use]
    pub fn set(mut self, field: Field, text: impl Into<String>) -> Self {
        self.changes.insert(field, Some(text.into()));
        self
    }

    /// Gives a field back to its default.
    #[must_use]
    pub fn unset(mut self, field: Field) -> Self {
        self.changes.insert(field, None);
        self
    }

    /// The fields that it speaks of, and what it makes of them.
    pub fn changes(&self) -> impl Iterator<Item = (Field, Option<&str>)> {
        self.changes.iter().map(|(field, text)| (*field, text.as_deref()))
    }

    /// Whether it speaks of nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl GuildSettings {
    /// Settings as they were stored, in any order. The texts are not checked again, so that one which this version would
    /// refuse is kept; read as what it ought to be, it gives nothing.
    pub fn of_stored<T: Into<Box<str>>>(texts: impl IntoIterator<Item = (Field, T)>) -> Self {
        let mut values: Vec<_> = texts
            .into_iter()
            .map(|(field, text)| (field, text.into()))
            .collect();
        values.sort_unstable_by_key(|(field, _)| *field);
        values.dedup_by_key(|(field, _)| *field);
        Self { values }
    }

    /// The text of a field; `None` when it is not set.
    pub fn get(&self, field: Field) -> Option<&str> {
        let at = self
            .values
            .binary_search_by_key(&field, |(field, _)| *field)
            .ok()?;
        Some(&self.values[at].1)
    }

    /// Sets a field, or gives it back to its default.
    ///
    /// # Errors
    /// [`SettingError`]: the text is not in the field's form; nothing changed.
    pub fn set(&mut self, field: Field, text: Option<&str>) -> Result<(), SettingError> {
        let text = text.map(|text| field.canonical(text)).transpose()?;
        match (
            self.values.binary_search_by_key(&field, |(field, _)| *field),
            text,
        ) {
            (Ok(at), Some(text)) => self.values[at].1 = text.into(),
            (Ok(at), None) => {
                self.values.remove(at);
            }
            (Err(at), Some(text)) => self.values.insert(at, (field, text.into())),
            (Err(_), None) => {}
        }
        Ok(())
    }

    /// All fields that are set, sorted.
    pub fn entries(&self) -> impl Iterator<Item = (Field, &str)> {
        self.values.iter().map(|(field, text)| (*field, &**text))
    }

    /// The settings after a patch, and what changed; a field that had its text before is no change.
    ///
    /// # Errors
    /// [`SettingError`] of the first field whose text is wrong.
    pub fn patched(&self, patch: &Patch) -> Result<(Self, Vec<FieldChange>), SettingError> {
        let mut after = self.clone();
        let mut changes = Vec::new();
        for (field, text) in patch.changes() {
            after.set(field, text)?;
            if self.get(field) != after.get(field) {
                changes.push(FieldChange {
                    field,
                    before: self.get(field).map(str::to_owned),
                    after: after.get(field).map(str::to_owned),
                });
            }
        }
        Ok((after, changes))
    }

    /// The language of answers, when it was chosen.
    pub fn language(&self) -> Option<Language> {
        self.parsed(Field::Language)
    }

    /// The zone of times and days, by its name in the IANA database, when it was chosen.
    pub fn time_zone(&self) -> Option<&str> {
        self.get(Field::TimeZone)
    }

    /// A channel, for the fields of [`Form::Channel`].
    pub fn channel(&self, field: Field) -> Option<ChannelId> {
        self.parsed(field)
    }

    /// A flag, when it was chosen.
    pub fn flag(&self, field: Field) -> Option<bool> {
        self.get(field).map(|text| text == Field::ON)
    }

    /// The texts of which one is posted; empty when none was written.
    pub fn welcome_texts(&self) -> Vec<Template> {
        self.get(Field::WelcomeTexts)
            .map(|texts| {
                Field::texts(texts)
                    .filter_map(|text| Template::parse(text).ok())
                    .collect()
            })
            .unwrap_or_default()
    }

    /// One text with placeholders, for the fields of that form. `Some(None)` for a line that is left out.
    pub fn template(&self, field: Field) -> Option<Option<Template>> {
        self.get(field).map(|text| Template::parse(text).ok())
    }

    /// A number in tenths, for the fields of [`Form::Tenths`].
    pub fn tenths(&self, field: Field) -> Option<i64> {
        lists::Tenths::read(self.get(field)?).map(|tenths| i64::from(tenths.0))
    }

    /// Ids, for the fields of [`Form::Channels`] and [`Form::Roles`]; empty when it is not set.
    pub fn ids<T>(&self, field: Field, of: impl FnMut(u64) -> T) -> Vec<T> {
        let ids = self.get(field).unwrap_or_default().split(' ');
        ids.filter_map(|id| id.parse().ok()).map(of).collect()
    }

    /// The roles that members have by their level, from the lowest.
    pub fn level_roles(&self) -> Vec<(Level, RoleId)> {
        self.get(Field::ActivityLevelRoles)
            .and_then(lists::level_roles)
            .unwrap_or_default()
    }

    fn parsed<T: FromStr>(&self, field: Field) -> Option<T> {
        self.get(field)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_is_set_read_and_given_back() {
        let mut settings = GuildSettings::default();
        settings.set(Field::WelcomeChannel, Some(" 42 ")).expect("an id");
        settings.set(Field::Language, Some("ZH-tw")).expect("a language");
        settings.set(Field::WelcomeEnabled, Some("Off")).expect("a flag");
        assert_eq!(settings.channel(Field::WelcomeChannel), Some(ChannelId(42)));
        assert_eq!(settings.language(), Some(Language::TraditionalChinese));
        assert_eq!(settings.flag(Field::WelcomeEnabled), Some(false));
        settings
            .set(Field::WelcomeChannel, None)
            .expect("nothing can be wrong");
        assert_eq!(settings.channel(Field::WelcomeChannel), None);
        assert_eq!(
            settings.entries().collect::<Vec<_>>(),
            [(Field::Language, "zh-TW"), (Field::WelcomeEnabled, "off")]
        );
    }

    #[test]
    fn stored_text_that_would_be_refused_is_kept_and_gives_nothing() {
        let settings = GuildSettings::of_stored([
            (Field::WelcomeChannel, "a channel of old"),
            (Field::Language, "ja"),
        ]);
        assert_eq!(settings.get(Field::WelcomeChannel), Some("a channel of old"));
        assert_eq!(settings.channel(Field::WelcomeChannel), None);
        assert_eq!(settings.language(), Some(Language::Japanese));
    }

    #[test]
    fn patch_tells_what_it_changed_and_a_wrong_one_changes_nothing() {
        let (before, _) = GuildSettings::default()
            .patched(
                &Patch::new()
                    .set(Field::TimeZone, "asia/taipei")
                    .set(Field::WelcomeCard, "on"),
            )
            .expect("sound");
        assert_eq!(before.time_zone(), Some("Asia/Taipei"));
        let patch = Patch::new()
            .unset(Field::TimeZone)
            .set(Field::WelcomeCard, "ON")
            .set(Field::CardOpacity, "80%");
        let (after, changes) = before.patched(&patch).expect("sound");
        assert_eq!(
            changes,
            [
                FieldChange {
                    field: Field::TimeZone,
                    before: Some("Asia/Taipei".into()),
                    after: None,
                },
                FieldChange {
                    field: Field::CardOpacity,
                    before: None,
                    after: Some("80".into()),
                },
            ]
        );
        assert_eq!(after.get(Field::CardOpacity), Some("80"));
        let wrong = Patch::new()
            .set(Field::Language, "ja")
            .set(Field::CardAccent, "red-ish");
        assert!(before.patched(&wrong).is_err());
    }
}
