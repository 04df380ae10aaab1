//! Guilds in which the bot may be allowed something now that was forbidden before.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domain::id::GuildId;
use tokio::sync::Notify;

/// Passes on in which guilds a channel, a role, the guild itself or the bot's own membership changed. A guild that changes
/// again before anybody looked is told once, so what waits is bounded by the number of guilds.
#[derive(Debug, Default)]
pub(crate) struct AccessNews {
    greeter: Queue,
    level_roles: Queue,
}

/// What one listener has not heard yet.
#[derive(Debug, Default)]
struct Queue {
    changed: Mutex<BTreeSet<GuildId>>,
    news: Notify,
}

impl AccessNews {
    /// Something changed in `guild`.
    pub(crate) fn changed(&self, guild: GuildId) {
        for queue in [&self.greeter, &self.level_roles] {
            queue.guilds().insert(guild);
            queue.news.notify_one();
        }
    }

    /// The next guild in which something changed, for the greeter alone; cancel safe.
    pub(crate) async fn next(&self) -> GuildId {
        self.greeter.next().await
    }

    /// As [`AccessNews::next`], for who gives and takes roles.
    pub(crate) async fn next_for_level_roles(&self) -> GuildId {
        self.level_roles.next().await
    }
}

impl Queue {
    async fn next(&self) -> GuildId {
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
        assert!(news.greeter.guilds().is_empty());
        assert_eq!(news.next_for_level_roles().await, GuildId(1), "each hears of all");
    }
}
