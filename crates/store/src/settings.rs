//! What the settings of guilds are told and asked.

mod changes;
pub(crate) mod columns;

use domain::guild::GuildFacts;
use domain::id::{GuildId, UserId};
use domain::language::Language;
use domain::settings::{AuditEntry, Field, FieldChange, GuildSettings, Patch, SettingError, StoredSettings};
use domain::time::UnixMs;

pub(crate) use changes::SETTINGS_NEWS_LEN_MAX;
pub use changes::{SettingsChanges, SettingsNews};

/// The most lines of a guild's history that a conflict brings along.
pub(crate) const SINCE_LEN_MAX: usize = 50;

/// A change that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsChange {
    /// Whose settings.
    pub guild: GuildId,
    /// The version that was looked at when the change was made up; 0 for a guild of which nothing is stored.
    pub from_version: u64,
    /// What is to become of them.
    pub patch: Patch,
    /// Who asks; `None` for the bot itself.
    pub by: Option<UserId>,
    /// When.
    pub at: UnixMs,
}

impl SettingsChange {
    /// What it makes of settings that are of its version, and what that changes; or how it ends at once.
    pub(crate) fn of(
        &self,
        before: StoredSettings,
    ) -> Result<(StoredSettings, Vec<FieldChange>), SettingsOutcome> {
        let (settings, changes) = match before.settings.patched(&self.patch) {
            Ok(patched) => patched,
            Err(error) => return Err(SettingsOutcome::Refused(error)),
        };
        if changes.is_empty() {
            return Err(SettingsOutcome::Unchanged(before));
        }
        let after = StoredSettings {
            guild: self.guild,
            version: before.version + 1,
            settings,
            updated_at: self.at,
            updated_by: self.by,
        };
        Ok((after, changes))
    }
}

/// What a guild that is new begins with, its locale's language, and what that changes.
pub(crate) fn begun(facts: &GuildFacts, at: UnixMs) -> (StoredSettings, FieldChange) {
    let language = Language::of_locale(&facts.locale).code();
    let begun = StoredSettings {
        version: 1,
        settings: GuildSettings::of_stored([(Field::Language, language)]),
        updated_at: at,
        ..StoredSettings::none(facts.id)
    };
    let change = FieldChange {
        field: Field::Language,
        before: None,
        after: Some(language.to_owned()),
    };
    (begun, change)
}

/// The least number that a guild behind `after` may have in a database; `None` when nothing can be there.
pub(crate) fn first_behind(after: Option<GuildId>) -> Option<i64> {
    match after {
        None => Some(i64::MIN),
        Some(guild) => guild.0.cast_signed().checked_add(1),
    }
}

/// What became of a [`SettingsChange`]. Only [`SettingsOutcome::Changed`] changed anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsOutcome {
    /// These are the settings now, one version on, and this was changed.
    Changed(StoredSettings, Vec<FieldChange>),
    /// All fields have these texts already; the version is what it was.
    Unchanged(StoredSettings),
    /// Somebody else was faster.
    Stale {
        /// The settings as they are.
        current: StoredSettings,
        /// What was changed since `from_version`, newest first, 50 lines at most.
        since: Vec<AuditEntry>,
    },
    /// A text is not in its field's form.
    Refused(SettingError),
    /// There is no picture of that hash; put it, and try again.
    UnknownAsset,
}

/// A picture that guilds may choose: what is known of it. Its bytes are kept elsewhere, by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// SHA-256 of the bytes, 64 small hexadecimal digits.
    pub hash: String,
    /// Such as `image/png`.
    pub media_type: String,
    /// How many bytes; at least 1.
    pub size_bytes: u64,
    /// At least 1.
    pub width_px: u32,
    /// At least 1.
    pub height_px: u32,
    /// When it was put last.
    pub created_at: UnixMs,
}

/// What became of a picture that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetDeletion {
    /// It is gone.
    Deleted,
    /// A guild has it for its background; it stays.
    InUse,
    /// There is none of that hash.
    Unknown,
}
