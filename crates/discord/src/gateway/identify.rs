//! How often sessions may be begun.

use std::time::Duration;

use twilight_gateway::queue::InMemoryQueue;

use crate::rest::GatewayBot;

/// Paces IDENTIFYs: one in 5 s for each of `max_concurrency` groups of shards, and so many in a day. All shards of a
/// token share one; a clone is the same queue.
/// Source: Discord's documentation, "Gateway", heading "Rate Limiting" under "Sharding", read in August 2026.
#[derive(Clone, Debug)]
pub struct IdentifyQueue(pub(super) InMemoryQueue);

impl IdentifyQueue {
    /// A queue with the limits that Discord told. Starts a task, so it needs a tokio runtime.
    pub fn new(gateway: &GatewayBot) -> Self {
        let limit = &gateway.session_start_limit;
        // A max_concurrency of 0 would switch the queue off, and more left than there are in all makes it panic.
        Self(InMemoryQueue::new(
            limit.max_concurrency.max(1),
            limit.remaining.min(limit.total),
            Duration::from_millis(limit.reset_after_ms),
            limit.total,
        ))
    }
}
