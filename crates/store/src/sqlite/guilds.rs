//! The table `guild`.

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId};
use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension, params};

use super::row::{id, id_if_any, to_db};

pub(super) fn find(db: &Connection, guild: GuildId) -> rusqlite::Result<Option<GuildFacts>> {
    db.prepare_cached(
        "SELECT guild_id, name, locale, system_channel_id, member_count FROM guild WHERE guild_id = ?1",
    )?
    .query_row([to_db(guild.0)], |row| {
        Ok(GuildFacts {
            id: GuildId(id(row, 0)?),
            name: row.get(1)?,
            locale: row.get(2)?,
            system_channel: id_if_any(row, 3)?.map(ChannelId),
            member_count: id_if_any(row, 4)?,
        })
    })
    .optional()
}

pub(super) fn store(tx: &Connection, facts: &GuildFacts, at: UnixMs) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO guild (guild_id, name, locale, system_channel_id, member_count, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (guild_id) DO UPDATE SET
             name = excluded.name,
             locale = excluded.locale,
             system_channel_id = excluded.system_channel_id,
             member_count = coalesce(excluded.member_count, member_count),
             updated_at = excluded.updated_at",
    )?
    .execute(params![
        to_db(facts.id.0),
        facts.name,
        facts.locale,
        facts.system_channel.map(|channel| to_db(channel.0)),
        facts.member_count.map(to_db),
        at.0,
    ])?;
    Ok(())
}

pub(super) fn forget(tx: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM guild WHERE guild_id = ?1")?
        .execute([to_db(guild.0)])?;
    Ok(())
}

/// The number of the next member; `None` while the guild or its count is unknown.
pub(super) fn next_member_number(tx: &Connection, guild: GuildId) -> rusqlite::Result<Option<u64>> {
    let number = tx
        .prepare_cached("SELECT member_count + 1 FROM guild WHERE guild_id = ?1")?
        .query_row([to_db(guild.0)], |row| id_if_any(row, 0))
        .optional()?;
    Ok(number.flatten())
}

/// Changes a known count by `change`, not below 0.
pub(super) fn count_members(tx: &Connection, guild: GuildId, change: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE guild SET member_count = max(member_count + ?2, 0) WHERE guild_id = ?1")?
        .execute([to_db(guild.0), change])?;
    Ok(())
}
