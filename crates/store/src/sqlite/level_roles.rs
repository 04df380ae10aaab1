//! The tables `level_role_guild` and `level_role`.

use domain::id::{GuildId, RoleId, UserId};
use domain::settings::{Field, FieldChange, StoredSettings};
use domain::time::UnixMs;
use domain::welcome::Membership;
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::outbox::limit;
use super::row::{id, time, to_db, unknown_word};
use super::writer::Durability;
use crate::error::StoreError;
use crate::level_roles::{GivenRole, GivenState, bear_on_roles};

impl Sqlite {
    pub(crate) async fn take_level_role_guilds(
        &self,
        now: UnixMs,
        until: UnixMs,
        len_max: usize,
    ) -> Result<Vec<GuildId>, StoreError> {
        // Most looks find nothing, and cost no write.
        if !self.readers.read(move |db| has_due(db, now)).await? {
            return Ok(Vec::new());
        }
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                tx.prepare_cached(
                    "UPDATE level_role_guild SET due_at = ?2 WHERE guild_id IN (
                         SELECT guild_id FROM level_role_guild WHERE due_at <= ?1 ORDER BY due_at LIMIT ?3
                     )
                     RETURNING guild_id",
                )?
                .query_map(params![now.0, until.0, limit(len_max)], |row| {
                    id(row, 0).map(GuildId)
                })?
                .collect()
            })
            .await
    }

    pub(crate) async fn put_off_level_roles(
        &self,
        guild: GuildId,
        taken_until: UnixMs,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                tx.prepare_cached(
                    "UPDATE level_role_guild SET due_at = ?3 WHERE guild_id = ?1 AND due_at = ?2",
                )?
                .execute([to_db(guild.0), taken_until.0, at.0])
                .map(drop)
            })
            .await
    }

    pub(crate) async fn end_level_roles(
        &self,
        guild: GuildId,
        taken_until: UnixMs,
    ) -> Result<bool, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                let ended = tx
                    .prepare_cached(
                        "DELETE FROM level_role_guild WHERE guild_id = ?1 AND due_at = ?2
                         AND NOT EXISTS (SELECT 1 FROM level_role WHERE guild_id = ?1)",
                    )?
                    .execute([to_db(guild.0), taken_until.0])?;
                Ok(ended > 0)
            })
            .await
    }

    pub(crate) async fn hasten_level_roles(&self, guild: GuildId, at: UnixMs) -> Result<(), StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                tx.prepare_cached(
                    "UPDATE level_role_guild SET due_at = ?2 WHERE guild_id = ?1 AND due_at > ?2",
                )?
                .execute([to_db(guild.0), at.0])
                .map(drop)
            })
            .await
    }

    pub(crate) async fn given_roles(
        &self,
        guild: GuildId,
        after: UserId,
        len_max: usize,
    ) -> Result<Vec<GivenRole>, StoreError> {
        self.readers
            .read(move |db| {
                db.prepare_cached(
                    "SELECT user_id, role_id, state, at FROM level_role
                     WHERE guild_id = ?1 AND user_id > ?2 ORDER BY user_id, role_id LIMIT ?3",
                )?
                .query_map([to_db(guild.0), to_db(after.0), limit(len_max)], given_role)?
                .collect()
            })
            .await
    }

    pub(crate) async fn begin_role(
        &self,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        self.writer
            .write(Durability::PowerCut, move |tx| {
                tx.prepare_cached(
                    "INSERT INTO level_role (guild_id, user_id, role_id, state, at) VALUES (?1, ?2, ?3, 'giving', ?4)
                     ON CONFLICT (guild_id, user_id, role_id) DO UPDATE SET state = 'giving', at = excluded.at",
                )?
                .execute([to_db(guild.0), to_db(user.0), to_db(role.0), at.0])
                .map(drop)
            })
            .await
    }

    pub(crate) async fn settle_role(
        &self,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        state: Option<GivenState>,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        let (guild, user, role) = (to_db(guild.0), to_db(user.0), to_db(role.0));
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                match state {
                    Some(state) => tx
                        .prepare_cached(
                            "UPDATE level_role SET state = ?4, at = ?5
                             WHERE guild_id = ?1 AND user_id = ?2 AND role_id = ?3",
                        )?
                        .execute(params![guild, user, role, state.name(), at.0]),
                    None => tx
                        .prepare_cached(
                            "DELETE FROM level_role WHERE guild_id = ?1 AND user_id = ?2 AND role_id = ?3",
                        )?
                        .execute([guild, user, role]),
                }
                .map(drop)
            })
            .await
    }

    pub(crate) async fn forget_role(&self, guild: GuildId, role: RoleId) -> Result<u64, StoreError> {
        self.writer
            .write(Durability::WithTheLog, move |tx| {
                let forgotten = tx
                    .prepare_cached("DELETE FROM level_role WHERE guild_id = ?1 AND role_id = ?2")?
                    .execute([to_db(guild.0), to_db(role.0)])?;
                Ok(forgotten as u64)
            })
            .await
    }
}

/// The guild's settings were changed. It stays due where it has no roles for levels any more, as long as somebody has one.
pub(super) fn settings_changed(
    tx: &Connection,
    settings: &StoredSettings,
    changes: &[FieldChange],
) -> rusqlite::Result<()> {
    if !bear_on_roles(changes) {
        return Ok(());
    }
    let sql = if settings.settings.get(Field::ActivityLevelRoles).is_some() {
        "INSERT INTO level_role_guild (guild_id, due_at) VALUES (?1, ?2)
         ON CONFLICT (guild_id) DO UPDATE SET due_at = excluded.due_at"
    } else {
        "UPDATE level_role_guild SET due_at = ?2 WHERE guild_id = ?1"
    };
    tx.prepare_cached(sql)?
        .execute([to_db(settings.guild.0), settings.updated_at.0])
        .map(drop)
}

/// A member left or came anew: they have no roles.
pub(super) fn forget_member(tx: &Connection, of: Membership) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM level_role WHERE guild_id = ?1 AND user_id = ?2")?
        .execute([to_db(of.guild.0), to_db(of.user.0)])
        .map(drop)
}

fn has_due(db: &Connection, now: UnixMs) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM level_role_guild WHERE due_at <= ?1)")?
        .query_row([now.0], |row| row.get(0))
}

pub(super) fn given_role(row: &Row<'_>) -> rusqlite::Result<GivenRole> {
    let state: String = row.get("state")?;
    Ok(GivenRole {
        user: UserId(id(row, "user_id")?),
        role: RoleId(id(row, "role_id")?),
        state: GivenState::from_name(&state).ok_or_else(|| unknown_word("state", &state))?,
        at: time(row, "at")?,
    })
}
