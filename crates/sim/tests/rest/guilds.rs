//! Guilds and members.

use serde_json::json;
use sim::world::permissions::{SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL};

use crate::Client;

#[tokio::test]
async fn members_are_paged_by_user_id() {
    let client = Client::start().await;
    for number in 0..23 {
        client.guild.join(&format!("member {number}"));
    }
    let mut seen: Vec<u64> = Vec::new();
    loop {
        let after = seen.last().copied().unwrap_or(0);
        let path = format!("/guilds/{}/members?limit=10&after={after}", client.guild.id);
        let page = client.get(&path).await.ok();
        let page = page.as_array().expect("a list");
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 10);
        seen.extend(page.iter().map(|member| {
            let id = member["user"]["id"].as_str().expect("an id");
            id.parse::<u64>().expect("a snowflake")
        }));
    }
    // The owner and the bot are members, too.
    assert_eq!(seen.len(), 25);
    assert!(seen.is_sorted_by(|a, b| a < b));
    let path = format!("/guilds/{}/members", client.guild.id);
    assert_eq!(client.get(&path).await.ok().as_array().map(Vec::len), Some(1));
    for limit in ["0", "1001", "x"] {
        assert_eq!(
            client.get(&format!("{path}?limit={limit}")).await.refusal(),
            (400, 50035)
        );
    }
}

#[tokio::test]
async fn members_are_hidden_without_the_privileged_intent() {
    let client = Client::start_with(|config| config.granted_intents = 0).await;
    let path = format!("/guilds/{}/members?limit=10", client.guild.id);
    assert_eq!(client.get(&path).await.refusal(), (403, 50001));
}

#[tokio::test]
async fn one_member_is_found_until_they_leave() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let path = format!("/guilds/{}/members/{}", client.guild.id, member.user);
    let found = client.get(&path).await.ok();
    assert_eq!(found["user"]["global_name"], "小林");
    assert_eq!(found["pending"], false);
    client.guild.leave(member);
    assert_eq!(client.get(&path).await.refusal(), (404, 10007));
    let stranger = format!("/guilds/{}/members/7", client.guild.id);
    assert_eq!(client.get(&stranger).await.refusal(), (404, 10013));
}

#[tokio::test]
async fn guild_tells_its_channels_roles_and_counts() {
    let client = Client::start().await;
    let path = format!("/guilds/{}", client.guild.id);
    let guild = client.get(&format!("{path}?with_counts=true")).await.ok();
    assert_eq!(guild["name"], "茶館");
    assert_eq!(guild["approximate_member_count"], 2);
    assert_eq!(guild["system_channel_id"], client.channel().to_string());
    assert!(
        client
            .get(&path)
            .await
            .ok()
            .get("approximate_member_count")
            .is_none()
    );
    let channels = client.get(&format!("{path}/channels")).await.ok();
    assert_eq!(channels[0]["name"], "welcome");
    assert_eq!(channels[0]["guild_id"], client.guild.id.to_string());
    let roles = client.get(&format!("{path}/roles")).await.ok();
    let names: Vec<_> = roles
        .as_array()
        .expect("a list")
        .iter()
        .map(|role| &role["name"])
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&&json!("@everyone")));
    let own = client.get("/users/@me/guilds").await.ok();
    assert_eq!(own[0]["id"], client.guild.id.to_string());
    assert_eq!(own[0]["owner"], false);
}

#[tokio::test]
async fn thread_is_a_channel_that_is_not_among_the_guilds_and_is_written_in_by_its_own_permission() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let parent = client.channel();
    let thread = client.guild.begin_thread(parent, member, "a question");
    let listed = client
        .get(&format!("/guilds/{}/channels", client.guild.id))
        .await
        .ok();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let path = format!("/channels/{thread}");
    let found = client.get(&path).await.ok();
    assert_eq!((&found["type"], &found["message_count"]), (&json!(11), &json!(0)));
    assert_eq!(found["parent_id"], parent.to_string());
    let (messages, hello) = (format!("{path}/messages"), json!({"content": "hello"}));
    client.post(&messages, &hello).await.ok();
    assert_eq!(client.get(&path).await.ok()["total_message_sent"], 1);
    client.guild.deny_bot(parent, SEND_MESSAGES_IN_THREADS);
    let refused = client.post(&messages, &hello).await.refusal();
    assert_eq!(refused, (403, 50013));
    client.guild.deny_bot(parent, VIEW_CHANNEL);
    assert_eq!(client.get(&path).await.refusal(), (403, 50001));
}
