//! What operators and their machines see over HTTP: whether the process lives (`/healthz`), whether it can do its work
//! (`/readyz`), and figures for Prometheus (`/metrics`).
//!
//! Knows nothing of SQL and of Discord's wire: all that is told comes from [`bot::control`]. Nothing here changes anything,
//! and nothing that people wrote is told, names least of all. Start reading at [`serve`].

mod health;
mod metrics;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bot::control::{Control, Status};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How long the bot may take to tell how it is. A database that does not answer takes all of it.
const STATUS_WITHIN: Duration = Duration::from_secs(5);

/// How long connections may take to end after the stop.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// What the server's pages are made of.
#[derive(Clone)]
struct Site {
    control: Control,
    /// The version of the program.
    version: &'static str,
}

/// A place that is listened at.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
}

impl Server {
    /// Listens at an address.
    ///
    /// # Errors
    /// The operating system's: the port is taken, most often.
    pub async fn bind(at: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(at).await?,
        })
    }

    /// Where it listens: the port that was given, or the one that was found for port 0.
    ///
    /// # Errors
    /// The operating system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Answers until `stop`. `version` is that of the program.
pub async fn serve(server: Server, control: Control, version: &'static str, stop: CancellationToken) {
    if let Ok(address) = server.address() {
        info!(%address, "answering at http://{address}/healthz, /readyz and /metrics");
    }
    let site = Site { control, version };
    let router = Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .fallback(async || {
            (
                StatusCode::NOT_FOUND,
                "there are /healthz, /readyz and /metrics\n",
            )
        })
        .with_state(site);
    let stopped = stop.clone();
    let serving =
        axum::serve(server.listener, router).with_graceful_shutdown(async move { stopped.cancelled().await });
    let ended = async {
        stop.cancelled().await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    tokio::select! {
        result = serving => if let Err(error) = result {
            warn!(%error, "the HTTP server ended");
        },
        // Somebody keeps a connection open.
        () = ended => {}
    }
}

impl Site {
    async fn status(&self) -> Option<Status> {
        timeout(STATUS_WITHIN, self.control.status()).await.ok()
    }
}

/// 200 when the bot can do its work, 503 with a line for each thing that is in the way.
async fn ready(State(site): State<Site>) -> Response {
    let troubles = match site.status().await {
        Some(status) => health::troubles(&status),
        None => vec![health::Trouble::NoAnswer],
    };
    if troubles.is_empty() {
        return "ready\n".into_response();
    }
    let lines: String = troubles.iter().map(|trouble| format!("{trouble}\n")).collect();
    (StatusCode::SERVICE_UNAVAILABLE, lines).into_response()
}

async fn figures(State(site): State<Site>) -> Response {
    let Some(status) = site.status().await else {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "the bot does not tell how it is\n",
        )
            .into_response();
    };
    let text = metrics::text(&status, site.control.latencies(), site.version);
    let kind = HeaderValue::from_static(metrics::CONTENT_TYPE);
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
