//! The gateway: sessions, frames, and what they say.

mod backoff;
mod decode;
mod error;
mod frame;
mod identify;
mod reach;
mod session;
mod shard;

pub(crate) use decode::{DID_REJOIN, MemberJson, Timestamp, UserJson};
pub use decode::{DecodeError, DecodeProblem, Decoded, EventName, decode};
pub use error::GatewayError;
pub use frame::Frame;
pub use identify::IdentifyQueue;
pub use reach::{Unanswering, answers_at};
pub use session::{Resume, Session};
pub use shard::{Connection, Shard, ShardConfig, Standing};
