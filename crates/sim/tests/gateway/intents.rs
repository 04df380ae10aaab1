//! Who hears what.

use serde_json::json;
use sim::driver::Sim;
use sim::gateway::intents;
use sim::world::message::NewMessage;
use sim::world::permissions;

use crate::client::{Client, USUAL};
use crate::{sim, sim_with};

#[tokio::test]
async fn without_the_members_intent_nobody_joins() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, intents::GUILDS | intents::GUILD_MESSAGES).await;
    client.event("GUILD_CREATE").await;
    let member = guild.join("somebody");
    guild.set_nick(member, Some("else"));
    guild.post(guild.welcome_channel(), member, "hello");
    guild.leave(member);
    guild.create_channel("later");
    client.event("MESSAGE_CREATE").await;
    client.event("CHANNEL_CREATE").await;
}

#[tokio::test]
async fn content_comes_only_with_its_intent_or_when_it_concerns_the_bot() {
    let sim = sim_with(|config| config.granted_intents = intents::PRIVILEGED).await;
    let guild = sim.create_guild("guild");
    let (mut without, _) = Client::log_in(&sim, USUAL).await;
    let (mut with, _) = Client::log_in(&sim, USUAL | intents::MESSAGE_CONTENT).await;
    for client in [&mut without, &mut with] {
        client.event("GUILD_CREATE").await;
    }
    let channel = guild.welcome_channel();
    let member = guild.join("somebody");
    let bot = sim.world().bot.id;
    guild.post(channel, member, "hello");
    let post = |author, new| {
        sim.world()
            .create_message(channel, author, new)
            .expect("a channel")
    };
    let mentioning = NewMessage {
        mentions: vec![bot],
        ..NewMessage::text("you")
    };
    post(member.user, mentioning);
    let own = NewMessage {
        nonce: Some(json!("77")),
        ..NewMessage::text("own")
    };
    post(bot, own);
    for (client, first) in [(&mut without, ""), (&mut with, "hello")] {
        client.event("GUILD_MEMBER_ADD").await;
        let others = client.event("MESSAGE_CREATE").await;
        assert_eq!(others["content"], first);
        assert_eq!(others["author"]["id"], member.user.to_string());
        assert_eq!(others["guild_id"], guild.id.to_string());
        assert!(others["nonce"].is_string(), "people's clients send nonces, too");
        let mention = client.event("MESSAGE_CREATE").await;
        assert_eq!(mention["content"], "you");
        assert_eq!(mention["mentions"][0]["id"], bot.to_string());
        let own = client.event("MESSAGE_CREATE").await;
        assert_eq!((&own["content"], &own["nonce"]), (&json!("own"), &json!("77")));
    }
}

#[tokio::test]
async fn hidden_channel_is_silent() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let member = guild.join("somebody");
    client.event("GUILD_MEMBER_ADD").await;
    let channel = guild.create_channel("hidden");
    client.event("CHANNEL_CREATE").await;
    assert!(guild.deny_bot(channel, permissions::VIEW_CHANNEL));
    let update = client.event("CHANNEL_UPDATE").await;
    assert_eq!(update["permission_overwrites"][0]["deny"], "1024");
    guild.post(channel, member, "unheard");
    guild.post(guild.welcome_channel(), member, "heard");
    let heard = client.event("MESSAGE_CREATE").await;
    assert_eq!(heard["channel_id"], guild.welcome_channel().to_string());
}

#[tokio::test]
async fn guild_in_outage_is_silent_and_comes_back_whole() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    guild.begin_outage();
    let gone = client.event("GUILD_DELETE").await;
    assert_eq!(gone, json!({"id": guild.id.to_string(), "unavailable": true}));
    guild.join("unheard");
    guild.end_outage();
    let back = client.event("GUILD_CREATE").await;
    assert_eq!(back["member_count"], 3);
}

#[tokio::test]
async fn removed_bot_hears_nothing_until_it_is_invited_anew() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    assert!(guild.remove_bot());
    let gone = client.event("GUILD_DELETE").await;
    assert_eq!(gone, json!({"id": guild.id.to_string()}));
    guild.join("unheard");
    assert_eq!(ready_guilds(&sim).await, json!([]));
    assert!(guild.invite_bot());
    client.event("GUILD_CREATE").await;
    guild.join("heard");
    client.event("GUILD_MEMBER_ADD").await;
}

async fn ready_guilds(sim: &Sim) -> serde_json::Value {
    let (client, mut ready) = Client::log_in(sim, USUAL).await;
    client.close(1000).await;
    ready["guilds"].take()
}
