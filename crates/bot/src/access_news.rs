//! Guilds in which the bot may be allowed something now that was forbidden before.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domain::id::GuildId;
use tokio::sync::Notify;

/// Passes on in which guilds a channel, a role, the guild itself or the bot's own membership changed. A guild that changes
/// again before anybody looked is told once, so what waits is bounded by the number of guilds.
#[derive(Debug, Default)]
pub(crate) struct AccessNews {
    changed: Mutex<BTreeSet<GuildId>>,
    news: Notify,
}

impl AccessNews {
    /// Something changed in `guild`.
    pub(crate) fn changed(&self, guild: GuildId) {
        self.guilds().insert(guild);
        self.news.notify_one();
    }

    /// The next guild in which something changed. For one listener; cancel safe.
    pub(crate) async fn next(&self) -> GuildId {
        loop {
            if let Some(guild) = self.guilds().pop_first() {
                return guild;
            }
            self.news.notified().await;
        }
    }

    fn guilds(&self) -> std::sync::MutexGuard<'_, BTreeSet<GuildId>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn every_guild_is_told_once_however_often_it_changed() {
        let news = Arc::new(AccessNews::default());
        let listener = Arc::clone(&news);
        let heard = tokio::spawn(async move { [listener.next().await, listener.next().await] });
        tokio::task::yield_now().await;
        for guild in [2, 1, 2, 2] {
            news.changed(GuildId(guild));
        }
        assert_eq!(heard.await.expect("no panic"), [GuildId(1), GuildId(2)]);
        assert!(news.guilds().is_empty());
    }
}
