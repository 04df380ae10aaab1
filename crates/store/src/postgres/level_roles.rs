//! The tables `level_role_guild` and `level_role`.

use domain::id::{GuildId, RoleId, UserId};
use domain::settings::{Field, FieldChange, StoredSettings};
use domain::time::UnixMs;
use tokio_postgres::Row;

use super::Postgres;
use super::failure::Failure;
use super::locks::Locks;
use super::row::{id, limit, time, to_db, unknown_word};
use super::session::Session;
use super::work::{read, write};
use crate::error::StoreError;
use crate::level_roles::{GivenRole, GivenState, bear_on_roles};

impl Postgres {
    pub(crate) async fn take_level_role_guilds(
        &self,
        now: UnixMs,
        until: UnixMs,
        len_max: usize,
    ) -> Result<Vec<GuildId>, StoreError> {
        // Most looks find nothing, and cost no write.
        if !read!(self, |db| has_due(db, now))? {
            return Ok(Vec::new());
        }
        write!(self, Locks::none(), |tx| take(tx, now, until, len_max))
    }

    pub(crate) async fn put_off_level_roles(
        &self,
        guild: GuildId,
        taken_until: UnixMs,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        write!(self, Locks::none(), |tx| tx.execute(
            "UPDATE level_role_guild SET due_at = $3 WHERE guild_id = $1 AND due_at = $2",
            &[&to_db(guild.0), &taken_until.0, &at.0],
        ))
        .map(drop)
    }

    pub(crate) async fn end_level_roles(
        &self,
        guild: GuildId,
        taken_until: UnixMs,
    ) -> Result<bool, StoreError> {
        let ended = write!(self, Locks::guild(guild), |tx| tx.execute(
            "DELETE FROM level_role_guild WHERE guild_id = $1 AND due_at = $2
             AND NOT EXISTS (SELECT FROM level_role WHERE guild_id = $1)",
            &[&to_db(guild.0), &taken_until.0],
        ))?;
        Ok(ended > 0)
    }

    pub(crate) async fn hasten_level_roles(&self, guild: GuildId, at: UnixMs) -> Result<(), StoreError> {
        write!(self, Locks::none(), |tx| tx.execute(
            "UPDATE level_role_guild SET due_at = $2 WHERE guild_id = $1 AND due_at > $2",
            &[&to_db(guild.0), &at.0],
        ))
        .map(drop)
    }

    pub(crate) async fn given_roles(
        &self,
        guild: GuildId,
        after: UserId,
        len_max: usize,
    ) -> Result<Vec<GivenRole>, StoreError> {
        let rows = read!(self, |db| db.rows(
            "SELECT user_id, role_id, state, at FROM level_role
             WHERE guild_id = $1 AND user_id > $2 ORDER BY user_id, role_id LIMIT $3",
            &[&to_db(guild.0), &to_db(after.0), &limit(len_max)],
        ))?;
        rows.iter()
            .map(given_role)
            .collect::<Result<_, _>>()
            .map_err(StoreError::from)
    }

    pub(crate) async fn begin_role(
        &self,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        at: UnixMs,
    ) -> Result<(), StoreError> {
        write!(self, Locks::guild(guild), |tx| tx.execute(
            "INSERT INTO level_role (guild_id, user_id, role_id, state, at) VALUES ($1, $2, $3, 'giving', $4)
             ON CONFLICT (guild_id, user_id, role_id) DO UPDATE SET state = 'giving', at = excluded.at",
            &[&to_db(guild.0), &to_db(user.0), &to_db(role.0), &at.0],
        ))
        .map(drop)
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
        match state {
            Some(state) => write!(self, Locks::none(), |tx| tx.execute(
                "UPDATE level_role SET state = $4, at = $5 WHERE guild_id = $1 AND user_id = $2 AND role_id = $3",
                &[&guild, &user, &role, &state.name(), &at.0],
            )),
            None => write!(self, Locks::none(), |tx| tx.execute(
                "DELETE FROM level_role WHERE guild_id = $1 AND user_id = $2 AND role_id = $3",
                &[&guild, &user, &role],
            )),
        }
        .map(drop)
    }

    pub(crate) async fn forget_role(&self, guild: GuildId, role: RoleId) -> Result<u64, StoreError> {
        write!(self, Locks::guild(guild), |tx| tx.execute(
            "DELETE FROM level_role WHERE guild_id = $1 AND role_id = $2",
            &[&to_db(guild.0), &to_db(role.0)],
        ))
    }
}

/// The guild's settings were changed. It stays due where it has no roles for levels any more, as long as somebody has one.
pub(super) async fn settings_changed(
    tx: &Session,
    settings: &StoredSettings,
    changes: &[FieldChange],
) -> Result<(), Failure> {
    if !bear_on_roles(changes) {
        return Ok(());
    }
    let sql = if settings.settings.get(Field::ActivityLevelRoles).is_some() {
        "INSERT INTO level_role_guild (guild_id, due_at) VALUES ($1, $2)
         ON CONFLICT (guild_id) DO UPDATE SET due_at = excluded.due_at"
    } else {
        "UPDATE level_role_guild SET due_at = $2 WHERE guild_id = $1"
    };
    tx.execute(sql, &[&to_db(settings.guild.0), &settings.updated_at.0])
        .await
        .map(drop)
}

async fn has_due(db: &Session, now: UnixMs) -> Result<bool, Failure> {
    let row = db
        .row(
            "SELECT EXISTS (SELECT FROM level_role_guild WHERE due_at <= $1) AS due",
            &[&now.0],
        )
        .await?;
    Ok(row.try_get("due")?)
}

async fn take(tx: &Session, now: UnixMs, until: UnixMs, len_max: usize) -> Result<Vec<GuildId>, Failure> {
    let rows = tx
        .rows(
            "UPDATE level_role_guild SET due_at = $2 WHERE guild_id IN (
                 SELECT guild_id FROM level_role_guild WHERE due_at <= $1 ORDER BY due_at LIMIT $3
                 FOR UPDATE SKIP LOCKED
             )
             RETURNING guild_id",
            &[&now.0, &until.0, &limit(len_max)],
        )
        .await?;
    rows.iter().map(|row| id(row, "guild_id").map(GuildId)).collect()
}

pub(super) fn given_role(row: &Row) -> Result<GivenRole, Failure> {
    let state: &str = row.try_get("state")?;
    Ok(GivenRole {
        user: UserId(id(row, "user_id")?),
        role: RoleId(id(row, "role_id")?),
        state: GivenState::from_name(state).ok_or_else(|| unknown_word("state", state))?,
        at: time(row, "at")?,
    })
}
