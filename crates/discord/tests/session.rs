//! Sessions over real sockets, against the simulator.

#[path = "rest/sim_client.rs"]
mod sim_client;

use std::time::Duration;

use discord::{Frame, GatewayError, IdentifyQueue, RestOptions, Resume, Session, Shard, ShardConfig, Token};
use domain::event::Event;
use domain::id::{GuildId, UserId};
use sim::config::SimConfig;
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim_client::client;

/// Longer than anything here takes, but for what hangs.
const PATIENCE: Duration = Duration::from_secs(30);

struct Client {
    queue: IdentifyQueue,
    gateway_url: String,
    token: Token,
}

impl Client {
    async fn of(sim: &Sim) -> Self {
        Self::with_token(sim, "sim-token").await
    }

    /// GET /gateway/bot is asked with the token that is right.
    async fn with_token(sim: &Sim, token: &str) -> Self {
        let rest = client(sim, RestOptions::default());
        let gateway = rest.gateway_bot().await.expect("an answer");
        Self {
            queue: IdentifyQueue::new(&gateway),
            gateway_url: gateway.url.into(),
            token: Token::parse(token).expect("a token"),
        }
    }

    fn open(&self, resume: Option<Resume>) -> Shard {
        Shard::open(ShardConfig {
            id: 0,
            count: 1,
            token: self.token.clone(),
            gateway_url: self.gateway_url.parse().expect("a URL"),
            resume,
            queue: self.queue.clone(),
            seed: 5,
        })
    }
}

async fn next(shard: &mut Shard) -> Frame {
    tokio::time::timeout(PATIENCE, shard.next())
        .await
        .expect("in time")
        .expect("no refusal")
}

/// Frames up to and with the first one that `is_last`, as events.
async fn until(shard: &mut Shard, is_last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let event = next(shard).await.decode().expect("a sound frame").event;
        let done = is_last(&event);
        events.push(event);
        if done {
            return events;
        }
    }
}

async fn until_guild(shard: &mut Shard) -> Vec<Event> {
    until(shard, |event| matches!(event, Event::GuildSeen { .. })).await
}

fn joined(events: &[Event]) -> Vec<UserId> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::MemberJoined(join) => Some(join.member.id),
            _ => None,
        })
        .collect()
}

fn users(members: &[MemberHandle]) -> Vec<UserId> {
    members.iter().map(|member| UserId(member.user)).collect()
}

fn checkpoint(session: &Session, sequence: u64) -> Resume {
    Resume {
        session_id: session.id.clone(),
        resume_url: session.resume_url.clone(),
        sequence,
    }
}

async fn start(config: SimConfig) -> (Sim, GuildHandle) {
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    (sim, guild)
}

/// A shard that has heard of the guild, and where it stands.
async fn ready_shard(client: &Client) -> (Shard, Resume) {
    let mut shard = client.open(None);
    loop {
        let frame = next(&mut shard).await;
        if matches!(
            frame.decode().expect("a sound frame").event,
            Event::GuildSeen { .. }
        ) {
            let session = shard.session().expect("READY came");
            return (shard, checkpoint(&session, frame.sequence()));
        }
    }
}

#[tokio::test]
async fn session_begins_with_ready_and_guilds_and_tells_of_joins() {
    let (sim, guild) = start(SimConfig::default()).await;
    let mut shard = Client::of(&sim).await.open(None);
    let events = until_guild(&mut shard).await;
    let Event::Ready { guilds, .. } = &events[0] else {
        panic!("{events:?}")
    };
    assert_eq!(*guilds, [GuildId(guild.id)]);
    let member = guild.join("小林");
    let events = until(&mut shard, |event| matches!(event, Event::MemberJoined(_))).await;
    assert_eq!(joined(&events), users(&[member]));
    let Some(Event::MemberJoined(join)) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (join.guild, join.member.shown_name()),
        (GuildId(guild.id), "小林")
    );
}

#[tokio::test]
async fn new_shard_resumes_from_a_checkpoint_and_hears_what_came_after_it() {
    let (sim, guild) = start(SimConfig::default()).await;
    let client = Client::of(&sim).await;
    let (shard, resume) = ready_shard(&client).await;
    shard.close().await;
    sim.wait_until(PATIENCE, |world| world.sessions.connected() == 0)
        .await
        .expect("closed");

    let members: Vec<MemberHandle> = ["ada", "bob", "eve"].map(|name| guild.join(name)).to_vec();
    let mut shard = client.open(Some(resume.clone()));
    let events = until(&mut shard, |event| *event == Event::Resumed).await;
    assert_eq!(joined(&events), users(&members));
    assert_eq!(
        shard.session().map(|session| session.id.clone()),
        Some(resume.session_id)
    );
    let counters = sim.counters();
    assert_eq!(
        (counters.identifies, counters.resumes, counters.invalidated),
        (1, 1, 0)
    );
}

#[tokio::test]
async fn what_was_received_but_not_checkpointed_is_replayed_after_a_crash() {
    let (sim, guild) = start(SimConfig::default()).await;
    let client = Client::of(&sim).await;
    let (mut shard, resume) = ready_shard(&client).await;
    let member = guild.join("ada");
    let events = until(&mut shard, |event| matches!(event, Event::MemberJoined(_))).await;
    assert_eq!(joined(&events), users(&[member]));
    drop(shard);

    let mut shard = client.open(Some(resume));
    let events = until(&mut shard, |event| *event == Event::Resumed).await;
    assert_eq!(joined(&events), users(&[member]), "and once only");
}

#[tokio::test]
async fn address_for_resuming_that_does_not_answer_gives_way_to_the_gateways() {
    for resume_url in ["ws://127.0.0.1:1", "no address", ""] {
        let (sim, guild) = start(SimConfig::default()).await;
        let client = Client::of(&sim).await;
        let (shard, resume) = ready_shard(&client).await;
        shard.close().await;
        let member = guild.join("ada");
        let mut shard = client.open(Some(Resume {
            resume_url: resume_url.into(),
            ..resume
        }));
        let events = until(&mut shard, |event| *event == Event::Resumed).await;
        assert_eq!(joined(&events), users(&[member]), "{resume_url:?}");
    }
}

#[tokio::test]
async fn joins_during_a_cut_arrive_once_each() {
    let (sim, guild) = start(SimConfig::default()).await;
    let client = Client::of(&sim).await;
    let (mut shard, _) = ready_shard(&client).await;
    let mut members = Vec::new();
    let mut heard = Vec::new();
    for round in 0..5 {
        members.push(guild.join(&format!("before {round}")));
        sim.cut_connections();
        members.push(guild.join(&format!("after {round}")));
        heard.extend(joined(&until(&mut shard, |event| *event == Event::Resumed).await));
    }
    assert_eq!(heard, users(&members));
    assert_eq!(sim.counters().identifies, 1);
}

#[tokio::test]
async fn wish_to_reconnect_is_followed_without_a_loss() {
    let (sim, guild) = start(SimConfig::default()).await;
    let client = Client::of(&sim).await;
    let (mut shard, _) = ready_shard(&client).await;
    assert_eq!(sim.ask_reconnect(), 1);
    let member = guild.join("ada");
    let events = until(&mut shard, |event| *event == Event::Resumed).await;
    let mut heard = joined(&events);
    if heard.is_empty() {
        heard = joined(&until(&mut shard, |event| matches!(event, Event::MemberJoined(_))).await);
    }
    assert_eq!(heard, users(&[member]));
    let counters = sim.counters();
    assert_eq!((counters.identifies, counters.resumes), (1, 1));
}

#[tokio::test]
async fn void_session_is_followed_by_a_new_one_with_another_id() {
    let (sim, guild) = start(SimConfig::default()).await;
    let client = Client::of(&sim).await;
    let (mut shard, before) = ready_shard(&client).await;
    sim.invalidate_sessions(false);
    let frame = next(&mut shard).await;
    assert!(matches!(
        frame.decode().expect("a sound frame").event,
        Event::Ready { .. }
    ));
    assert_eq!(frame.sequence(), 1);
    let session = shard.session().expect("READY came");
    assert_ne!(session.id, before.session_id);
    until_guild(&mut shard).await;
    let member = guild.join("ada");
    let events = until(&mut shard, |event| matches!(event, Event::MemberJoined(_))).await;
    assert_eq!(joined(&events), users(&[member]));
    assert_eq!(sim.counters().identifies, 2);
}

#[tokio::test]
async fn checkpoint_of_a_session_that_is_gone_begins_a_new_one() {
    let (sim, _guild) = start(SimConfig::default()).await;
    let client = Client::of(&sim).await;
    let resume = Resume {
        session_id: "gone".into(),
        resume_url: sim.gateway_url(),
        sequence: 40,
    };
    let mut shard = client.open(Some(resume));
    let events = until_guild(&mut shard).await;
    assert!(matches!(events[0], Event::Ready { .. }), "{events:?}");
    assert!(shard.session().is_some_and(|session| session.id != "gone"));
}

#[tokio::test]
async fn frames_that_are_here_are_drained_without_waiting() {
    let (sim, guild) = start(SimConfig::default()).await;
    let client = Client::of(&sim).await;
    let (mut shard, _) = ready_shard(&client).await;
    while shard.try_next().expect("no refusal").is_some() {}
    let members: Vec<MemberHandle> = (0..50).map(|n| guild.join(&n.to_string())).collect();
    let mut heard = Vec::new();
    let mut drained = 0;
    while heard.len() < members.len() {
        let mut frame = Some(next(&mut shard).await);
        while let Some(taken) = frame {
            heard.extend(joined(&[taken.decode().expect("a sound frame").event]));
            frame = shard.try_next().expect("no refusal");
            drained += usize::from(frame.is_some());
        }
    }
    assert_eq!(heard, users(&members));
    assert!(drained > 0, "not one frame was here already");
}

#[tokio::test]
async fn refused_token_is_told_with_what_to_do() {
    let (sim, _guild) = start(SimConfig::default()).await;
    let mut shard = Client::with_token(&sim, "another-token").await.open(None);
    for _ in 0..2 {
        let error = tokio::time::timeout(PATIENCE, shard.next())
            .await
            .expect("in time")
            .expect_err("refused");
        assert_eq!(error, GatewayError::TokenRefused);
    }
    assert!(shard.try_next().is_err());
    shard.close().await;
}

#[tokio::test]
async fn missing_intent_is_told_with_the_switch_that_grants_it() {
    let (sim, _guild) = start(SimConfig {
        granted_intents: 0,
        ..SimConfig::default()
    })
    .await;
    let mut shard = Client::of(&sim).await.open(None);
    let error = tokio::time::timeout(PATIENCE, shard.next())
        .await
        .expect("in time")
        .expect_err("refused");
    assert_eq!(error, GatewayError::IntentNotGranted);
    assert!(
        error
            .to_string()
            .contains("Bot > Privileged Gateway Intents > Server Members Intent"),
        "{error}"
    );
}
