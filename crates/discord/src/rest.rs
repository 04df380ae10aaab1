//! The REST client.
//!
//! A call waits for its turn at the rate limits, is sent, and says what became of it. It is sent again inside after a
//! 429, which had no effect, and a few times after a failure of the network or of Discord, where a second one has no
//! second effect. While a class of routes fails, its calls are held back. What a caller can do about everything else is
//! told in one place: [`RestError::verdict`].

mod access;
mod answer;
mod application;
mod client;
mod commands;
mod direct;
mod error;
mod history;
mod interactions;
mod limiter;
mod members;
mod message;
mod outcome;
mod roles;
mod routes;
mod turn;

pub use application::{ApplicationFlags, Grant, PrivilegedIntent};
pub(crate) use client::http_client;
pub use client::{BuildError, CALL_TIME_MAX, Rest, RestOptions};
pub(crate) use error::cause;
pub use error::{Refusal, RestError, Verdict};
pub use limiter::{LimitFigures, Scope as LimitScope};
pub use members::MemberPage;
pub use message::{Attachment, NewMessage, PostedMessage, SeenMessage};
pub use routes::{Application, Channel, CurrentUser, GatewayBot, SessionStartLimit};
