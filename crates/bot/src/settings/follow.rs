//! What others changed.

use store::{SettingsChanges, SettingsNews};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::Settings;
use crate::app::Fatal;

/// Lets go of what others changed, until `stop`. `changes` must be older than what is kept.
pub(crate) async fn follow(
    settings: Settings,
    mut changes: SettingsChanges,
    stop: CancellationToken,
) -> Result<(), Fatal> {
    loop {
        let news = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            news = changes.next() => news,
        };
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = settings.hear(news) => {}
        }
    }
}

impl Settings {
    pub(super) async fn hear(&self, news: SettingsNews) {
        match news {
            SettingsNews::Changed { guild, version: 0 } => self.0.cache.invalidate(guild),
            SettingsNews::Changed { guild, version } => self.0.cache.heard(guild, version),
            SettingsNews::MayHaveMissed => {
                if let Err(error) = self.compare_versions().await {
                    warn!(%error, "settings cannot be compared to what is stored; they are read anew as they are used");
                    self.0.cache.invalidate_all();
                }
            }
        }
    }
}
