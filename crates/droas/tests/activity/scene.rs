//! A crowd, the simulator that it lives in, and the bot that counts what it says.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::time::UnixMs;
use sim::clock::Clock;
use sim::config::{Limits, SimConfig};
use sim::driver::Sim;
use sim::faults::{FaultPlan, GatewayFaults};
use sim::rest::limits::RestLimits;
use sim::world::World;

use crate::crowd::Crowd;
use crate::program::Program;

/// The most dispatches that wait for the bot; then the talk pauses.
pub(crate) const WAITING_MAX: u64 = 8_000;
pub(crate) const DAY_MS: i64 = 86_400_000;
/// Longer than anything takes, also on a busy machine. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many people there are in each guild.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) members: usize,
    /// Those who talk with each other at a time.
    pub(crate) talking: usize,
}

pub(crate) struct Scene {
    pub(crate) sim: Sim,
    pub(crate) crowd: Crowd,
    pub(crate) program: Program,
}

pub(crate) fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_millis()).expect("our age")
}

impl Scene {
    /// The bot is connected, over a file or a server, and nobody has said anything yet.
    pub(crate) async fn begin(seed: u64, began_ms: i64, server: Option<String>, size: Size) -> Self {
        let config = SimConfig {
            seed,
            clock: Clock::standing_at(began_ms),
            limits: Limits {
                rest: RestLimits::raised(),
                // The world's clock leaps.
                session_life_ms: i64::MAX,
                replay_events_max: 30_000,
                messages_per_channel_max: 10,
                ..Limits::default()
            },
            ..SimConfig::default()
        };
        let sim = Sim::start(config).await.expect("loopback can be listened on");
        let crowd = Crowd::settle(&sim, seed, size);
        let mut program = Program::new(server);
        let store = program.store().await;
        crowd.choose(&store, UnixMs(now_ms())).await;
        store.close().await;
        program.start(&sim);
        let scene = Self { sim, crowd, program };
        scene.wait_until_untold(0).await;
        scene
    }

    /// Messages are told twice, as likely as this.
    pub(crate) fn tell_twice(&self, probability: f64) {
        self.sim.set_faults(FaultPlan {
            gateway: GatewayFaults {
                duplicate_message: probability,
                ..GatewayFaults::default()
            },
            ..FaultPlan::default()
        });
    }

    /// So many messages, at the pace of the bot.
    pub(crate) async fn talk(&mut self, len: usize) {
        const AT_ONCE: usize = 100;
        for said in (0..len).step_by(AT_ONCE) {
            self.wait_until_untold(WAITING_MAX).await;
            self.say(AT_ONCE.min(len - said));
        }
    }

    /// So many messages at once.
    pub(crate) fn say(&mut self, len: usize) {
        let mut world = self.sim.world();
        for _ in 0..len {
            self.crowd.say_something(&mut world);
        }
    }

    /// Waits until the bot is connected, however much waits for it.
    pub(crate) async fn wait_until_connected(&self) {
        self.wait_until_untold(u64::MAX).await;
    }

    /// Waits until the bot is connected and was handed all but so many dispatches.
    pub(crate) async fn wait_until_untold(&self, most: u64) {
        let told = |world: &World| {
            let mut sessions = world.sessions.iter().map(|(_, session)| session);
            sessions.any(|session| session.is_connected() && session.untold() <= most)
        };
        self.wait("the bot listens", told).await;
    }

    /// Somebody joins, and is greeted when all that came before is committed.
    pub(crate) async fn catch_up(&self) {
        let ended_ms = self.sim.state().clock().now_ms();
        let behind_ms = u64::try_from(now_ms() - ended_ms).expect("the talk is over before the present");
        self.sim.advance(Duration::from_millis(behind_ms));
        let guild = &self.crowd.towns[0].guild;
        guild.join("last");
        let bot = self.sim.world().bot.id;
        self.wait("the last one is greeted", |world| guild.posts_of(world, bot) == 1)
            .await;
    }

    async fn wait(&self, what: &str, holds: impl FnMut(&World) -> bool) {
        let waited = self.sim.wait_until(PATIENCE, holds).await;
        assert!(waited.is_ok(), "{what}: {waited:?}\n{}", self.program.story());
    }
}
