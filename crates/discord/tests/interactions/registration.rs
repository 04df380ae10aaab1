//! Registering commands, and only where there is something to register.

use discord::{Choice, CommandDefinition, Localizations, OptionKind, Permission, Refusal};

use crate::scene::{Scene, greet, option};

fn localized(text: &str) -> Localizations {
    Localizations::from([
        ("zh-TW".to_owned(), text.to_owned()),
        ("ja".to_owned(), text.to_owned()),
    ])
}

/// A command with sub-commands, groups, languages and choices.
fn welcome() -> CommandDefinition {
    let layout = OptionKind::Text {
        required: true,
        len_min: None,
        len_max: None,
        choices: vec![Choice {
            name: "Left".to_owned(),
            name_localizations: localized("左"),
            value: "left".to_owned(),
        }],
        autocomplete: false,
    };
    let size = OptionKind::Integer {
        required: false,
        min: Some(1),
        max: Some(9),
        choices: Vec::new(),
    };
    let sub = |options| OptionKind::SubCommand(options);
    CommandDefinition {
        name: "welcome".to_owned(),
        name_localizations: localized("歡迎"),
        description: "Greets new members".to_owned(),
        description_localizations: localized("歡迎新成員"),
        options: vec![
            option(
                "layout",
                sub(vec![option("layout", layout), option("size", size)]),
            ),
            option(
                "card",
                OptionKind::SubCommandGroup(vec![option("show", sub(Vec::new()))]),
            ),
        ],
        default_member_permissions: Some([Permission::ManageGuild].into_iter().collect()),
    }
}

#[tokio::test]
async fn definitions_are_known_again_and_every_change_is_seen() {
    let scene = Scene::begin().await;
    let wanted = [welcome(), greet()];
    let before = scene
        .rest
        .global_commands(scene.application)
        .await
        .expect("an answer");
    assert!(before.are(&[greet()]));
    assert!(!before.are(&wanted));
    let told = scene
        .rest
        .overwrite_global_commands(scene.application, &wanted)
        .await
        .expect("registered");
    assert!(told.are(&wanted));
    let after = scene
        .rest
        .global_commands(scene.application)
        .await
        .expect("an answer");
    assert!(after.are(&wanted));
    let mut changed = wanted.clone();
    changed[0]
        .description_localizations
        .insert("zh-CN".to_owned(), "欢迎新成员".to_owned());
    assert!(!after.are(&changed));
}

#[tokio::test]
async fn definition_that_discord_does_not_take_changes_nothing() {
    let scene = Scene::begin().await;
    let wrong = CommandDefinition {
        name: "Two Words".to_owned(),
        ..welcome()
    };
    let refused = scene
        .rest
        .overwrite_global_commands(scene.application, &[wrong])
        .await
        .expect_err("no such names");
    assert_eq!(refused.refusal(), Some(Refusal::InvalidForm));
    let after = scene
        .rest
        .global_commands(scene.application)
        .await
        .expect("an answer");
    assert!(after.are(&[greet()]));
}
