use super::super::RegisteredCommands;
use super::*;

fn localized(text: &str) -> Localizations {
    Localizations::from([
        ("zh-TW".to_owned(), text.to_owned()),
        ("ja".to_owned(), text.to_owned()),
    ])
}

fn option(name: &str, kind: OptionKind) -> CommandOption {
    CommandOption {
        name: name.to_owned(),
        name_localizations: localized("選項"),
        description: "An option".to_owned(),
        description_localizations: localized("說明"),
        kind,
    }
}

/// A command with everything that a definition can say.
fn whole() -> CommandDefinition {
    let texts = OptionKind::Text {
        required: true,
        len_min: Some(1),
        len_max: Some(2000),
        choices: vec![Choice {
            name: "Left".to_owned(),
            name_localizations: localized("左"),
            value: "left".to_owned(),
        }],
        autocomplete: false,
    };
    let integers = OptionKind::Integer {
        required: false,
        min: Some(-5),
        max: Some(i64::from(u32::MAX)),
        choices: Vec::new(),
    };
    let numbers = OptionKind::Number {
        required: false,
        min: Some(0.5),
        max: None,
    };
    let channels = OptionKind::Channel {
        required: false,
        types: vec![ChannelType::Text, ChannelType::Announcement],
    };
    let leaves = vec![
        option("text", texts),
        option("integer", integers),
        option("number", numbers),
        option("bool", OptionKind::Bool { required: false }),
        option("user", OptionKind::User { required: false }),
        option("channel", channels),
        option("role", OptionKind::Role { required: false }),
        option("file", OptionKind::Attachment { required: false }),
    ];
    CommandDefinition {
        name: "welcome".to_owned(),
        name_localizations: localized("歡迎"),
        description: "Greets new members".to_owned(),
        description_localizations: localized("歡迎新成員"),
        options: vec![
            option("sub", OptionKind::SubCommand(leaves)),
            option(
                "group",
                OptionKind::SubCommandGroup(vec![option("inner", OptionKind::SubCommand(Vec::new()))]),
            ),
        ],
        default_member_permissions: Some(Permissions(1 << 5)),
    }
}

#[test]
fn definition_reads_back_as_it_was_written() {
    assert_eq!(read(&write(&whole())), Some(whole()));
}

#[test]
fn what_discord_adds_makes_no_difference() {
    let mut told = write(&whole());
    for (field, value) in [
        ("id", json!("900")),
        ("application_id", json!("1")),
        ("version", json!("901")),
        ("dm_permission", json!(false)),
        ("nsfw", json!(false)),
        ("handler", json!(null)),
        ("name_localized", json!("歡迎")),
    ] {
        told[field] = value;
    }
    let leaf = &mut told["options"][0]["options"][1];
    leaf["choices"] = json!([]);
    leaf["min_value"] = json!(-5.0);
    assert!(RegisteredCommands::read(&[told]).are(&[whole()]));
}

#[test]
fn every_difference_is_seen() {
    let same = RegisteredCommands::read(&[write(&whole())]);
    assert!(same.are(&[whole()]));
    assert!(!same.are(&[]));
    assert!(!same.are(&[whole(), whole()]));
    let changes: [fn(&mut CommandDefinition); 5] = [
        |command| command.description.push('!'),
        |command| drop(command.name_localizations.remove("ja")),
        |command| command.default_member_permissions = None,
        |command| drop(command.options.pop()),
        |command| command.options.reverse(),
    ];
    for change in changes {
        let mut changed = whole();
        change(&mut changed);
        assert!(!same.are(&[changed]));
    }
}

#[test]
fn command_that_no_definition_describes_is_another() {
    let other = |field: &str, value: Value| {
        let mut told = write(&whole());
        told[field] = value;
        RegisteredCommands::read(&[told])
    };
    for (field, value) in [
        ("type", json!(2)),
        ("contexts", json!([0, 1])),
        ("contexts", json!(null)),
        ("integration_types", json!([0, 1])),
        ("nsfw", json!(true)),
        ("options", json!([{"type": 9, "name": "x", "description": "x"}])),
        ("options", json!("nonsense")),
        ("name", json!(7)),
    ] {
        let registered = other(field, value.clone());
        assert_eq!(
            (registered.definitions.len(), registered.others),
            (0, 1),
            "{field} {value}"
        );
        assert!(!registered.are(&[whole()]));
    }
}
