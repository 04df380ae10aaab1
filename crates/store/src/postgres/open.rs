//! From a URL to an open database.

use std::sync::Arc;

use tokio_postgres::error::SqlState;

use super::Postgres;
use super::failure::Failure;
use super::leadership::Leadership;
use super::listener::Listener;
use super::migrate::{self, Found};
use super::pool::Pool;
use super::session::Session;
use super::url::PostgresUrl;
use crate::error::{OpenError, ServerError};
use crate::options::StoreOptions;
use crate::retry::Backoff;
use crate::stats::Counters;

/// The first version of PostgreSQL that understands all of our statements.
const SERVER_VERSION_MIN: u32 = 12;

pub(super) async fn open(url: &PostgresUrl, options: &StoreOptions) -> Result<Postgres, ServerError> {
    let lock_timeout = options.retry.limits().busy_timeout;
    let pool = Pool::new(url.clone(), lock_timeout, options.connections);
    let counters = Arc::new(Counters::default());
    let mut backoff = Backoff::new(options.retry, rand::random());
    loop {
        let failure = match prepare(&pool, url, options.migrate).await {
            Ok(prepared) => {
                return Ok(Postgres {
                    listener: prepared?,
                    pool,
                    retry: options.retry,
                    counters,
                    leadership: Leadership::none(),
                });
            }
            Err(failure) => failure,
        };
        let starting = failure.code() == Some(&SqlState::CANNOT_CONNECT_NOW);
        let pause = (starting || failure.is_contention())
            .then(|| backoff.next_pause())
            .flatten();
        let Some(pause) = pause else {
            return Err(explain(url, failure));
        };
        counters.busy_retry();
        tokio::time::sleep(pause).await;
    }
}

/// Judges the server and the database, migrates, and begins to listen.
async fn prepare(
    pool: &Pool,
    url: &PostgresUrl,
    may_migrate: bool,
) -> Result<Result<Listener, ServerError>, Failure> {
    let db = pool.connect().await?;
    if let Some(what) = unfit(&db).await? {
        return Ok(Err(ServerError::Unfit {
            server: url.clone(),
            what,
        }));
    }
    let known = migrate::newest();
    // Most starts find the schema as it should be, and hold nobody up.
    let found = match migrate::find(&db).await? {
        Found::Version(found) if 0 < found && found < known && !may_migrate => {
            return Ok(Err(ServerError::Older {
                server: url.clone(),
                found,
                known,
            }));
        }
        Found::Version(version) if version < known => match migrate::migrate(&db, known).await {
            // What is there has names that we use.
            Err(failure) if version == 0 && failure.is_about_tables() => {
                return Ok(Err(ServerError::OtherProgram { server: url.clone() }));
            }
            migrated => migrated?,
        },
        found => found,
    };
    Ok(match found {
        Found::OtherProgram => Err(ServerError::OtherProgram { server: url.clone() }),
        Found::Version(found) if found > known => Err(ServerError::TooNew {
            server: url.clone(),
            found,
            known,
        }),
        Found::Version(_) => {
            migrate::tidy(&db).await?;
            Ok(Listener::start(url.clone()).await?)
        }
    })
}

/// What makes the server or the database unfit, as a part of a sentence.
pub(super) async fn unfit(db: &Session) -> Result<Option<String>, Failure> {
    let version = db.run_for_text("SHOW server_version_num").await?;
    let version = version
        .and_then(|version| version.parse::<u32>().ok())
        .unwrap_or(0)
        / 10_000;
    if version < SERVER_VERSION_MIN {
        return Ok(Some(format!(
            "is PostgreSQL {version}, and droas needs {SERVER_VERSION_MIN} or later; upgrade the server"
        )));
    }
    let encoding = db.run_for_text("SHOW server_encoding").await?.unwrap_or_default();
    Ok((encoding != "UTF8").then(|| {
        format!(
            "is a database in the encoding {encoding}, and names are written in all scripts; create one with ENCODING 'UTF8' \
             TEMPLATE template0"
        )
    }))
}

/// Why a database, which is of ours, was not brought to another version.
pub(super) fn not_migrated(url: &PostgresUrl, from: u32, to: u32, failure: Failure) -> OpenError {
    let why = if failure.is_about_tables() {
        OpenError::OtherTables {
            place: url.to_string(),
            version: from,
            source: failure.into(),
        }
    } else {
        explain(url, failure).into()
    };
    OpenError::NotMigrated {
        from,
        to,
        why: Box::new(why),
    }
}

pub(super) fn explain(url: &PostgresUrl, failure: Failure) -> ServerError {
    let server = url.clone();
    if let Failure::Led = failure {
        return ServerError::Led { server };
    }
    let code = failure.code().cloned();
    let is_any = |codes: &[SqlState]| code.as_ref().is_some_and(|code| codes.contains(code));
    let no_password = code.is_none() && url.config.get_password().is_none() && !failure.may_pass();
    if no_password
        || is_any(&[
            SqlState::INVALID_PASSWORD,
            SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        ])
    {
        return ServerError::Denied {
            server,
            source: failure.into(),
        };
    }
    if is_any(&[SqlState::INVALID_CATALOG_NAME]) {
        return ServerError::NoSuchDatabase { server };
    }
    if is_any(&[SqlState::INSUFFICIENT_PRIVILEGE]) {
        return ServerError::NotAllowed {
            server,
            source: failure.into(),
        };
    }
    if failure.is_tls() {
        return ServerError::Encryption {
            server,
            source: failure.into(),
        };
    }
    if let Some(advice) = failure.advice_for_now() {
        return ServerError::Unable {
            server,
            source: failure.into(),
            advice,
        };
    }
    if failure.may_pass() {
        return ServerError::Unreachable {
            server,
            source: failure.into(),
        };
    }
    ServerError::Unusable {
        server,
        source: failure.into(),
    }
}
