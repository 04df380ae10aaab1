//! How likely each fault is: the JSON of the control API.

use serde::{Deserialize, Serialize};

/// How likely each fault is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultPlan {
    /// `POST /channels/{id}/messages`.
    pub create_message: RequestFaults,
    /// Interaction callbacks and follow-ups.
    pub interaction: RequestFaults,
    /// Every other request that changes something.
    pub write: RequestFaults,
    /// Every other request that reads.
    pub read: RequestFaults,
    /// Avatars and attachments.
    pub cdn: RequestFaults,
    /// The gateway.
    pub gateway: GatewayFaults,
}

/// Classes of requests, each with faults of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestClass {
    /// `POST /channels/{id}/messages`.
    CreateMessage,
    /// Interaction callbacks and follow-ups.
    Interaction,
    /// Every other request that changes something.
    Write,
    /// Every other request that reads.
    Read,
    /// Avatars and attachments.
    Cdn,
}

/// Faults of one class of requests. At most one of the probabilities strikes at a request, so their sum is at most 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestFaults {
    /// Every request waits this long before anything happens, from and to, in milliseconds.
    pub delay_ms: [u64; 2],
    /// Every answer waits this long after the effect, from and to, in milliseconds.
    pub answer_delay_ms: [u64; 2],
    /// An error of the server, and nothing happened.
    pub error_before: f64,
    /// An error of the server, though it happened.
    pub error_after: f64,
    /// Which errors; one of them is drawn.
    pub error_statuses: Vec<u16>,
    /// The connection is reset, and nothing happened.
    pub reset_before: f64,
    /// The connection is reset, though it happened.
    pub reset_after: f64,
    /// No answer ever comes, and nothing happened.
    pub silence_before: f64,
    /// No answer ever comes, though it happened.
    pub silence_after: f64,
    /// Too many requests, though there were not.
    pub rate_limited: f64,
    /// What such an answer says.
    pub rate_limit: FakeRateLimit,
}

impl Default for RequestFaults {
    fn default() -> Self {
        Self {
            delay_ms: [0, 0],
            answer_delay_ms: [0, 0],
            error_before: 0.0,
            error_after: 0.0,
            error_statuses: vec![500, 502, 503],
            reset_before: 0.0,
            reset_after: 0.0,
            silence_before: 0.0,
            silence_after: 0.0,
            rate_limited: 0.0,
            rate_limit: FakeRateLimit::default(),
        }
    }
}

/// An answer of 429 that nobody earned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FakeRateLimit {
    /// Its scope.
    pub scope: RateLimitScope,
    /// How long to wait, in milliseconds.
    pub retry_after_ms: u64,
    /// Whether it carries headers and Discord's body; without, it is as Cloudflare answers: a page of text.
    pub headers: bool,
}

impl Default for FakeRateLimit {
    fn default() -> Self {
        Self {
            scope: RateLimitScope::User,
            retry_after_ms: 500,
            headers: true,
        }
    }
}

/// Whom a rate limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitScope {
    /// The bot, on one bucket.
    User,
    /// The bot, on all routes.
    Global,
    /// Everybody, on one resource.
    Shared,
}

/// Faults of the gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayFaults {
    /// A connection breaks after so many dispatches, from and to; `[0, 0]`: never.
    pub cut_after: [u64; 2],
    /// GUILD_MEMBER_ADD comes twice.
    pub duplicate_join: f64,
    /// By how much the second `joined_at` may be later, in milliseconds. Discord drifts by some 400
    /// (discord-api-docs#3377).
    pub duplicate_drift_ms: u64,
    /// MESSAGE_CREATE comes twice.
    pub duplicate_message: f64,
    /// A dispatch is followed by op 7.
    pub reconnect: f64,
    /// A dispatch is followed by op 9 with `d` true.
    pub invalidate_resumable: f64,
    /// A dispatch is followed by op 9 with `d` false.
    pub invalidate: f64,
    /// A dispatch, and with it all that follow, is late.
    pub late: f64,
    /// How late, from and to, in milliseconds.
    pub late_ms: [u64; 2],
}

impl Default for GatewayFaults {
    fn default() -> Self {
        Self {
            cut_after: [0, 0],
            duplicate_join: 0.0,
            duplicate_drift_ms: 400,
            duplicate_message: 0.0,
            reconnect: 0.0,
            invalidate_resumable: 0.0,
            invalidate: 0.0,
            late: 0.0,
            late_ms: [0, 0],
        }
    }
}
