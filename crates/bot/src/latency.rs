//! How long things take, for those who look on.

use domain::histogram::Bounds;
pub use domain::histogram::{Buckets, Histogram};

/// What is measured of what people wait for.
#[derive(Debug)]
pub struct Latencies {
    /// From an event's arrival to the commit that holds it.
    pub event_handling: Histogram,
    /// From a join, by Discord's clock, to its welcome being known to stand in the channel.
    pub join_to_post: Histogram,
    /// From asking for a card to its bytes, with fetching the avatar and waiting for a thread.
    pub card: Histogram,
}

impl Default for Latencies {
    fn default() -> Self {
        let promised = || Histogram::new(Bounds::PROMISES);
        Self {
            event_handling: promised(),
            join_to_post: promised(),
            card: promised(),
        }
    }
}
