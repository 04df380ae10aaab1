use domain::event::{Event, Join, Message};
use domain::guild::GuildFacts;
use domain::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use domain::member::Member;
use domain::thread::{Thread, ThreadChange, ThreadNews};
use domain::time::UnixMs;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn frame(name: &str, sequence: u64, d: &Value) -> String {
    // Discord's own order of the fields; what is searched for stands before what people wrote.
    format!(r#"{{"t":"{name}","s":{sequence},"op":0,"d":{d}}}"#)
}

fn event(name: &str, d: &Value) -> Event {
    let decoded = decode(&frame(name, 7, d)).expect("a sound frame");
    assert_eq!(decoded.sequence, 7);
    decoded.event
}

fn failure(name: &str, d: &Value) -> String {
    decode(&frame(name, 7, d))
        .expect_err("a frame with a mistake")
        .to_string()
}

fn message() -> Value {
    json!({
        "type": 0, "tts": false, "timestamp": "2026-08-01T10:00:00.000000+00:00", "pinned": false,
        "nonce": "1400000000000000001", "mentions": [], "mention_roles": [], "mention_everyone": false,
        "member": {"roles": ["400", "401"], "joined_at": "2020-01-01T00:00:00+00:00", "deaf": false, "mute": false},
        "id": "1400000000000000000", "flags": 0, "embeds": [], "edited_timestamp": null, "content": "",
        "components": [], "channel_id": "200", "guild_id": "100", "channel_type": 0, "attachments": [],
        "author": {"id": "300", "username": "ada", "discriminator": "0", "avatar": null, "public_flags": 0}
    })
}

fn posted(change: impl FnOnce(&mut Value)) -> Event {
    let mut message = message();
    change(&mut message);
    event("MESSAGE_CREATE", &message)
}

fn by_person(change: impl FnOnce(&mut Value)) -> bool {
    match posted(change) {
        Event::MessagePosted(message) => message.by_person,
        other => panic!("{other:?}"),
    }
}

fn joined() -> Value {
    json!({
        "guild_id": "100", "nick": null, "avatar": null, "pending": true, "flags": 1, "roles": [],
        "joined_at": "2026-08-01T10:00:00.123000+00:00", "deaf": false, "mute": false,
        "communication_disabled_until": null, "premium_since": null, "banner": null, "unusual_dm_activity_until": null,
        "user": {
            "id": "300", "username": "xiaolin", "global_name": "小林 \"🎉\"", "discriminator": "0",
            "avatar": "a_beef", "bot": false, "public_flags": 64, "avatar_decoration_data": null
        }
    })
}

#[test]
fn message_of_a_person_is_read() {
    assert_eq!(
        posted(|_| ()),
        Event::MessagePosted(Message {
            id: MessageId(1_400_000_000_000_000_000),
            guild: GuildId(100),
            channel: ChannelId(200),
            author: UserId(300),
            by_person: true,
            roles: vec![RoleId(400), RoleId(401)],
            nonce: Some("1400000000000000001".into()),
        })
    );
}

#[test]
fn only_people_count_as_people() {
    assert!(by_person(|message| message["type"] = json!(19)), "a reply");
    assert!(by_person(|message| message["webhook_id"] = Value::Null));
    for kind in [1, 3, 6, 7, 8, 18, 20, 21, 23, 24, 46, u64::MAX] {
        assert!(!by_person(|message| message["type"] = json!(kind)), "type {kind}");
    }
    assert!(!by_person(|message| message["author"]["bot"] = json!(true)));
    assert!(!by_person(|message| message["author"]["system"] = json!(true)));
    assert!(!by_person(|message| message["webhook_id"] = json!("5")));
}

#[test]
fn nonce_may_be_a_number_or_absent() {
    for (written, read) in [
        (json!("abc"), Some("abc")),
        (json!(17), Some("17")),
        (json!(u64::MAX), Some("18446744073709551615")),
        (json!(-3), Some("-3")),
        (Value::Null, None),
    ] {
        let Event::MessagePosted(message) = posted(|message| message["nonce"] = written.clone()) else {
            panic!("a message");
        };
        assert_eq!(message.nonce.as_deref(), read, "{written}");
    }
}

#[test]
fn direct_message_is_not_used() {
    let mut message = message();
    message.as_object_mut().expect("an object").remove("guild_id");
    assert_eq!(event("MESSAGE_CREATE", &message), Event::Unused);
}

#[test]
fn join_is_read() {
    assert_eq!(
        event("GUILD_MEMBER_ADD", &joined()),
        Event::MemberJoined(Join {
            guild: GuildId(100),
            member: Member {
                id: UserId(300),
                username: "xiaolin".into(),
                global_name: Some("小林 \"🎉\"".into()),
                nick: None,
                discriminator: 0,
                avatar: Some("a_beef".into()),
                guild_avatar: None,
                bot: false,
            },
            joined_at: UnixMs(1_785_578_400_123),
            rejoined: true,
            pending: true,
        })
    );
}

#[test]
fn join_without_what_may_be_absent_is_read() {
    let bare =
        json!({"guild_id": "1", "joined_at": "2026-08-01T10:00:00Z", "user": {"id": "2", "username": "u"}});
    let Event::MemberJoined(join) = event("GUILD_MEMBER_ADD", &bare) else {
        panic!("a join")
    };
    assert!(!join.rejoined && !join.pending && !join.member.bot);
    assert_eq!(join.member.shown_name(), "u");
}

#[test]
fn guest_without_joined_at_is_no_join() {
    let mut guest = joined();
    guest["joined_at"] = Value::Null;
    assert_eq!(event("GUILD_MEMBER_ADD", &guest), Event::Unused);
}

#[test]
fn nul_in_a_name_is_dropped() {
    let mut join = joined();
    join["nick"] = json!("a\0b\0");
    let Event::MemberJoined(join) = event("GUILD_MEMBER_ADD", &join) else {
        panic!("a join")
    };
    assert_eq!(join.member.nick.as_deref(), Some("ab"));
}

#[test]
fn leave_is_read() {
    let left = json!({"guild_id": "100", "user": {"id": "300", "username": "x", "global_name": "小林", "bot": true}});
    assert_eq!(
        event("GUILD_MEMBER_REMOVE", &left),
        Event::MemberLeft {
            guild: GuildId(100),
            member: Member {
                id: UserId(300),
                username: "x".into(),
                global_name: Some("小林".into()),
                nick: None,
                discriminator: 0,
                avatar: None,
                guild_avatar: None,
                bot: true,
            }
        }
    );
}

#[test]
fn member_who_passes_screening_is_read() {
    let mut member = joined();
    for pending in [Some(false), Some(true), None] {
        member["pending"] = json!(pending);
        assert_eq!(
            event("GUILD_MEMBER_UPDATE", &member),
            Event::MemberUpdated {
                guild: GuildId(100),
                user: UserId(300),
                pending
            }
        );
    }
}

#[test]
fn changes_of_channels_and_roles_are_read_down_to_where_they_were() {
    let of = |channel| Event::AccessChanged {
        guild: GuildId(100),
        channel,
    };
    let channel = json!({"id": "200", "guild_id": "100", "type": 0, "permission_overwrites": []});
    for name in ["CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"] {
        assert_eq!(event(name, &channel), of(Some(ChannelId(200))), "{name}");
        assert_eq!(
            event(name, &json!({"id": "200", "type": 1})),
            Event::Unused,
            "{name}"
        );
    }
    let role = json!({"guild_id": "100", "role": {"id": "7", "permissions": "0"}});
    for name in ["GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE"] {
        assert_eq!(event(name, &role), of(None), "{name}");
    }
    assert_eq!(
        event("GUILD_ROLE_DELETE", &json!({"guild_id": "100", "role_id": "7"})),
        of(None)
    );
}

fn thread(id: &str, parent: &str) -> Value {
    json!({
        "id": id, "type": 11, "guild_id": "100", "parent_id": parent, "owner_id": "300", "name": "問題 \"?\"",
        "last_message_id": "502", "rate_limit_per_user": 0, "flags": 0, "message_count": 3, "total_message_sent": 3,
        "member_count": 1, "newly_created": true, "thread_metadata": {
            "archived": false, "archive_timestamp": "2026-08-01T10:00:00.000000+00:00", "auto_archive_duration": 4320,
            "locked": false, "create_timestamp": "2026-08-01T10:00:00.000000+00:00"
        }
    })
}

/// Two threads, as the domain knows them.
fn threads() -> Vec<Thread> {
    let known = |id, parent| Thread {
        id: ChannelId(id),
        parent: ChannelId(parent),
    };
    vec![known(500, 200), known(501, 201)]
}

#[test]
fn thread_is_known_with_its_parent_until_it_is_deleted() {
    let told = |change| {
        Event::ThreadsTold(ThreadNews {
            guild: GuildId(100),
            change,
        })
    };
    for name in ["THREAD_CREATE", "THREAD_UPDATE"] {
        assert_eq!(
            event(name, &thread("500", "200")),
            told(ThreadChange::There(threads()[0]))
        );
        let mut orphan = thread("500", "200");
        orphan["parent_id"] = Value::Null;
        assert_eq!(event(name, &orphan), Event::Unused);
        orphan["guild_id"] = Value::Null;
        assert!(failure(name, &orphan).contains(name));
    }
    let gone = json!({"id": "500", "guild_id": "100", "parent_id": "200", "type": 11});
    assert_eq!(
        event("THREAD_DELETE", &gone),
        told(ThreadChange::Gone(ChannelId(500)))
    );
    let mut sync = json!({
        "guild_id": "100", "channel_ids": ["200", "201", "202"],
        "threads": [thread("500", "200"), thread("501", "201")], "members": []
    });
    let listed = |parents: Option<[u64; 3]>| {
        told(ThreadChange::Listed {
            parents: parents.map(|ids| ids.map(ChannelId).to_vec()),
            threads: threads(),
        })
    };
    assert_eq!(event("THREAD_LIST_SYNC", &sync), listed(Some([200, 201, 202])));
    sync.as_object_mut().expect("an object").remove("channel_ids");
    assert_eq!(
        event("THREAD_LIST_SYNC", &sync),
        listed(None),
        "of the whole guild"
    );
}

#[test]
fn guild_is_read_past_its_channels_and_roles() {
    let channels: Vec<Value> = (0..50)
        .map(|id| json!({"id": id.to_string(), "name": "t", "type": 0}))
        .collect();
    let guild = json!({
        "channels": channels, "threads": [thread("500", "200"), thread("501", "201")], "roles": [{"id": "100", "name": "@everyone"}], "members": [{"user": {"id": "1"}}],
        "id": "100", "name": "茶館", "preferred_locale": "zh-TW", "system_channel_id": "200", "member_count": 12,
        "unavailable": false, "large": false, "joined_at": "2026-08-01T10:00:00.123000+00:00"
    });
    let facts = GuildFacts {
        id: GuildId(100),
        name: "茶館".into(),
        locale: "zh-TW".into(),
        system_channel: Some(ChannelId(200)),
        member_count: Some(12),
    };
    assert_eq!(
        event("GUILD_CREATE", &guild),
        Event::GuildSeen {
            facts: facts.clone(),
            joined_at: Some(UnixMs(1_785_578_400_123)),
            threads: Some(threads()),
        }
    );
    let update = json!({"id": "100", "name": "茶館", "preferred_locale": "zh-TW", "system_channel_id": null});
    assert_eq!(
        event("GUILD_UPDATE", &update),
        Event::GuildSeen {
            facts: GuildFacts {
                system_channel: None,
                member_count: None,
                ..facts
            },
            joined_at: None,
            threads: None,
        }
    );
}

#[test]
fn outage_of_a_guild_is_no_removal() {
    assert_eq!(
        event("GUILD_DELETE", &json!({"id": "100", "unavailable": true})),
        Event::Unused
    );
    assert_eq!(
        event("GUILD_CREATE", &json!({"id": "100", "unavailable": true})),
        Event::Unused
    );
    assert_eq!(
        event("GUILD_DELETE", &json!({"id": "100"})),
        Event::GuildLeft(GuildId(100))
    );
    assert_eq!(
        event("GUILD_DELETE", &json!({"id": "100", "unavailable": false})),
        Event::GuildLeft(GuildId(100))
    );
}

#[test]
fn session_events_are_read() {
    let ready = json!({
        "v": 10, "user": {"id": "9", "username": "droas"}, "session_id": "s", "resume_gateway_url": "wss://r",
        "guilds": [{"id": "100", "unavailable": true}, {"id": "101", "unavailable": true}], "application": {"id": "9"}
    });
    assert_eq!(
        event("READY", &ready),
        Event::Ready {
            bot: UserId(9),
            guilds: vec![GuildId(100), GuildId(101)]
        }
    );
    assert_eq!(event("RESUMED", &json!({"_trace": []})), Event::Resumed);
}

#[test]
fn other_events_count_without_a_look_at_them() {
    assert_eq!(event("TYPING_START", &json!({"user_id": 5})), Event::Unused);
    let broken = r#"{"t":"PRESENCE_UPDATE","s":8,"op":0,"d":{"#;
    assert_eq!(
        decode(broken),
        Ok(Decoded {
            sequence: 8,
            event: Event::Unused
        })
    );
}

#[test]
fn mistake_is_told_with_event_sequence_and_place_but_without_the_text() {
    let mut message = message();
    message["author"]["id"] = json!("a secret");
    let error = failure("MESSAGE_CREATE", &message);
    assert_eq!(
        error,
        "MESSAGE_CREATE with sequence 7: a field is missing or of another type at d.author.id"
    );
    let mut join = joined();
    join["user"]
        .as_object_mut()
        .expect("an object")
        .remove("username");
    assert_eq!(
        failure("GUILD_MEMBER_ADD", &join),
        "GUILD_MEMBER_ADD with sequence 7: a field is missing or of another type at d.user"
    );
    join["user"]["username"] = json!(["a secret"]);
    assert!(!failure("GUILD_MEMBER_ADD", &join).contains("secret"));
}

#[test]
fn hostile_values_are_mistakes_and_nothing_worse() {
    for id in [
        json!(-1),
        json!(1e300),
        json!("18446744073709551616"),
        json!(""),
        json!("+"),
        json!({}),
        json!(true),
    ] {
        let mut message = message();
        message["id"] = id.clone();
        assert!(failure("MESSAGE_CREATE", &message).ends_with("at d.id"), "{id}");
    }
    for d in [json!(null), json!([]), json!(5), json!("x")] {
        failure("MESSAGE_CREATE", &d);
        failure("GUILD_CREATE", &d);
        failure("READY", &d);
    }
}

#[test]
fn deep_nesting_is_passed_over_or_refused() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let unused = format!(
        r#"{{"t":"MESSAGE_CREATE","s":7,"op":0,"d":{{"embeds":{open}{close},"id":"1","channel_id":"2","guild_id":"3","author":{{"id":"4"}}}}}}"#
    );
    assert!(decode(&unused).is_ok());
    let used = format!(r#"{{"t":"MESSAGE_CREATE","s":7,"op":0,"d":{{"id":{open}{close}}}}}"#);
    assert!(decode(&used).is_err());
}

#[test]
fn what_is_no_dispatch_is_told() {
    for text in [
        "",
        "{}",
        "null",
        "\0",
        r#"{"op":11}"#,
        r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}"#,
        r#"{"t":"MESSAGE_CREATE","s":null,"op":0,"d":{}}"#,
        r#"{"t":"MESSAGE_CREATE","s":99999999999999999999999,"op":0,"d":{}}"#,
        r#"{"s":5,"op":0,"d":{}}"#,
    ] {
        assert_eq!(decode(text), Err(DecodeError::NoDispatch), "{text:?}");
    }
}

#[test]
fn every_truncation_of_a_frame_is_an_error() {
    for (name, d) in [("MESSAGE_CREATE", message()), ("GUILD_MEMBER_ADD", joined())] {
        let whole = frame(name, 7, &d);
        for len in (0..whole.len()).filter(|len| whole.is_char_boundary(*len)) {
            assert!(decode(&whole[..len]).is_err(), "{name} cut at {len}");
        }
        assert!(
            decode(&format!("{whole}x")).is_err(),
            "{name} with more behind it"
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_decoder_panic(text in ".{0,200}") {
        let _ = decode(&text);
        for name in ["MESSAGE_CREATE", "GUILD_MEMBER_ADD", "GUILD_CREATE", "READY"] {
            let _ = decode(&format!(r#"{{"t":"{name}","s":1,"op":0,"d":{text}}}"#));
        }
    }

    #[test]
    fn no_damaged_byte_makes_the_decoder_panic(at in 0_usize..800, byte in 0x20_u8..0x7f) {
        let mut bytes = frame("GUILD_MEMBER_ADD", 7, &joined()).into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = decode(&text);
        }
    }
}
