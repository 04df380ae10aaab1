//! What the bot may do where.

use serde_json::json;
use sim::world::channel::Overwrite;
use sim::world::permissions::{ATTACH_FILES, EMBED_LINKS, READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL};

use crate::Client;

#[tokio::test]
async fn each_missing_permission_is_refused_in_its_own_way() {
    let client = Client::start().await;
    let channel = client.channel();
    let messages = format!("/channels/{channel}/messages");

    client.guild.deny_bot(channel, SEND_MESSAGES);
    assert_eq!(
        client.create_message(&json!({"content": "a"})).await.refusal(),
        (403, 50013)
    );
    let typing = client
        .post(&format!("/channels/{channel}/typing"), &json!({}))
        .await;
    assert_eq!(typing.refusal(), (403, 50013));
    assert_eq!(client.get(&messages).await.status, 200);

    client.guild.deny_bot(channel, EMBED_LINKS);
    let embed = json!({"embeds": [{"title": "a"}]});
    assert_eq!(client.create_message(&embed).await.refusal(), (403, 50013));
    client.create_message(&json!({"content": "a"})).await.ok();

    client.guild.deny_bot(channel, ATTACH_FILES);
    let with_file = client.create_with_files(&json!({}), &[("a.txt", b"a")]).await;
    assert_eq!(with_file.refusal(), (403, 50013));
    client.create_message(&embed).await.ok();

    client.guild.deny_bot(channel, READ_MESSAGE_HISTORY);
    assert_eq!(client.get(&messages).await.ok(), json!([]));

    client.guild.deny_bot(channel, VIEW_CHANNEL);
    assert_eq!(
        client.create_message(&json!({"content": "a"})).await.refusal(),
        (403, 50001)
    );
    assert_eq!(client.get(&messages).await.refusal(), (403, 50001));
    assert_eq!(
        client.get(&format!("/channels/{channel}")).await.refusal(),
        (403, 50001)
    );

    client.guild.deny_bot(channel, 0);
    client.create_message(&json!({"content": "b"})).await.ok();
    assert_eq!(client.sim.counters().invalid_requests, 7);
}

#[tokio::test]
async fn exception_for_the_bot_alone_goes_before_that_of_everyone() {
    let client = Client::start().await;
    let (channel, bot) = (client.channel(), client.sim.world().bot.id);
    let exception = |id, member, allow, deny| Overwrite {
        id,
        member,
        allow,
        deny,
    };
    client
        .sim
        .world()
        .set_overwrite(channel, exception(client.guild.id, false, 0, SEND_MESSAGES));
    assert_eq!(
        client.create_message(&json!({"content": "a"})).await.refusal(),
        (403, 50013)
    );
    client
        .sim
        .world()
        .set_overwrite(channel, exception(bot, true, SEND_MESSAGES, 0));
    client.create_message(&json!({"content": "a"})).await.ok();
}

#[tokio::test]
async fn guild_that_the_bot_left_is_closed_to_it() {
    let client = Client::start().await;
    client.guild.remove_bot();
    assert_eq!(
        client.create_message(&json!({"content": "a"})).await.refusal(),
        (403, 50001)
    );
    assert_eq!(
        client
            .get(&format!("/guilds/{}", client.guild.id))
            .await
            .refusal(),
        (404, 10004)
    );
}
