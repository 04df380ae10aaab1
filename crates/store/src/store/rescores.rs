//! Guilds whose members' scores are to be reckoned anew.

use domain::id::GuildId;

use super::{Backend, Store};
use crate::error::StoreError;

impl Store {
    /// Guilds that changed how scores fade since the last [`Store::rescored`], at most `len_max`, each with the version of
    /// the settings that did. They are noted with the change itself, so that none is forgotten.
    pub async fn rescores_due(&self, len_max: usize) -> Result<Vec<(GuildId, u64)>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.rescores_due(len_max).await,
            Backend::Postgres(postgres) => postgres.rescores_due(len_max).await,
        }
    }

    /// A guild's members were reckoned anew ([`Store::rescore`]) by the rules of this version of its settings. `false` when
    /// the rules were changed since, or it was noted before.
    pub async fn rescored(&self, guild: GuildId, version: u64) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.rescored(guild, version).await,
            Backend::Postgres(postgres) => postgres.rescored(guild, version).await,
        }
    }
}
