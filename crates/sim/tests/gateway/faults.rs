//! What goes wrong on the gateway, by the plan.

use std::time::{Duration, Instant};

use serde_json::json;
use sim::driver::Sim;
use sim::faults::{FaultPlan, GatewayFaults};
use sim::world::message::NewMessage;
use sim::world::user::NewUser;

use crate::client::{Client, Got, USUAL};
use crate::{sim, sim_with};

fn plan(gateway: GatewayFaults) -> FaultPlan {
    FaultPlan {
        gateway,
        ..FaultPlan::default()
    }
}

#[tokio::test]
async fn duplicated_join_drifts_and_is_written_down() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    sim.set_faults(plan(GatewayFaults {
        duplicate_join: 1.0,
        ..GatewayFaults::default()
    }));
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let member = guild.join("twice");
    let [mut first, mut second] = [
        client.event("GUILD_MEMBER_ADD").await,
        client.event("GUILD_MEMBER_ADD").await,
    ];
    let (at, drifted) = (first["joined_at"].take(), second["joined_at"].take());
    assert_eq!(first, second);
    assert!(at.as_str() < drifted.as_str(), "{at} {drifted}");
    assert!(
        drifted.as_str() <= Some("2026-09-21T14:13:20.400000+00:00"),
        "{drifted}"
    );
    let world = sim.world();
    assert_eq!(world.log.joins.len(), 1);
    assert!(world.log.joins[0].duplicated && world.log.joins[0].user == member.user);
}

#[tokio::test]
async fn duplicated_message_is_one_message_told_twice() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let author = guild.join("author");
    sim.set_faults(plan(GatewayFaults {
        duplicate_message: 1.0,
        ..GatewayFaults::default()
    }));
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let message = guild
        .post(guild.welcome_channel(), author, "hello")
        .expect("posted");
    let first = client.event("MESSAGE_CREATE").await;
    assert_eq!(first["id"], message.to_string());
    assert_eq!(first, client.event("MESSAGE_CREATE").await);
    assert_eq!(sim.world().log.messages.len(), 1);
}

#[tokio::test]
async fn message_of_a_webhook_names_it_and_no_member() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let channel = guild.welcome_channel();
    let news = sim.world().create_user(NewUser::named("News"));
    let message = NewMessage {
        webhook: Some(7),
        ..NewMessage::text("read all about it")
    };
    sim.world()
        .create_message(channel, news, message)
        .expect("posted");
    let told = client.event("MESSAGE_CREATE").await;
    assert_eq!(
        (&told["webhook_id"], &told["member"]),
        (&json!("7"), &json!(null))
    );
    assert_eq!(sim.world().log.messages[0].webhook, Some(7));
}

async fn duplicated(seed: u64) -> Vec<bool> {
    let sim = sim_with(|config| config.seed = seed).await;
    let guild = sim.create_guild("guild");
    sim.set_faults(plan(GatewayFaults {
        duplicate_join: 0.3,
        ..GatewayFaults::default()
    }));
    for n in 0..100 {
        guild.join(&n.to_string());
    }
    let world = sim.world();
    world.log.joins.iter().map(|join| join.duplicated).collect()
}

#[tokio::test]
async fn seed_decides_who_is_told_twice() {
    let drawn = duplicated(5).await;
    assert!((10..60).contains(&drawn.iter().filter(|twice| **twice).count()));
    assert_eq!(drawn, duplicated(5).await);
    assert_ne!(drawn, duplicated(6).await);
}

#[tokio::test]
async fn connection_breaks_after_so_many_dispatches_and_nothing_is_lost() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    sim.set_faults(plan(GatewayFaults {
        cut_after: [3, 3],
        ..GatewayFaults::default()
    }));
    let (mut client, ready) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let users: Vec<_> = (0..9)
        .map(|n| guild.join(&n.to_string()).user.to_string())
        .collect();
    let mut heard = Vec::new();
    let mut cuts = 0;
    while heard.len() < users.len() {
        match client.next().await {
            Got::Payload(payload) if payload["t"] == "GUILD_MEMBER_ADD" => {
                heard.push(payload["d"]["user"]["id"].as_str().expect("an id").to_owned());
            }
            Got::Payload(_) => {}
            Got::Broken => {
                cuts += 1;
                let sequence = client.sequence;
                client = Client::connect(&sim).await;
                client.resume(&ready, sequence).await;
                client.sequence = sequence;
            }
            Got::Closed(code) => panic!("closed with {code}"),
        }
    }
    assert_eq!(heard, users);
    assert_eq!(cuts, 3);
}

async fn first_order(sim: &Sim, gateway: GatewayFaults) -> serde_json::Value {
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    sim.set_faults(plan(gateway));
    guild.join("somebody");
    client.event("GUILD_MEMBER_ADD").await;
    client.payload().await
}

#[tokio::test]
async fn dispatch_is_followed_by_what_the_plan_says() {
    for (faults, op, d) in [
        (
            GatewayFaults {
                reconnect: 1.0,
                ..GatewayFaults::default()
            },
            7,
            json!(null),
        ),
        (
            GatewayFaults {
                invalidate: 1.0,
                ..GatewayFaults::default()
            },
            9,
            json!(false),
        ),
        (
            GatewayFaults {
                invalidate_resumable: 1.0,
                ..GatewayFaults::default()
            },
            9,
            json!(true),
        ),
    ] {
        let order = first_order(&sim().await, faults).await;
        assert_eq!((&order["op"], &order["d"]), (&json!(op), &d));
    }
}

#[tokio::test]
async fn late_dispatch_holds_back_those_behind_it() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    sim.set_faults(plan(GatewayFaults {
        late: 1.0,
        late_ms: [120, 120],
        ..GatewayFaults::default()
    }));
    let start = Instant::now();
    let late = guild.join("late");
    sim.set_faults(FaultPlan::default());
    let behind = guild.join("behind");
    for member in [late, behind] {
        let join = client.event("GUILD_MEMBER_ADD").await;
        assert_eq!(join["user"]["id"], member.user.to_string());
    }
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn nobody_gets_through_in_an_outage() {
    let sim = sim().await;
    let (mut client, ready) = Client::log_in(&sim, USUAL).await;
    sim.begin_outage(Duration::from_secs(30));
    assert_eq!(client.next().await, Got::Broken);
    let stream = tokio::net::TcpStream::connect(sim.state().addr)
        .await
        .expect("it listens");
    let url = format!("{}?v=10", sim.gateway_url());
    assert!(tokio_tungstenite::client_async(url, stream).await.is_err());
    sim.advance(Duration::from_secs(30));
    let mut client = Client::connect(&sim).await;
    client.resume(&ready, 1).await;
    client.event("RESUMED").await;
}
