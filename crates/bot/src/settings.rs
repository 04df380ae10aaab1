//! The settings of guilds: kept in memory, read from the database when they are not there, changed in one transaction.
//!
//! What is kept is bounded in bytes and in age, and is never older than what was read or written here last: a reading that
//! was overtaken by a change is handed to who asked for it and not kept.

mod cache;
mod error;
mod follow;
mod load;
mod looks;
mod packed;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::histogram::{Bounds, Buckets, Histogram};
use domain::id::{GuildId, UserId};
use domain::settings::{AuditEntry, Patch, StoredSettings};
use store::{SettingsChange, SettingsOutcome, Store, StoreError};

use crate::clock::Clock;
use cache::Cache;
pub use cache::SettingsStats;
pub use error::ChangeError;
pub(crate) use follow::follow;
pub use load::Progress;
pub(crate) use looks::check as check_looks;

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingsOptions {
    /// The most memory for settings, in bytes; what was not asked for of late makes room. A guild takes some 50 bytes and
    /// the length of its texts.
    pub cache_bytes_max: usize,
    /// What is older is read anew. Changes are heard of at once; this is for what was not heard.
    pub time_to_live: Duration,
}

impl Default for SettingsOptions {
    /// 32 MiB, half a million guilds; an hour.
    fn default() -> Self {
        Self {
            cache_bytes_max: 32 << 20,
            time_to_live: Duration::from_secs(3600),
        }
    }
}

/// The settings of all guilds. Clones share what is kept.
#[derive(Clone)]
pub struct Settings(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    cache: Cache,
    access_took: Histogram,
    /// One at a time reads everything.
    loading: tokio::sync::Mutex<()>,
}

impl Settings {
    /// Nothing is kept yet; [`Settings::load`] reads what there is.
    pub fn new(store: Store, clock: Arc<dyn Clock>, options: SettingsOptions) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            cache: Cache::new(options.cache_bytes_max, options.time_to_live),
            access_took: Histogram::new(Bounds::WORK),
            loading: tokio::sync::Mutex::new(()),
        }))
    }

    /// A guild's settings; version 0 and nothing chosen for one of which nothing is stored.
    ///
    /// # Errors
    /// [`StoreError`]: they are not kept and could not be read.
    pub async fn get(&self, guild: GuildId) -> Result<Arc<StoredSettings>, StoreError> {
        let begun = Instant::now();
        let stored = match self.0.cache.get(guild, self.0.clock.now()) {
            Some(kept) => Ok(Arc::new(kept)),
            None => self.refresh(guild).await,
        };
        self.0.access_took.observe(begun.elapsed());
        stored
    }

    /// Reads a guild's settings from the database, whatever is kept.
    ///
    /// # Errors
    /// [`StoreError`]: what was kept is kept.
    pub async fn refresh(&self, guild: GuildId) -> Result<Arc<StoredSettings>, StoreError> {
        let flight = self.0.cache.begin(guild);
        let stored = self.0.store.settings(guild).await?;
        let stored = stored.unwrap_or_else(|| StoredSettings::none(guild));
        flight.land(&stored, self.0.clock.now());
        Ok(Arc::new(stored))
    }

    /// Changes a guild's settings, which must still have `from_version`, and returns what they are now. A patch that asks
    /// for what is there already changes nothing. What was begun goes on when the future is dropped.
    ///
    /// # Errors
    /// [`ChangeError`]: nothing was changed, but for a [`ChangeError::Store`] after which that is not known.
    pub async fn change(
        &self,
        guild: GuildId,
        from_version: u64,
        patch: &Patch,
        by: Option<UserId>,
    ) -> Result<Arc<StoredSettings>, ChangeError> {
        looks::check(patch)?;
        let asked = SettingsChange {
            guild,
            from_version,
            patch: patch.clone(),
            by,
            at: self.0.clock.now(),
        };
        let this = self.clone();
        // A task of its own: what is kept must follow what is stored, also when nobody waits any more.
        match tokio::spawn(async move { this.write(asked).await }).await {
            Ok(changed) => changed,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime ends.
                Err(_) => Err(StoreError::Closed.into()),
            },
        }
    }

    async fn write(&self, asked: SettingsChange) -> Result<Arc<StoredSettings>, ChangeError> {
        let flight = self.0.cache.begin(asked.guild);
        let outcome = self.0.store.change_settings(asked).await?;
        let now = self.0.clock.now();
        match outcome {
            SettingsOutcome::Changed(stored, _) | SettingsOutcome::Unchanged(stored) => {
                flight.land(&stored, now);
                Ok(Arc::new(stored))
            }
            SettingsOutcome::Stale { current, since } => {
                flight.land(&current, now);
                Err(ChangeError::Stale {
                    current: Arc::new(current),
                    since,
                })
            }
            SettingsOutcome::Refused(error) => Err(error.into()),
            SettingsOutcome::UnknownAsset => Err(ChangeError::UnknownAsset),
        }
    }

    /// A guild's history of changes, as [`Store::audit`].
    ///
    /// # Errors
    /// [`StoreError`]: it could not be read.
    pub async fn audit(
        &self,
        guild: GuildId,
        before_id: Option<u64>,
        len_max: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.0.store.audit(guild, before_id, len_max).await
    }

    /// Lets go of a guild's settings: they are read when they are asked for.
    pub fn invalidate(&self, guild: GuildId) {
        self.0.cache.invalidate(guild);
    }

    /// How long it took to have a guild's settings, kept or read, or not to have them.
    pub(crate) fn access_took(&self) -> Buckets {
        self.0.access_took.snapshot()
    }

    /// What is kept, and how often it was of use.
    pub fn stats(&self) -> SettingsStats {
        self.0.cache.stats()
    }
}

#[cfg(test)]
mod tests;
