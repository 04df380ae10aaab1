//! The table `parked`.

use domain::id::{ChannelId, GuildId};
use domain::welcome::{ParkReason, Parked};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::row::{id, time, to_db, unknown_word};

/// Returns whether the guild was not parked before.
pub(super) fn park(tx: &Connection, parked: &Parked) -> rusqlite::Result<bool> {
    let known = find(tx, parked.guild)?.is_some();
    tx.prepare_cached(
        "INSERT INTO parked (guild_id, channel_id, reason, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (guild_id) DO UPDATE SET channel_id = excluded.channel_id, reason = excluded.reason",
    )?
    .execute(params![
        to_db(parked.guild.0),
        to_db(parked.channel.0),
        parked.reason.name(),
        parked.since.0
    ])?;
    Ok(!known)
}

/// Returns whether the guild was parked.
pub(super) fn unpark(tx: &Connection, guild: GuildId) -> rusqlite::Result<bool> {
    let deleted = tx
        .prepare_cached("DELETE FROM parked WHERE guild_id = ?1")?
        .execute([to_db(guild.0)])?;
    Ok(deleted > 0)
}

pub(super) fn find(db: &Connection, guild: GuildId) -> rusqlite::Result<Option<Parked>> {
    db.prepare_cached("SELECT guild_id, channel_id, reason, since FROM parked WHERE guild_id = ?1")?
        .query_row([to_db(guild.0)], parked)
        .optional()
}

pub(super) fn all(db: &Connection) -> rusqlite::Result<Vec<Parked>> {
    db.prepare_cached("SELECT guild_id, channel_id, reason, since FROM parked ORDER BY guild_id")?
        .query_map([], parked)?
        .collect()
}

fn parked(row: &Row<'_>) -> rusqlite::Result<Parked> {
    let reason: String = row.get("reason")?;
    Ok(Parked {
        guild: GuildId(id(row, "guild_id")?),
        channel: ChannelId(id(row, "channel_id")?),
        reason: ParkReason::from_name(&reason).ok_or_else(|| unknown_word("reason", &reason))?,
        since: time(row, "since")?,
    })
}
