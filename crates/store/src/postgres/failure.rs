//! What a server or the way to it may fail with, by what is to be done.
//!
//! What is said of it goes to logs, which hold ids and never a name or a text. A server's errors quote what rows hold: in
//! their detail, hint and context, and some in the message itself. [`Said`] leaves all of that out.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use domain::id::WelcomeId;
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::error::StoreError;

/// The server's name for the rule that no two welcomes have one id.
const WELCOME_KEY: &str = "welcome_pkey";

/// Why a statement gave no answer.
pub(super) enum Failure {
    /// The server refused, or cannot be reached.
    Postgres(tokio_postgres::Error),
    /// The file of certificates cannot be read.
    Certificates(io::Error),
    /// The server took the connection and said nothing.
    Silence,
    /// A row holds what this version does not know.
    Row(String),
    /// Another welcome has the id that was drawn for a new one.
    IdTaken(WelcomeId),
    /// This process led, and another does now.
    TakenOver,
    /// A process leads that works with the schema as it is.
    Led,
}

impl Failure {
    /// What failed was to store a new welcome with this id.
    pub(super) fn of_new_welcome(self, id: WelcomeId) -> Self {
        let said = match &self {
            Self::Postgres(error) => error.as_db_error(),
            _ => None,
        };
        let is_taken = said.is_some_and(|said| {
            *said.code() == SqlState::UNIQUE_VIOLATION && said.constraint() == Some(WELCOME_KEY)
        });
        if is_taken { Self::IdTaken(id) } else { self }
    }

    pub(super) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            Self::Certificates(_)
            | Self::Silence
            | Self::Row(_)
            | Self::IdTaken(_)
            | Self::TakenOver
            | Self::Led => None,
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
            Self::Row(_) | Self::IdTaken(_) | Self::TakenOver | Self::Led => true,
        }
    }

    /// Whether a statement that makes or changes tables met others than it expects.
    /// Source: PostgreSQL's documentation, "PostgreSQL Error Codes", read in August 2026.
    pub(super) fn is_about_tables(&self) -> bool {
        self.code().is_some_and(|code| {
            *code != SqlState::INSUFFICIENT_PRIVILEGE
                && ["23", "2B", "42"]
                    .iter()
                    .any(|class| code.code().starts_with(class))
        })
    }

    /// What to do where the server answers and cannot do what it is asked at the moment; `None` for all else.
    pub(super) fn advice_for_now(&self) -> Option<&'static str> {
        let code = self.code().filter(|_| self.may_pass())?;
        Some(match code.code() {
            "53100" => "free some space on the server's disk",
            "53200" => "give the server more memory",
            "53300" => "let the server take more connections (max_connections), or end others of them",
            "25006" => "name a server in the URL that takes writes, not a standby, or end its read-only mode",
            "40001" | "40P01" | "55P03" => {
                "end the program that holds locks in that database (pg_stat_activity names it), and try again"
            }
            "57014" => "raise statement_timeout for the user of droas, or have nobody cancel its statements",
            "57P03" => "wait until it has started, and try again",
            code if code.starts_with("08") => return None,
            _ => "see the server's log, and try again",
        })
    }

    /// Whether the two sides did not agree on an encryption, or the server's certificate is not trusted.
    pub(super) fn is_tls(&self) -> bool {
        match self {
            Self::Postgres(error) => error.as_db_error().is_none() && is_about_tls(error),
            Self::Certificates(_) => true,
            Self::Silence | Self::Row(_) | Self::IdTaken(_) | Self::TakenOver | Self::Led => false,
        }
    }

    /// Whether it may pass by itself: the server is away, starting, full or only to be read at the moment.
    /// Source: PostgreSQL's documentation, "PostgreSQL Error Codes", read in August 2026.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            // The program is started again then.
            Self::TakenOver | Self::Led => true,
            Self::Certificates(_) | Self::Silence => true,
            Self::Row(_) | Self::IdTaken(_) => false,
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
            Self::IdTaken(id) => write!(f, "another welcome has the id {id}"),
            Self::TakenOver => f.write_str("another droas has taken over"),
            Self::Led => f.write_str("another droas is at work over it"),
            Self::Certificates(error) => error.fmt(f),
            Self::Silence => f.write_str("it took the connection and said nothing"),
            Self::Postgres(error) => {
                if let Some(said) = error.as_db_error() {
                    return Said(said).fmt(f);
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

/// As it is displayed: what is derived would tell what rows hold.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({self})")
    }
}

impl Error for Failure {}

/// Classes of SQLSTATE whose messages name tables, columns, users and files, and never what a row holds. What is not among
/// them, above all 22 (data exceptions: `invalid input syntax for type integer: "..."`) and P0 (what triggers raise), may say
/// anything. Source: PostgreSQL's documentation, "PostgreSQL Error Codes", read in August 2026.
const MESSAGES_WITHOUT_VALUES: [&str; 18] = [
    "08", "0A", "23", "25", "26", "28", "2B", "3B", "3D", "3F", "40", "42", "53", "54", "55", "57", "58",
    "XX",
];

/// What a server said, without what rows hold.
pub(super) struct Said<'a>(pub(super) &'a DbError);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.0.code().code();
        if MESSAGES_WITHOUT_VALUES
            .iter()
            .any(|class| code.starts_with(class))
        {
            write!(f, "{} (SQLSTATE {code}", self.0.message())?;
        } else {
            let what = match code.get(..2) {
                Some("22") => "a value that does not fit",
                Some("P0") => "an error that a trigger or a function raised",
                _ => "an error",
            };
            write!(
                f,
                "{what}; its message may quote what is stored and stands in the server's log alone (SQLSTATE {code}"
            )?;
        }
        for (what, name) in [
            ("table", self.0.table()),
            ("column", self.0.column()),
            ("constraint", self.0.constraint()),
        ] {
            if let Some(name) = name {
                write!(f, ", {what} {name}")?;
            }
        }
        f.write_str(")")
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        if let Failure::IdTaken(id) = failure {
            return Self::IdTaken { id };
        }
        let later = failure.may_pass();
        let source = Arc::new(failure);
        if later {
            Self::Unavailable { source }
        } else {
            Self::Broken { source }
        }
    }
}
