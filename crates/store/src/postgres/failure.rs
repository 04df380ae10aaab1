//! What a server or the way to it may fail with, by what is to be done.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use tokio_postgres::error::{Severity, SqlState};

use crate::error::StoreError;

/// Why a statement gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused, or cannot be reached.
    Postgres(tokio_postgres::Error),
    /// The file of certificates cannot be read.
    Certificates(io::Error),
    /// The server took the connection and said nothing.
    Silence,
    /// A row holds what this version does not know.
    Row(String),
}

impl Failure {
    pub(super) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            Self::Certificates(_) | Self::Silence | Self::Row(_) => None,
        }
    }

    /// Whether other writers were in the way: the only failure that is tried again at once.
    pub(super) fn is_contention(&self) -> bool {
        self.code().is_some_and(|code| {
            [
                &SqlState::T_R_SERIALIZATION_FAILURE,
                &SqlState::T_R_DEADLOCK_DETECTED,
                &SqlState::LOCK_NOT_AVAILABLE,
            ]
            .contains(&code)
        })
    }

    /// Whether the server refused the statement and lives on: what it was asked certainly did not happen.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Postgres(error) => error
                .as_db_error()
                .is_some_and(|said| said.parsed_severity() == Some(Severity::Error)),
            Self::Certificates(_) | Self::Silence => false,
            Self::Row(_) => true,
        }
    }

    /// Whether the two sides did not agree on an encryption, or the server's certificate is not trusted.
    pub(super) fn is_tls(&self) -> bool {
        match self {
            Self::Postgres(error) => error.as_db_error().is_none() && is_about_tls(error),
            Self::Certificates(_) => true,
            Self::Silence | Self::Row(_) => false,
        }
    }

    /// Whether it may pass by itself: the server is away, starting, full or only to be read at the moment.
    /// Source: PostgreSQL's documentation, "PostgreSQL Error Codes", read in August 2026.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Certificates(_) | Self::Silence => true,
            Self::Row(_) => false,
            Self::Postgres(error) => match error.code() {
                Some(code) => {
                    self.is_contention()
                        || ["08", "53", "57", "58"]
                            .iter()
                            .any(|class| code.code().starts_with(class))
                        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
                }
                None => error.is_closed() || has_io_cause(error) || is_timeout(error),
            },
        }
    }
}

/// Whether a text of the client's says that encryption failed: it has no other way to tell it.
fn is_about_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string().contains("TLS")
}

fn has_io_cause(error: &tokio_postgres::Error) -> bool {
    let mut cause = error.source();
    while let Some(found) = cause {
        if found.is::<io::Error>() {
            return true;
        }
        cause = found.source();
    }
    false
}

/// The client has no other way to tell it.
fn is_timeout(error: &tokio_postgres::Error) -> bool {
    error.source().is_none() && error.to_string().starts_with("timeout")
}

/// With the causes: the client's own text leaves them out.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(what) => f.write_str(what),
            Self::Certificates(error) => error.fmt(f),
            Self::Silence => f.write_str("it took the connection and said nothing"),
            Self::Postgres(error) => {
                if let Some(said) = error.as_db_error() {
                    return write!(f, "{} (SQLSTATE {})", said.message(), said.code().code());
                }
                error.fmt(f)?;
                let mut cause = error.source();
                while let Some(found) = cause {
                    write!(f, ": {found}")?;
                    cause = found.source();
                }
                Ok(())
            }
        }
    }
}

impl Error for Failure {}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        let later = failure.may_pass();
        let source = Arc::new(failure);
        if later {
            Self::Unavailable { source }
        } else {
            Self::Broken { source }
        }
    }
}
