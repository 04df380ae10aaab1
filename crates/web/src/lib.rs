//! What operators and their machines see over HTTP: a status page (`/`), whether the process lives (`/healthz`), whether it
//! can do its work (`/readyz`), and figures for Prometheus (`/metrics`).
//!
//! Knows nothing of SQL and of Discord's wire: all that is told comes from [`bot::control`]. Nothing here changes anything
//! of the bot, and nothing that people wrote is told, names least of all. Start reading at [`serve`], then `site` (what is
//! at which path), `access` (who may see it) and `page` (what people see).

mod access;
mod connections;
mod health;
mod history;
mod metrics;
mod page;
mod site;

use std::io;
use std::net::SocketAddr;

use bot::control::Control;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use access::{AccessToken, AccessTokenError};

use access::Access;
use connections::Limits;
use site::Site;

/// A place that is listened at.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
}

/// How it is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The version of the program.
    pub version: &'static str,
    /// What must be shown to see the status page and the figures. Without one, the page is shown on this machine alone.
    pub token: Option<AccessToken>,
    /// How many times more often than every ten seconds is looked for the charts, at least 1.
    pub haste: u32,
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

/// Answers until `stop`.
pub async fn serve(server: Server, control: Control, options: Options, stop: CancellationToken) {
    let address = match server.address() {
        Ok(address) => address,
        Err(error) => {
            warn!(%error, "nobody can read the status page: the HTTP server does not know its own address");
            return;
        }
    };
    info!(%address, "answering at http://{address}/ for people, /healthz, /readyz and /metrics for machines");
    let access = Access::at(address, options.token);
    let site = Site::new(control, options.version, access);
    let every = history::EVERY / options.haste.max(1);
    tokio::join!(
        history::keep(site.clone(), every, stop.clone()),
        connections::serve(server.listener, site.router(), Limits::default(), stop),
    );
}
