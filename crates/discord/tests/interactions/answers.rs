//! What people see of answers.

use bytes::Bytes;
use discord::{
    Accessory, ActionRow, Answer, Attachment, Button, ButtonStyle, ChannelSelect, ChannelType, Choice,
    Component, Embed, InteractionKind, Localizations, Media, Permission, Reply, SelectOption, StringSelect,
};
use domain::id::ChannelId;
use serde_json::json;
use sim::rest::interactions::Use;

use crate::scene::{Scene, command};

fn picture(name: &str) -> Attachment {
    Attachment {
        file_name: name.to_owned(),
        media_type: "image/png",
        bytes: Bytes::from_static(b"\x89PNG\r\n\x1a\n"),
        description: "A card".to_owned(),
    }
}

#[tokio::test]
async fn command_brings_what_its_ids_stand_for_and_is_answered_to_one_person() {
    let mut scene = Scene::begin().await;
    let channel = scene.channel();
    scene.guild.deny_bot(channel.0, Permission::AttachFiles.bit());
    let member = scene.guild.join("小林");
    let options = json!({"text": "hi", "channel": channel.to_string(), "who": member.user.to_string()});
    let interaction = scene.used(command(options)).await;
    assert_eq!(interaction.guild, scene.guild_id());
    assert_eq!(interaction.member.id.0, scene.owner());
    assert!(interaction.permissions.has(Permission::ManageGuild));
    let missing = [Permission::AttachFiles];
    assert_eq!(
        interaction.app_permissions.missing(&Permission::TO_GREET),
        missing
    );
    let InteractionKind::Command { path, options } = &interaction.kind else {
        panic!("{:?}", interaction.kind);
    };
    assert_eq!(
        (path.as_slice(), options.text("text")),
        (&["greet".to_owned()][..], Some("hi"))
    );
    let chosen = options.channel("channel").expect("a channel");
    assert_eq!((chosen.id, chosen.kind), (channel, ChannelType::Text.number()));
    let of_bot = chosen.app_permissions.expect("told");
    assert_eq!(of_bot.missing(&Permission::TO_GREET), missing);
    let who = options.user("who").expect("a user");
    assert!(who.is_member);
    assert_eq!(who.member.shown_name(), "小林");

    let answer = Answer::Message(Reply::private("done, @everyone"));
    scene
        .rest
        .answer(&interaction.reply_to, &answer)
        .await
        .expect("in time");
    let message = scene.private(&interaction);
    assert_eq!(message.content, "done, @everyone");
    assert!(!message.mention_everyone);
    assert!(scene.guild.welcome_messages().is_empty());
}

#[tokio::test]
async fn promised_answer_is_put_there_changed_followed_and_taken_away() {
    let mut scene = Scene::begin().await;
    let interaction = scene.greeted().await;
    let to = &interaction.reply_to;
    let promise = Answer::DeferMessage { ephemeral: false };
    scene.rest.answer(to, &promise).await.expect("in time");
    let reply = Reply {
        content: "a card".to_owned(),
        embeds: vec![Embed {
            title: Some("Welcome".to_owned()),
            description: Some("**小林**".to_owned()),
            color: Some(0x00aa_55ff),
            image: Some("attachment://card.png".to_owned()),
            footer: Some("member 7".to_owned()),
        }],
        attachments: vec![picture("card.png")],
        ..Reply::default()
    };
    let id = scene.rest.edit_original(to, &reply).await.expect("put there");
    let shown = &scene.guild.welcome_messages()[0];
    assert_eq!((shown.id, shown.content.as_str()), (id.0, "a card"));
    assert_eq!(shown.embeds[0]["title"], "Welcome");
    assert_eq!(shown.attachments[0].filename, "card.png");
    assert_eq!(shown.attachments[0].description.as_deref(), Some("A card"));

    // Nothing is left of what it was before.
    let words = Reply {
        content: "just words".to_owned(),
        ..Reply::default()
    };
    assert_eq!(scene.rest.edit_original(to, &words).await, Ok(id));
    let shown = &scene.guild.welcome_messages()[0];
    assert_eq!(
        (
            shown.content.as_str(),
            shown.embeds.len(),
            shown.attachments.len()
        ),
        ("just words", 0, 0)
    );

    let further = scene
        .rest
        .follow_up(to, &Reply::private("by the way"))
        .await
        .expect("posted");
    assert_eq!(scene.private(&interaction).id, further.0);
    scene.rest.delete_original(to).await.expect("taken away");
    scene.rest.delete_original(to).await.expect("gone already");
    assert!(scene.guild.welcome_messages().is_empty());
}

/// A panel of all that a message can be made of.
fn panel(channel: ChannelId) -> Vec<Component> {
    let button = |custom_id: &str| Button::new(ButtonStyle::Secondary, custom_id, "設定");
    let option = |value: &str| SelectOption {
        label: value.to_owned(),
        value: value.to_owned(),
        description: Some("A layout".to_owned()),
        default: value == "left",
    };
    let select = StringSelect {
        placeholder: Some("Choose a layout".to_owned()),
        ..StringSelect::one_of("layout", vec![option("left"), option("right")])
    };
    let channels = ChannelSelect {
        default: vec![channel],
        ..ChannelSelect::one_of("channel", &[ChannelType::Text, ChannelType::Announcement])
    };
    let media = || Media {
        url: "attachment://card.png".to_owned(),
        description: Some("A card".to_owned()),
    };
    let inside = vec![
        Component::TextDisplay("## Welcome".to_owned()),
        Component::Section {
            texts: vec!["Message".to_owned(), "Hello {name}".to_owned()],
            accessory: Accessory::Button(button("edit")),
        },
        Component::Section {
            texts: vec!["Background".to_owned()],
            accessory: Accessory::Thumbnail(media()),
        },
        Component::Separator {
            divider: true,
            large: true,
        },
        Component::MediaGallery(vec![media()]),
        Component::ActionRow(ActionRow::ChannelSelect(channels)),
        Component::ActionRow(ActionRow::StringSelect(select)),
        Component::ActionRow(ActionRow::Buttons(vec![
            Button::new(ButtonStyle::Success, "on", "Enable"),
            Button {
                disabled: true,
                ..Button::new(ButtonStyle::Danger, "off", "Disable")
            },
        ])),
    ];
    vec![Component::Container {
        accent: Some(0xff_ffff),
        components: inside,
    }]
}

#[tokio::test]
async fn panel_of_every_component_is_taken_used_and_changed_in_place() {
    let mut scene = Scene::begin().await;
    let opened = scene.greeted().await;
    let reply = Reply {
        attachments: vec![picture("card.png")],
        ..Reply::private_panel(panel(scene.channel()))
    };
    let answer = Answer::Message(reply);
    scene.rest.answer(&opened.reply_to, &answer).await.expect("taken");
    let shown = scene.private(&opened);
    assert_eq!(
        shown.components[0]["components"].as_array().map(Vec::len),
        Some(8)
    );

    let other = scene.guild.create_channel("greetings");
    let chosen = scene.component(&opened, "channel", &[other.to_string()]).await;
    let InteractionKind::Component {
        custom_id,
        values,
        channels,
        message,
    } = &chosen.kind
    else {
        panic!("{:?}", chosen.kind);
    };
    assert_eq!(
        (custom_id.as_str(), &values[..]),
        ("channel", &[other.to_string()][..])
    );
    assert_eq!(channels[0].name.as_deref(), Some("greetings"));
    assert_eq!(message.0, shown.id);

    let words = vec![Component::TextDisplay("saved".to_owned())];
    let update = Answer::Update(Reply::private_panel(words));
    scene.rest.answer(&chosen.reply_to, &update).await.expect("taken");
    let shown = scene.private(&chosen);
    assert_eq!(shown.components[0]["content"], "saved");
    assert!(shown.attachments.is_empty());
}

#[tokio::test]
async fn change_can_be_promised_too() {
    let mut scene = Scene::begin().await;
    let opened = scene.greeted().await;
    let go = Button::new(ButtonStyle::Primary, "go", "Go");
    let reply = Reply {
        content: "ready".to_owned(),
        components: vec![Component::ActionRow(ActionRow::Buttons(vec![go]))],
        ..Reply::default()
    };
    scene
        .rest
        .answer(&opened.reply_to, &Answer::Message(reply))
        .await
        .expect("taken");
    let pressed = scene.component(&opened, "go", &[]).await;
    let to = &pressed.reply_to;
    scene.rest.answer(to, &Answer::DeferUpdate).await.expect("taken");
    assert_eq!(scene.guild.welcome_messages()[0].content, "ready");
    let done = Reply {
        content: "gone".to_owned(),
        ..Reply::default()
    };
    scene.rest.edit_original(to, &done).await.expect("changed");
    let shown = scene.guild.welcome_messages();
    assert_eq!(
        (shown.len(), shown[0].content.as_str(), shown[0].components.len()),
        (1, "gone", 0)
    );
}

#[tokio::test]
async fn who_types_is_offered_values() {
    let mut scene = Scene::begin().await;
    let typing = Use::Autocomplete {
        name: "greet".to_owned(),
        option: "text".to_owned(),
        typed: "wel".to_owned(),
    };
    let interaction = scene.used(typing).await;
    let asked = InteractionKind::Autocomplete {
        path: vec!["greet".to_owned()],
        focused: "text".to_owned(),
        typed: "wel".to_owned(),
    };
    assert_eq!(interaction.kind, asked);
    let offer = Answer::Choices(vec![Choice {
        name: "Welcome".to_owned(),
        name_localizations: Localizations::from([("ja".to_owned(), "ようこそ".to_owned())]),
        value: "welcome".to_owned(),
    }]);
    scene
        .rest
        .answer(&interaction.reply_to, &offer)
        .await
        .expect("taken");
    let callback = scene.callback(&interaction);
    assert_eq!(
        (callback.kind, &callback.data["choices"][0]["value"]),
        (8, &json!("welcome"))
    );
}
