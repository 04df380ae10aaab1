//! How a simulator is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::clock::Clock;
use crate::gateway::intents;
use crate::rest::limits::RestLimits;

/// How a simulator is set up. The default is a Discord without faults on a free port of loopback.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// Everything random (ids, faults) follows from it.
    pub seed: u64,
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The bot's token.
    pub token: String,
    /// The bot's name.
    pub bot_name: String,
    /// The privileged intents that are switched on for the application, as bits. Default: GUILD_MEMBERS alone.
    pub granted_intents: u64,
    /// The number of shards that `gateway/bot` recommends.
    pub shards: u32,
    /// The world's clock.
    pub clock: Clock,
    /// Where to write each REST request as a line of JSON.
    pub record: Option<PathBuf>,
    /// What is counted and bounded.
    pub limits: Limits,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: "sim-token".to_owned(),
            bot_name: "droas".to_owned(),
            granted_intents: intents::GUILD_MEMBERS,
            shards: 1,
            clock: Clock::running(),
            record: None,
            limits: Limits::default(),
        }
    }
}

/// What Discord limits, and what the simulator bounds for its own sake.
#[derive(Clone, Debug)]
pub struct Limits {
    /// HELLO's `heartbeat_interval`.
    pub heartbeat_interval_ms: u64,
    /// Buckets of IDENTIFYs: shard id modulo this.
    pub max_concurrency: u32,
    /// One IDENTIFY for each bucket in this time.
    pub identify_window_ms: i64,
    /// IDENTIFYs in 24 hours; the next one costs the token its validity.
    pub session_starts_max: u32,
    /// Guilds on one shard, past which an IDENTIFY is refused with 4011.
    pub guilds_per_shard_max: usize,
    /// Sends of a client on one connection in 60 seconds.
    pub client_sends_max: u32,
    /// Bytes of one payload from a client.
    pub client_payload_bytes_max: usize,
    /// Dispatches that a session keeps for a replay.
    pub replay_events_max: usize,
    /// Dispatches that may wait for a slow client before its session is dropped.
    pub waiting_events_max: usize,
    /// How long a session outlives its connection. Discord's documentation does not name the time.
    pub session_life_ms: i64,
    /// How long `enforce_nonce` remembers a nonce. Discord's documentation says "the past few minutes".
    pub nonce_window_ms: i64,
    /// Messages kept in one channel; the oldest are forgotten first.
    pub messages_per_channel_max: usize,
    /// Bytes of attachments kept in all; the oldest lose their bytes first and keep their description.
    pub attachment_bytes_max: usize,
    /// How many requests REST lets through.
    pub rest: RestLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            heartbeat_interval_ms: 41_250,
            max_concurrency: 1,
            identify_window_ms: 5_000,
            session_starts_max: 1_000,
            guilds_per_shard_max: 2_500,
            client_sends_max: 120,
            client_payload_bytes_max: 4_096,
            replay_events_max: 4_000,
            waiting_events_max: 200_000,
            session_life_ms: 180_000,
            nonce_window_ms: 180_000,
            messages_per_channel_max: 200_000,
            attachment_bytes_max: 256 << 20,
            rest: RestLimits::default(),
        }
    }
}
