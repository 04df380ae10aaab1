//! The roles that members have from us by their level: which guilds are to be looked at, and who has what.

use domain::id::{GuildId, RoleId, UserId};
use domain::time::UnixMs;

use super::{Backend, Store};
use crate::error::StoreError;
use crate::level_roles::{GivenRole, GivenState};

impl Store {
    /// Takes guilds that are to be looked at at `now`, those that wait longest first, at most `len_max`. A guild is due as
    /// soon as its roles or levels are chosen anew, and for as long as anybody may have a role from us. Nobody else gets
    /// it before `until`, unless something changed there: it stands for this taking in [`Store::put_off_level_roles`].
    pub async fn take_level_role_guilds(
        &self,
        now: UnixMs,
        until: UnixMs,
        len_max: usize,
    ) -> Result<Vec<GuildId>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.take_level_role_guilds(now, until, len_max).await,
            Backend::Postgres(postgres) => postgres.take_level_role_guilds(now, until, len_max).await,
        }
    }

    /// A guild that was taken until `taken_until` is due again at `at`, unless it is due at another time by now.
    pub async fn put_off_level_roles(
        &self,
        guild: GuildId,
        taken_until: UnixMs,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.put_off_level_roles(guild, taken_until, at).await,
            Backend::Postgres(postgres) => postgres.put_off_level_roles(guild, taken_until, at).await,
        }
    }

    /// A guild that was taken until `taken_until` has no roles for levels: it is never due again, unless somebody may
    /// still have one from us, or it is due at another time by now. Returns whether it is over.
    pub async fn end_level_roles(&self, guild: GuildId, taken_until: UnixMs) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.end_level_roles(guild, taken_until).await,
            Backend::Postgres(postgres) => postgres.end_level_roles(guild, taken_until).await,
        }
    }

    /// A guild is due at `at`, if it was to be later.
    pub async fn hasten_level_roles(&self, guild: GuildId, at: UnixMs) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.hasten_level_roles(guild, at).await,
            Backend::Postgres(postgres) => postgres.hasten_level_roles(guild, at).await,
        }
    }

    /// The roles that members of a guild with larger ids than `after` have from us, or may have, by user and role, at most
    /// `len_max`. A leave and a new join forget those of their member, in the transaction that stores them: Discord takes
    /// all roles from who leaves.
    pub async fn given_roles(
        &self,
        guild: GuildId,
        after: UserId,
        len_max: usize,
    ) -> Result<Vec<GivenRole>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.given_roles(guild, after, len_max).await,
            Backend::Postgres(postgres) => postgres.given_roles(guild, after, len_max).await,
        }
    }

    /// Notes that a role is about to be given, in a guild that has settings. Survives a power cut, so that nobody keeps a
    /// role of which nothing is known.
    pub async fn begin_role(
        &self,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.begin_role(guild, user, role, at).await,
            Backend::Postgres(postgres) => postgres.begin_role(guild, user, role, at).await,
        }
    }

    /// Notes what became of a role that was begun to be given or taken; `None` says that they do not have it, and forgets
    /// it. One that was forgotten meanwhile, since its member left, stays forgotten.
    pub async fn settle_role(
        &self,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        state: Option<GivenState>,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.settle_role(guild, user, role, state, at).await,
            Backend::Postgres(postgres) => postgres.settle_role(guild, user, role, state, at).await,
        }
    }

    /// Forgets a role that does not exist any more. Returns how many had it.
    pub async fn forget_role(&self, guild: GuildId, role: RoleId) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.forget_role(guild, role).await,
            Backend::Postgres(postgres) => postgres.forget_role(guild, role).await,
        }
    }
}
