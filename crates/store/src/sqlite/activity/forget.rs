//! Forgets activity: old days, members, and guilds that the bot has left.

use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rusqlite::{Connection, OptionalExtension, params};

use super::members;
use crate::activity::{ErasedMember, GUILDS_PORTION, PORTION};
use crate::sqlite::row::to_db;

/// A condition of `guild_config`: nothing of its guild's activity is left.
macro_rules! has_no_activity {
    () => {
        "NOT EXISTS (SELECT 1 FROM activity_meter AS of WHERE of.guild_id = guild_config.guild_id)
         AND NOT EXISTS (SELECT 1 FROM activity_daily AS of WHERE of.guild_id = guild_config.guild_id)
         AND NOT EXISTS (SELECT 1 FROM activity_monthly AS of WHERE of.guild_id = guild_config.guild_id)"
    };
}
pub(in crate::sqlite) use has_no_activity;

/// Everything of a member's activity in a guild.
pub(super) fn member(tx: &Connection, guild: GuildId, user: UserId) -> rusqlite::Result<ErasedMember> {
    let key = (to_db(guild.0), to_db(user.0));
    let mut erased = ErasedMember::default();
    let mut delete =
        tx.prepare_cached("DELETE FROM activity_daily WHERE guild_id = ?1 AND user_id = ?2 AND day = ?3")?;
    for (day, _) in members::days(tx, guild, user)? {
        erased.days += delete.execute(params![key.0, key.1, day.0])? as u64;
    }
    let mut delete = tx
        .prepare_cached("DELETE FROM activity_monthly WHERE guild_id = ?1 AND user_id = ?2 AND month = ?3")?;
    for (month, _) in members::months(tx, guild, user)? {
        erased.months += delete.execute(params![key.0, key.1, month.0])? as u64;
    }
    erased.guilds = tx
        .prepare_cached("DELETE FROM activity_meter WHERE guild_id = ?1 AND user_id = ?2")?
        .execute(key)? as u64;
    Ok(erased)
}

/// What somebody was called and looked like, in welcomes that are settled. Where one of theirs is not, the guild's stay until
/// it is: how it ends may bring back an earlier one.
pub(super) fn names(tx: &Connection, user: UserId) -> rusqlite::Result<u64> {
    let erased = tx
        .prepare_cached(
            "UPDATE welcome SET username = '', global_name = NULL, nick = NULL, discriminator = 0, avatar = NULL,
                 guild_avatar = NULL
             WHERE user_id = ?1 AND state IN ('sent', 'skipped') AND username <> '' AND NOT EXISTS (
                 SELECT 1 FROM welcome AS open
                 WHERE open.guild_id = welcome.guild_id AND open.user_id = ?1 AND open.state IN ('pending', 'sending')
             )",
        )?
        .execute([to_db(user.0)])?;
    Ok(erased as u64)
}

/// Guilds with days before a day.
pub(super) struct OldDays {
    pub(super) guilds: Vec<GuildId>,
    /// Where to go on looking; `None` at the end.
    pub(super) next: Option<i64>,
}

/// Looks at the next guilds from `from` on, in the order of the database.
pub(super) fn next_old_days(db: &Connection, before: Day, from: i64) -> rusqlite::Result<OldDays> {
    let mut guilds = Vec::new();
    let mut next = Some(from);
    let mut oldest = db.prepare_cached(
        "SELECT guild_id, day FROM activity_daily WHERE guild_id >= ?1 ORDER BY guild_id, day LIMIT 1",
    )?;
    for _ in 0..GUILDS_PORTION {
        let Some(from) = next else { break };
        let found: Option<(i64, i32)> = oldest
            .query_row([from], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((guild, day)) = found else {
            next = None;
            break;
        };
        if day < before.0 {
            guilds.push(GuildId(guild.cast_unsigned()));
        }
        next = guild.checked_add(1);
    }
    Ok(OldDays { guilds, next })
}

/// Some of a guild's days before a day; 0 when there are none any more.
pub(super) fn days_portion(tx: &Connection, guild: GuildId, before: Day) -> rusqlite::Result<u64> {
    let deleted = tx
        .prepare_cached(
            "DELETE FROM activity_daily WHERE guild_id = ?1 AND (day, user_id) IN (
                 SELECT day, user_id FROM activity_daily WHERE guild_id = ?1 AND day < ?2 ORDER BY day, user_id LIMIT ?3
             )",
        )?
        .execute(params![to_db(guild.0), before.0, PORTION])?;
    Ok(deleted as u64)
}

/// Some of what guilds did from which the bot was removed before a time; 0 when there is nothing any more. One that comes
/// back meanwhile keeps what is left.
pub(in crate::sqlite) fn guilds_portion(
    tx: &Connection,
    removed_before: UnixMs,
    guilds_max: i64,
) -> rusqlite::Result<u64> {
    let mut deleted = 0;
    let mut guilds = tx.prepare_cached(
        "SELECT guild_id FROM guild_config WHERE removed_at < ?1 ORDER BY removed_at LIMIT ?2",
    )?;
    let guilds: Vec<i64> = guilds
        .query_map([removed_before.0, guilds_max], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for guild in guilds {
        for sql in [
            "DELETE FROM activity_daily WHERE guild_id = ?1 AND (day, user_id) IN (
                 SELECT day, user_id FROM activity_daily WHERE guild_id = ?1 LIMIT ?2)",
            "DELETE FROM activity_monthly WHERE guild_id = ?1 AND (month, user_id) IN (
                 SELECT month, user_id FROM activity_monthly WHERE guild_id = ?1 LIMIT ?2)",
            "DELETE FROM activity_meter WHERE guild_id = ?1 AND user_id IN (
                 SELECT user_id FROM activity_meter WHERE guild_id = ?1 LIMIT ?2)",
        ] {
            let left = PORTION - deleted;
            if left <= 0 {
                break;
            }
            let gone = tx.prepare_cached(sql)?.execute([guild, left])?;
            deleted += i64::try_from(gone).unwrap_or(PORTION);
        }
    }
    Ok(deleted.cast_unsigned())
}
