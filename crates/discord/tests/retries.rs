//! What is sent again in place, and what is not, against a server that answers by a script.

#[path = "rest/script.rs"]
mod script;

use std::time::{Duration, Instant};

use discord::{
    BreakerSettings, CALL_TIME_MAX, Endpoints, NewMessage, PostedMessage, Rest, RestError, RestOptions,
    Token, Verdict,
};
use domain::id::{ChannelId, MessageId};
use script::{Reply, Script, json, refusal};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const CHANNEL: ChannelId = ChannelId(200);

/// A breaker that does not open, for what is not about it.
fn never() -> BreakerSettings {
    BreakerSettings {
        calls_min: u32::MAX,
        ..BreakerSettings::default()
    }
}

fn options() -> RestOptions {
    RestOptions {
        seed: 7,
        breaker: never(),
        ..RestOptions::default()
    }
}

fn rest_with(base: &str, options: RestOptions) -> Rest {
    let endpoints = Endpoints {
        api: format!("{base}/api/v10").parse().expect("a URL"),
        ..Endpoints::default()
    };
    let token = Token::parse("a.token.of.ours").expect("a token");
    Rest::with_options(token, &endpoints, options).expect("a client")
}

fn hello() -> NewMessage {
    NewMessage {
        content: "hello".into(),
        nonce: Some("77".into()),
        ..NewMessage::default()
    }
}

fn error(status: u16) -> Reply {
    Reply::Answer(status, vec![], vec![])
}

fn posted() -> Reply {
    json(200, &[], r#"{"id":"900","channel_id":"200"}"#)
}

#[tokio::test]
async fn what_only_reads_is_sent_again_until_it_is_answered() {
    let script = Script::start([
        error(503),
        Reply::Break,
        json(200, &[], r#"{"id":"9","username":"droas"}"#),
    ])
    .await;
    let user = rest_with(&script.base, options()).current_user().await;
    assert_eq!(user.expect("answered in the end").name, "droas");
    let lines: Vec<String> = script
        .requests()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert_eq!(lines, ["GET /api/v10/users/@me HTTP/1.1"; 3]);
}

#[tokio::test]
async fn message_is_sent_again_with_the_same_nonce_three_times_at_most() {
    let script = Script::start([error(500), Reply::Break, error(502), error(503), posted()]).await;
    let rest = rest_with(&script.base, options());
    let failed = rest
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("given up");
    assert!(
        matches!(
            failed,
            RestError::Unknown {
                status: Some(500),
                ..
            }
        ),
        "the first is in doubt: {failed:?}"
    );
    let requests = script.requests();
    assert_eq!(requests.len(), 4);
    for request in &requests {
        let body: serde_json::Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_eq!(
            (&body["nonce"], &body["enforce_nonce"]),
            (&"77".into(), &true.into())
        );
    }
    let second = rest.create_message(CHANNEL, &hello()).await.expect("posted");
    assert_eq!(second.id, Some(MessageId(900)));
}

#[tokio::test]
async fn message_without_a_nonce_is_never_sent_again() {
    let script = Script::start([error(503), posted()]).await;
    let message = NewMessage {
        nonce: None,
        ..hello()
    };
    let failed = rest_with(&script.base, options())
        .create_message(CHANNEL, &message)
        .await;
    assert_eq!(failed.expect_err("in doubt").verdict(), Verdict::Unknown);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn refusals_are_never_sent_again() {
    let refusals = [(400, 50035), (403, 50013), (404, 10003), (400, 130_000), (401, 0)];
    for (status, code) in refusals {
        let script = Script::start([refusal(status, code, "no"), posted()]).await;
        rest_with(&script.base, options())
            .create_message(CHANNEL, &hello())
            .await
            .expect_err("refused");
        assert_eq!(script.requests().len(), 1, "{status} {code}");
    }
}

#[tokio::test]
async fn error_that_names_a_time_is_left_alone_for_so_long() {
    let script = Script::start([json(503, &[("retry-after", "1")], ""), posted()]).await;
    rest_with(&script.base, options())
        .create_message(CHANNEL, &hello())
        .await
        .expect("posted after the wait");
    let requests = script.requests();
    assert!(requests[1].at - requests[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn error_that_names_a_time_beyond_the_calls_end_goes_back_to_the_caller() {
    let script = Script::start([json(503, &[("retry-after", "3600")], ""), posted()]).await;
    let failed = rest_with(&script.base, options())
        .create_message(CHANNEL, &hello())
        .await;
    assert_eq!(failed.expect_err("not now").verdict(), Verdict::Unknown);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn doubt_about_a_message_outlives_every_refusal_of_its_repeat() {
    let long_limit = r#"{"message":"x","retry_after":60.0,"global":false}"#;
    let refusals = [
        || refusal(403, 50013, "Missing Permissions"),
        || refusal(400, 50035, "Invalid Form Body"),
        || refusal(404, 10003, "Unknown Channel"),
        || refusal(401, 0, "401: Unauthorized"),
        || refusal(400, 130_000, "overloaded"),
        || Reply::Answer(302, vec![("location", "http://127.0.0.1:1/")], vec![]),
        || Reply::Answer(403, vec![], b"<html>".to_vec()),
    ];
    let limited = json(429, &[("x-ratelimit-scope", "user")], long_limit);
    for reply in refusals.map(|refusal| refusal()).into_iter().chain([limited]) {
        let what = match &reply {
            Reply::Answer(status, ..) => *status,
            Reply::Break | Reply::Silence => 0,
        };
        let script = Script::start([Reply::Break, reply]).await;
        let failed = rest_with(&script.base, options())
            .create_message(CHANNEL, &hello())
            .await
            .expect_err("refused");
        assert_eq!(failed.verdict(), Verdict::Unknown, "{what}: {failed:?}");
        assert_eq!(script.requests().len(), 2, "{what}");
    }
}

#[tokio::test]
async fn doubt_about_a_message_outlives_discord_itself() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    // One request is read, and then nobody listens any more.
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        drop(listener);
        socket.read_u8().await.expect("a request");
    });
    let failed = rest_with(&base, options())
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("gone");
    assert_eq!(failed.verdict(), Verdict::Unknown, "{failed:?}");
}

#[tokio::test]
async fn repeat_that_finds_the_message_posted_and_deleted_settles_the_doubt() {
    let script = Script::start([Reply::Break, refusal(404, 10008, "Unknown Message")]).await;
    let answer = rest_with(&script.base, options())
        .create_message(CHANNEL, &hello())
        .await;
    assert_eq!(
        answer,
        Ok(PostedMessage {
            id: None,
            channel: CHANNEL
        })
    );
}

#[tokio::test]
async fn answer_that_breaks_off_is_asked_for_again() {
    let cut = Reply::Answer(
        200,
        vec![("transfer-encoding", "chunked")],
        b"5\r\n{\"id\"".to_vec(),
    );
    let script = Script::start([cut, posted()]).await;
    let answer = rest_with(&script.base, options())
        .create_message(CHANNEL, &hello())
        .await
        .expect("posted");
    assert_eq!(answer.id, Some(MessageId(900)));
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn call_whose_first_failure_opens_the_breaker_is_not_sent_again() {
    let script = Script::start([Reply::Break, posted()]).await;
    let breaker = BreakerSettings {
        calls_min: 1,
        open_min: Duration::from_secs(60),
        ..BreakerSettings::default()
    };
    let rest = rest_with(&script.base, RestOptions { breaker, ..options() });
    let first = rest
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("in doubt");
    assert_eq!(first.verdict(), Verdict::Unknown, "{first:?}");
    let second = rest
        .create_message(CHANNEL, &hello())
        .await
        .expect_err("held back");
    assert!(matches!(second, RestError::HeldBack { .. }), "{second:?}");
    assert!(matches!(second.verdict(), Verdict::Wait(wait) if wait <= Duration::from_secs(120)));
    assert!(rest.messages_held_for().is_some());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn tries_in_place_do_not_multiply_the_load() {
    let script = Script::start((0..500).map(|_| error(503))).await;
    let rest = rest_with(&script.base, options());
    let began = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..40 {
        let rest = rest.clone();
        calls.spawn(async move { rest.current_user().await.map(|_| ()) });
    }
    while let Some(failed) = calls.join_next().await {
        assert!(failed.expect("no panic").is_err());
    }
    let requests = script.requests().len();
    // 40 calls, ten tries that were saved up, a fifth of the calls, and one in two seconds.
    let allowed = 40 + 10 + 8 + usize::try_from(began.elapsed().as_secs() / 2 + 1).expect("small");
    assert!((45..=allowed).contains(&requests), "{requests} of {allowed}");
}

#[tokio::test]
async fn call_ends_in_its_time_though_nothing_is_ever_answered() {
    let script = Script::start((0..1000).map(|_| Reply::Silence)).await;
    for request_timeout_ms in [10, 300, 60_000] {
        let options = RestOptions {
            request_timeout: Duration::from_millis(request_timeout_ms),
            call_time_max: Duration::from_millis(600),
            retries_max: 1000,
            ..options()
        };
        let rest = rest_with(&script.base, options);
        let failed = tokio::time::timeout(CALL_TIME_MAX, rest.create_message(CHANNEL, &hello()))
            .await
            .expect("the call ends by itself")
            .expect_err("no answer");
        assert_eq!(failed.verdict(), Verdict::Unknown, "{failed:?}");
    }
}
