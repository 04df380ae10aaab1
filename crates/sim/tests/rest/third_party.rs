//! twilight-http, a client that is not ours, reads every answer.

use std::sync::Once;

use serde_json::json;
use twilight_model::channel::message::AllowedMentions;
use twilight_model::http::attachment::Attachment;
use twilight_model::id::Id;

use crate::Client;
use crate::client::png_header;

fn twilight(client: &Client) -> twilight_http::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .expect("nobody installed another one");
    });
    twilight_http::Client::builder()
        .token("sim-token".to_owned())
        .proxy(client.sim.state().addr.to_string(), true)
        .ratelimiter(None)
        .build()
}

#[tokio::test]
async fn twilight_sees_the_guild_and_its_members_and_posts_a_file() {
    let client = Client::start().await;
    let member = client.guild.join("小林");
    let bot = twilight(&client);
    let guild = Id::new(client.guild.id);
    let gateway = bot
        .gateway()
        .authed()
        .await
        .expect("an answer")
        .model()
        .await
        .expect("the gateway");
    assert_eq!(gateway.url, client.sim.gateway_url());
    let application = bot
        .current_user_application()
        .await
        .expect("an answer")
        .model()
        .await
        .expect("it");
    let user = bot
        .current_user()
        .await
        .expect("an answer")
        .model()
        .await
        .expect("a user");
    assert_eq!(user.id.get(), application.id.get());
    let found = bot
        .guild(guild)
        .await
        .expect("an answer")
        .model()
        .await
        .expect("a guild");
    assert_eq!(found.name, "茶館");
    let members = bot
        .guild_members(guild)
        .limit(10)
        .await
        .expect("an answer")
        .model()
        .await
        .expect("members");
    assert!(members.iter().any(|found| found.user.id.get() == member.user));
    let channels = bot
        .guild_channels(guild)
        .await
        .expect("an answer")
        .model()
        .await
        .expect("channels");
    let channel = channels[0].id;
    let only_them = AllowedMentions {
        users: vec![Id::new(member.user)],
        ..AllowedMentions::default()
    };
    let posted = bot
        .create_message(channel)
        .content("Welcome!")
        .allowed_mentions(Some(&only_them))
        .attachments(&[Attachment::from_bytes("card.png".to_owned(), png_header(8, 4), 0)])
        .await
        .expect("an answer")
        .model()
        .await
        .expect("a message");
    assert_eq!(posted.attachments[0].width, Some(8));
    let listed = bot
        .channel_messages(channel)
        .await
        .expect("an answer")
        .model()
        .await
        .expect("messages");
    assert_eq!(listed[0].id, posted.id);
    assert_eq!(client.shown(), ["Welcome!"]);
    assert!(client.sim.counters().unexpected.is_empty());
}

#[tokio::test]
async fn twilight_registers_commands() {
    let client = Client::start().await;
    let bot = twilight(&client);
    let application = Id::new(client.sim.world().bot.application_id);
    let commands: Vec<twilight_model::application::command::Command> = serde_json::from_value(json!([{
        "name": "welcome", "description": "d", "type": 1, "version": "1",
        "options": [{"type": 7, "name": "channel", "description": "d", "channel_types": [0]}],
    }]))
    .expect("a command");
    let interactions = bot.interaction(application);
    let set = interactions
        .set_global_commands(&commands)
        .await
        .expect("an answer")
        .model()
        .await
        .expect("commands");
    assert!(set[0].id.is_some());
    let listed = interactions
        .global_commands()
        .await
        .expect("an answer")
        .model()
        .await
        .expect("commands");
    assert_eq!(listed[0].options, commands[0].options);
}
