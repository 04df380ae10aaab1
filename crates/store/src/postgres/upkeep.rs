//! What an operator does with a database on a server. Its own programs make backups.

mod review;

use std::fmt::Write;
use std::time::{Duration, Instant};

use domain::time::UnixMs;
pub(crate) use review::{known_guilds, review};
use tokio_postgres::config::{Host, SslMode};

use super::failure::Failure;
use super::migrate::{self, Found};
use super::open;
use super::session::Session;
use super::tls::Trust;
use super::url::PostgresUrl;
use crate::error::{ServerError, StoreError};
use crate::upkeep::{DatabaseStatus, InUse, Maintained, TableRows, UpkeepError};

/// How long a lock of another program is waited for. An operator waits.
const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

/// So long connections are waited for that may be ending.
const ENDING_WITHIN: Duration = Duration::from_secs(5);

/// Our tables: those of the schema that they are made in, in a database that is for droas alone.
const TABLES: &str = "
    SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY c.relname COLLATE \"C\"";

pub(crate) async fn status(url: &PostgresUrl) -> Result<DatabaseStatus, UpkeepError> {
    let (db, version) = connect(url).await?;
    read(&db, version).await.map_err(refused)
}

/// Of one moment, but for the connections.
async fn read(db: &Session, version: u32) -> Result<DatabaseStatus, Failure> {
    db.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let mut rows = Vec::new();
    for table in tables(db).await? {
        let count = number(db, &format!("SELECT count(*) FROM {}", quoted(&table))).await?;
        rows.push(TableRows {
            table,
            rows: count.unwrap_or(0).cast_unsigned(),
        });
    }
    let last_sent = number(db, "SELECT max(settled_at) FROM welcome WHERE state = 'sent'").await?;
    let oldest = number(db, "SELECT min(queued_at) FROM welcome WHERE state = 'pending'").await?;
    db.run("COMMIT").await?;
    let others = other_connections(db).await?;
    let size = number(db, "SELECT pg_database_size(current_database())").await?;
    Ok(DatabaseStatus {
        version,
        version_known: migrate::newest(),
        in_use: InUse::Connections(others),
        size_bytes: size.unwrap_or(0).cast_unsigned(),
        log_bytes: None,
        free_bytes: None,
        tables: rows,
        last_sent_at: last_sent.map(UnixMs),
        oldest_pending_at: oldest.map(UnixMs),
    })
}

/// How many connections of droas's there are beside this one.
async fn other_connections(db: &Session) -> Result<u64, Failure> {
    let others = number(
        db,
        "SELECT count(*) FROM pg_catalog.pg_stat_activity
         WHERE datname = current_database() AND application_name = current_setting('application_name')
             AND pid <> pg_backend_pid()",
    )
    .await?;
    Ok(others.unwrap_or(0).cast_unsigned())
}

/// The same, without those of a bot that has just ended: the server takes a moment to notice.
async fn lasting_connections(db: &Session) -> Result<u64, Failure> {
    let until = Instant::now() + ENDING_WITHIN;
    loop {
        let connections = other_connections(db).await?;
        if connections == 0 || Instant::now() >= until {
            return Ok(connections);
        }
        tokio::time::sleep(ENDING_WITHIN / 50).await;
    }
}

pub(crate) async fn version(url: &PostgresUrl) -> Result<u32, UpkeepError> {
    let (_, version) = connect(url).await?;
    Ok(version)
}

/// On the way back nobody may be using the database, who would meet tables that are not as he knows them.
pub(crate) async fn migrate(url: &PostgresUrl, from: u32, to: u32) -> Result<(), UpkeepError> {
    let (db, found) = connect(url).await?;
    if found != from {
        return Err(UpkeepError::VersionChanged {
            place: url.to_string(),
            found,
            expected: from,
        });
    }
    if to < from {
        let connections = lasting_connections(&db).await.map_err(refused)?;
        if connections > 0 {
            return Err(UpkeepError::Connected {
                place: url.to_string(),
                connections,
            });
        }
    }
    migrate::migrate(&db, to)
        .await
        .map_err(|failure| open::not_migrated(url, from, to, failure))?;
    Ok(())
}

pub(crate) async fn maintain(url: &PostgresUrl) -> Result<Maintained, UpkeepError> {
    const SIZE: &str = "SELECT pg_database_size(current_database())";
    let (db, _) = connect(url).await?;
    let work = async {
        let before = number(&db, SIZE).await?;
        for table in tables(&db).await? {
            // Reads and writes go on beside it.
            db.run(&format!("VACUUM (ANALYZE) {}", quoted(&table))).await?;
        }
        let after = number(&db, SIZE).await?;
        Ok((
            before.unwrap_or(0).cast_unsigned(),
            after.unwrap_or(0).cast_unsigned(),
        ))
    };
    let (before_bytes, after_bytes) = work.await.map_err(refused)?;
    Ok(Maintained {
        beside_a_bot: false,
        done: vec!["VACUUM (ANALYZE)"],
        before_bytes,
        after_bytes,
    })
}

/// Connects without changing anything, and sees whether the database is one of ours and has begun.
pub(super) async fn connect(url: &PostgresUrl) -> Result<(Session, u32), UpkeepError> {
    let explain = |failure| UpkeepError::from(open::explain(url, failure));
    let db = Session::connect(url, LOCK_TIMEOUT, |_| {})
        .await
        .map_err(explain)?;
    let server = || url.clone();
    match migrate::find(&db).await.map_err(explain)? {
        Found::OtherProgram => Err(ServerError::OtherProgram { server: server() }.into()),
        Found::Version(0) => Err(UpkeepError::NothingThere {
            place: url.to_string(),
        }),
        Found::Version(found) if found > migrate::newest() => Err(ServerError::TooNew {
            server: server(),
            found,
            known: migrate::newest(),
        }
        .into()),
        Found::Version(version) => Ok((db, version)),
    }
}

pub(super) fn refused(failure: Failure) -> UpkeepError {
    StoreError::from(failure).into()
}

async fn tables(db: &Session) -> Result<Vec<String>, Failure> {
    let joined = format!("SELECT coalesce(string_agg(relname, ','), '') FROM ({TABLES}) AS ours");
    let names = db.run_for_text(&joined).await?.unwrap_or_default();
    Ok(names
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

async fn number(db: &Session, ask: &str) -> Result<Option<i64>, Failure> {
    Ok(db.run_for_text(ask).await?.and_then(|text| text.parse().ok()))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl PostgresUrl {
    /// A command line for one of PostgreSQL's own programs, such as `pg_dump`, that works on this database. It holds no
    /// password: the program asks for it, or takes it from the file `.pgpass`.
    pub fn client_command(&self, program: &str, arguments: &[&str]) -> String {
        let mut line = String::new();
        match (&self.trust, self.config.get_ssl_mode()) {
            (Trust::Verified { root }, _) => {
                let root = root
                    .as_ref()
                    .map_or("system".into(), |file| file.to_string_lossy());
                let _ = write!(
                    line,
                    "PGSSLMODE=verify-full PGSSLROOTCERT={} ",
                    for_a_shell(&root)
                );
            }
            (Trust::Anybody, SslMode::Disable) => line.push_str("PGSSLMODE=disable "),
            (Trust::Anybody, SslMode::Require) => line.push_str("PGSSLMODE=require "),
            (Trust::Anybody, _) => {}
        }
        line.push_str(program);
        if let Some(host) = self.config.get_hosts().first() {
            let host = match host {
                Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                Host::Unix(folder) => folder.display().to_string(),
            };
            let _ = write!(line, " --host={}", for_a_shell(&host));
        }
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let user = for_a_shell(self.config.get_user().unwrap_or_default());
        let database = for_a_shell(self.config.get_dbname().unwrap_or_default());
        let _ = write!(line, " --port={port} --username={user} --dbname={database}");
        for argument in arguments {
            let _ = write!(line, " {}", for_a_shell(argument));
        }
        line
    }
}

/// A word as a shell takes it.
fn for_a_shell(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_for_the_servers_own_programs_holds_all_but_the_password() {
        for (url, command) in [
            (
                "postgres://droas:s%40cret@db.example:6432/greetings?sslmode=require",
                "PGSSLMODE=require pg_dump --host=db.example --port=6432 --username=droas --dbname=greetings '--file=a b'",
            ),
            (
                "postgres://o'hara:secret@/my%20tea?host=/run/postgresql",
                "pg_dump --host=/run/postgresql --port=5432 --username='o'\\''hara' --dbname='my tea' '--file=a b'",
            ),
            (
                "postgres://u:secret@h/d?sslmode=verify-full",
                "PGSSLMODE=verify-full PGSSLROOTCERT=system pg_dump --host=h --port=5432 --username=u --dbname=d '--file=a b'",
            ),
        ] {
            let url: PostgresUrl = url.parse().expect("valid");
            assert_eq!(url.client_command("pg_dump", &["--file=a b"]), command);
        }
    }
}
