//! The REST client.
//!
//! A call waits for its turn at the rate limits, is sent once, and says what became of it. It is sent again inside only
//! after a 429, which had no effect. Retrying what failed otherwise, and holding back while Discord is unwell, are the
//! business of a layer above: [`RestError::verdict`] is what that layer decides by.

mod answer;
mod client;
mod error;
mod limiter;
mod members;
mod message;
mod routes;
mod turn;

pub(crate) use client::http_client;
pub use client::{BuildError, Rest, RestOptions};
pub(crate) use error::cause;
pub use error::{Refusal, RestError, Verdict};
pub use members::MemberPage;
pub use message::{Attachment, NewMessage, PostedMessage, SeenMessage};
pub use routes::{Application, Channel, CurrentUser, GatewayBot, SessionStartLimit};
