//! Redirects: each is a URL from a stranger, and checked like the first.

use crate::world::{ADDRESS, Answer, World};

#[tokio::test]
async fn three_redirects_are_followed_and_a_fourth_is_not() {
    let world = World::start().await;
    world.name("other.example", &["1.1.1.1"]);
    for (at, status, to) in [
        ("pictures.example/1", 301, "https://other.example/2"),
        ("other.example/2", 307, "/3"),
        ("other.example/3", 308, "//pictures.example/4"),
    ] {
        world.answer(at, Answer::redirect(status, to));
    }
    world.answer("pictures.example/4", Answer::content(b"picture"));
    let fetched = world.get("https://pictures.example/1").await.expect("a picture");
    assert_eq!(fetched.bytes, "picture");
    assert_eq!(fetched.url.as_str(), "https://pictures.example/4");
    let at = |address: &str| format!("{address}:443");
    let path = [at(ADDRESS), at("1.1.1.1"), at("1.1.1.1"), at(ADDRESS)];
    assert_eq!(world.dialled(), path);

    world.answer("pictures.example/4", Answer::redirect(303, "5"));
    world.answer("pictures.example/5", Answer::content(b"picture"));
    let error = world
        .get("https://pictures.example/1")
        .await
        .expect_err("one too many");
    assert_eq!(error.reason(), "too_many_redirects");
    assert_eq!(world.dialled().len(), 8);
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let world = World::start().await;
    world.answer("pictures.example/a", Answer::redirect(302, "/b"));
    world.answer("pictures.example/b", Answer::redirect(302, "/a"));
    world.answer("pictures.example/self", Answer::redirect(302, ""));
    for url in ["https://pictures.example/a", "https://pictures.example/self"] {
        let error = world.get(url).await.expect_err("a circle");
        assert_eq!(error.reason(), "too_many_redirects", "{error}");
    }
    assert_eq!(world.requests().len(), 8);
}

#[tokio::test]
async fn redirect_to_what_would_be_refused_is_refused() {
    let world = World::start().await;
    world.name("inside.example", &["10.0.0.5"]);
    world.name("rebound.example", &["::ffff:127.0.0.1"]);
    world.name("half.example", &[ADDRESS, "192.168.0.1"]);
    for (location, reason) in [
        ("http://pictures.example/a.png", "not_https"),
        ("http://169.254.169.254/latest/meta-data/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("data:,hi", "not_https"),
        ("https://pictures.example:8443/", "other_port"),
        ("https://user:password@pictures.example/", "has_user_info"),
        ("https://localhost/", "host_not_public"),
        ("https://localhost./", "host_not_public"),
        ("//metadata.google.internal/", "host_not_public"),
        ("https://127.0.0.1/", "address_not_global"),
        ("//0x7f.1/", "address_not_global"),
        ("https://2852039166/", "address_not_global"),
        ("https://[::1]/", "address_not_global"),
        ("https://[fe80::1]/", "address_not_global"),
        ("https://[::ffff:10.0.0.1]/", "address_not_global"),
        ("https://[64:ff9b::a00:1]/", "address_not_global"),
        ("https://[2002:a00:1::]/", "address_not_global"),
        ("https://100.64.0.1/", "address_not_global"),
        ("https://inside.example/", "address_not_global"),
        ("https://rebound.example/", "address_not_global"),
        ("https://half.example/", "address_not_global"),
        ("https://[oops/", "not_a_url"),
    ] {
        world.answer("pictures.example/a", Answer::redirect(302, location));
        let error = world.get("https://pictures.example/a").await.expect_err(location);
        assert_eq!(error.reason(), reason, "{location}: {error}");
        assert!(error.is_refusal(), "{location}: {error}");
        assert!(error.to_string().starts_with("after a redirect: "), "{error}");
    }
    let long = format!("/{}", "a".repeat(10_000));
    world.answer("pictures.example/a", Answer::redirect(302, &long));
    let error = world
        .get("https://pictures.example/a")
        .await
        .expect_err("too long");
    assert_eq!(error.reason(), "url_too_long");
    let only = format!("{ADDRESS}:443");
    assert!(world.dialled().iter().all(|address| *address == only));
}

#[tokio::test]
async fn redirect_to_nowhere_is_told() {
    let world = World::start().await;
    let nowhere = "HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n";
    let no_text = b"HTTP/1.1 302 Found\r\nlocation: /\xff\xfe\r\ncontent-length: 0\r\n\r\n";
    for answer in [nowhere.as_bytes(), no_text] {
        world.answer(
            "pictures.example/a",
            Answer::raw(answer, crate::world::Then::Close),
        );
        let error = world
            .get("https://pictures.example/a")
            .await
            .expect_err("nowhere");
        assert_eq!(error.reason(), "bad_redirect", "{error}");
    }
}

#[tokio::test]
async fn other_statuses_of_three_hundred_are_no_redirects() {
    let world = World::start().await;
    for status in [300, 304, 305, 306] {
        world.answer(
            "pictures.example/a",
            Answer::redirect(status, "https://pictures.example/b"),
        );
        let error = world
            .get("https://pictures.example/a")
            .await
            .expect_err("no picture");
        assert_eq!(error.reason(), "status", "{error}");
    }
}
