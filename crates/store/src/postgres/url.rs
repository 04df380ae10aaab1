//! Where a PostgreSQL server is, as people write it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls::Trust;

/// How long a server may take to accept a connection and its user.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A server that says nothing for so long is asked whether it is there, and given up after as long again.
const SILENCE: Duration = Duration::from_secs(15);

/// A database on a PostgreSQL server: `postgres://user:password@host:port/database?sslmode=require`.
///
/// A character of the name or the password that means something in a URL is written as `%` and two digits. The password is
/// never printed, neither by `Debug` nor by `Display`.
///
/// | `sslmode` | the connection is encrypted | the server's certificate |
/// |---|---|---|
/// | `disable` | no | |
/// | `prefer` (without the word) | where the server can | is not looked at |
/// | `require` | yes | is not looked at |
/// | `verify-full` | yes | must be the host's, signed by an authority that browsers trust, or by one in the file `sslrootcert` |
///
/// The words mean what they mean to PostgreSQL's own programs. Source: PostgreSQL's documentation, "Database Connection
/// Control Functions", heading "Parameter Key Words", read in August 2026.
#[derive(Clone)]
pub struct PostgresUrl {
    pub(super) config: Arc<Config>,
    pub(super) trust: Trust,
}

/// Why a URL names no database. The message is a sentence that quotes nothing of the URL, which holds a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another kind of URL.
    #[error("it must start with postgres://, as in postgres://user:password@host:5432/database")]
    Scheme,
    /// A password with a bare `@`, most likely.
    #[error("it holds more than one @; write an @ of the name or the password as %40")]
    At,
    /// There is no host.
    #[error("it names no host; write it as postgres://user:password@host:5432/database")]
    Host,
    /// There is no user.
    #[error("it names no user; write it as postgres://user:password@host:5432/database")]
    User,
    /// There is no database.
    #[error(
        "it names no database; write the database's name behind the host, as in postgres://user:password@host:5432/database"
    )]
    Database,
    /// A word that is not one of the modes.
    #[error("its sslmode must be disable, prefer, require or verify-full")]
    SslMode,
    /// `sslrootcert` without `verify-full`.
    #[error("its sslrootcert is of no use without sslmode=verify-full")]
    RootWithoutVerification,
    /// Something else.
    #[error(
        "it cannot be read; write it as postgres://user:password@host:5432/database, and each of the characters :/?#[]@% in the \
         name or the password as % and its two hexadecimal digits"
    )]
    Unreadable,
}

impl FromStr for PostgresUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if !is_postgres(text) {
            return Err(UrlError::Scheme);
        }
        if text.matches('@').count() > 1 {
            return Err(UrlError::At);
        }
        // A question mark before the host belongs to the password.
        let host_at = text.find('@').unwrap_or(0);
        let question_at = text[host_at..].find('?').map(|at| host_at + at);
        let (place, parameters) = match question_at {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, ""),
        };
        let (mut mode, mut root, mut others) = ("prefer", None, Vec::new());
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = value,
                Some(("sslrootcert", value)) => root = Some(PathBuf::from(value)),
                _ => others.push(parameter),
            }
        }
        let plain = format!("{place}?{}", others.join("&"));
        let mut config: Config = plain.parse().map_err(|_| UrlError::Unreadable)?;
        let (mode, trust) = match (mode, root) {
            ("verify-full", root) => (SslMode::Require, Trust::Verified { root }),
            (_, Some(_)) => return Err(UrlError::RootWithoutVerification),
            ("disable", None) => (SslMode::Disable, Trust::Anybody),
            ("prefer", None) => (SslMode::Prefer, Trust::Anybody),
            ("require", None) => (SslMode::Require, Trust::Anybody),
            _ => return Err(UrlError::SslMode),
        };
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(UrlError::Host);
        }
        if config.get_user().is_none_or(str::is_empty) {
            return Err(UrlError::User);
        }
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(UrlError::Database);
        }
        if config.get_application_name().is_none() {
            config.application_name("droas");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        config
            .ssl_mode(mode)
            .keepalives_idle(SILENCE)
            .keepalives_interval(SILENCE / 3)
            .keepalives_retries(3)
            .tcp_user_timeout(SILENCE * 2);
        Ok(Self {
            config: Arc::new(config),
            trust,
        })
    }
}

impl PostgresUrl {
    /// How long the server may take until it can be asked something.
    pub(super) fn connect_timeout(&self) -> Duration {
        self.config
            .get_connect_timeout()
            .copied()
            .unwrap_or(CONNECT_TIMEOUT)
    }
}

/// Whether a text is meant as the URL of a PostgreSQL server.
fn is_postgres(text: &str) -> bool {
    ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// The URL without the password and the parameters.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self
            .config
            .get_hosts()
            .iter()
            .enumerate()
            .map(|(place, host)| {
                let ports = self.config.get_ports();
                let port = ports.get(place).or(ports.first()).copied().unwrap_or(5432);
                match host {
                    Host::Tcp(name) => format!("{name}:{port}"),
                    #[cfg(unix)]
                    Host::Unix(folder) => format!("{}:{port}", folder.display()),
                }
            })
            .collect();
        write!(
            f,
            "postgres://{}@{}/{}",
            self.config.get_user().unwrap_or_default(),
            hosts.join(","),
            self.config.get_dbname().unwrap_or_default()
        )
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

impl PartialEq for PostgresUrl {
    fn eq(&self, other: &Self) -> bool {
        self.config == other.config && self.trust == other.trust
    }
}

impl Eq for PostgresUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PostgresUrl, UrlError> {
        text.parse()
    }

    #[test]
    fn url_is_read_and_printed_without_its_password() {
        let url = read("postgresql://droas:s%40cr%2Fet%3A%25@db.example:6432/greetings?sslmode=require")
            .expect("valid");
        assert_eq!(url.config.get_password(), Some("s@cr/et:%".as_bytes()));
        assert_eq!(url.config.get_ssl_mode(), SslMode::Require);
        assert_eq!(url.to_string(), "postgres://droas@db.example:6432/greetings");
        assert_eq!(
            format!("{url:?}"),
            "PostgresUrl(postgres://droas@db.example:6432/greetings)"
        );
        let socket = read("postgres://droas@/greetings?host=/run/postgresql").expect("valid");
        assert_eq!(
            socket.to_string(),
            "postgres://droas@/run/postgresql:5432/greetings"
        );
    }

    #[test]
    fn mode_of_the_connection_is_prefer_unless_another_is_named() {
        for (words, mode, trust) in [
            ("", SslMode::Prefer, Trust::Anybody),
            ("?sslmode=disable", SslMode::Disable, Trust::Anybody),
            (
                "?connect_timeout=3&sslmode=require",
                SslMode::Require,
                Trust::Anybody,
            ),
            (
                "?sslmode=verify-full",
                SslMode::Require,
                Trust::Verified { root: None },
            ),
            (
                "?sslmode=verify-full&sslrootcert=/etc/ours.pem",
                SslMode::Require,
                Trust::Verified {
                    root: Some(PathBuf::from("/etc/ours.pem")),
                },
            ),
        ] {
            let url = read(&format!("postgres://u:p@h/d{words}")).expect("valid");
            assert_eq!((url.config.get_ssl_mode(), url.trust), (mode, trust), "{words}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said_without_quoting_it() {
        for (text, mistake) in [
            ("mysql://u:secret@h/d", UrlError::Scheme),
            ("postgres://u:se@cret@h/d", UrlError::At),
            ("postgres://u:secret@/d", UrlError::Host),
            ("postgres://h/d", UrlError::User),
            ("postgres://u:secret@h", UrlError::Database),
            ("postgres://u:secret@h:port/d", UrlError::Unreadable),
            ("postgres://u:secret@h/d?colour=red", UrlError::Unreadable),
            ("postgres://u:secret@h/d?sslmode=verify-ca", UrlError::SslMode),
            (
                "postgres://u:secret@h/d?sslmode=require&sslrootcert=/a",
                UrlError::RootWithoutVerification,
            ),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!(error, mistake, "{text}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        read("postgres://u:what?@h/d").expect("a question mark in front of the host is the password's");
    }
}
