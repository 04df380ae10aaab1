//! Interactions over real sockets, through an intake that is busy with something else.

use std::future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use discord::{CommandDefinition, Interaction, InteractionKind};
use domain::event::Event;
use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::rest::interactions::{Use, start};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::super::intake::{BacklogBounds, Intake, simulated};
use super::*;
use crate::clock::{Clock, SystemClock};

const PATIENCE: Duration = Duration::from_secs(30);

/// The operating system's clock, moved by hand.
#[derive(Default)]
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> UnixMs {
        UnixMs(SystemClock.now().0 + self.0.load(Ordering::Relaxed))
    }
}

struct Scene {
    sim: Sim,
    guild: GuildHandle,
    intake: Intake,
    clock: Arc<Moved>,
    tally: Arc<Tally>,
    from: mpsc::Receiver<Incoming>,
}

/// A shard that is connected, with room for `queue_len` interactions, and a command in its guild.
async fn scene(queue_len: usize) -> Scene {
    let sim = Sim::start(SimConfig::default()).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let rest = simulated::rest(&sim);
    let command = CommandDefinition {
        name: "greet".to_owned(),
        description: "Greets".to_owned(),
        ..CommandDefinition::default()
    };
    let application = rest.application().await.expect("an answer").id;
    rest.overwrite_global_commands(application, &[command])
        .await
        .expect("registered");
    let shard = simulated::shard(&rest).await;
    let (tally, clock) = (Arc::<Tally>::default(), Arc::<Moved>::default());
    let (door, from) = InteractionDoor::open(Arc::clone(&tally), queue_len);
    let told_clock = Arc::clone(&clock);
    let mut intake = Intake::new(shard, told_clock, BacklogBounds::default(), door, Arc::default());
    while !matches!(next(&mut intake).await, Event::GuildSeen { .. }) {}
    Scene {
        sim,
        guild,
        intake,
        clock,
        tally,
        from,
    }
}

async fn next(intake: &mut Intake) -> Event {
    let heard = timeout(PATIENCE, intake.next())
        .await
        .expect("in time")
        .expect("no refusal");
    heard.frame.decode().expect("sound").event
}

impl Scene {
    /// The guild's owner uses the command. Returns the interaction's id.
    fn use_command(&self) -> u64 {
        let owner = self.sim.world().guilds[&self.guild.id].owner;
        let what = Use::Command {
            name: "greet".to_owned(),
            options: Default::default(),
            files: Default::default(),
        };
        start(self.sim.state(), self.guild.welcome_channel(), owner, what).expect("a person can")
    }

    async fn handed_on(&mut self) -> Box<Interaction> {
        match timeout(PATIENCE, self.from.recv()).await.expect("in time") {
            Some(Incoming::Used(interaction)) => interaction,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn interaction_is_handed_on_while_the_database_stalls_and_its_sequence_counts() {
    let mut scene = scene(10).await;
    let id = scene.use_command();
    let stop = CancellationToken::new();
    // What the loop waits for never comes, and yet somebody is answered.
    let stalled = tokio::spawn({
        let stop = stop.clone();
        let mut intake = scene.intake;
        async move {
            let stopped = intake.listen_during(future::pending::<()>(), &stop).await;
            assert!(stopped.is_err());
            intake
        }
    });
    let interaction = timeout(PATIENCE, scene.from.recv()).await.expect("in time");
    let Some(Incoming::Used(interaction)) = interaction else {
        panic!("{interaction:?}");
    };
    assert_eq!(interaction.id().0, id);
    assert!(matches!(&interaction.kind, InteractionKind::Command { path, .. } if path == &["greet"]));
    stop.cancel();
    let mut intake = stalled.await.expect("no panic");
    let heard = timeout(PATIENCE, intake.next()).await.expect("in time");
    let heard = heard.expect("no refusal");
    assert!(heard.frame.sequence() > 0);
    assert_eq!(heard.frame.decode().expect("sound").event, Event::Unused);
}

#[tokio::test]
async fn replayed_interaction_that_is_older_than_three_seconds_is_dropped() {
    let mut scene = scene(10).await;
    scene.sim.cut_connections();
    scene.use_command();
    scene.clock.0.store(3_500, Ordering::Relaxed);
    assert_eq!(next(&mut scene.intake).await, Event::Unused, "replayed");
    while next(&mut scene.intake).await != Event::Resumed {}
    // From here on it is our clock that runs ahead, and somebody waits.
    let live = scene.use_command();
    assert_eq!(next(&mut scene.intake).await, Event::Unused);
    assert_eq!(scene.handed_on().await.id().0, live);
    let counted = scene.tally.snapshot();
    assert_eq!((counted.interactions_told, counted.interactions_late), (2, 1));
}

#[tokio::test]
async fn full_queue_drops_interactions_and_holds_nothing_up() {
    let mut scene = scene(2).await;
    let used: Vec<u64> = (0..5).map(|_| scene.use_command()).collect();
    let member = scene.guild.join("小林");
    loop {
        if let Event::MemberJoined(join) = next(&mut scene.intake).await {
            assert_eq!(join.member.id.0, member.user);
            break;
        }
    }
    assert_eq!(scene.tally.snapshot().interactions_dropped, 3);
    assert_eq!(scene.handed_on().await.id().0, used[0]);
    assert_eq!(scene.handed_on().await.id().0, used[1]);
}
