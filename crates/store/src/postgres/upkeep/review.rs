//! What a database on a server is, before anything is made in it.

use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId};
use tokio_postgres::Row;

use super::super::failure::Failure;
use super::super::migrate::{self, Found, MIGRATIONS};
use super::super::open;
use super::super::row::{id, id_if_any, limit, to_db};
use super::super::session::Session;
use super::super::settings::settings_of;
use super::super::url::PostgresUrl;
use super::{LOCK_TIMEOUT, number};
use crate::error::ServerError;
use crate::upkeep::{InUse, KnownGuild, KnownGuilds, Review, SETTINGS_SINCE, UpkeepError};

pub(crate) async fn review(url: &PostgresUrl) -> Result<Review, UpkeepError> {
    let db = connect(url).await?;
    let found = look_over(&db).await;
    let (found, review) = found.map_err(|failure| open::explain(url, failure))?;
    if let Found::OtherProgram = found {
        return Err(ServerError::OtherProgram { server: url.clone() }.into());
    }
    Ok(review)
}

pub(crate) async fn known_guilds(
    url: &PostgresUrl,
    only: Option<GuildId>,
    len_max: usize,
) -> Result<KnownGuilds, UpkeepError> {
    let db = connect(url).await?;
    let guilds = guilds(&db, only, len_max).await;
    Ok(guilds.map_err(|failure| open::explain(url, failure))?)
}

/// A connection on which nothing can be written.
async fn connect(url: &PostgresUrl) -> Result<Session, UpkeepError> {
    let connecting = async {
        let db = Session::connect(url, LOCK_TIMEOUT, |_| {}).await?;
        db.run("SET default_transaction_read_only = on").await?;
        Ok(db)
    };
    Ok(connecting.await.map_err(|failure| open::explain(url, failure))?)
}

async fn look_over(db: &Session) -> Result<(Found, Review), Failure> {
    let found = migrate::find(db).await?;
    let version = match found {
        Found::Version(version) => version,
        Found::OtherProgram => 0,
    };
    let others = number(
        db,
        "SELECT count(*) FROM pg_catalog.pg_stat_activity
         WHERE datname = current_database() AND application_name = current_setting('application_name')
             AND pid <> pg_backend_pid()",
    )
    .await?;
    let size = number(db, "SELECT pg_database_size(current_database())").await?;
    let review = Review {
        version,
        version_known: migrate::newest(),
        steps: MIGRATIONS
            .iter()
            .skip(version as usize)
            .map(|step| step.name)
            .collect(),
        in_use: InUse::Connections(others.unwrap_or(0).cast_unsigned()),
        size_bytes: size.unwrap_or(0).cast_unsigned(),
        damage: Vec::new(),
        unreadable_activity: 0,
        hindrance: hindrance(db).await?,
    };
    Ok((found, review))
}

async fn hindrance(db: &Session) -> Result<Option<String>, Failure> {
    if let Some(unfit) = open::unfit(db).await? {
        return Ok(Some(unfit));
    }
    let holds = async |ask: &str| Ok::<_, Failure>(db.run_for_text(ask).await?.as_deref() == Some("t"));
    if holds("SELECT pg_is_in_recovery()").await? {
        return Ok(Some(
            "is a standby, which cannot be written; name the server that it follows".to_owned(),
        ));
    }
    if !holds("SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)").await? {
        return Ok(Some(
            "lets this user make no tables; make the user the database's owner".to_owned(),
        ));
    }
    Ok(None)
}

async fn guilds(db: &Session, only: Option<GuildId>, len_max: usize) -> Result<KnownGuilds, Failure> {
    match migrate::find(db).await? {
        Found::Version(version) if (SETTINGS_SINCE..=migrate::newest()).contains(&version) => {}
        _ => return Ok(KnownGuilds::default()),
    }
    let only = only.map(|guild| to_db(guild.0));
    let total = db
        .row(
            "SELECT count(*) AS total FROM guild WHERE $1::BIGINT IS NULL OR guild_id = $1",
            &[&only],
        )
        .await?;
    let rows = db
        .rows(
            "SELECT guild.guild_id, guild.name, guild.locale, guild.system_channel_id, guild.member_count, language,
                 time_zone, background_hash, coalesce(settings, '{}') AS settings
             FROM guild LEFT JOIN guild_config USING (guild_id)
             WHERE $1::BIGINT IS NULL OR guild_id = $1
             ORDER BY (guild_config.settings::JSON ->> 'welcome.channel') IS NULL, guild_id LIMIT $2",
            &[&only, &limit(len_max)],
        )
        .await?;
    Ok(KnownGuilds {
        guilds: rows.iter().map(known_guild).collect::<Result<_, _>>()?,
        total: id(&total, "total")?,
    })
}

fn known_guild(row: &Row) -> Result<KnownGuild, Failure> {
    Ok(KnownGuild {
        facts: GuildFacts {
            id: GuildId(id(row, "guild_id")?),
            name: row.try_get("name")?,
            locale: row.try_get("locale")?,
            system_channel: id_if_any(row, "system_channel_id")?.map(ChannelId),
            member_count: id_if_any(row, "member_count")?,
        },
        settings: settings_of(row)?,
    })
}
