//! How a shard stands, for somebody who looks on.

use std::time::Duration;

use crate::gateway::GatewayError;

/// How a shard's connection stands, and what became of its sessions since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The connection.
    pub connection: Connection,
    /// Sessions that began anew (READY).
    pub begun: u64,
    /// Times that a session was resumed (RESUMED).
    pub resumed: u64,
    /// From the last heartbeat to its answer; `None` before the first of the connection, which comes within a minute.
    pub heartbeat: Option<Duration>,
}

/// A shard's connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// There is none with a session; one is being made, or waited for until a pause is over.
    #[default]
    Apart,
    /// The session is heard, as far as anybody knows: a connection that has died without a word is found out by the next
    /// heartbeat.
    Alive,
    /// Discord will not have the shard.
    Refused(GatewayError),
}

impl Connection {
    /// A word for it, for people and machines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apart => "connecting",
            Self::Alive => "alive",
            Self::Refused(_) => "refused",
        }
    }
}
