//! Connections, so many and no longer: who opens many, sends slowly or never reads takes nothing from the bot, and nothing
//! from others who ask.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

/// What connections may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How long the head of a request may take, and how long a connection may wait for the next one.
    pub(crate) head_within: Duration,
    /// How many bytes a request's head may have; hyper keeps as many of what comes in.
    pub(crate) head_len_max: usize,
    /// How long a connection may last; what is under way then may take `STOP_WITHIN` more.
    pub(crate) lasting: Duration,
    /// How many there may be from other machines.
    pub(crate) strangers_max: usize,
    /// How many there may be from one machine.
    pub(crate) per_peer_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_within: Duration::from_secs(10),
            head_len_max: 16 << 10,
            lasting: Duration::from_secs(120),
            strangers_max: 128,
            per_peer_max: 32,
        }
    }
}

/// How long connections may take to end after the stop.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// How long is waited when the operating system gives no connection: there are too many open files, most often.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers whoever connects, until `stop`.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let places = Arc::new(Places::default());
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                warn!(%error, "a connection to the HTTP server cannot be taken");
                sleep(PAUSE).await;
                continue;
            }
        };
        // Who gets no place is hung up on, and does not wait where others would have to wait behind.
        if let Some(place) = Place::take(&places, peer.ip(), &limits) {
            let answering = answer(stream, router.clone(), limits, stop.clone());
            tasks.spawn(async move {
                answering.await;
                drop(place);
            });
        }
    }
    tasks.close();
    tasks.wait().await;
}

async fn answer(stream: TcpStream, router: Router, limits: Limits, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .max_buf_size(limits.head_len_max);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { tokio::select! { () = sleep(limits.lasting) => {}, () = stop.cancelled() => {} } } => {
            connection.as_mut().graceful_shutdown();
            match timeout(STOP_WITHIN, connection).await {
                Ok(ended) => ended,
                // Somebody does not read.
                Err(_) => return,
            }
        }
    };
    if let Err(error) = ended {
        debug!(%error, "a connection to the HTTP server broke off");
    }
}

/// Who has how many connections.
#[derive(Debug, Default)]
struct Places {
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection's.
#[derive(Debug)]
struct Place {
    places: Arc<Places>,
    peer: IpAddr,
}

impl Places {
    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// A place for `peer`, where there is one. This machine's own programs have places of their own, so that strangers cannot
    /// keep them from asking whether the bot lives.
    fn take(places: &Arc<Places>, peer: IpAddr, limits: &Limits) -> Option<Self> {
        let peer = machine(peer);
        let mut taken = places.taken();
        let strangers: usize = taken
            .iter()
            .filter(|(peer, _)| !peer.is_loopback())
            .map(|(_, count)| count)
            .sum();
        if !peer.is_loopback() && strangers >= limits.strangers_max {
            return None;
        }
        let count = taken.entry(peer).or_default();
        if *count >= limits.per_peer_max {
            return None;
        }
        *count += 1;
        Some(Self {
            places: Arc::clone(places),
            peer,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.peer);
            }
        }
    }
}

/// What stands for a machine: its address, of IPv6 the half that its network gave it.
fn machine(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests;
