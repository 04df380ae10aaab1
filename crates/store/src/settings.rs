//! What the settings of guilds are told and asked.

mod changes;
pub(crate) mod columns;

use domain::id::{GuildId, UserId};
use domain::settings::{AuditEntry, FieldChange, Patch, SettingError, StoredSettings};
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
