//! What clients tell of their own work, held against what the simulator saw and did. Over real sockets.

#[path = "rest/sim_client.rs"]
mod sim_client;

use std::time::Duration;

use discord::{
    BreakerSettings, BreakerState, ClassFigures, IdentifyQueue, LimitScope, NewMessage, RequestOutcome, Rest,
    RestOptions, RouteClass, Shard, ShardConfig,
};
use domain::id::ChannelId;
use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::faults::{FakeRateLimit, FaultPlan, RateLimitScope, RequestFaults};
use sim::rest::limits::RestLimits;
use sim_client::{client, token};
use tokio::time::timeout;

const POST: &str = "POST /channels/{channel.id}/messages";

/// Longer than anything here takes. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// One that tries once, and whose breaker stays closed.
fn patient() -> RestOptions {
    RestOptions {
        requests_per_second: 10_000,
        retries_max: 0,
        seed: 7,
        breaker: BreakerSettings {
            calls_min: 1_000,
            ..BreakerSettings::default()
        },
        ..RestOptions::default()
    }
}

async fn start() -> (Sim, GuildHandle) {
    let mut config = SimConfig::default();
    config.limits.rest = RestLimits::raised();
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    (sim, guild)
}

/// Posts, well or not, while posts meet these faults.
async fn post(sim: &Sim, rest: &Rest, channel: u64, nonce: u32, create_message: RequestFaults) {
    sim.set_faults(FaultPlan {
        create_message,
        ..FaultPlan::default()
    });
    let message = NewMessage {
        content: "hello".into(),
        nonce: Some(nonce.to_string()),
        ..NewMessage::default()
    };
    // What became of it is read from the figures.
    drop(rest.create_message(ChannelId(channel), &message).await);
}

fn messages(rest: &Rest) -> ClassFigures {
    let figures = rest.figures();
    let found = figures
        .into_iter()
        .find(|class| class.class == RouteClass::Messages);
    found.expect("each class has its figures")
}

fn count(figures: &ClassFigures, asked: RequestOutcome) -> u64 {
    let found = figures.requests.iter().find(|(outcome, _)| *outcome == asked);
    found.expect("each outcome has its count").1
}

#[tokio::test]
async fn each_request_is_counted_by_what_became_of_it() {
    let (sim, guild) = start().await;
    let rest = client(&sim, patient());
    let channel = guild.welcome_channel();
    let none = RequestFaults::default;
    post(&sim, &rest, channel, 1, none()).await;
    post(&sim, &rest, channel, 2, none()).await;
    let errors = RequestFaults {
        error_before: 1.0,
        ..none()
    };
    post(&sim, &rest, channel, 3, errors).await;
    let resets = RequestFaults {
        reset_before: 1.0,
        ..none()
    };
    post(&sim, &rest, channel, 4, resets).await;
    post(&sim, &rest, 1, 5, none()).await;
    let figures = messages(&rest);
    for (outcome, expected) in [
        (RequestOutcome::Ok, 2),
        (RequestOutcome::Limited, 0),
        (RequestOutcome::Refused, 1),
        (RequestOutcome::Failed, 1),
        (RequestOutcome::Timeout, 0),
        (RequestOutcome::Unreachable, 1),
    ] {
        assert_eq!(count(&figures, outcome), expected, "{outcome:?}");
    }
    assert_eq!(figures.took.count(), 5);
    assert_eq!(figures.took.count(), sim.counters().requests_of(POST));
    let others = rest.figures();
    let others = others.iter().filter(|class| class.class != RouteClass::Messages);
    assert_eq!(others.map(|class| class.took.count()).sum::<u64>(), 0);
}

#[tokio::test]
async fn answer_that_never_comes_is_a_timeout() {
    let (sim, guild) = start().await;
    let options = RestOptions {
        request_timeout: Duration::from_millis(200),
        ..patient()
    };
    let rest = client(&sim, options);
    let silence = RequestFaults {
        silence_before: 1.0,
        ..RequestFaults::default()
    };
    post(&sim, &rest, guild.welcome_channel(), 1, silence).await;
    let figures = messages(&rest);
    assert_eq!(count(&figures, RequestOutcome::Timeout), 1);
    assert!(figures.took.sum_s >= 0.2, "{figures:?}");
}

#[tokio::test]
async fn request_that_is_sent_again_is_one_retry() {
    let (sim, guild) = start().await;
    let rest = client(
        &sim,
        RestOptions {
            retries_max: 1,
            ..patient()
        },
    );
    let errors = RequestFaults {
        error_before: 1.0,
        ..RequestFaults::default()
    };
    post(&sim, &rest, guild.welcome_channel(), 1, errors).await;
    let figures = messages(&rest);
    assert_eq!((figures.retries, count(&figures, RequestOutcome::Failed)), (1, 2));
}

#[tokio::test]
async fn answers_of_429_are_counted_by_whom_they_concern_and_spend_the_budget() {
    let (sim, guild) = start().await;
    let options = RestOptions {
        invalid_requests_max: 100,
        ..patient()
    };
    let rest = client(&sim, options);
    let limited = |scope| RequestFaults {
        rate_limited: 1.0,
        rate_limit: FakeRateLimit {
            scope,
            retry_after_ms: 1,
            headers: true,
        },
        ..RequestFaults::default()
    };
    let channel = guild.welcome_channel();
    // A call gives up after its fifth 429.
    post(&sim, &rest, channel, 1, limited(RateLimitScope::User)).await;
    post(&sim, &rest, channel, 2, limited(RateLimitScope::Shared)).await;
    post(&sim, &rest, channel, 3, limited(RateLimitScope::Global)).await;
    let limits = rest.limit_figures();
    assert_eq!(
        limits.limited,
        [
            (LimitScope::User, 5),
            (LimitScope::Shared, 5),
            (LimitScope::Global, 5),
            (LimitScope::Edge, 0)
        ]
    );
    assert_eq!((limits.invalid, limits.invalid_left), (10, 90));
    let seen = sim.counters();
    assert_eq!((seen.rate_limited, seen.invalid_requests), (15, 10));
    assert_eq!(count(&messages(&rest), RequestOutcome::Limited), 15);
}

#[tokio::test]
async fn wait_for_a_turn_is_measured_and_the_queue_is_told_while_it_lasts() {
    let (sim, guild) = start().await;
    let rest = client(&sim, patient());
    let channel = guild.welcome_channel();
    // A bucket that is not known yet lets one request through at a time, and this one takes its time.
    let slow = RequestFaults {
        delay_ms: [3_600_000, 3_600_000],
        ..RequestFaults::default()
    };
    sim.set_faults(FaultPlan {
        create_message: slow.clone(),
        ..FaultPlan::default()
    });
    let both = async {
        tokio::join!(
            post(&sim, &rest, channel, 1, slow.clone()),
            post(&sim, &rest, channel, 2, slow.clone())
        )
    };
    let seen = async {
        while rest.limit_figures().queue_len != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = both => panic!("the first takes an hour"),
        seen = timeout(PATIENCE, seen) => seen.expect("the second waits"),
    }
    assert_eq!(
        rest.limit_figures().queue_len,
        0,
        "whoever is not waited for leaves"
    );
    let none = RequestFaults::default;
    tokio::join!(
        post(&sim, &rest, channel, 3, none()),
        post(&sim, &rest, channel, 4, none())
    );
    let waits = messages(&rest).limit_waits;
    assert_eq!(waits.count(), 1, "{waits:?}");
    assert!(waits.sum_s > 0.0, "{waits:?}");
}

#[tokio::test]
async fn breaker_that_opens_is_one_transition_and_counts_who_is_held_back() {
    let (sim, guild) = start().await;
    let options = RestOptions {
        breaker: BreakerSettings {
            calls_min: 1,
            failure_percent: 1,
            open_min: Duration::from_secs(3600),
            open_max: Duration::from_secs(3600),
            ..BreakerSettings::default()
        },
        ..patient()
    };
    let rest = client(&sim, options);
    let channel = guild.welcome_channel();
    let errors = RequestFaults {
        error_before: 1.0,
        ..RequestFaults::default()
    };
    post(&sim, &rest, channel, 1, errors).await;
    for nonce in 2..5 {
        post(&sim, &rest, channel, nonce, RequestFaults::default()).await;
    }
    let figures = messages(&rest);
    assert_eq!(
        figures.transitions,
        [
            (BreakerState::Closed, 0),
            (BreakerState::Open, 1),
            (BreakerState::HalfOpen, 0)
        ]
    );
    assert_eq!((figures.held_back, figures.took.count()), (3, 1));
}

#[tokio::test]
async fn heartbeat_tells_how_long_it_was_under_way() {
    let mut config = SimConfig::default();
    config.limits.heartbeat_interval_ms = 50;
    let sim = Sim::start(config).await.expect("a simulator");
    let rest = client(&sim, RestOptions::default());
    let gateway = rest.gateway_bot().await.expect("an answer");
    let mut shard = Shard::open(ShardConfig {
        id: 0,
        count: 1,
        token: token(),
        gateway_url: gateway.url.clone(),
        resume: None,
        queue: IdentifyQueue::new(&gateway),
        seed: 5,
    });
    let mut standing = shard.watch_standing();
    assert_eq!(standing.borrow().heartbeat, None);
    let beats = async {
        let seen = standing.wait_for(|standing| standing.heartbeat.is_some()).await;
        seen.expect("the shard lives").heartbeat
    };
    let listens = async {
        loop {
            shard.next().await.expect("no refusal");
        }
    };
    let took = tokio::select! {
        () = listens => None,
        seen = timeout(PATIENCE, beats) => seen.expect("a heartbeat is answered"),
    };
    assert!(
        took.is_some_and(|took| took > Duration::ZERO && took < PATIENCE),
        "{took:?}"
    );
    shard.rest().await;
    assert_eq!(
        shard.watch_standing().borrow().heartbeat,
        None,
        "it was of another connection"
    );
}
