//! Sessions: beginning, resuming, ending.

use std::time::Duration;

use serde_json::json;

use crate::client::{Client, Got, USUAL, identify};
use crate::{sim, sim_with};

#[tokio::test]
async fn who_logs_in_hears_of_the_guild_and_of_joins() {
    let sim = sim().await;
    let guild = sim.create_guild("茶館");
    let (mut client, ready) = Client::log_in(&sim, USUAL).await;
    assert_eq!(ready["v"], 10);
    assert_eq!(ready["user"]["bot"], true);
    assert_eq!(ready["shard"], json!([0, 1]));
    assert_eq!(ready["resume_gateway_url"], sim.gateway_url());
    // GATEWAY_GUILD_MEMBERS_LIMITED: switched on, and an application in few guilds.
    assert_eq!(ready["application"]["flags"], 1 << 15);
    assert_eq!(
        ready["guilds"],
        json!([{"id": guild.id.to_string(), "unavailable": true}])
    );

    let created = client.event("GUILD_CREATE").await;
    assert_eq!(created["name"], "茶館");
    assert_eq!(created["member_count"], 2);
    assert_eq!(created["members"][0]["user"]["id"], ready["user"]["id"]);
    assert_eq!(created["members"].as_array().map(Vec::len), Some(1));
    assert_eq!(created["channels"][0]["id"], created["system_channel_id"]);

    let member = guild.join("小林");
    let join = client.event("GUILD_MEMBER_ADD").await;
    assert_eq!(join["guild_id"], guild.id.to_string());
    assert_eq!(join["user"]["id"], member.user.to_string());
    assert_eq!(join["user"]["global_name"], "小林");
    assert_eq!(join["flags"], 0);
    assert_eq!(join["joined_at"], "2026-09-21T14:13:20.000000+00:00");

    guild.leave(member);
    let left = client.event("GUILD_MEMBER_REMOVE").await;
    assert_eq!(left["user"]["id"], member.user.to_string());
    sim.advance(Duration::from_millis(1));
    assert!(guild.rejoin(member));
    let again = client.event("GUILD_MEMBER_ADD").await;
    assert_eq!(again["flags"], 1);
    assert_eq!(again["joined_at"], "2026-09-21T14:13:20.001000+00:00");
    assert!(!guild.rejoin(member), "they are a member already");

    client.send(json!({"op": 1, "d": client.sequence})).await;
    assert_eq!(client.payload().await["op"], 11);
}

#[tokio::test]
async fn resume_replays_in_order_what_was_missed() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, ready) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    guild.join("seen");
    client.event("GUILD_MEMBER_ADD").await;
    let sequence = client.sequence;

    assert_eq!(sim.cut_connections(), 1);
    assert_eq!(client.next().await, Got::Broken);
    let missed: Vec<_> = ["a", "b", "c"]
        .map(|name| guild.join(name).user.to_string())
        .into();

    let mut client = Client::connect(&sim).await;
    client.resume(&ready, sequence).await;
    for user in &missed {
        assert_eq!(client.event("GUILD_MEMBER_ADD").await["user"]["id"], *user);
    }
    assert_eq!(client.sequence, sequence + 3);
    client.event("RESUMED").await;
    guild.join("after");
    client.event("GUILD_MEMBER_ADD").await;

    // From the same point once more: the earlier RESUMED is not among what comes again.
    client.close(4000).await;
    let mut client = Client::connect(&sim).await;
    client.resume(&ready, sequence).await;
    for _ in 0..4 {
        client.event("GUILD_MEMBER_ADD").await;
    }
    client.event("RESUMED").await;
    assert_eq!(sim.counters().resumes, 2);
    assert_eq!(sim.counters().identifies, 1);
}

#[tokio::test]
async fn session_survives_every_close_but_1000_and_1001() {
    let sim = sim().await;
    for (code, op) in [(1000, 9), (1001, 9), (4000, 0), (3000, 0)] {
        let (client, ready) = Client::log_in(&sim, USUAL).await;
        client.close(code).await;
        let mut client = Client::connect(&sim).await;
        client.resume(&ready, 1).await;
        let answer = client.payload().await;
        assert_eq!(answer["op"], op, "close {code}: {answer}");
        if op == 9 {
            assert_eq!(answer["d"], false);
            // The same connection may begin anew.
            client.identify(USUAL, json!([0, 1])).await;
        }
    }
}

#[tokio::test]
async fn session_dies_after_its_time_alone() {
    let sim = sim_with(|config| config.limits.session_life_ms = 60_000).await;
    for (alone_s, op) in [(60, 0), (61, 9)] {
        let (client, ready) = Client::log_in(&sim, USUAL).await;
        client.close(4000).await;
        sim.advance(Duration::from_secs(alone_s));
        let mut client = Client::connect(&sim).await;
        client.resume(&ready, 1).await;
        assert_eq!(client.payload().await["op"], op, "after {alone_s} s");
    }
}

#[tokio::test]
async fn what_fell_out_of_the_replay_buffer_cannot_be_resumed() {
    let sim = sim_with(|config| config.limits.replay_events_max = 3).await;
    let guild = sim.create_guild("guild");
    let (mut client, ready) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    client.close(4000).await;
    for name in ["a", "b", "c"] {
        guild.join(name);
    }
    let mut client = Client::connect(&sim).await;
    client.resume(&ready, 2).await;
    for _ in 0..3 {
        client.event("GUILD_MEMBER_ADD").await;
    }
    client.event("RESUMED").await;
    client.close(4000).await;
    for name in ["a", "b", "c", "d"] {
        guild.join(name);
    }
    let mut client = Client::connect(&sim).await;
    client.resume(&ready, 6).await;
    let answer = client.payload().await;
    assert_eq!((&answer["op"], &answer["d"]), (&json!(9), &json!(false)));
}

#[tokio::test]
async fn new_connection_takes_the_session_from_the_old_one() {
    let sim = sim().await;
    let (mut old, ready) = Client::log_in(&sim, USUAL).await;
    let mut new = Client::connect(&sim).await;
    new.resume(&ready, 1).await;
    new.event("RESUMED").await;
    assert_eq!(old.next().await, Got::Broken);
    sim.create_guild("guild");
    new.event("GUILD_CREATE").await;
}

#[tokio::test]
async fn op_7_and_op_9_say_whether_the_session_lives() {
    let sim = sim().await;
    for (resumable, then) in [(Some(true), 0), (Some(false), 9), (None, 0)] {
        let (mut client, ready) = Client::log_in(&sim, USUAL).await;
        let heard = match resumable {
            Some(resumable) => sim.invalidate_sessions(resumable),
            None => sim.ask_reconnect(),
        };
        assert!(heard >= 1);
        let order = client.payload().await;
        match resumable {
            Some(resumable) => assert_eq!((&order["op"], &order["d"]), (&json!(9), &json!(resumable))),
            None => assert_eq!(order["op"], 7),
        }
        client.close(4000).await;
        let mut client = Client::connect(&sim).await;
        client.resume(&ready, 1).await;
        assert_eq!(client.payload().await["op"], then, "{resumable:?}");
        client.close(1000).await;
    }
}

#[tokio::test]
async fn one_identify_for_each_bucket_in_five_seconds() {
    let sim = sim_with(|config| {
        config.limits.identify_window_ms = 5_000;
        config.limits.max_concurrency = 2;
    })
    .await;
    let mut clients = Vec::new();
    for (shard, op) in [(0, 0), (1, 0), (2, 9)] {
        let mut client = Client::connect(&sim).await;
        client.send(identify(USUAL, json!([shard, 4]))).await;
        assert_eq!(client.payload().await["op"], op, "shard {shard}");
        clients.push(client);
    }
    assert_eq!(sim.counters().identifies_too_soon, 1);
    sim.advance(Duration::from_secs(5));
    let late = clients.last_mut().expect("three clients");
    late.identify(USUAL, json!([2, 4])).await;
    let now_ms = sim.state().clock().now_ms();
    let limits = sim.state().config.limits.clone();
    assert_eq!(sim.world().sessions.starts_left(&limits, now_ms).0, 997);
}

#[tokio::test]
async fn each_shard_hears_of_its_own_guilds_and_twins_hear_the_same() {
    let sim = sim().await;
    let guilds: Vec<_> = (0..12).map(|n| sim.create_guild(&format!("guild {n}"))).collect();
    let mut clients = Vec::new();
    for shard in [0, 1, 1] {
        let mut client = Client::connect(&sim).await;
        let ready = client.identify(USUAL, json!([shard, 2])).await;
        let expected: Vec<_> = guilds
            .iter()
            .filter(|guild| (guild.id >> 22) % 2 == shard)
            .collect();
        assert!(!expected.is_empty(), "the seed spreads guilds over both shards");
        assert_eq!(ready["guilds"].as_array().map(Vec::len), Some(expected.len()));
        for _ in &expected {
            client.event("GUILD_CREATE").await;
        }
        clients.push((shard, client));
    }
    for guild in &guilds {
        guild.join("somebody");
    }
    for (shard, client) in &mut clients {
        for guild in guilds.iter().filter(|guild| (guild.id >> 22) % 2 == *shard) {
            let join = client.event("GUILD_MEMBER_ADD").await;
            assert_eq!(join["guild_id"], guild.id.to_string());
        }
    }
    assert_eq!(sim.cut_connections(), 3);
    for (_, client) in &mut clients {
        assert_eq!(client.next().await, Got::Broken, "nothing else came");
    }
}

#[tokio::test]
async fn client_that_reads_nothing_loses_its_session_not_the_simulators_memory() {
    let sim = sim_with(|config| {
        config.limits.replay_events_max = 10;
        config.limits.waiting_events_max = 20;
    })
    .await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    // Far more than the buffers of a loopback socket hold.
    let name = "x".repeat(4000);
    for _ in 0..20_000 {
        guild.join(&name);
        if !sim.world().sessions.any() {
            // Its connection breaks off, though it can send nothing.
            while client.next().await != Got::Broken {}
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the session is still there");
}
