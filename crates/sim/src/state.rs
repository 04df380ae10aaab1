//! What the doors of the simulator share.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::SimConfig;
use crate::world::World;

/// What the doors of the simulator share: the world behind its lock, and how they learn that it changed.
#[derive(Debug)]
pub struct State {
    /// How the simulator was set up.
    pub config: SimConfig,
    /// Where it listens.
    pub addr: SocketAddr,
    /// Cancelled when it stops.
    pub stop: CancellationToken,
    /// What REST keeps of its own.
    pub rest: crate::rest::RestState,
    world: Mutex<World>,
    changed: watch::Sender<()>,
}

impl State {
    /// An empty world that will be served at `addr`.
    pub fn new(config: SimConfig, addr: SocketAddr) -> Self {
        Self {
            world: Mutex::new(World::new(&config, addr)),
            rest: crate::rest::RestState::new(&config),
            config,
            addr,
            stop: CancellationToken::new(),
            changed: watch::Sender::new(()),
        }
    }

    /// The world, locked. Hold it shortly and never over an `await`. Whoever waits for a change is woken when a guard
    /// that was written through is dropped.
    pub fn world(&self) -> WorldGuard<'_> {
        WorldGuard {
            // A panic in a test's look at the world leaves it as it was.
            guard: self.world.lock().unwrap_or_else(PoisonError::into_inner),
            written: false,
            changed: &self.changed,
        }
    }

    /// A receiver that wakes after every change of the world.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.config.clock
    }

    /// Base of REST, without a slash at the end: `http://127.0.0.1:PORT/api/v10`.
    pub fn api_base(&self) -> String {
        format!("http://{}/api/v10", self.addr)
    }

    /// The gateway: `ws://127.0.0.1:PORT/gateway`.
    pub fn gateway_url(&self) -> String {
        gateway_url(self.addr)
    }

    /// Base of the CDN, without a slash at the end: `http://127.0.0.1:PORT/cdn`.
    pub fn cdn_base(&self) -> String {
        cdn_base(self.addr)
    }
}

pub(crate) fn gateway_url(addr: SocketAddr) -> String {
    format!("ws://{addr}/gateway")
}

pub(crate) fn cdn_base(addr: SocketAddr) -> String {
    format!("http://{addr}/cdn")
}

/// The world's lock; see [`State::world`].
#[derive(Debug)]
pub struct WorldGuard<'a> {
    guard: MutexGuard<'a, World>,
    written: bool,
    changed: &'a watch::Sender<()>,
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.guard
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        self.written = true;
        &mut self.guard
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        if self.written {
            self.changed.send_replace(());
        }
    }
}
