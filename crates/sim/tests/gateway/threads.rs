//! Threads, which messages name as their channel.

use serde_json::{Value, json};
use sim::world::permissions::VIEW_CHANNEL;
use twilight_model::channel::Channel;
use twilight_model::gateway::payload::incoming::ThreadListSync;

use crate::client::{Client, USUAL};
use crate::sim;

/// A thread, as a client that is not ours reads it.
fn read(thread: &Value) -> Channel {
    serde_json::from_value(thread.clone()).expect("a thread as Discord writes it")
}

#[tokio::test]
async fn thread_is_told_before_what_is_written_in_it_until_it_is_deleted() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let channel = guild.welcome_channel();
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let member = guild.join("somebody");
    client.event("GUILD_MEMBER_ADD").await;

    let thread = guild.begin_thread(channel, member, "a question");
    guild.post(thread, member, "is there tea?");
    let told = client.event("THREAD_CREATE").await;
    assert_eq!(
        (&told["type"], &told["newly_created"]),
        (&json!(11), &json!(true))
    );
    assert_eq!(told["parent_id"], channel.to_string());
    assert_eq!(read(&told).id.get(), thread);
    let posted = client.event("MESSAGE_CREATE").await;
    assert_eq!(posted["channel_id"], thread.to_string());

    assert!(guild.archive_thread(thread));
    assert!(!guild.archive_thread(thread), "it is archived");
    let archived = client.event("THREAD_UPDATE").await;
    assert_eq!(archived["thread_metadata"]["archived"], true);
    guild.post(thread, member, "there is");
    let opened = client.event("THREAD_UPDATE").await;
    assert_eq!(opened["thread_metadata"]["archived"], false);
    assert_eq!(read(&opened).parent_id.map(|id| id.get()), Some(channel));
    client.event("MESSAGE_CREATE").await;

    assert!(guild.delete_channel(thread));
    let deleted = client.event("THREAD_DELETE").await;
    let subset = json!({
        "id": thread.to_string(), "guild_id": guild.id.to_string(), "parent_id": channel.to_string(), "type": 11
    });
    assert_eq!(deleted, subset);
    assert_eq!(guild.post(thread, member, "anybody?"), None);
}

#[tokio::test]
async fn guild_lists_the_open_threads_that_the_bot_sees_beside_its_channels() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let member = guild.join("somebody");
    let [shown, hidden] = ["shown", "hidden"].map(|name| guild.create_channel(name));
    assert!(guild.deny_bot(hidden, VIEW_CHANNEL));
    let open = guild.begin_thread(shown, member, "open");
    let archived = guild.begin_thread(shown, member, "archived");
    guild.begin_thread(hidden, member, "unseen");
    assert!(guild.archive_thread(archived));
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    let told = client.event("GUILD_CREATE").await;
    let ids = |list: &Value| -> Vec<String> {
        let list = list.as_array().expect("a list").iter();
        list.map(|channel| channel["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(ids(&told["threads"]), [open.to_string()]);
    read(&told["threads"][0]);
    let channels = ids(&told["channels"]);
    assert_eq!(channels.len(), 3, "welcome, shown and hidden");
    assert!(channels.iter().all(|id| *id != open.to_string()));
}

#[tokio::test]
async fn threads_of_a_channel_that_the_bot_comes_to_see_are_told_together() {
    let sim = sim().await;
    let guild = sim.create_guild("guild");
    let channel = guild.welcome_channel();
    let (mut client, _) = Client::log_in(&sim, USUAL).await;
    client.event("GUILD_CREATE").await;
    let member = guild.join("somebody");
    client.event("GUILD_MEMBER_ADD").await;
    assert!(guild.deny_bot(channel, VIEW_CHANNEL));
    client.event("CHANNEL_UPDATE").await;
    let threads = ["one", "two"].map(|name| guild.begin_thread(channel, member, name));
    guild.post(threads[0], member, "unheard");
    assert!(guild.deny_bot(channel, 0));
    client.event("CHANNEL_UPDATE").await;
    let told = client.event("THREAD_LIST_SYNC").await;
    assert_eq!(told["channel_ids"], json!([channel.to_string()]));
    let told: ThreadListSync = serde_json::from_value(told).expect("a list as Discord writes it");
    let ids: Vec<u64> = told.threads.iter().map(|thread| thread.id.get()).collect();
    assert_eq!(ids, threads);
    guild.post(threads[1], member, "heard");
    client.event("MESSAGE_CREATE").await;
    assert!(guild.delete_channel(channel), "with its threads");
    assert_eq!(guild.post(threads[1], member, "unheard"), None);
}
