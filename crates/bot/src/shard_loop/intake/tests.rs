//! A shard over real sockets, and a database that takes its time.

use std::time::Duration;

use domain::event::Event;
use sim::config::SimConfig;
use sim::driver::Sim;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::*;
use crate::clock::SystemClock;

const PATIENCE: Duration = Duration::from_secs(30);

async fn intake(sim: &Sim, bounds: BacklogBounds) -> Intake {
    let shard = simulated::shard(&simulated::rest(sim)).await;
    let (interactions, _) = InteractionDoor::open(Arc::default(), 1);
    Intake::new(shard, Arc::new(SystemClock), bounds, interactions, Arc::default())
}

/// The next event, and its frame's number.
async fn next(intake: &mut Intake) -> (u64, Event) {
    let heard = timeout(PATIENCE, intake.next())
        .await
        .expect("in time")
        .expect("no refusal");
    assert_eq!(heard.session, intake.session());
    (heard.frame.sequence(), heard.frame.decode().expect("sound").event)
}

#[tokio::test]
async fn backlog_that_is_full_closes_the_connection_and_loses_nothing() {
    let sim = Sim::start(SimConfig::default()).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let bounds = BacklogBounds {
        len_max: 5,
        bytes_max: usize::MAX,
    };
    let mut intake = intake(&sim, bounds).await;
    while !matches!(next(&mut intake).await.1, Event::GuildSeen { .. }) {}
    let (finish, finished) = oneshot::channel();
    let stop = CancellationToken::new();
    let mut expected: Vec<u64> = (0..20).map(|n| guild.join(&format!("guest {n}")).user).collect();
    let listening = async {
        let done = intake.listen_during(finished, &stop).await;
        assert!(matches!(done, Ok(Ok("done"))));
    };
    let disturbing = async {
        sim.wait_until(PATIENCE, |world| world.sessions.connected() == 0)
            .await
            .expect("the connection is closed");
        let later = (0..5).map(|n| guild.join(&format!("later {n}")).user);
        expected.extend(later);
        finish.send("done").expect("somebody waits");
    };
    tokio::join!(listening, disturbing);
    assert_eq!(intake.backlog.len(), 5);
    let mut sequence = 2;
    let mut joined = Vec::new();
    while joined.len() < expected.len() {
        let (number, event) = next(&mut intake).await;
        sequence += 1;
        assert_eq!(number, sequence, "in order, without a gap");
        if let Event::MemberJoined(join) = event {
            joined.push(join.member.id.0);
        }
    }
    assert_eq!(joined, expected);
    assert_eq!((intake.backlog.len(), intake.backlog_bytes), (0, 0));
    let counters = sim.counters();
    assert_eq!((counters.identifies, counters.resumes), (1, 1));
    intake.close().await;
}

#[tokio::test]
async fn bytes_are_bounded_too_and_the_stop_ends_the_wait() {
    let sim = Sim::start(SimConfig::default()).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let bounds = BacklogBounds {
        len_max: usize::MAX,
        bytes_max: 1,
    };
    let mut intake = intake(&sim, bounds).await;
    while !matches!(next(&mut intake).await.1, Event::GuildSeen { .. }) {}
    guild.join("one");
    guild.join("two");
    let stop = CancellationToken::new();
    let listening = intake.listen_during(std::future::pending::<()>(), &stop);
    let stopping = async {
        sim.wait_until(PATIENCE, |world| world.sessions.connected() == 0)
            .await
            .expect("the connection is closed");
        stop.cancel();
    };
    let (ended, ()) = tokio::join!(listening, stopping);
    assert!(ended.is_err());
    assert_eq!(intake.backlog.len(), 1);
}
