//! Answers that are slow, endless, broken or not what they say.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fetch::{FetchError, FetchOptions};
use tokio::task::JoinSet;

use crate::world::{Answer, Then, World};

const URL: &str = "https://pictures.example/a";
const SOON: Duration = Duration::from_millis(300);

/// Asks for this answer, with little patience.
async fn fails(answer: Answer) -> FetchError {
    let world = World::start().await;
    world.answer("pictures.example/a", answer);
    let begin = Instant::now();
    let error = world.get_within(SOON, URL).await.expect_err("no picture");
    // Far above what a loaded machine adds, far below what an endless answer takes.
    assert!(begin.elapsed() < Duration::from_secs(8), "{error}");
    assert!(!error.is_refusal());
    error
}

/// Asks for this answer, with the usual patience.
async fn outcome(answer: Answer) -> Result<Vec<u8>, &'static str> {
    let world = World::start().await;
    world.answer("pictures.example/a", answer);
    match world.get(URL).await {
        Ok(fetched) => Ok(fetched.bytes.to_vec()),
        Err(error) => Err(error.reason()),
    }
}

#[tokio::test]
async fn headers_that_do_not_come_are_not_waited_for() {
    let silent = fails(Answer::raw("", Then::Silence)).await;
    assert_eq!(silent.reason(), "too_slow");
    assert_eq!(
        silent.to_string(),
        "it took longer than 0.3 s; use a faster server, or try again later"
    );
    let half = fails(Answer::raw("HTTP/1.1 200 OK\r\ncontent-le", Then::Silence)).await;
    assert_eq!(half.reason(), "too_slow");
}

#[tokio::test]
async fn headers_that_drip_are_not_waited_for() {
    let answer = Answer::raw("HTTP/1.1 200 OK\r\nx: ", Then::Drip(b"a".to_vec()));
    assert_eq!(fails(answer).await.reason(), "too_slow");
}

#[tokio::test]
async fn content_that_drips_or_stops_is_not_waited_for() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
    assert_eq!(
        fails(Answer::raw(head, Then::Drip(b"a".to_vec()))).await.reason(),
        "too_slow"
    );
    assert_eq!(fails(Answer::raw(head, Then::Silence)).await.reason(), "too_slow");
}

#[tokio::test]
async fn redirects_that_are_slow_share_the_time() {
    let world = World::start().await;
    // Each of them takes a good part of the time, none of them all of it.
    for (at, to) in [("a", "b"), ("b", "c"), ("c", "d")] {
        let mut bytes = format!("HTTP/1.1 302 Found\r\nlocation: /{to}\r\nx: ").into_bytes();
        bytes.extend(b"x".repeat(60));
        let answer = Answer::raw("", Then::Drip([bytes.as_slice(), b"\r\n\r\n"].concat()));
        world.answer(&format!("pictures.example/{at}"), answer);
    }
    world.answer("pictures.example/d", Answer::content(b"picture"));
    let time_max = Duration::from_millis(1200);
    let error = world.get_within(time_max, URL).await.expect_err("too slow");
    assert_eq!(error.reason(), "too_slow", "{error}");
    assert!(world.requests().len() >= 2, "a redirect was followed");
}

#[tokio::test]
async fn endless_content_is_cut_off() {
    let closed_at_the_end = "HTTP/1.1 200 OK\r\n\r\n";
    let zeros = vec![0; 64 * 1024];
    let answer = Answer::raw(closed_at_the_end, Then::Repeat(zeros.clone()));
    assert_eq!(outcome(answer).await, Err("too_large"));

    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = [b"10000\r\n".as_slice(), &zeros, b"\r\n"].concat();
    assert_eq!(
        outcome(Answer::raw(chunked, Then::Repeat(chunk))).await,
        Err("too_large")
    );
}

#[tokio::test]
async fn endless_headers_are_cut_off() {
    let lines = b"x-many: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(64);
    let answer = Answer::raw("HTTP/1.1 200 OK\r\n", Then::Repeat(lines));
    assert_eq!(outcome(answer).await, Err("not_http"));
    let answer = Answer::raw("HTTP/1.1 200 OK\r\nx: ", Then::Repeat(vec![b'a'; 65_536]));
    assert_eq!(outcome(answer).await, Err("not_http"));
}

#[tokio::test]
async fn endless_interim_answers_end() {
    let interim = b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec();
    let error = fails(Answer::raw("", Then::Repeat(interim))).await;
    assert_eq!(error.reason(), "too_slow", "{error}");
}

#[tokio::test]
async fn content_of_exactly_the_most_is_taken_and_a_byte_more_is_not() {
    let world = World::start().await;
    let options = FetchOptions {
        len_max: 1000,
        ..FetchOptions::default()
    };
    let fetcher = world.fetcher(options);
    for told in [true, false] {
        for (len, fits) in [(1000, true), (1001, false)] {
            let head = match told {
                true => format!("HTTP/1.1 200 OK\r\ncontent-length: {len}\r\n\r\n"),
                false => "HTTP/1.1 200 OK\r\n\r\n".to_owned(),
            };
            let answer = [head.as_bytes(), &vec![7; len]].concat();
            world.answer("pictures.example/a", Answer::raw(answer, Then::Close));
            match fetcher.get(URL).await {
                Ok(fetched) => assert!(fits && fetched.bytes.len() == len),
                Err(error) => assert!(!fits && error.reason() == "too_large", "{error}"),
            }
        }
    }
}

#[tokio::test]
async fn announced_length_past_the_most_is_refused_at_once() {
    for len in ["8388609", "99999999999", "18446744073709551613"] {
        // Silence follows: whoever waited for the content would say that it is slow.
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {len}\r\n\r\n");
        let answer = Answer::raw(head, Then::Silence);
        assert_eq!(outcome(answer).await, Err("too_large"), "{len}");
    }
}

#[tokio::test]
async fn content_past_the_announced_length_is_not_read() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\npictureHTTP/1.1 200 OK\r\n\r\nmore";
    assert_eq!(
        outcome(Answer::raw(answer, Then::Close)).await,
        Ok(b"picture".to_vec())
    );
}

#[tokio::test]
async fn content_that_breaks_off_is_no_content() {
    let told = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    for then in [Then::Close, Then::BreakOff] {
        for answer in [told, chunked, "HTTP/1.1 200 O", ""] {
            assert_eq!(
                outcome(Answer::raw(answer, then.clone())).await,
                Err("broken_off"),
                "{answer:?}, then {then:?}"
            );
        }
    }
    // Where only the connection's end tells the content's, TLS must have said that it is the end.
    let until_closed = "HTTP/1.1 200 OK\r\n\r\nhalf";
    assert_eq!(
        outcome(Answer::raw(until_closed, Then::BreakOff)).await,
        Err("broken_off")
    );
    assert_eq!(
        outcome(Answer::raw(until_closed, Then::Close)).await,
        Ok(b"half".to_vec())
    );
}

#[tokio::test]
async fn content_in_chunks_is_put_together() {
    let answer =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4;x=y\r\npict\r\n3\r\nure\r\n0\r\nx: y\r\n\r\n";
    assert_eq!(
        outcome(Answer::raw(answer, Then::Close)).await,
        Ok(b"picture".to_vec())
    );
}

#[tokio::test]
async fn compressed_content_is_refused_and_never_unpacked() {
    for encoding in ["gzip", "br", "zstd", "deflate", "gzip, gzip", "x-unknown"] {
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: 4\r\n\r\nbomb");
        assert_eq!(
            outcome(Answer::raw(head, Then::Close)).await,
            Err("compressed"),
            "{encoding}"
        );
    }
    let plain = "HTTP/1.1 200 OK\r\ncontent-encoding: Identity\r\ncontent-length: 7\r\n\r\npicture";
    assert_eq!(
        outcome(Answer::raw(plain, Then::Close)).await,
        Ok(b"picture".to_vec())
    );
}

#[tokio::test]
async fn what_is_not_http_is_told() {
    for answer in [
        "SSH-2.0-OpenSSH_9.9\r\n",
        "\r\n\r\n\r\n+OK redis\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551616\r\n\r\n",
    ] {
        assert_eq!(
            outcome(Answer::raw(answer, Then::Close)).await,
            Err("not_http"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn answer_without_a_file_is_told_with_its_status() {
    let world = World::start().await;
    for status in [204, 206, 401, 403, 404, 410, 429, 500, 503] {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        world.answer("pictures.example/a", Answer::raw(head, Then::Close));
        let error = world.get(URL).await.expect_err("no picture");
        assert_eq!(error.reason(), "status");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
    assert_eq!(world.requests().len(), 9, "nothing is asked twice");
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let world = World::start().await;
    let answer = "HTTP/1.1 302 Found\r\nset-cookie: a=b\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n";
    world.answer("pictures.example/a", Answer::raw(answer, Then::Close));
    world.answer("pictures.example/b", Answer::content(b"picture"));
    world.get(URL).await.expect("a picture");
    for head in world.requests() {
        assert!(!head.to_lowercase().contains("cookie"), "{head}");
    }
}

#[tokio::test]
async fn only_so_many_are_fetched_at_once() {
    let world = Arc::new(World::start().await);
    let slow = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n";
    let drip = Then::Drip(b"picture".to_vec());
    world.answer("pictures.example/a", Answer::raw(slow, drip));
    let fetcher = world.fetcher(FetchOptions {
        at_once_max: 2,
        ..FetchOptions::default()
    });
    let done = Arc::new(AtomicUsize::new(0));
    let mut fetches = JoinSet::new();
    for _ in 0..6 {
        let (fetcher, world, done) = (fetcher.clone(), world.clone(), done.clone());
        fetches.spawn(async move {
            let fetched = fetcher.get(URL).await;
            assert_eq!(fetched.expect("its turn came").bytes, "picture");
            let done = done.fetch_add(1, Ordering::Relaxed);
            assert!(world.dialled().len() <= done + 2, "{done} were done");
        });
    }
    while let Some(fetch) = fetches.join_next().await {
        fetch.expect("no panic");
    }
    assert_eq!(world.dialled().len(), 6);
}

#[tokio::test]
async fn fetch_whose_turn_does_not_come_says_so_and_the_turns_come_back() {
    let world = World::start().await;
    world.answer("pictures.example/a", Answer::raw("", Then::Silence));
    world.answer("pictures.example/b", Answer::content(b"picture"));
    let fetcher = world.fetcher(FetchOptions {
        time_max: SOON,
        at_once_max: 1,
        ..FetchOptions::default()
    });
    let mut fetches = JoinSet::new();
    for _ in 0..5 {
        let fetcher = fetcher.clone();
        fetches.spawn(async move { fetcher.get(URL).await.map_err(|error| error.reason()) });
    }
    let reasons: Vec<_> = fetches
        .join_all()
        .await
        .into_iter()
        .map(|answer| answer.expect_err("silence"))
        .collect();
    // One has the turn at once, one more may get it the moment that its patience ends.
    let busy = reasons.iter().filter(|reason| **reason == "busy").count();
    let slow = reasons.iter().filter(|reason| **reason == "too_slow").count();
    assert!(busy >= 3 && slow >= 1 && busy + slow == 5, "{reasons:?}");

    let fetched = fetcher.get("https://pictures.example/b").await;
    assert_eq!(fetched.expect("the turn came back").bytes, "picture");
}
