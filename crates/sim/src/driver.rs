//! The words that a test speaks.
//!
//! ```no_run
//! # async fn scenario() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use sim::config::SimConfig;
//! use sim::driver::Sim;
//!
//! let sim = Sim::start(SimConfig::default()).await?;
//! let guild = sim.create_guild("茶館");
//! // ... start a bot against sim.api_base() and sim.gateway_url() ...
//! sim.wait_until(Duration::from_secs(10), |world| world.sessions.connected() == 1).await?;
//! let member = guild.join("小林");
//! sim.wait_until(Duration::from_secs(10), |world| guild.posts_of(world, world.bot.id) == 1).await?;
//! # Ok(()) }
//! ```

pub mod guild;
pub mod roles;
pub mod shown;
pub mod uses;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::config::SimConfig;
use crate::faults::FaultPlan;
use crate::gateway::Order;
use crate::state::{State, WorldGuard};
use crate::world::World;
use crate::world::counters::Counters;
pub use guild::{GuildHandle, MemberHandle};
pub use uses::Answered;

/// A running simulator. Dropped without [`Sim::shutdown`], it stops as well, only without waiting for it.
#[derive(Debug)]
pub struct Sim {
    state: Arc<State>,
    server: JoinHandle<()>,
}

/// What was waited for did not happen in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was waited for did not happen within {0:?}")]
pub struct WaitedTooLong(pub Duration);

impl Sim {
    /// Starts a simulator: gateway, REST, CDN and control API on one port.
    ///
    /// # Errors
    /// The address is not loopback or cannot be listened on, or the record cannot be written.
    pub async fn start(config: SimConfig) -> io::Result<Self> {
        if !config.bind.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "whoever reaches the simulator controls it, so it listens on loopback only",
            ));
        }
        let listener = TcpListener::bind(config.bind).await?;
        let state = Arc::new(State::new(config, listener.local_addr()?));
        state.rest.begin_recording(state.config.record.as_deref())?;
        let server = tokio::spawn(crate::server::serve(Arc::clone(&state), listener));
        Ok(Self { state, server })
    }

    /// Stops: every connection breaks off.
    ///
    /// # Panics
    /// The server panicked.
    pub async fn shutdown(mut self) {
        self.state.stop.cancel();
        (&mut self.server)
            .await
            .expect("the simulator's server does not panic");
    }

    /// What the doors of the simulator share.
    pub fn state(&self) -> &Arc<State> {
        &self.state
    }

    /// The world, locked: hold it shortly and never over an `await`.
    pub fn world(&self) -> WorldGuard<'_> {
        self.state.world()
    }

    /// Base of REST, without a slash at the end: `http://127.0.0.1:PORT/api/v10`.
    pub fn api_base(&self) -> String {
        self.state.api_base()
    }

    /// The gateway: `ws://127.0.0.1:PORT/gateway`.
    pub fn gateway_url(&self) -> String {
        self.state.gateway_url()
    }

    /// Base of the CDN, without a slash at the end: `http://127.0.0.1:PORT/cdn`.
    pub fn cdn_base(&self) -> String {
        self.state.cdn_base()
    }

    /// Makes a guild with the bot in it; see [`World::create_guild`].
    pub fn create_guild(&self, name: &str) -> GuildHandle {
        let id = self.world().create_guild(name);
        GuildHandle::new(Arc::clone(&self.state), id)
    }

    /// What goes wrong from now on.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.world().faults.set_plan(plan);
    }

    /// All of Discord is down: connections break, requests fail, until the world's clock has moved by `lasting`.
    pub fn begin_outage(&self, lasting: Duration) {
        let until_ms = self.state.clock().now_ms() + i64::try_from(lasting.as_millis()).unwrap_or(i64::MAX);
        self.world().faults.set_outage_until(Some(until_ms));
        self.cut_connections();
    }

    /// Ends an outage before its time.
    pub fn end_outage(&self) {
        self.world().faults.set_outage_until(None);
    }

    /// Breaks the gateway connections of all sessions without a word; the sessions live on. Returns how many.
    pub fn cut_connections(&self) -> usize {
        self.world().sessions.order_all(Order::Cut)
    }

    /// Sends op 9 to all connections. Sessions that are not resumable end. Returns how many heard it.
    pub fn invalidate_sessions(&self, resumable: bool) -> usize {
        self.world().sessions.order_all(Order::Invalidate { resumable })
    }

    /// Sends op 7 to all connections. Returns how many heard it.
    pub fn ask_reconnect(&self) -> usize {
        self.world().sessions.order_all(Order::Reconnect)
    }

    /// Moves the world's clock forward.
    pub fn advance(&self, by: Duration) {
        self.state.clock().advance(by);
        // Whoever waits for a condition that speaks of time looks again.
        let _ = &mut *self.world();
    }

    /// What the clients did so far.
    pub fn counters(&self) -> Counters {
        self.world().counters.clone()
    }

    /// Waits until something is there in the world. `look` must not lock the world again.
    ///
    /// # Errors
    /// It took longer than `timeout`.
    pub async fn wait_for<T>(
        &self,
        timeout: Duration,
        mut look: impl FnMut(&World) -> Option<T>,
    ) -> Result<T, WaitedTooLong> {
        let mut changes = self.state.changes();
        let waiting = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(&self.state.world()) {
                    return found;
                }
                // The sender lives in the state that we hold.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(timeout, waiting)
            .await
            .map_err(|_| WaitedTooLong(timeout))
    }

    /// Waits until something holds of the world. `holds` must not lock the world again.
    ///
    /// # Errors
    /// It took longer than `timeout`.
    pub async fn wait_until(
        &self,
        timeout: Duration,
        mut holds: impl FnMut(&World) -> bool,
    ) -> Result<(), WaitedTooLong> {
        self.wait_for(timeout, |world| holds(world).then_some(())).await
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.state.stop.cancel();
    }
}
