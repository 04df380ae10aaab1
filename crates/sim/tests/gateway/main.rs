//! The gateway's protocol, seen by a client that reads the wire itself.

mod client;
mod closing;
mod faults;
mod intents;
mod members;
mod sessions;
mod threads;
mod transports;

use sim::clock::Clock;
use sim::config::SimConfig;
use sim::driver::Sim;

/// A simulator whose clock stands, and which takes any number of IDENTIFYs at once.
async fn sim() -> Sim {
    sim_with(|_| {}).await
}

async fn sim_with(change: impl FnOnce(&mut SimConfig)) -> Sim {
    let mut config = SimConfig {
        clock: Clock::standing_at(1_790_000_000_000),
        ..SimConfig::default()
    };
    config.limits.identify_window_ms = 0;
    change(&mut config);
    Sim::start(config).await.expect("a free port")
}
