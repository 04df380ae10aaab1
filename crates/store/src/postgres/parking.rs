//! The table `parked`.

use domain::id::{ChannelId, GuildId};
use domain::welcome::{ParkReason, Parked};
use tokio_postgres::Row;

use super::failure::Failure;
use super::row::{id, time, to_db, unknown_word};
use super::session::Session;

/// Returns whether the guild was not parked before.
pub(super) async fn park(tx: &Session, parked: &Parked) -> Result<bool, Failure> {
    let known = find(tx, parked.guild).await?.is_some();
    tx.execute(
        "INSERT INTO parked (guild_id, channel_id, reason, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (guild_id) DO UPDATE SET channel_id = excluded.channel_id, reason = excluded.reason",
        &[
            &to_db(parked.guild.0),
            &to_db(parked.channel.0),
            &parked.reason.name(),
            &parked.since.0,
        ],
    )
    .await?;
    Ok(!known)
}

/// Returns whether the guild was parked.
pub(super) async fn unpark(tx: &Session, guild: GuildId) -> Result<bool, Failure> {
    let deleted = tx
        .execute("DELETE FROM parked WHERE guild_id = $1", &[&to_db(guild.0)])
        .await?;
    Ok(deleted > 0)
}

pub(super) async fn find(db: &Session, guild: GuildId) -> Result<Option<Parked>, Failure> {
    let row = db
        .row_if_any(
            "SELECT guild_id, channel_id, reason, since FROM parked WHERE guild_id = $1",
            &[&to_db(guild.0)],
        )
        .await?;
    row.as_ref().map(parked).transpose()
}

pub(super) async fn all(db: &Session) -> Result<Vec<Parked>, Failure> {
    let rows = db
        .rows(
            "SELECT guild_id, channel_id, reason, since FROM parked ORDER BY guild_id",
            &[],
        )
        .await?;
    rows.iter().map(parked).collect()
}

fn parked(row: &Row) -> Result<Parked, Failure> {
    let reason: &str = row.try_get("reason")?;
    Ok(Parked {
        guild: GuildId(id(row, "guild_id")?),
        channel: ChannelId(id(row, "channel_id")?),
        reason: ParkReason::from_name(reason).ok_or_else(|| unknown_word("reason", reason))?,
        since: time(row, "since")?,
    })
}
