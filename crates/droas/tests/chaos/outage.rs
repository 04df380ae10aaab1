//! Ten minutes without Discord, twenty times as fast, and what comes after.

use std::time::Duration;

use discord::RestOptions;
use sim::config::{Limits, SimConfig};
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim::rest::limits::{Rate, RestLimits};

use crate::canary;
use crate::check::{self, Rule, Unavoidable};
use crate::in_process::InProcess;
use crate::plan::Plan;
use crate::scene::REQUESTS_PER_SECOND;
use crate::subject::{Bot, HASTE, PATIENCE};

const RULE: Rule = Rule {
    after_screening: false,
};
const POST: &str = "POST /channels/{channel.id}/messages";
const GUILDS: usize = 4;
const JOINS_BEFORE: usize = 40;
const JOINS_MEANWHILE: usize = 12;

/// Discord goes away while welcomes are being posted, and more members join while it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outage_of_ten_minutes_loses_nothing_keeps_the_order_and_is_met_with_few_probes() {
    let sim = Sim::start(setting()).await.expect("loopback can be listened on");
    let guilds: Vec<_> = (0..GUILDS)
        .map(|n| sim.create_guild(&format!("guild {n}")))
        .collect();
    let mut bot = Bot::InProcess(InProcess::new(&plan()).expect("a temporary folder"));
    bot.start(&sim).await.expect("the bot starts");
    sim.wait_until(PATIENCE, |world| world.sessions.connected() == 1)
        .await
        .expect("the bot connects");
    let mut members: Vec<MemberHandle> = Vec::new();
    join(&guilds, JOINS_BEFORE, &mut members);
    sim.wait_until(PATIENCE, |world| {
        check::greetings(world).len() >= JOINS_BEFORE / 4
    })
    .await
    .expect("some are greeted");

    let lasting = Duration::from_secs(600) / HASTE;
    let posts_before = sim.counters().requests_of(POST);
    sim.begin_outage(lasting);
    join(&guilds, JOINS_MEANWHILE, &mut members);
    tokio::time::sleep(lasting).await;
    let refused = (POST.to_owned(), 503);
    let reached = sim.counters().requests.get(&refused).copied().unwrap_or(0);

    let waited = sim
        .wait_until(PATIENCE, |world| check::nobody_waits(RULE, world, &members))
        .await;
    waited.unwrap_or_else(|_| panic!("not all were greeted: {}", bot.story()));
    bot.outbox_is_empty().await.expect("nothing is left");
    bot.stop().await.expect("the bot has nothing to complain of");

    let counters = sim.counters();
    assert_eq!(
        check::wrongly_greeted(RULE, &sim.world(), &members),
        [],
        "everybody once"
    );
    assert_eq!(
        check::broken_limits(&counters, Unavoidable::default()),
        Vec::<String>::new()
    );
    for guild in &guilds {
        in_the_order_of_joins(guild, &members);
    }
    let reached_max = reached_max(lasting, posts_before);
    eprintln!("{reached} posts reached Discord while it was away; {reached_max} may have");
    assert!(reached <= reached_max, "{reached} of at most {reached_max}");
    assert!(reached > 0, "there was an outage");
    sim.shutdown().await;
}

fn setting() -> SimConfig {
    let real = Limits::default();
    SimConfig {
        token: canary::TOKEN.to_owned(),
        limits: Limits {
            identify_window_ms: real.identify_window_ms / i64::from(HASTE),
            nonce_window_ms: real.nonce_window_ms / i64::from(HASTE),
            rest: RestLimits {
                global: Rate {
                    requests: REQUESTS_PER_SECOND,
                    window_ms: 1_000,
                },
                create_message: Rate {
                    requests: 5,
                    window_ms: 250,
                },
                ..RestLimits::raised()
            },
            ..real
        },
        ..SimConfig::default()
    }
}

/// A world in which nothing else happens, and everybody gets a message of their own.
fn plan() -> Plan {
    Plan {
        seed: 1,
        guilds: GUILDS,
        shards: 1,
        after_screening: false,
        group_from: 300,
        posts: setting().limits.rest.create_message,
        people: Vec::new(),
        steps: Vec::new(),
    }
}

fn join(guilds: &[GuildHandle], count: usize, members: &mut Vec<MemberHandle>) {
    for number in 0..count {
        members.push(guilds[number % guilds.len()].join("a guest"));
    }
}

/// The most posts that may reach Discord while it is away: those that open the breaker, and then the probes of each time
/// that it is half-open, if its pauses are always the shortest that they can be. They grow from the least to the longest.
fn reached_max(lasting: Duration, posts_before: u64) -> u64 {
    let options = RestOptions::default().hastened(HASTE);
    let breaker = &options.breaker;
    // It opens when half of the calls in its window failed, and each guild has one under way, which is sent again.
    let before_it_opens = u64::from(breaker.calls_min).max(posts_before);
    let under_way = GUILDS as u64 * u64::from(options.retries_max + 1);
    let (mut elapsed, mut pause, mut half_open) = (Duration::ZERO, breaker.open_min, 0);
    while elapsed < lasting {
        elapsed += (pause / 2).max(breaker.open_min);
        pause = (pause * 2).min(breaker.open_max);
        half_open += 1;
    }
    before_it_opens + under_way + half_open * u64::from(breaker.probes)
}

fn in_the_order_of_joins(guild: &GuildHandle, members: &[MemberHandle]) {
    let joined: Vec<_> = members
        .iter()
        .filter(|member| member.guild == guild.id)
        .map(|member| member.user)
        .collect();
    let greeted: Vec<_> = guild
        .welcome_messages()
        .into_iter()
        .flat_map(|message| message.mentions)
        .collect();
    assert_eq!(greeted, joined, "in the order of their joins");
}
