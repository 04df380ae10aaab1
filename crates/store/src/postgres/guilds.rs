//! The table `guild`.

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId};
use domain::time::UnixMs;

use super::failure::Failure;
use super::row::{id, id_if_any, text, to_db};
use super::session::Session;

pub(super) async fn find(db: &Session, guild: GuildId) -> Result<Option<GuildFacts>, Failure> {
    let row = db
        .row_if_any(
            "SELECT guild_id, name, locale, system_channel_id, member_count FROM guild WHERE guild_id = $1",
            &[&to_db(guild.0)],
        )
        .await?;
    row.map(|row| {
        Ok(GuildFacts {
            id: GuildId(id(&row, "guild_id")?),
            name: row.try_get("name")?,
            locale: row.try_get("locale")?,
            system_channel: id_if_any(&row, "system_channel_id")?.map(ChannelId),
            member_count: id_if_any(&row, "member_count")?,
        })
    })
    .transpose()
}

pub(super) async fn store(tx: &Session, facts: &GuildFacts, at: UnixMs) -> Result<(), Failure> {
    tx.execute(
        "INSERT INTO guild (guild_id, name, locale, system_channel_id, member_count, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (guild_id) DO UPDATE SET
             name = excluded.name,
             locale = excluded.locale,
             system_channel_id = excluded.system_channel_id,
             member_count = coalesce(excluded.member_count, guild.member_count),
             updated_at = excluded.updated_at",
        &[
            &to_db(facts.id.0),
            &text(&facts.name),
            &text(&facts.locale),
            &facts.system_channel.map(|channel| to_db(channel.0)),
            &facts.member_count.map(to_db),
            &at.0,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn forget(tx: &Session, guild: GuildId) -> Result<(), Failure> {
    tx.execute("DELETE FROM guild WHERE guild_id = $1", &[&to_db(guild.0)])
        .await?;
    Ok(())
}

/// The guild has one member more.
pub(super) async fn count_one_more(tx: &Session, guild: GuildId) -> Result<(), Failure> {
    tx.execute(
        "UPDATE guild SET member_count = member_count + 1 WHERE guild_id = $1",
        &[&to_db(guild.0)],
    )
    .await
    .map(drop)
}

/// Lowers a known count by one, not below 0.
pub(super) async fn count_one_less(tx: &Session, guild: GuildId) -> Result<(), Failure> {
    tx.execute(
        // What is least of a number and of one that is not known would be the number.
        "UPDATE guild SET member_count = greatest(member_count - 1, 0)
         WHERE guild_id = $1 AND member_count IS NOT NULL",
        &[&to_db(guild.0)],
    )
    .await?;
    Ok(())
}
