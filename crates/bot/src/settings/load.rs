//! Everything at once.

use std::time::Duration;

use domain::settings::StoredSettings;
use store::StoreError;
use tokio::time::Instant;
use tracing::{info, warn};

use super::Settings;

/// Guilds that are read at once: some milliseconds of work.
const PAGE_LEN: usize = 10_000;

/// How far a load has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Guilds that were read.
    pub guilds: u64,
    /// Since it began.
    pub elapsed: Duration,
    /// There are no more, or there is no room for more; those are read when they are asked for.
    pub done: bool,
}

impl Settings {
    /// Reads all settings for which there is room. `progress` is called after each ten thousand, and at the end. Meanwhile
    /// everything else goes on.
    ///
    /// # Errors
    /// [`StoreError`]: what was read so far is kept.
    pub async fn load(&self, progress: impl Fn(Progress)) -> Result<Progress, StoreError> {
        let cache = &self.0.cache;
        let _alone = self.0.loading.lock().await;
        let begun = Instant::now();
        let evictions = cache.stats().evictions;
        let (mut after, mut guilds) = (None, 0);
        loop {
            let flight = cache.begin_page();
            let page = self.0.store.settings_page(after, PAGE_LEN).await?;
            flight.land(&page, self.0.clock.now());
            guilds += page.len() as u64;
            let last = page.last().map(|StoredSettings { guild, .. }| *guild);
            let at = Progress {
                guilds,
                elapsed: begun.elapsed(),
                done: page.len() < PAGE_LEN || cache.stats().evictions > evictions,
            };
            progress(at);
            if at.done {
                return Ok(at);
            }
            after = last;
        }
    }

    /// Lets go of everything that is kept, and reads it anew.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub async fn refresh_all(&self) -> Result<Progress, StoreError> {
        self.0.cache.invalidate_all();
        self.load(|_| {}).await
    }

    /// As [`Settings::load`], told in the log.
    pub(crate) async fn load_and_tell(&self) -> Result<(), StoreError> {
        let done = self
            .load(|Progress { guilds, done, .. }| {
                if !done {
                    info!(guilds, "loading settings");
                }
            })
            .await?;
        let stats = self.stats();
        info!(
            guilds = done.guilds,
            elapsed_ms = done.elapsed.as_millis(),
            cache_bytes = stats.bytes,
            "settings are loaded"
        );
        if stats.evictions > 0 {
            warn!("not all settings fit into the cache; a larger settings.cache_mib saves reading them");
        }
        Ok(())
    }

    /// Lets go of what is not of the version that is stored.
    pub(super) async fn compare_versions(&self) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let page = self.0.store.settings_versions(after, PAGE_LEN).await?;
            for (guild, version) in &page {
                self.0.cache.compare(*guild, *version);
            }
            match page.last() {
                Some((guild, _)) => after = Some(*guild),
                None => return Ok(()),
            }
        }
    }
}
