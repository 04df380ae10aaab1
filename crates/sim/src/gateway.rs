//! The gateway: a WebSocket on which the bot hears what happens.
//!
//! [`sessions`] hold what is to be sent; a connection logs in ([`identify`]), takes what its session has, and answers
//! the client ([`connection`]). Waiting (heartbeats, late dispatches) happens in real time, everything else by the
//! world's clock.
//!
//! Source: Discord's documentation, "Gateway" and "Gateway Events", read in August 2026. Left open there, and so
//! decided here: how long a session outlives its connection
//! ([`session_life_ms`](crate::config::Limits::session_life_ms)), that the gateway waits one and a half intervals for a
//! heartbeat, and that RESUMED has a sequence of its own.

pub mod close_code;
mod connection;
mod identify;
pub mod intents;
mod request_members;
pub mod session;
pub mod sessions;
mod transport;

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::Deserialize;

use crate::state::State;
use transport::Transport;

pub(crate) use session::Order;

/// The gateway's route: `/gateway?v=10&encoding=json`, with `compress=zlib-stream` or `zstd-stream`.
pub fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/gateway", any(upgrade))
        // Clients append `/?v=10` to `resume_gateway_url`.
        .route("/gateway/", any(upgrade))
}

#[derive(Debug, Deserialize)]
struct Options {
    v: Option<u32>,
    encoding: Option<String>,
    compress: Option<String>,
}

async fn upgrade(
    Shared(state): Shared<Arc<State>>,
    Query(options): Query<Options>,
    socket: WebSocketUpgrade,
) -> Response {
    if state.world().faults.outage(state.clock().now_ms()) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if options
        .encoding
        .as_deref()
        .is_some_and(|encoding| encoding != "json")
    {
        return (StatusCode::BAD_REQUEST, "the simulator speaks json only").into_response();
    }
    let transport = match options.compress.as_deref() {
        None => Transport::Plain,
        Some("zlib-stream") => Transport::zlib_stream(),
        Some("zstd-stream") => Transport::zstd_stream(),
        Some(_) => {
            return (StatusCode::BAD_REQUEST, "compress is zlib-stream or zstd-stream").into_response();
        }
    };
    let version = options.v;
    // Larger than what a client may send, so that too much is answered with a close code.
    socket
        .max_message_size(1 << 20)
        .on_upgrade(move |socket| connection::serve(state, socket, transport, version))
}
