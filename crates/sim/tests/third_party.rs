//! twilight, a client that is not ours, against the gateway.

use std::sync::Once;
use std::time::Duration;

use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::faults::{FaultPlan, GatewayFaults};
use sim::world::channel::Overwrite;
use sim::world::permissions;
use tokio::sync::oneshot;
use twilight_gateway::queue::Queue;
use twilight_gateway::{
    CloseFrame, ConfigBuilder, Event, EventTypeFlags, Intents, Session, Shard, ShardId, ShardState, StreamExt,
};
use twilight_model::http::attachment::Attachment;
use twilight_model::id::Id;

/// Long enough for a machine under load; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);
const USUAL: Intents = Intents::GUILDS
    .union(Intents::GUILD_MEMBERS)
    .union(Intents::GUILD_MESSAGES);

/// A queue that never waits: the simulator of these tests takes any number of IDENTIFYs.
#[derive(Debug)]
struct NoQueue;

impl Queue for NoQueue {
    fn enqueue(&self, _shard: u32) -> oneshot::Receiver<()> {
        let (turn, waiting) = oneshot::channel();
        turn.send(()).expect("the receiver is in our hands");
        waiting
    }
}

async fn sim(change: impl FnOnce(&mut SimConfig)) -> Sim {
    let mut config = SimConfig::default();
    config.limits.identify_window_ms = 0;
    change(&mut config);
    Sim::start(config).await.expect("a free port")
}

fn config(sim: &Sim, token: &str, intents: Intents) -> ConfigBuilder<NoQueue> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .expect("nobody installed another one");
    });
    ConfigBuilder::new(token.to_owned(), intents)
        .proxy_url(sim.gateway_url())
        .queue(NoQueue)
}

fn shard(sim: &Sim, intents: Intents) -> Shard<NoQueue> {
    Shard::with_config(ShardId::ONE, config(sim, "sim-token", intents).build())
}

/// The next event that is not a matter of the connection itself. Every event must be one that twilight can read.
async fn event(shard: &mut Shard<NoQueue>) -> Event {
    loop {
        let event = tokio::time::timeout(PATIENCE, shard.next_event(EventTypeFlags::all()))
            .await
            .expect("the gateway says something")
            .expect("the connection goes on");
        match event.expect("twilight reads every event") {
            Event::GatewayHello(_) | Event::GatewayHeartbeatAck | Event::GatewayClose(_) => {}
            event => return event,
        }
    }
}

macro_rules! expect {
    ($shard:expr, $event:pat => $found:expr) => {
        match event(&mut $shard).await {
            $event => $found,
            other => panic!("unexpected {other:?}"),
        }
    };
}

#[tokio::test]
async fn twilight_reads_every_event() {
    let sim = sim(|config| config.granted_intents = sim::gateway::intents::PRIVILEGED).await;
    let guild = sim.create_guild("茶館");
    let mut shard = shard(&sim, USUAL | Intents::MESSAGE_CONTENT);
    expect!(shard, Event::Ready(ready) => {
        assert_eq!(ready.guilds.len(), 1);
        assert_eq!(ready.user.id.get(), sim.world().bot.id);
    });
    expect!(shard, Event::GuildCreate(created) => match *created {
        twilight_model::gateway::payload::incoming::GuildCreate::Available(created) => {
            assert_eq!(created.name, "茶館");
            assert_eq!(created.member_count, Some(2));
            assert_eq!(created.members.len(), 1);
            assert_eq!(created.roles.len(), 2);
            assert_eq!(created.system_channel_id, Some(created.channels[0].id));
        }
        other => panic!("{other:?}"),
    });
    changes_of_members(&mut shard, &guild).await;
    changes_of_the_guild(&sim, &mut shard, &guild).await;
}

async fn changes_of_members(mut shard: &mut Shard<NoQueue>, guild: &GuildHandle) {
    let member = guild.join("小林");
    expect!(shard, Event::MemberAdd(join) => {
        assert_eq!(join.guild_id.get(), guild.id);
        assert_eq!(join.member.user.id.get(), member.user);
        assert_eq!(join.member.user.global_name.as_deref(), Some("小林"));
    });
    assert!(guild.set_nick(member, Some("Kobayashi")));
    expect!(shard, Event::MemberUpdate(update) => assert_eq!(update.nick.as_deref(), Some("Kobayashi")));
    let message = guild
        .post(guild.welcome_channel(), member, "hello")
        .expect("a channel");
    expect!(shard, Event::MessageCreate(created) => {
        assert_eq!((created.id.get(), created.content.as_str()), (message, "hello"));
        assert_eq!(created.member.as_ref().and_then(|member| member.nick.as_deref()), Some("Kobayashi"));
    });
    assert!(guild.delete_message(guild.welcome_channel(), message));
    expect!(shard, Event::MessageDelete(gone) => assert_eq!(gone.id.get(), message));
    assert!(guild.leave(member));
    expect!(shard, Event::MemberRemove(left) => assert_eq!(left.user.id.get(), member.user));
    assert!(guild.rejoin(member));
    expect!(shard, Event::MemberAdd(join) => {
        assert!(join.member.flags.contains(twilight_model::guild::MemberFlags::DID_REJOIN));
    });
}

async fn changes_of_the_guild(sim: &Sim, mut shard: &mut Shard<NoQueue>, guild: &GuildHandle) {
    let channel = guild.create_channel("second");
    expect!(shard, Event::ChannelCreate(created) => assert_eq!(created.id.get(), channel));
    let everyone = Overwrite {
        id: guild.id,
        member: false,
        allow: 0,
        deny: permissions::SEND_MESSAGES,
    };
    assert!(sim.world().set_overwrite(channel, everyone));
    expect!(shard, Event::ChannelUpdate(update) => {
        assert_eq!(update.permission_overwrites.as_ref().map(Vec::len), Some(1));
    });
    assert!(guild.delete_channel(channel));
    expect!(shard, Event::ChannelDelete(gone) => assert_eq!(gone.id.get(), channel));
    guild.change(|guild| guild.name = "茶館 2".to_owned());
    expect!(shard, Event::GuildUpdate(update) => assert_eq!(update.name, "茶館 2"));
    let role = sim
        .world()
        .create_role(guild.id, "guest", permissions::VIEW_CHANNEL)
        .expect("a guild");
    expect!(shard, Event::RoleCreate(created) => assert_eq!(created.role.id.get(), role));
    assert!(sim.world().set_role_permissions(guild.id, role, 0));
    expect!(shard, Event::RoleUpdate(update) => assert!(update.role.permissions.is_empty()));
    assert!(sim.world().delete_role(guild.id, role));
    expect!(shard, Event::RoleDelete(gone) => assert_eq!(gone.role_id.get(), role));
    guild.begin_outage();
    expect!(shard, Event::GuildDelete(gone) => assert_eq!(gone.unavailable, Some(true)));
    guild.end_outage();
    expect!(shard, Event::GuildCreate(_) => ());
    assert!(guild.remove_bot());
    expect!(shard, Event::GuildDelete(gone) => assert_eq!(gone.unavailable, None));
}

#[tokio::test]
async fn twilight_resumes_after_a_cut_and_misses_nothing() {
    let sim = sim(|_| ()).await;
    let guild = sim.create_guild("guild");
    let mut shard = shard(&sim, USUAL);
    expect!(shard, Event::Ready(_) => ());
    expect!(shard, Event::GuildCreate(_) => ());
    for round in 0..3 {
        assert_eq!(sim.cut_connections(), 1);
        let users: Vec<_> = (0..20)
            .map(|n| guild.join(&format!("{round}-{n}")).user)
            .collect();
        for user in users {
            expect!(shard, Event::MemberAdd(join) => assert_eq!(join.member.user.id.get(), user));
        }
        expect!(shard, Event::Resumed => ());
    }
    assert_eq!((sim.counters().identifies, sim.counters().resumes), (1, 3));
}

#[tokio::test]
async fn twilight_resumes_in_a_new_process_from_what_it_saved() {
    let sim = sim(|_| ()).await;
    let guild = sim.create_guild("guild");
    let mut first = shard(&sim, USUAL);
    expect!(first, Event::Ready(_) => ());
    expect!(first, Event::GuildCreate(_) => ());
    let (session, resume_url) = (
        first.session().cloned().expect("a session"),
        first.resume_url().map(str::to_owned).expect("an address"),
    );
    first.close(CloseFrame::RESUME);
    // twilight reads on until the gateway has answered; reading past that would reconnect.
    while !matches!(first.state(), ShardState::Disconnected { .. }) {
        let next = tokio::time::timeout(PATIENCE, first.next_event(EventTypeFlags::all()));
        next.await.expect("the gateway answers");
    }
    assert!(
        sim.wait_until(PATIENCE, |world| world.sessions.connected() == 0)
            .await
            .is_ok()
    );
    drop(first);
    let user = guild.join("missed").user;

    let config = config(&sim, "sim-token", USUAL)
        .session(Session::new(session.sequence(), session.id().to_owned()))
        .resume_url(resume_url)
        .build();
    let mut second = Shard::with_config(ShardId::ONE, config);
    expect!(second, Event::MemberAdd(join) => assert_eq!(join.member.user.id.get(), user));
    expect!(second, Event::Resumed => ());
}

#[tokio::test]
async fn twilight_follows_op_7_and_op_9() {
    let sim = sim(|_| ()).await;
    sim.create_guild("guild");
    let mut shard = shard(&sim, USUAL);
    expect!(shard, Event::Ready(_) => ());
    expect!(shard, Event::GuildCreate(_) => ());
    assert_eq!(sim.ask_reconnect(), 1);
    expect!(shard, Event::GatewayReconnect => ());
    expect!(shard, Event::Resumed => ());
    assert_eq!(sim.invalidate_sessions(true), 1);
    expect!(shard, Event::GatewayInvalidateSession(true) => ());
    expect!(shard, Event::Resumed => ());
    assert_eq!(sim.invalidate_sessions(false), 1);
    expect!(shard, Event::GatewayInvalidateSession(false) => ());
    expect!(shard, Event::Ready(_) => ());
}

#[tokio::test]
async fn without_the_members_intent_twilight_sees_no_joins() {
    let sim = sim(|_| ()).await;
    let guild = sim.create_guild("guild");
    let mut shard = shard(&sim, Intents::GUILDS);
    expect!(shard, Event::Ready(_) => ());
    expect!(shard, Event::GuildCreate(_) => ());
    guild.join("unseen");
    guild.create_channel("seen");
    expect!(shard, Event::ChannelCreate(_) => ());
}

#[tokio::test]
async fn twilight_sees_a_duplicated_join_twice() {
    let sim = sim(|_| ()).await;
    let guild = sim.create_guild("guild");
    sim.set_faults(FaultPlan {
        gateway: GatewayFaults {
            duplicate_join: 1.0,
            ..GatewayFaults::default()
        },
        ..FaultPlan::default()
    });
    let mut shard = shard(&sim, USUAL);
    expect!(shard, Event::Ready(_) => ());
    expect!(shard, Event::GuildCreate(_) => ());
    guild.join("twice");
    let mut at = Vec::new();
    for _ in 0..2 {
        expect!(shard, Event::MemberAdd(join) => at.push(join.member.joined_at.expect("a time").as_micros()));
    }
    assert!((1..=400_000).contains(&(at[1] - at[0])), "{at:?}");
}

/// The code that a client of this token and these intents is closed with, after which twilight gives up.
async fn fatal_close(sim: &Sim, token: &str, intents: Intents) -> u16 {
    let mut shard = Shard::with_config(ShardId::ONE, config(sim, token, intents).build());
    let mut code = None;
    loop {
        let next = tokio::time::timeout(PATIENCE, shard.next_event(EventTypeFlags::all()));
        match next.await.expect("the gateway says something") {
            Some(Ok(Event::GatewayClose(frame))) => code = frame.map(|frame| frame.code),
            Some(_) => {}
            None => break,
        }
    }
    assert_eq!(shard.state(), ShardState::FatallyClosed);
    code.expect("a close frame")
}

#[tokio::test]
async fn wrong_token_and_intents_that_are_not_switched_on_are_fatal() {
    let sim = sim(|_| ()).await;
    assert_eq!(fatal_close(&sim, "wrong", USUAL).await, 4004);
    assert_eq!(
        fatal_close(&sim, "sim-token", USUAL | Intents::MESSAGE_CONTENT).await,
        4014
    );
}

#[tokio::test]
async fn twilight_posts_a_message_with_a_file_and_hears_of_it() {
    let sim = sim(|_| ()).await;
    let guild = sim.create_guild("guild");
    let mut shard = shard(&sim, USUAL);
    expect!(shard, Event::Ready(_) => ());
    expect!(shard, Event::GuildCreate(_) => ());
    let member = guild.join("小林");
    expect!(shard, Event::MemberAdd(_) => ());

    let http = twilight_http::Client::builder()
        .token("sim-token".to_owned())
        .proxy(sim.state().addr.to_string(), true)
        .ratelimiter(None)
        .build();
    let channel = Id::new(guild.welcome_channel());
    let file = Attachment::from_bytes("card.png".to_owned(), b"not quite a picture".to_vec(), 0);
    let message = http
        .create_message(channel)
        .content(&format!("Hello <@{}>", member.user))
        .attachments(&[file])
        .nonce(77)
        .await
        .expect("it is posted")
        .model()
        .await
        .expect("twilight reads the answer");
    assert_eq!(message.attachments[0].filename, "card.png");
    expect!(shard, Event::MessageCreate(created) => {
        assert_eq!(created.id, message.id);
        assert_eq!(created.author.id.get(), sim.world().bot.id);
        assert_eq!(created.mentions[0].id.get(), member.user);
    });
    let shown = guild.welcome_messages();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].text, "Hello @小林");
    assert_eq!(
        shown[0].attachments[0].bytes.as_deref(),
        Some(&b"not quite a picture"[..])
    );
    assert_eq!(sim.counters().unexpected, Vec::<String>::new());
}
