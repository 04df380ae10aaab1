//! REST and pictures over real sockets, against the simulator, which is as strict as Discord.

#[path = "rest/sim_client.rs"]
mod sim_client;
#[path = "rest/somebody.rs"]
mod somebody;

use std::time::Duration;

use discord::{Cdn, Grant, NewMessage, PrivilegedIntent, Rest, RestOptions, Unanswering, Verdict};
use domain::id::{ChannelId, GuildId, MessageId};
use domain::member::Member;
use domain::time::UnixMs;
use sim::clock::Clock;
use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::faults::{FaultPlan, RequestFaults};
use sim::rest::limits::Rate;
use sim_client::{client, endpoints};
use somebody::somebody;

const SEND_MESSAGES: u64 = 1 << 11;

async fn start(config: SimConfig) -> (Sim, GuildHandle, Rest) {
    let sim = Sim::start(config).await.expect("a simulator");
    let guild = sim.create_guild("茶館");
    let rest = client(&sim, RestOptions::default());
    (sim, guild, rest)
}

fn message(nonce: &str) -> NewMessage {
    NewMessage {
        content: "hello".into(),
        nonce: Some(nonce.into()),
        ..NewMessage::default()
    }
}

#[tokio::test]
async fn second_post_with_the_same_nonce_returns_the_first_message() {
    let (_sim, guild, rest) = start(SimConfig::default()).await;
    let channel = ChannelId(guild.welcome_channel());
    let first = rest
        .create_message(channel, &message("77"))
        .await
        .expect("posted");
    let second = rest
        .create_message(channel, &message("77"))
        .await
        .expect("posted before");
    assert_eq!(first, second);
    assert_eq!(guild.welcome_messages().len(), 1);

    let id = first.id.expect("Discord told it");
    assert!(guild.delete_message(channel.0, id.0));
    let third = rest
        .create_message(channel, &message("77"))
        .await
        .expect("posted and deleted before");
    assert_eq!(third.id, None);
    assert!(guild.welcome_messages().is_empty());
}

#[tokio::test]
async fn post_whose_answer_is_lost_is_unknown_and_found_in_the_channel() {
    let (sim, guild, rest) = start(SimConfig::default()).await;
    let channel = ChannelId(guild.welcome_channel());
    sim.set_faults(FaultPlan {
        create_message: RequestFaults {
            reset_after: 1.0,
            ..RequestFaults::default()
        },
        ..FaultPlan::default()
    });
    let error = rest
        .create_message(channel, &message("77"))
        .await
        .expect_err("reset after the effect");
    assert_eq!(error.verdict(), Verdict::Unknown, "{error:?}");
    let seen = rest
        .messages_after(channel, MessageId(0), 100)
        .await
        .expect("a page");
    let ours = rest.current_user().await.expect("an answer").id;
    assert_eq!(seen.iter().filter(|message| message.author == ours).count(), 1);
    assert_eq!(guild.welcome_messages().len(), 1);
}

#[tokio::test]
async fn channel_that_is_closed_or_gone_is_told_from_a_bad_message() {
    let (_sim, guild, rest) = start(SimConfig::default()).await;
    let closed = guild.create_channel("closed");
    assert!(guild.deny_bot(closed, SEND_MESSAGES));
    let gone = guild.create_channel("gone");
    assert!(guild.delete_channel(gone));
    for channel in [closed, gone] {
        let error = rest
            .create_message(ChannelId(channel), &message("1"))
            .await
            .expect_err("refused");
        assert_eq!(error.verdict(), Verdict::ChannelClosed, "{error:?}");
    }
    let empty = NewMessage::default();
    let error = rest
        .create_message(ChannelId(guild.welcome_channel()), &empty)
        .await
        .expect_err("empty");
    assert_eq!(error.verdict(), Verdict::Refused, "{error:?}");
}

#[tokio::test]
async fn flood_over_channels_meets_no_429() {
    let mut config = SimConfig::default();
    config.limits.rest.create_message = Rate {
        requests: 5,
        window_ms: 600,
    };
    // Shorter than Discord's second: on a busy machine requests travel differently long.
    config.limits.rest.global = Rate {
        requests: 20,
        window_ms: 600,
    };
    let (sim, guild, rest) = {
        let sim = Sim::start(config).await.expect("a simulator");
        let guild = sim.create_guild("茶館");
        let options = RestOptions {
            requests_per_second: 20,
            ..RestOptions::default()
        };
        let rest = client(&sim, options);
        (sim, guild, rest)
    };
    let channels: Vec<u64> = (0..4).map(|n| guild.create_channel(&format!("c{n}"))).collect();
    let mut posts = tokio::task::JoinSet::new();
    for n in 0..60_usize {
        let (rest, channel) = (rest.clone(), ChannelId(channels[n % 4]));
        posts.spawn(async move { rest.create_message(channel, &message(&n.to_string())).await });
    }
    while let Some(posted) = posts.join_next().await {
        posted.expect("no panic").expect("posted");
    }
    let counters = sim.counters();
    assert_eq!(counters.rate_limited, 0);
    assert_eq!(counters.unexpected, [""; 0]);
    let standing: usize = channels
        .iter()
        .map(|channel| guild.channel_messages(*channel).len())
        .sum();
    assert_eq!(standing, 60);
}

#[tokio::test]
async fn discord_tells_who_we_are_and_where_the_gateway_is() {
    let (sim, guild, rest) = start(SimConfig {
        shards: 3,
        ..SimConfig::default()
    })
    .await;
    let gateway = rest.gateway_bot().await.expect("an answer");
    assert_eq!(gateway.shards, 3);
    assert_eq!(gateway.url.scheme(), "ws");
    assert_eq!(rest.current_user().await.expect("an answer").name, "droas");
    let application = rest.application().await.expect("an answer");
    assert_eq!(application.flags.grant(PrivilegedIntent::Members), Grant::Limited);
    let channel = rest
        .channel(ChannelId(guild.welcome_channel()))
        .await
        .expect("an answer");
    assert_eq!((channel.guild, channel.kind), (Some(GuildId(guild.id)), 0));
    assert_eq!(sim.counters().unexpected, [""; 0]);
}

#[tokio::test]
async fn discord_tells_what_time_it_is() {
    const HOUR: Duration = Duration::from_secs(3600);
    let (sim, _guild, rest) = start(SimConfig {
        clock: Clock::standing_at(1_790_000_000_400),
        ..SimConfig::default()
    })
    .await;
    let told = async || rest.discord_time().await.expect("an answer");
    assert_eq!(told().await, Some(UnixMs(1_790_000_000_000)));
    sim.advance(HOUR);
    assert_eq!(told().await, Some(UnixMs(1_790_000_000_000) + HOUR));
}

#[tokio::test]
async fn application_that_discord_reviewed_has_its_intents_in_full() {
    let (sim, _guild, rest) = start(SimConfig::default()).await;
    sim.world().bot.intents_reviewed = true;
    let flags = rest.application().await.expect("an answer").flags;
    assert_eq!(flags.grant(PrivilegedIntent::Members), Grant::Full);
    assert_eq!(flags.grant(PrivilegedIntent::MessageContent), Grant::No);
}

#[tokio::test]
async fn gateway_is_reached_without_beginning_a_session() {
    let (sim, _guild, rest) = start(SimConfig::default()).await;
    let url = sim.gateway_url().parse().expect("a URL");
    let left = async || {
        let told = rest.gateway_bot().await.expect("an answer");
        told.session_start_limit.remaining
    };
    let before = left().await;
    assert_eq!(discord::answers_at(&url).await, Ok(()));
    assert_eq!(left().await, before);
    assert_eq!(sim.counters().unexpected, [""; 0]);
    let no_gateway = sim.api_base().replace("http:", "ws:").parse().expect("a URL");
    let refused = discord::answers_at(&no_gateway).await;
    assert!(matches!(refused, Err(Unanswering::NoGateway(_))), "{refused:?}");
    sim.shutdown().await;
    let gone = discord::answers_at(&url).await;
    assert!(matches!(gone, Err(Unanswering::Unreachable(_))), "{gone:?}");
}

#[tokio::test]
async fn avatars_come_as_png_and_one_that_is_gone_gives_way_to_the_default_one() {
    let (sim, guild, _rest) = start(SimConfig::default()).await;
    let cdn = Cdn::new(&endpoints(&sim)).expect("a client");
    let nobody = somebody(&guild);
    let gone = Member {
        avatar: Some("0123456789abcdef0123456789abcdef".into()),
        ..nobody.clone()
    };
    for member in [nobody, gone] {
        let picture = tokio::time::timeout(
            Duration::from_secs(20),
            cdn.avatar(GuildId(guild.id), &member, 256),
        )
        .await
        .expect("in time")
        .expect("a picture");
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "{member:?}");
    }
}
