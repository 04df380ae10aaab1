//! The settings of guilds, their history, and the pictures that they name.

use domain::id::GuildId;
use domain::settings::{AuditEntry, StoredSettings};
use domain::time::UnixMs;

use super::{Backend, Store};
use crate::error::StoreError;
use crate::settings::{Asset, AssetDeletion, SettingsChange, SettingsChanges, SettingsOutcome};

impl Store {
    /// A guild's settings; `None` when none are stored, which is version 0.
    pub async fn settings(&self, guild: GuildId) -> Result<Option<StoredSettings>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.settings(guild).await,
            Backend::Postgres(postgres) => postgres.settings(guild).await,
        }
    }

    /// The settings of the guilds behind `after`, at most `len_max`, in an order of the guilds that stays: the way to read
    /// all of them.
    pub async fn settings_page(
        &self,
        after: Option<GuildId>,
        len_max: usize,
    ) -> Result<Vec<StoredSettings>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.settings_page(after, len_max).await,
            Backend::Postgres(postgres) => postgres.settings_page(after, len_max).await,
        }
    }

    /// As [`Store::settings_page`], but for the versions alone.
    pub async fn settings_versions(
        &self,
        after: Option<GuildId>,
        len_max: usize,
    ) -> Result<Vec<(GuildId, u64)>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.settings_versions(after, len_max).await,
            Backend::Postgres(postgres) => postgres.settings_versions(after, len_max).await,
        }
    }

    /// Changes settings, in one transaction: the new texts, one version more, and a line of the history for each field
    /// that changed. All of it happens or nothing.
    pub async fn change_settings(&self, change: SettingsChange) -> Result<SettingsOutcome, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.change_settings(change).await,
            Backend::Postgres(postgres) => postgres.change_settings(change).await,
        }
    }

    /// News of settings from now on.
    pub fn settings_changes(&self) -> SettingsChanges {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.settings_changes(),
            Backend::Postgres(postgres) => postgres.settings_changes(),
        }
    }

    /// A guild's history of changes, newest first, at most `len_max` lines; those before the line `before_id`, or the
    /// newest. Fields that this version does not know are left out.
    pub async fn audit(
        &self,
        guild: GuildId,
        before_id: Option<u64>,
        len_max: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.audit(guild, before_id, len_max).await,
            Backend::Postgres(postgres) => postgres.audit(guild, before_id, len_max).await,
        }
    }

    /// Erases settings and history of up to `len_max` guilds from which the bot was removed before `removed_before`, and
    /// before that, in portions between other writes, how active their members were. A guild to which the bot comes back
    /// meanwhile keeps what is left. Returns how many guilds that were.
    pub async fn erase_settings(&self, removed_before: UnixMs, len_max: usize) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.erase_settings(removed_before, len_max).await,
            Backend::Postgres(postgres) => postgres.erase_settings(removed_before, len_max).await,
        }
    }

    /// Notes a picture, whose bytes are kept already, so that guilds can choose it. One that is known is young again.
    pub async fn put_asset(&self, asset: Asset) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.put_asset(asset).await,
            Backend::Postgres(postgres) => postgres.put_asset(asset).await,
        }
    }

    /// What is known of a picture.
    pub async fn asset(&self, hash: &str) -> Result<Option<Asset>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.asset(hash).await,
            Backend::Postgres(postgres) => postgres.asset(hash).await,
        }
    }

    /// Pictures that no guild has for its background and that were put before `created_before`, oldest first, at most
    /// `len_max`.
    pub async fn unused_assets(
        &self,
        created_before: UnixMs,
        len_max: usize,
    ) -> Result<Vec<Asset>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.unused_assets(created_before, len_max).await,
            Backend::Postgres(postgres) => postgres.unused_assets(created_before, len_max).await,
        }
    }

    /// Forgets a picture, unless a guild has it for its background. Delete its bytes after it, not before.
    pub async fn delete_asset(&self, hash: &str) -> Result<AssetDeletion, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.delete_asset(hash).await,
            Backend::Postgres(postgres) => postgres.delete_asset(hash).await,
        }
    }
}
