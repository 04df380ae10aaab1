//! Discord is not well: it is left alone but for a few probes, class by class, and nothing is lost. Over real sockets,
//! against the simulator.

#[path = "rest/sim_client.rs"]
mod sim_client;
#[path = "rest/somebody.rs"]
mod somebody;

use std::time::{Duration, Instant};

use discord::{
    BreakerReason, BreakerSettings, BreakerState, Cdn, CdnError, Health, NewMessage, Rest, RestError,
    RestOptions, RouteClass, Verdict,
};
use domain::id::{ChannelId, GuildId};
use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::faults::{FakeRateLimit, FaultPlan, RequestFaults};
use sim::rest::limits::{Rate, RestLimits};
use sim_client::{client, endpoints};
use somebody::somebody;
use tokio::task::JoinSet;
use tokio::time::sleep;

const POST: &str = "POST /channels/{channel.id}/messages";
const DENIED: u64 = 1 << 11;

/// A breaker that is soon sure of things.
fn quick() -> BreakerSettings {
    BreakerSettings {
        calls_min: 5,
        open_min: Duration::from_millis(150),
        open_max: Duration::from_millis(300),
        probes: 2,
        ..BreakerSettings::default()
    }
}

/// One that opens at the first failure, for an hour.
fn strict() -> BreakerSettings {
    BreakerSettings {
        calls_min: 1,
        failure_percent: 1,
        open_min: Duration::from_secs(3600),
        open_max: Duration::from_secs(3600),
        ..BreakerSettings::default()
    }
}

fn options(breaker: BreakerSettings) -> RestOptions {
    RestOptions {
        requests_per_second: 10_000,
        retries_max: 0,
        seed: 7,
        breaker,
        ..RestOptions::default()
    }
}

async fn start(options: RestOptions) -> (Sim, GuildHandle, Rest) {
    let mut config = SimConfig::default();
    config.limits.rest = RestLimits::raised();
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let rest = client(&sim, options);
    (sim, guild, rest)
}

fn message(nonce: usize) -> NewMessage {
    NewMessage {
        content: "hello".into(),
        nonce: Some(nonce.to_string()),
        ..NewMessage::default()
    }
}

fn posts_fail(create_message: RequestFaults) -> FaultPlan {
    FaultPlan {
        create_message,
        ..FaultPlan::default()
    }
}

fn always_503() -> RequestFaults {
    RequestFaults {
        error_before: 1.0,
        error_statuses: vec![503],
        ..RequestFaults::default()
    }
}

fn health(rest: &Rest, class: RouteClass) -> Health {
    *rest
        .health()
        .iter()
        .find(|health| health.class == class)
        .expect("each class has one")
}

/// Tries until the message is posted, as the greeter does: whatever is held back, or failed, comes again.
async fn post_in_the_end(rest: Rest, channel: ChannelId, nonce: usize) {
    while let Err(error) = rest.create_message(channel, &message(nonce)).await {
        match error.verdict() {
            Verdict::Wait(wait) => sleep(wait.min(Duration::from_millis(40))).await,
            Verdict::Unknown => sleep(Duration::from_millis(40)).await,
            other => panic!("{other:?}: {error}"),
        }
    }
}

#[tokio::test]
async fn failing_discord_is_left_alone_but_for_the_probes_and_the_queue_drains_when_it_is_well() {
    let (sim, guild, rest) = start(options(quick())).await;
    sim.set_faults(posts_fail(always_503()));
    let channels: Vec<u64> = (0..8).map(|n| guild.create_channel(&format!("c{n}"))).collect();
    let began = Instant::now();
    let mut posts = JoinSet::new();
    for nonce in 0..40_usize {
        let channel = ChannelId(channels[nonce % channels.len()]);
        posts.spawn(post_in_the_end(rest.clone(), channel, nonce));
    }
    // Long enough for several rounds of probes.
    sim.wait_until(Duration::from_secs(60), |world| {
        world.counters.requests_of(POST) >= 5 + 2 * 4
    })
    .await
    .expect("it is probed");
    let (sent, lasted) = (sim.counters().requests_of(POST), began.elapsed());
    // What failed before it opened (no more than were under way in eight channels), and the probes of each opening.
    let openings = 1 + lasted.as_millis() / quick().open_min.as_millis();
    let allowed = 5 + 8 + 2 * u64::try_from(openings).expect("small");
    assert!(
        sent <= allowed,
        "{sent} requests in {lasted:?}, {allowed} allowed"
    );
    assert_ne!(health(&rest, RouteClass::Messages).state, BreakerState::Closed);

    sim.set_faults(FaultPlan::default());
    while let Some(posted) = posts.join_next().await {
        posted.expect("posted in the end");
    }
    let standing: usize = channels
        .iter()
        .map(|channel| guild.channel_messages(*channel).len())
        .sum();
    assert_eq!(standing, 40);
    assert_eq!(health(&rest, RouteClass::Messages).state, BreakerState::Closed);
}

#[tokio::test]
async fn calls_that_are_held_back_end_at_once_and_reach_nobody() {
    let (sim, guild, rest) = start(options(strict())).await;
    sim.set_faults(posts_fail(always_503()));
    let channel = ChannelId(guild.welcome_channel());
    rest.create_message(channel, &message(0)).await.expect_err("503");
    for nonce in 1..20 {
        let error = rest
            .create_message(channel, &message(nonce))
            .await
            .expect_err("held back");
        assert!(
            matches!(error, RestError::HeldBack { retry_after } if retry_after > Duration::from_secs(1800)),
            "{error:?}"
        );
    }
    assert_eq!(sim.counters().requests_of(POST), 1);
    let messages = health(&rest, RouteClass::Messages);
    assert_eq!(
        (messages.state, messages.reason),
        (BreakerState::Open, Some(BreakerReason::Failures))
    );
    assert!(messages.next_probe_in.is_some());
}

#[tokio::test]
async fn calls_that_queue_when_it_opens_do_not_wait_for_their_turn() {
    let mut config = SimConfig::default();
    config.limits.rest.create_message = Rate {
        requests: 1,
        window_ms: 3_600_000,
    };
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let rest = client(
        &sim,
        RestOptions {
            wait_max: Duration::from_secs(25),
            ..options(strict())
        },
    );
    sim.set_faults(posts_fail(RequestFaults {
        delay_ms: [200, 200],
        ..always_503()
    }));
    let channel = ChannelId(guild.welcome_channel());
    let began = Instant::now();
    let mut posts = JoinSet::new();
    for nonce in 0..10 {
        let rest = rest.clone();
        posts.spawn(async move { rest.create_message(channel, &message(nonce)).await });
    }
    let mut held_back = 0;
    while let Some(answer) = posts.join_next().await {
        let error = answer.expect("no panic").expect_err("503 or held back");
        held_back += usize::from(matches!(error, RestError::HeldBack { .. }));
    }
    assert_eq!(held_back, 9);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(sim.counters().requests_of(POST), 1);
}

#[tokio::test]
async fn failing_posts_hold_neither_reads_nor_ourselves_back() {
    let (sim, guild, rest) = start(options(strict())).await;
    sim.set_faults(posts_fail(always_503()));
    let channel = ChannelId(guild.welcome_channel());
    rest.create_message(channel, &message(0)).await.expect_err("503");
    assert!(rest.messages_held_for().is_some());
    rest.channel(channel).await.expect("channels are read");
    rest.current_user().await.expect("we are told who we are");
    let open: Vec<RouteClass> = rest
        .health()
        .iter()
        .filter(|health| health.state != BreakerState::Closed)
        .map(|health| health.class)
        .collect();
    assert_eq!(open, [RouteClass::Messages]);
}

#[tokio::test]
async fn failing_pictures_hold_no_messages_back() {
    let (sim, guild, rest) = start(options(strict())).await;
    sim.set_faults(FaultPlan {
        cdn: always_503(),
        ..FaultPlan::default()
    });
    let cdn = Cdn::with_breaker(&endpoints(&sim), strict(), 7).expect("a client");
    let member = somebody(&guild);
    let avatar = || cdn.avatar(GuildId(guild.id), &member, 256);
    assert_eq!(avatar().await, Err(CdnError::Status(503)));
    assert_eq!(avatar().await, Err(CdnError::HeldBack));
    assert_eq!(cdn.health().state, BreakerState::Open);
    rest.create_message(ChannelId(guild.welcome_channel()), &message(0))
        .await
        .expect("posted");
    assert!(
        rest.health()
            .iter()
            .all(|health| health.state == BreakerState::Closed)
    );
}

#[tokio::test]
async fn picture_that_fails_once_is_asked_for_again() {
    let (sim, guild, _rest) = start(options(quick())).await;
    sim.set_faults(FaultPlan {
        cdn: RequestFaults {
            error_before: 0.3,
            reset_before: 0.3,
            ..RequestFaults::default()
        },
        ..FaultPlan::default()
    });
    let never = BreakerSettings {
        calls_min: u32::MAX,
        ..BreakerSettings::default()
    };
    let cdn = Cdn::with_breaker(&endpoints(&sim), never, 7).expect("a client");
    let member = somebody(&guild);
    let mut had = 0;
    for _ in 0..12 {
        had += usize::from(cdn.avatar(GuildId(guild.id), &member, 256).await.is_ok());
    }
    // The faults follow the simulator's seed: 4 of 10 requests are answered, so once each would be 4 or 5 of 12.
    assert!(had > 5, "{had}");
}

#[tokio::test]
async fn refusals_prove_that_discord_is_well() {
    let (sim, guild, rest) = start(options(BreakerSettings {
        calls_min: 1,
        probes: 1,
        ..quick()
    }))
    .await;
    let closed = guild.create_channel("closed");
    assert!(guild.deny_bot(closed, DENIED));
    sim.set_faults(posts_fail(always_503()));
    rest.create_message(ChannelId(closed), &message(0))
        .await
        .expect_err("503");
    sim.set_faults(FaultPlan::default());
    while let Some(wait) = rest.messages_held_for() {
        sleep(wait).await;
    }
    let error = rest
        .create_message(ChannelId(closed), &message(0))
        .await
        .expect_err("refused");
    assert_eq!(error.verdict(), Verdict::ChannelClosed);
    assert_eq!(health(&rest, RouteClass::Messages).state, BreakerState::Closed);
}

#[tokio::test]
async fn rate_limits_and_calls_that_are_cancelled_say_nothing_of_discord() {
    let (sim, guild, rest) = start(options(strict())).await;
    let channel = ChannelId(guild.welcome_channel());
    sim.set_faults(posts_fail(RequestFaults {
        rate_limited: 1.0,
        rate_limit: FakeRateLimit {
            retry_after_ms: 1,
            ..FakeRateLimit::default()
        },
        ..RequestFaults::default()
    }));
    let error = rest
        .create_message(channel, &message(0))
        .await
        .expect_err("limited again and again");
    assert!(matches!(error, RestError::RateLimited { .. }), "{error:?}");
    sim.set_faults(posts_fail(RequestFaults {
        silence_before: 1.0,
        ..RequestFaults::default()
    }));
    let before = sim.counters().requests_of(POST);
    let unanswered = message(1);
    tokio::select! {
        answer = rest.create_message(channel, &unanswered) => panic!("nobody answers: {answer:?}"),
        arrived = sim.wait_until(Duration::from_secs(60), |world| world.counters.requests_of(POST) > before) => {
            arrived.expect("it is sent, and then cancelled");
        }
    }
    let messages = health(&rest, RouteClass::Messages);
    assert_eq!((messages.state, messages.rates.calls), (BreakerState::Closed, 0));
}

#[tokio::test]
async fn slow_discord_is_left_alone_too() {
    let (sim, guild, rest) = start(options(BreakerSettings {
        calls_min: 3,
        slow_after: Duration::from_millis(20),
        open_min: Duration::from_secs(3600),
        open_max: Duration::from_secs(3600),
        ..BreakerSettings::default()
    }))
    .await;
    sim.set_faults(posts_fail(RequestFaults {
        answer_delay_ms: [30, 30],
        ..RequestFaults::default()
    }));
    let channel = ChannelId(guild.welcome_channel());
    for nonce in 0..3 {
        rest.create_message(channel, &message(nonce))
            .await
            .expect("posted, slowly");
    }
    let messages = health(&rest, RouteClass::Messages);
    assert_eq!(
        (messages.state, messages.reason),
        (BreakerState::Open, Some(BreakerReason::Slowness))
    );
}

#[tokio::test]
async fn everything_that_is_sent_shares_the_global_limit_and_meets_no_429() {
    let mut config = SimConfig::default();
    config.limits.rest = RestLimits {
        // Shorter than Discord's second: on a busy machine requests travel differently long.
        global: Rate {
            requests: 20,
            window_ms: 600,
        },
        ..RestLimits::raised()
    };
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let rest = client(
        &sim,
        RestOptions {
            requests_per_second: 20,
            ..options(BreakerSettings::default())
        },
    );
    let channels: Vec<u64> = (0..5).map(|n| guild.create_channel(&format!("c{n}"))).collect();
    let mut calls = JoinSet::new();
    for n in 0..50_usize {
        let (rest, channel) = (rest.clone(), ChannelId(channels[n % channels.len()]));
        calls.spawn(async move {
            match n % 3 {
                0 => rest.create_message(channel, &message(n)).await.map(|_| ()),
                1 => rest.channel(channel).await.map(|_| ()),
                _ => rest.current_user().await.map(|_| ()),
            }
        });
    }
    while let Some(answer) = calls.join_next().await {
        answer.expect("no panic").expect("answered");
    }
    let counters = sim.counters();
    assert_eq!((counters.rate_limited, counters.unexpected), (0, vec![]));
}
