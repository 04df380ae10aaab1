//! What the bot may do where nobody has told it, and writing to people.

use discord::{NewMessage, Permission, Refusal};
use domain::id::{ChannelId, UserId};

use crate::scene::Scene;

#[tokio::test]
async fn permissions_are_computed_as_discord_computes_them() {
    let scene = Scene::begin().await;
    let bot = scene.rest.current_user().await.expect("an answer").id;
    let channel = scene.channel();
    let computed = || async {
        let permissions = scene.rest.permissions_in(scene.guild_id(), channel, bot).await;
        permissions.expect("an answer")
    };
    assert_eq!(computed().await.missing(&Permission::TO_GREET), []);
    for denied in [
        Permission::AttachFiles,
        Permission::EmbedLinks,
        Permission::SendMessages,
    ] {
        scene.guild.deny_bot(channel.0, denied.bit());
        let told = scene
            .sim
            .world()
            .permissions(scene.guild.id, bot.0, Some(channel.0));
        let computed = computed().await;
        assert_eq!(computed.0, told, "without {}", denied.name());
        assert!(computed.missing(&Permission::TO_GREET).contains(&denied));
    }
    scene.guild.deny_bot(channel.0, Permission::ViewChannel.bit());
    let refused = scene
        .rest
        .permissions_in(scene.guild_id(), channel, bot)
        .await
        .expect_err("it is not seen");
    assert_eq!(refused.refusal(), Some(Refusal::MissingAccess));
}

#[tokio::test]
async fn channel_of_another_guild_allows_nothing() {
    let scene = Scene::begin().await;
    let other = scene.sim.create_guild("elsewhere");
    let bot = scene.rest.current_user().await.expect("an answer").id;
    let channel = ChannelId(other.welcome_channel());
    let permissions = scene.rest.permissions_in(scene.guild_id(), channel, bot).await;
    assert_eq!(permissions.map(|permissions| permissions.0), Ok(0));
}

#[tokio::test]
async fn person_who_takes_no_messages_is_told_apart() {
    let scene = Scene::begin().await;
    let member = scene.guild.join("小林");
    let user = UserId(member.user);
    let channel = scene.rest.open_dm(user).await.expect("opened");
    assert_eq!(scene.rest.open_dm(user).await, Ok(channel));
    let message = NewMessage {
        content: "welcome".to_owned(),
        ..NewMessage::default()
    };
    let refused = scene
        .rest
        .create_message(channel, &message)
        .await
        .expect_err("not taken");
    assert_eq!(refused.refusal(), Some(Refusal::MemberUnreachable));
}
