//! News of settings.

use domain::id::GuildId;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// News that wait for a reader who is slow; one who lets more come is told that it may have missed some.
pub(crate) const SETTINGS_NEWS_LEN_MAX: usize = 1024;

/// News of guilds' settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsNews {
    /// A guild's settings were committed.
    Changed {
        /// Whose.
        guild: GuildId,
        /// Their version now; 0 when they were erased.
        version: u64,
    },
    /// Some may have gone by unheard: compare the versions of what is kept.
    MayHaveMissed,
}

/// The news of settings since it was made, from all programs that use the database, this one's own included.
#[derive(Debug)]
pub struct SettingsChanges {
    news: broadcast::Receiver<SettingsNews>,
}

impl SettingsChanges {
    pub(crate) fn new(news: broadcast::Receiver<SettingsNews>) -> Self {
        Self { news }
    }

    /// Waits for news; for ever once the store is closed. Cancel safe.
    pub async fn next(&mut self) -> SettingsNews {
        match self.news.recv().await {
            Ok(news) => news,
            Err(RecvError::Lagged(_)) => SettingsNews::MayHaveMissed,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
