//! Which threads are known.

use domain::id::{ChannelId, GuildId};

use super::{Backend, Store};
use crate::error::StoreError;

impl Store {
    /// The channel that a thread was begun in; `None` for what is no thread, and for a thread of which nothing was told.
    pub async fn thread_parent(
        &self,
        guild: GuildId,
        thread: ChannelId,
    ) -> Result<Option<ChannelId>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.thread_parent(guild, thread).await,
            Backend::Postgres(postgres) => postgres.thread_parent(guild, thread).await,
        }
    }
}
