//! The REST client over real sockets, against a server that answers by a script.

#[path = "rest/script.rs"]
mod script;

use std::time::{Duration, Instant};

use bytes::Bytes;
use discord::{
    Attachment, Endpoints, Grant, NewMessage, PostedMessage, PrivilegedIntent, Refusal, Rest, RestError,
    RestOptions, SeenMessage, Token, Verdict,
};
use domain::id::{ApplicationId, ChannelId, MessageId, UserId};
use script::{Reply, Script, json, refusal};
use tokio::net::TcpSocket;

const CHANNEL: ChannelId = ChannelId(200);

fn endpoints(base: &str) -> Endpoints {
    Endpoints {
        api: format!("{base}/api/v10").parse().expect("a URL"),
        ..Endpoints::default()
    }
}

fn rest_with(base: &str, options: RestOptions) -> Rest {
    let token = Token::parse("a.token.of.ours").expect("a token");
    Rest::with_options(token, &endpoints(base), options).expect("a client")
}

fn rest(script: &Script) -> Rest {
    rest_with(&script.base, RestOptions::default())
}

/// Nothing is sent again in place.
fn once() -> RestOptions {
    RestOptions {
        retries_max: 0,
        ..RestOptions::default()
    }
}

fn hello() -> NewMessage {
    NewMessage {
        content: "hello".into(),
        nonce: Some("77".into()),
        ..NewMessage::default()
    }
}

fn posted() -> Reply {
    json(200, &[], r#"{"id":"900","channel_id":"200"}"#)
}

#[tokio::test]
async fn message_is_posted_with_token_name_and_nonce() {
    let script = Script::start([posted()]).await;
    let answer = rest(&script).create_message(CHANNEL, &hello()).await;
    assert_eq!(
        answer,
        Ok(PostedMessage {
            id: Some(MessageId(900)),
            channel: CHANNEL
        })
    );
    let request = &script.requests()[0];
    assert_eq!(request.line, "POST /api/v10/channels/200/messages HTTP/1.1");
    assert_eq!(request.header("authorization"), Some("Bot a.token.of.ours"));
    assert!(
        request
            .header("user-agent")
            .is_some_and(|name| name.starts_with("DiscordBot (https://"))
    );
    let body: serde_json::Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body["nonce"], "77");
    assert_eq!(body["enforce_nonce"], true);
}

#[tokio::test]
async fn file_travels_in_a_form_beside_the_json() {
    let script = Script::start([posted()]).await;
    let message = NewMessage {
        mentions: vec![UserId(7)],
        attachment: Some(Attachment {
            file_name: "welcome.jpg".into(),
            media_type: "image/jpeg",
            bytes: Bytes::from_static(b"\xff\xd8 picture"),
            description: "a card".into(),
        }),
        ..hello()
    };
    rest(&script)
        .create_message(CHANNEL, &message)
        .await
        .expect("posted");
    let request = &script.requests()[0];
    assert!(
        request
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("multipart/form-data; boundary="))
    );
    let body = String::from_utf8_lossy(&request.body);
    for part in [
        "name=\"payload_json\"",
        "Content-Type: application/json",
        "name=\"files[0]\"; filename=\"welcome.jpg\"",
        "Content-Type: image/jpeg",
        "\"users\":[\"7\"]",
        "\"description\":\"a card\"",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
    assert!(
        request
            .body
            .windows(10)
            .any(|window| window == b"\xff\xd8 picture")
    );
}

#[tokio::test]
async fn global_429_is_waited_for_and_the_request_sent_twice_only() {
    let limited = json(
        429,
        &[
            ("retry-after", "3"),
            ("x-ratelimit-global", "true"),
            ("x-ratelimit-scope", "global"),
        ],
        r#"{"message":"You are being rate limited.","retry_after":3.0,"global":true}"#,
    );
    let script = Script::start([limited, posted()]).await;
    let began = Instant::now();
    rest(&script)
        .create_message(CHANNEL, &hello())
        .await
        .expect("posted after the wait");
    assert!(began.elapsed() >= Duration::from_secs(3));
    let requests = script.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].at - requests[0].at >= Duration::from_secs(3));
}

#[tokio::test]
async fn wait_that_ends_after_the_deadline_is_told_at_once() {
    let limited = json(
        429,
        &[("x-ratelimit-scope", "user")],
        r#"{"message":"x","retry_after":60.0,"global":false}"#,
    );
    let script = Script::start([limited]).await;
    let rest = rest(&script);
    let began = Instant::now();
    let error = rest.create_message(CHANNEL, &hello()).await.expect_err("no room");
    // The minute began after `began`, however long the machine takes for the rest.
    assert!(
        matches!(error.verdict(), Verdict::Wait(wait) if wait + began.elapsed() >= Duration::from_secs(60)),
        "{error:?}"
    );
    let next = rest
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("no room for the next either");
    assert!(matches!(next, RestError::RateLimited { .. }), "{next:?}");
    assert!(began.elapsed() < Duration::from_secs(60), "nobody waited for it");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn being_held_off_before_discord_holds_everything_back() {
    let held_off = Reply::Answer(429, vec![], b"error code: 1015".to_vec());
    let script = Script::start([held_off]).await;
    let rest = rest(&script);
    let began = Instant::now();
    let error = rest
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("held off");
    assert!(matches!(error, RestError::RateLimited { .. }), "{error:?}");
    let error = rest.current_user().await.expect_err("so is everything else");
    // The pause of 30 s began after `began`, however long the machine takes for the rest.
    assert!(
        matches!(error, RestError::RateLimited { retry_after } if retry_after + began.elapsed() >= Duration::from_secs(30)),
        "{error:?}"
    );
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn used_up_bucket_is_waited_for_without_a_429() {
    let limits = |remaining, reset_after| {
        let headers = [
            ("x-ratelimit-bucket", "abcd"),
            ("x-ratelimit-limit", "1"),
            ("x-ratelimit-remaining", remaining),
            ("x-ratelimit-reset-after", reset_after),
        ];
        json(200, &headers, r#"{"id":"900"}"#)
    };
    let script = Script::start([limits("0", "0.400"), limits("0", "0.400")]).await;
    let rest = rest(&script);
    rest.create_message(CHANNEL, &hello()).await.expect("posted");
    rest.create_message(CHANNEL, &hello())
        .await
        .expect("posted after the window's end");
    let requests = script.requests();
    assert!(
        requests[1].at - requests[0].at >= Duration::from_millis(390),
        "{:?}",
        requests[1].at - requests[0].at
    );
}

#[tokio::test]
async fn no_connection_means_not_sent() {
    // Bound and not listening: no other test can be given the port meanwhile, and meet a request that is not its own.
    let held = TcpSocket::new_v4().expect("a socket");
    held.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let base = format!("http://{}", held.local_addr().expect("bound"));
    let error = rest_with(&base, RestOptions::default())
        .create_message(CHANNEL, &hello())
        .await;
    let error = error.expect_err("nobody listens");
    assert_eq!(error.verdict(), Verdict::NotSent, "{error:?}");
    assert!(!error.to_string().contains("200/messages"), "{error}");
}

#[tokio::test]
async fn connection_that_breaks_after_the_request_leaves_the_outcome_unknown() {
    let script = Script::start([Reply::Break]).await;
    let error = rest_with(&script.base, once())
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("broken off");
    assert_eq!(error.verdict(), Verdict::Unknown, "{error:?}");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn answer_that_does_not_come_leaves_the_outcome_unknown() {
    let script = Script::start([Reply::Silence]).await;
    let options = RestOptions {
        request_timeout: Duration::from_millis(200),
        ..once()
    };
    let error = rest_with(&script.base, options)
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("a timeout");
    assert_eq!(error.verdict(), Verdict::Unknown, "{error:?}");
}

#[tokio::test]
async fn error_of_the_server_leaves_the_outcome_unknown() {
    let script = Script::start([500, 502, 503].map(|status| Reply::Answer(status, vec![], vec![]))).await;
    let rest = rest_with(&script.base, once());
    for status in [500, 502, 503] {
        let error = rest
            .create_message(CHANNEL, &hello())
            .await
            .expect_err("an error of the server");
        assert!(
            matches!(error, RestError::Unknown { status: Some(s), .. } if s == status),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn yes_that_cannot_be_read_is_not_taken_for_a_no() {
    let script = Script::start([json(200, &[], "{\"id\":"), json(200, &[], "[]")]).await;
    let rest = rest(&script);
    for _ in 0..2 {
        let error = rest
            .create_message(CHANNEL, &hello())
            .await
            .expect_err("not readable");
        assert_eq!(error, RestError::Malformed { status: 200 });
        assert_eq!(error.verdict(), Verdict::Unknown);
    }
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let script = Script::start([Reply::Answer(
        302,
        vec![("location", "http://127.0.0.1:1/")],
        vec![],
    )])
    .await;
    let error = rest(&script)
        .current_user()
        .await
        .expect_err("no answer of Discord's");
    assert!(
        matches!(error, RestError::Refused { status: 302, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn refusals_tell_the_channel_from_the_message() {
    let script = Script::start([
        refusal(404, 10003, "Unknown Channel"),
        refusal(403, 50013, "Missing Permissions"),
        refusal(400, 50035, "Invalid Form Body"),
    ])
    .await;
    let rest = rest(&script);
    for (refusal, verdict) in [
        (Refusal::ChannelGone, Verdict::ChannelClosed),
        (Refusal::MissingPermission, Verdict::ChannelClosed),
        (Refusal::InvalidForm, Verdict::Refused),
    ] {
        let error = rest.create_message(CHANNEL, &hello()).await.expect_err("refused");
        assert_eq!((error.refusal(), error.verdict()), (Some(refusal), verdict));
    }
}

#[tokio::test]
async fn message_that_was_posted_before_and_deleted_counts_as_posted() {
    let script = Script::start([
        refusal(404, 10008, "Unknown Message"),
        refusal(404, 10008, "Unknown Message"),
    ])
    .await;
    let rest = rest(&script);
    let answer = rest.create_message(CHANNEL, &hello()).await;
    assert_eq!(
        answer,
        Ok(PostedMessage {
            id: None,
            channel: CHANNEL
        })
    );
    let without_nonce = NewMessage {
        nonce: None,
        ..hello()
    };
    let error = rest
        .create_message(CHANNEL, &without_nonce)
        .await
        .expect_err("means nothing without a nonce");
    assert_eq!(error.refusal(), Some(Refusal::MessageGone));
}

#[tokio::test]
async fn refused_token_is_asked_about_once() {
    let script = Script::start([refusal(401, 0, "401: Unauthorized")]).await;
    let rest = rest(&script);
    for _ in 0..3 {
        assert_eq!(rest.current_user().await, Err(RestError::TokenRefused));
    }
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn too_many_refusals_keep_calls_at_home() {
    let script = Script::start([
        refusal(403, 50001, "Missing Access"),
        refusal(403, 50001, "Missing Access"),
        json(200, &[], r#"{"id":"9","username":"droas"}"#),
    ])
    .await;
    let rest = rest_with(
        &script.base,
        RestOptions {
            invalid_requests_max: 2,
            ..RestOptions::default()
        },
    );
    for _ in 0..2 {
        rest.create_message(CHANNEL, &hello()).await.expect_err("refused");
    }
    let error = rest
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("kept at home");
    assert!(matches!(error, RestError::InvalidBudget { .. }), "{error:?}");
    assert_eq!(rest.current_user().await.expect("about ourselves").name, "droas");
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test]
async fn application_tells_whether_the_intent_is_granted() {
    let application = |flags: u64| {
        let body = format!(r#"{{"id":"9","name":"droas","flags":{flags},"approximate_guild_count":3}}"#);
        json(200, &[], &body)
    };
    let script = Script::start([application(1 << 14), application(1 << 15), application(1 << 12)]).await;
    let rest = rest(&script);
    for grant in [Grant::Full, Grant::Limited, Grant::No] {
        let application = rest.application().await.expect("an answer");
        assert_eq!(application.id, ApplicationId(9));
        assert_eq!(application.approximate_guild_count, Some(3));
        assert_eq!(application.flags.grant(PrivilegedIntent::Members), grant);
    }
}

#[tokio::test]
async fn messages_are_read_with_nonce_and_mentions() {
    let page = r#"[{"id":"5","author":{"id":"9"},"nonce":"77","mentions":[{"id":"7"}],"content":"x"},
                   {"id":"4","author":{"id":"8"},"mentions":[]}]"#;
    let script = Script::start([json(200, &[], page)]).await;
    let seen = rest(&script)
        .messages_after(CHANNEL, MessageId(3), 100)
        .await
        .expect("a page");
    let expected = [
        SeenMessage {
            id: MessageId(5),
            author: UserId(9),
            nonce: Some("77".into()),
            mentions: vec![UserId(7)],
            content: "x".into(),
        },
        SeenMessage {
            id: MessageId(4),
            author: UserId(8),
            nonce: None,
            mentions: vec![],
            content: String::new(),
        },
    ];
    assert_eq!(seen, expected);
    assert_eq!(
        script.requests()[0].line,
        "GET /api/v10/channels/200/messages?after=3&limit=100 HTTP/1.1"
    );
}
