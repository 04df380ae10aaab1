//! What a file is, without leaving a trace.

use std::path::Path;

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId};
use rusqlite::{Connection, OpenFlags, Row, params};

use super::super::row::{id, id_if_any, to_db};
use super::super::settings::settings_of;
use super::super::{file, journal, migrate, open};
use super::status::len;
use super::{BUSY_TIMEOUT, FINDINGS_MAX, beside, existing, open_ours, ours};
use crate::upkeep::{InUse, KnownGuild, KnownGuilds, Review, SETTINGS_SINCE, UpkeepError};

pub(crate) fn review(asked: &Path) -> Result<Review, UpkeepError> {
    let mut review = read(asked, look_over)?;
    let path = existing(asked)?;
    review.in_use = InUse::File(file::is_claimed(&path));
    review.size_bytes = len(&path) + len(&beside(&path, "-wal"));
    Ok(review)
}

pub(crate) fn known_guilds(
    asked: &Path,
    only: Option<GuildId>,
    len_max: usize,
) -> Result<KnownGuilds, UpkeepError> {
    read(asked, |db| guilds(db, only, len_max))
}

/// Reads a file as it is. One that nobody uses, and that no crash has left a log beside, is all there is: SQLite is told
/// that nobody changes it, and then makes no files beside it. Where somebody has come meanwhile it is read again.
fn read<T>(asked: &Path, work: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, UpkeepError> {
    let path = existing(asked)?;
    let is_alone = || !file::is_claimed(&path) && len(&beside(&path, "-wal")) == 0;
    let explain = |error| UpkeepError::from(open::explain(asked, error));
    if is_alone() {
        let found = unchanging(&path)
            .map_err(explain)
            .and_then(|db| ours(asked, &db).and_then(|()| work(&db).map_err(explain)));
        if is_alone() {
            return found;
        }
    }
    work(&open_ours(asked, &path)?).map_err(explain)
}

/// Source: sqlite.org, "Uniform Resource Identifiers", heading "Recognized Query Parameters", read in August 2026.
fn unchanging(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.push_str("?immutable=1");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(uri, flags)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    Ok(db)
}

fn look_over(db: &Connection) -> rusqlite::Result<Review> {
    let version = migrate::version(db)?;
    let steps = migrate::MIGRATIONS.iter().skip(version as usize);
    let mut damage: Vec<String> = db
        .prepare(&format!("PRAGMA quick_check({FINDINGS_MAX})"))?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    damage.retain(|line| line != "ok");
    Ok(Review {
        version,
        version_known: migrate::newest(migrate::MIGRATIONS),
        steps: steps.map(|step| step.name).collect(),
        in_use: InUse::File(false),
        size_bytes: 0,
        damage: damage.iter().map(|line| line.replace('\n', " ")).collect(),
        unreadable_activity: journal::unreadable(db)?,
        hindrance: None,
    })
}

fn guilds(db: &Connection, only: Option<GuildId>, len_max: usize) -> rusqlite::Result<KnownGuilds> {
    let known = SETTINGS_SINCE..=migrate::newest(migrate::MIGRATIONS);
    if !known.contains(&migrate::version(db)?) {
        return Ok(KnownGuilds::default());
    }
    let only = only.map(|guild| to_db(guild.0));
    let total: i64 = db.query_row(
        "SELECT count(*) FROM guild WHERE ?1 IS NULL OR guild_id = ?1",
        [only],
        |row| row.get(0),
    )?;
    let guilds = db
        .prepare(
            "SELECT guild.guild_id, guild.name, guild.locale, guild.system_channel_id, guild.member_count, language,
                 time_zone, background_hash, coalesce(settings, '{}') AS settings
             FROM guild LEFT JOIN guild_config USING (guild_id)
             WHERE ?1 IS NULL OR guild_id = ?1
             ORDER BY json_extract(settings, '$.\"welcome.channel\"') IS NULL, guild_id LIMIT ?2",
        )?
        .query_map(
            params![only, i64::try_from(len_max).unwrap_or(i64::MAX)],
            known_guild,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(KnownGuilds {
        guilds,
        total: total.cast_unsigned(),
    })
}

fn known_guild(row: &Row<'_>) -> rusqlite::Result<KnownGuild> {
    Ok(KnownGuild {
        facts: GuildFacts {
            id: GuildId(id(row, "guild_id")?),
            name: row.get("name")?,
            locale: row.get("locale")?,
            system_channel: id_if_any(row, "system_channel_id")?.map(ChannelId),
            member_count: id_if_any(row, "member_count")?,
        },
        settings: settings_of(row)?,
    })
}
