//! What is wrong with a server, for the person who wrote its URL.

use std::error::Error;

use crate::postgres::PostgresUrl;

/// Why a database on a PostgreSQL server was not opened. What the message says is meant for the person who wrote the URL;
/// it never holds the password. Nothing was changed in the database.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Nobody answers there.
    #[error(
        "the PostgreSQL server of {server} does not answer ({source}); start the server, or correct the host and the port in the \
         URL"
    )]
    Unreachable {
        /// Where it was looked for.
        server: PostgresUrl,
        /// What the operating system or the server says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server answers, and cannot do what it is asked at the moment.
    #[error("the PostgreSQL server of {server} cannot do that now ({source}); {advice}")]
    Unable {
        /// Where it is.
        server: PostgresUrl,
        /// What the server says.
        source: Box<dyn Error + Send + Sync>,
        /// What to do.
        advice: &'static str,
    },
    /// The server knows no such user or another password.
    #[error(
        "the PostgreSQL server of {server} refused the user ({source}); correct the user and the password in the URL, where each of the \
         characters :/?#[]@% is written as % and its two hexadecimal digits, or see the server's pg_hba.conf"
    )]
    Denied {
        /// Where it was tried.
        server: PostgresUrl,
        /// What the server says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server has no database of this name.
    #[error(
        "there is no such database as in {server}; create it with `createdb`, owned by that user, or correct the name in the URL"
    )]
    NoSuchDatabase {
        /// Where it was looked for.
        server: PostgresUrl,
    },
    /// The user may connect, and no more.
    #[error(
        "the user of {server} may not do what droas needs ({source}); let it own the database, or grant it CREATE on the schema"
    )]
    NotAllowed {
        /// Where it was tried.
        server: PostgresUrl,
        /// What the server says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The connection cannot be encrypted as the URL asks.
    #[error(
        "the connection to {server} cannot be encrypted as its sslmode asks ({source}); set up TLS on the server, or correct sslmode and \
         sslrootcert in the URL"
    )]
    Encryption {
        /// Where it was tried.
        server: PostgresUrl,
        /// What failed.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Too old a server, or a database that cannot hold every name.
    #[error("{server} {what}")]
    Unfit {
        /// Where it is.
        server: PostgresUrl,
        /// What is the matter, and what to do.
        what: String,
    },
    /// The database holds tables that droas did not make.
    #[error(
        "{server} is the database of another program and was left as it is; create a database for droas alone and name it in the URL"
    )]
    OtherProgram {
        /// Where it is.
        server: PostgresUrl,
    },
    /// A newer version of droas made the database.
    #[error(
        "the database {server} has version {found}, but this droas ({program}) knows versions up to {known}, so it was left as it is; \
         run the newer droas that made it, or take it back with that one (`droas db rollback`, a version each time), or restore a backup \
         from before the upgrade (`pg_restore`)",
        program = env!("CARGO_PKG_VERSION")
    )]
    TooNew {
        /// Where it is.
        server: PostgresUrl,
        /// The version of the database.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// An older version of droas made the database, and it was not to be migrated.
    #[error(
        "the database {server} has version {found}, but this droas ({program}) works with version {known}; bring it up to date with \
         `droas db migrate`",
        program = env!("CARGO_PKG_VERSION")
    )]
    Older {
        /// Where it is.
        server: PostgresUrl,
        /// The version of the database.
        found: u32,
        /// The version that this program works with.
        known: u32,
    },
    /// Its schema is not brought to another version, since a droas is at work that knows the one it has.
    #[error(
        "another droas is at work over the database {server} and knows its tables as they are; stop that one, and try again"
    )]
    Led {
        /// Where it is.
        server: PostgresUrl,
    },
    /// Something else.
    #[error("the database {server} cannot be opened ({source}); see the server's log")]
    Unusable {
        /// Where it is.
        server: PostgresUrl,
        /// What the server says.
        source: Box<dyn Error + Send + Sync>,
    },
}
