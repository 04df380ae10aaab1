use std::time::Duration;

use domain::id::{AttachmentId, RoleId, UserId};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::gateway::Frame;
use crate::gateway::decode::Header;
use crate::interaction::{FieldValue, OptionValue};
use crate::permissions::Permissions;

const TOKEN: &str = "aW50ZXJhY3Rpb246c2VjcmV0";
const ID: InteractionId = InteractionId(1_300_000_000_000_000_000);

fn now() -> UnixMs {
    ID.created_at() + Duration::from_millis(120)
}

fn payload(kind: u8, data: Value) -> Value {
    json!({
        "version": 1,
        "id": ID.to_string(),
        "application_id": "42",
        "type": kind,
        "token": TOKEN,
        "guild_id": "5",
        "guild": {"id": "5", "locale": "zh-TW", "features": []},
        "channel_id": "6",
        "channel": {"id": "6", "type": 0},
        "member": {
            "user": {"id": "7", "username": "ad\0a", "global_name": "Ada", "discriminator": "0", "avatar": "beef"},
            "nick": "A", "avatar": "cafe", "roles": ["9"], "permissions": "2248473465835073", "joined_at": "2026-08-01T10:00:00Z",
        },
        "app_permissions": "117760",
        "locale": "ja",
        "guild_locale": "zh-TW",
        "entitlements": [],
        "data": data,
    })
}

fn dispatch(text: String) -> Frame {
    let header = Header::read(&text).expect("a header");
    Frame::new(header, text).expect("a dispatch")
}

fn incoming(payload: &Value) -> Result<Incoming, Unanswerable> {
    // In Discord's order, in which what frames are told apart by comes first.
    let text = format!(r#"{{"t":"INTERACTION_CREATE","s":3,"op":0,"d":{payload}}}"#);
    let frame = dispatch(text);
    assert_eq!(
        frame.decode().expect("not read there").event,
        domain::event::Event::Unused
    );
    frame.interaction(now()).expect("an interaction")
}

fn used(kind: u8, data: Value) -> Interaction {
    match incoming(&payload(kind, data)) {
        Ok(Incoming::Used(interaction)) => *interaction,
        other => panic!("{other:?}"),
    }
}

fn unreadable(payload: &Value) -> String {
    match incoming(payload) {
        Ok(Incoming::Unserved(Unserved {
            reason: UnservedReason::Unreadable(DecodeError::Field { path, .. }),
            reply_to,
            ..
        })) => {
            assert_eq!((reply_to.id, reply_to.token.expose()), (ID, TOKEN));
            path
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn command_tells_who_where_and_what() {
    let interaction = used(
        2,
        json!({
            "id": "1", "name": "welcome", "type": 1,
            "options": [{"name": "set", "type": 2, "options": [{"name": "all", "type": 1, "options": [
                {"name": "text", "type": 3, "value": "h\0i"},
                {"name": "whole", "type": 4, "value": -3},
                {"name": "part", "type": 10, "value": 2},
                {"name": "yes", "type": 5, "value": true},
                {"name": "who", "type": 6, "value": "11"},
                {"name": "where", "type": 7, "value": "12"},
                {"name": "role", "type": 8, "value": "13"},
                {"name": "file", "type": 11, "value": "14"},
            ]}]}],
            "resolved": {
                "users": {"11": {"id": "11", "username": "bob", "bot": true}},
                "members": {"11": {"nick": "B", "permissions": "0"}},
                "channels": {"12": {"id": "12", "type": 5, "name": "news", "permissions": "1024", "app_permissions": "3072"}},
                "attachments": {"14": {
                    "id": "14", "filename": "a.png", "url": "https://cdn.example/a.png", "size": 99,
                    "content_type": "image/png", "width": 3, "height": 4,
                }},
            },
        }),
    );
    assert_eq!(
        (interaction.guild, interaction.channel),
        (GuildId(5), ChannelId(6))
    );
    assert_eq!(interaction.member.id, UserId(7));
    assert_eq!(interaction.member.username, "ada", "without NUL");
    assert_eq!(interaction.member.shown_name(), "A");
    assert_eq!(interaction.member.guild_avatar.as_deref(), Some("cafe"));
    assert_eq!(interaction.permissions, Permissions(2_248_473_465_835_073));
    assert_eq!(interaction.app_permissions, Permissions(117_760));
    assert_eq!(
        (interaction.locale.as_str(), interaction.guild_locale.as_deref()),
        ("ja", Some("zh-TW"))
    );
    let InteractionKind::Command { path, options } = interaction.kind else {
        panic!("{:?}", interaction.kind);
    };
    assert_eq!(path, ["welcome", "set", "all"]);
    assert_eq!(options.text("text"), Some("hi"));
    assert_eq!(options.integer("whole"), Some(&-3));
    assert_eq!(options.number("part"), Some(&2.0));
    assert_eq!(options.flag("yes"), Some(&true));
    assert_eq!(options.role("role"), Some(&RoleId(13)));
    let who = options.user("who").expect("a user");
    assert!(who.is_member && who.member.bot && who.member.shown_name() == "B");
    let channel = options.channel("where").expect("a channel");
    assert_eq!((channel.id, channel.kind), (ChannelId(12), 5));
    assert_eq!(channel.app_permissions, Some(Permissions(3072)));
    let file = options.attachment("file").expect("a file");
    assert_eq!((file.id, file.size_bytes), (AttachmentId(14), 99));
    assert_eq!((file.width_px, file.height_px), (Some(3), Some(4)));
    // Asked for as something else, an option is not there.
    assert_eq!(options.text("whole"), None);
    assert_eq!(options.text("absent"), None);
}

#[test]
fn component_tells_its_message_and_what_was_chosen() {
    let mut whole = payload(
        3,
        json!({
            "custom_id": "pick", "component_type": 8, "values": ["12"],
            "resolved": {"channels": {"12": {"id": "12", "type": 0, "name": "general"}}},
        }),
    );
    whole["message"] = json!({"id": "77", "content": "the panel", "author": {"id": "42"}});
    let Ok(Incoming::Used(interaction)) = incoming(&whole) else {
        panic!("readable");
    };
    let InteractionKind::Component {
        custom_id,
        values,
        channels,
        message,
    } = interaction.kind
    else {
        panic!("{:?}", interaction.kind);
    };
    assert_eq!(
        (custom_id.as_str(), &values[..]),
        ("pick", &["12".to_owned()][..])
    );
    assert_eq!(channels[0].name.as_deref(), Some("general"));
    assert_eq!(channels[0].app_permissions, None);
    assert_eq!(message, MessageId(77));
}

#[test]
fn modal_tells_each_input_in_labels_and_in_rows() {
    let interaction = used(
        5,
        json!({
            "custom_id": "edit",
            "components": [
                {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": "line\nline"}},
                {"type": 18, "id": 3, "component": {"type": 19, "id": 4, "custom_id": "file", "values": ["14"]}},
                {"type": 18, "id": 5, "component": {"type": 3, "id": 6, "custom_id": "one", "values": ["a"]}},
                {"type": 18, "id": 7, "component": {"type": 8, "id": 8, "custom_id": "where", "values": ["12"]}},
                {"type": 1, "id": 9, "components": [{"type": 4, "id": 10, "custom_id": "old", "value": ""}]},
                {"type": 10, "id": 11},
            ],
            "resolved": {
                "attachments": {"14": {"id": "14", "filename": "a", "url": "u", "size": 1}},
                "channels": {"12": {"id": "12", "type": 0}},
            },
        }),
    );
    let InteractionKind::Modal {
        custom_id,
        fields,
        message,
    } = interaction.kind
    else {
        panic!("{:?}", interaction.kind);
    };
    assert_eq!((custom_id.as_str(), message), ("edit", None));
    assert_eq!(fields.text("text"), Some("line\nline"));
    assert_eq!(fields.text("old"), Some(""));
    assert_eq!(fields.values("one"), ["a"]);
    assert_eq!(fields.files("file")[0].id, AttachmentId(14));
    assert_eq!(fields.channels("where")[0].id, ChannelId(12));
    assert_eq!(fields.0.len(), 5);
    assert!(matches!(fields.0["one"], FieldValue::Values(_)));
}

#[test]
fn autocomplete_tells_what_is_being_typed() {
    let data = |value: Value| {
        json!({"name": "settings", "options": [{"name": "timezone", "type": 1, "options": [
            {"name": "other", "type": 5, "value": true},
            {"name": "zone", "type": 3, "value": value, "focused": true},
        ]}]})
    };
    assert_eq!(
        used(4, data(json!("asia/t"))).kind,
        InteractionKind::Autocomplete {
            path: vec!["settings".into(), "timezone".into()],
            focused: "zone".into(),
            typed: "asia/t".into(),
        }
    );
    assert!(matches!(
        used(4, data(json!(12))).kind,
        InteractionKind::Autocomplete { typed, .. } if typed == "12"
    ));
    assert_eq!(
        unreadable(&payload(4, json!({"name": "settings"}))),
        "d.data.options"
    );
}

#[test]
fn direct_message_is_told_apart_and_can_be_answered() {
    let mut direct = payload(2, json!({"name": "welcome"}));
    for field in ["guild_id", "guild", "member", "guild_locale"] {
        direct.as_object_mut().expect("an object").remove(field);
    }
    direct["user"] = json!({"id": "7", "username": "ada"});
    let Ok(Incoming::Unserved(unserved)) = incoming(&direct) else {
        panic!("not served");
    };
    assert_eq!(unserved.reason, UnservedReason::OutsideGuild);
    assert_eq!(unserved.locale.as_deref(), Some("ja"));
    assert_eq!(unserved.reply_to.id, ID);
}

#[test]
fn what_cannot_be_read_can_be_answered_all_the_same() {
    let option = |option: Value| payload(2, json!({"name": "a", "options": [option]}));
    let deep = json!({"name": "a", "type": 2, "options": [{"name": "b", "type": 2, "options": [
        {"name": "c", "type": 2, "options": []},
    ]}]});
    for (payload, path) in [
        (
            option(json!({"name": "x", "type": 3, "value": 5})),
            "d.data.options",
        ),
        (option(json!({"name": "x", "type": 3})), "d.data.options"),
        (
            option(json!({"name": "x", "type": 4, "value": 1.5})),
            "d.data.options",
        ),
        (
            option(json!({"name": "x", "type": 7, "value": "12"})),
            "d.data.options",
        ),
        (
            option(json!({"name": "x", "type": 99, "value": "12"})),
            "d.data.options",
        ),
        (option(deep), "d.data.options"),
        (option(json!({"name": 5, "type": 3})), "d.data.options[0].name"),
        (payload(2, json!({})), "d.data.name"),
        (payload(2, json!("x")), "d.data"),
        (payload(3, json!({"custom_id": "x"})), "d.message"),
        (payload(5, json!({})), "d.data.custom_id"),
        (
            payload(5, json!({"custom_id": "x", "components": [{"type": 4}]})),
            "d.data.components",
        ),
        (payload(9, json!({})), "d.type"),
        (payload(1, json!({})), "d.type"),
    ] {
        assert_eq!(unreadable(&payload), path, "{payload}");
    }
    let mut nobody = payload(2, json!({"name": "a"}));
    nobody["member"] = Value::Null;
    assert_eq!(unreadable(&nobody), "d.member");
}

#[test]
fn what_nobody_can_answer_is_no_panic() {
    let sound = payload(2, json!({"name": "a"}));
    for (field, value) in [
        ("id", json!("x")),
        ("id", json!(null)),
        ("application_id", json!([])),
        ("token", json!(7)),
        ("token", json!("")),
        ("token", json!("..")),
        ("token", json!("a b")),
        ("token", json!("t".repeat(2000))),
    ] {
        let mut broken = sound.clone();
        broken[field] = value.clone();
        let found = incoming(&broken);
        assert!(
            matches!(found, Err(Unanswerable::Unreadable(_))),
            "{field} {value}: {found:?}"
        );
    }
}

#[test]
fn replayed_interaction_of_more_than_three_seconds_ago_is_late() {
    let payload = payload(2, json!({"name": "a"}));
    let text = format!(r#"{{"t":"INTERACTION_CREATE","s":3,"op":0,"d":{payload}}}"#);
    let mut frame = dispatch(text);
    frame.is_replayed = true;
    let at = |frame: &Frame, now| frame.interaction(now).expect("one");
    assert!(at(&frame, ID.created_at() + ANSWER_WITHIN).is_ok());
    assert_eq!(
        at(&frame, ID.created_at() + Duration::from_millis(3_001)).expect_err("too late"),
        Unanswerable::Late {
            id: ID,
            age: Duration::from_millis(3_001)
        }
    );
    let behind = ID.created_at() - Duration::from_secs(60);
    assert!(at(&frame, behind).is_ok(), "our clock lags behind");
    // What comes in live is not old: our clock runs ahead.
    frame.is_replayed = false;
    let begun = Instant::now();
    let Ok(Incoming::Used(live)) = at(&frame, ID.created_at() + Duration::from_secs(60)) else {
        panic!("handed on");
    };
    assert!(live.reply_to.answer_by >= begun + LIVE_TIME_MIN);
}

#[test]
fn nothing_secret_and_nothing_written_is_printed() {
    let interaction = used(
        2,
        json!({"name": "welcome", "options": [{"name": "text", "type": 3, "value": "my words"}]}),
    );
    let shown = format!(
        "{interaction:?} {:?}",
        Incoming::Used(Box::new(interaction.clone()))
    );
    assert!(shown.contains("command"), "{shown}");
    assert!(!shown.contains(TOKEN) && !shown.contains("my words"), "{shown}");
}

#[test]
fn very_long_texts_come_through_and_very_deep_nesting_is_refused() {
    let long = "字".repeat(100_000);
    let data = json!({"name": "a", "options": [{"name": "x", "type": 3, "value": long}]});
    let InteractionKind::Command { options, .. } = used(2, data).kind else {
        panic!("a command");
    };
    assert_eq!(options.0["x"], OptionValue::Text(long));
    let sound = payload(5, json!({"custom_id": "x"})).to_string();
    let nest = r#"{"type":18,"component":"#.repeat(100_000);
    let deep = sound.replace(
        r#""custom_id":"x""#,
        &format!(r#""custom_id":"x","components":[{nest}"#),
    );
    let text = format!(r#"{{"op":0,"s":3,"t":"INTERACTION_CREATE","d":{deep}}}"#);
    let frame = dispatch(text);
    assert!(matches!(
        frame.interaction(now()),
        Some(Err(Unanswerable::Unreadable(_)))
    ));
}

/// Any JSON, three deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[0-9]{1,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nonsense_in_any_field_is_answered_or_refused_and_never_a_panic(
        kind in 0_u8..8,
        place in prop::sample::select(vec![
            "/data", "/data/options", "/data/options/0", "/data/options/0/value", "/data/options/0/type", "/data/resolved",
            "/data/resolved/channels", "/data/components", "/data/components/0", "/data/components/0/component",
            "/data/values", "/member", "/member/user", "/member/permissions", "/locale", "/guild_id", "/message",
        ]),
        nonsense in any_json(),
    ) {
        let mut whole = payload(kind, json!({
            "name": "welcome", "custom_id": "x", "values": ["12"],
            "options": [{"name": "where", "type": 7, "value": "12"}],
            "components": [{"type": 18, "component": {"type": 4, "custom_id": "t", "value": ""}}],
            "resolved": {"channels": {"12": {"id": "12", "type": 0}}},
        }));
        whole["message"] = json!({"id": "77"});
        *whole.pointer_mut(place).expect("a field of it") = nonsense;
        // It can be answered, whatever it is.
        prop_assert!(incoming(&whole).is_ok());
    }
}
