//! Serves the gateway, REST and the CDN on one port.

use std::sync::Arc;

use tokio::net::TcpListener;

use crate::state::State;

/// Serves until the state's `stop` is cancelled.
pub async fn serve(state: Arc<State>, listener: TcpListener) {
    let stop = state.stop.clone();
    let app = crate::gateway::router().with_state(state);
    let served = axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = served.await {
        tracing::error!(%error, "the simulator's server ended");
    }
}
