//! Names: what they lead to is checked, and what was checked is connected to.

use std::time::Duration;

use fetch::FetchError;
use tokio::net::TcpListener;

use crate::world::{ADDRESS, Answer, World, header};

fn kind(error: &FetchError) -> &'static str {
    match error {
        FetchError::AddressNotGlobal { kind, .. } => kind.name(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn picture_of_a_public_host_is_fetched() {
    let world = World::start().await;
    world.answer("pictures.example/a.png?b=c", Answer::content(b"picture"));
    let fetched = world.get("https://Pictures.Example/x/../a.png?b=c#part").await;
    let fetched = fetched.expect("a picture");
    assert_eq!(fetched.bytes, "picture");
    assert_eq!(fetched.url.as_str(), "https://pictures.example/a.png?b=c");
    assert_eq!(world.lookups(), ["pictures.example"]);
    assert_eq!(world.dialled(), [format!("{ADDRESS}:443")]);
}

#[tokio::test]
async fn request_says_who_asks_and_nothing_else() {
    let world = World::start().await;
    world.answer("pictures.example/a", Answer::redirect(302, "/b"));
    world.answer("pictures.example/b", Answer::content(b"picture"));
    world.get("https://pictures.example/a").await.expect("a picture");
    for head in world.requests() {
        let mut names: Vec<String> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, _)| name.to_lowercase())
            .collect();
        names.sort();
        let expected = ["accept", "accept-encoding", "connection", "host", "user-agent"];
        assert_eq!(names, expected, "no cookie, no referer, nothing of ours");
        assert!(header(&head, "user-agent").is_some_and(|agent| agent.starts_with("droas/")));
        assert_eq!(header(&head, "accept-encoding"), Some("identity"));
        assert_eq!(header(&head, "connection"), Some("close"));
    }
    assert_eq!(world.requests().len(), 2);
}

#[tokio::test]
async fn global_address_is_asked_by_its_number() {
    let world = World::start().await;
    for (url, at, dialled) in [
        ("https://1.1.1.1/a", "1.1.1.1/a", "1.1.1.1:443"),
        ("https://16843009/a", "1.1.1.1/a", "1.1.1.1:443"),
        (
            "https://[2606:4700:0::6810:85e5]/a",
            "[2606:4700::6810:85e5]/a",
            "[2606:4700::6810:85e5]:443",
        ),
    ] {
        world.answer(at, Answer::content(b"picture"));
        assert_eq!(world.get(url).await.expect("a picture").bytes, "picture");
        assert_eq!(world.dialled().last().map(String::as_str), Some(dialled));
    }
    assert_eq!(world.lookups(), Vec::<String>::new());
}

#[tokio::test]
async fn name_in_another_script_is_looked_up_in_ascii() {
    let world = World::start().await;
    world.name("xn--bcher-kva.example", &[ADDRESS]);
    world.answer("xn--bcher-kva.example/%E6%9E%97.png", Answer::content(b"picture"));
    let fetched = world
        .get("https://bücher.example/林.png")
        .await
        .expect("a picture");
    assert_eq!(fetched.bytes, "picture");
    assert_eq!(world.lookups(), ["xn--bcher-kva.example"]);
}

#[tokio::test]
async fn dot_at_the_end_of_a_name_changes_nothing() {
    let world = World::start().await;
    world.answer("pictures.example/a", Answer::content(b"picture"));
    let fetched = world.get("https://pictures.example./a").await.expect("a picture");
    assert_eq!(fetched.url.as_str(), "https://pictures.example/a");
}

#[tokio::test]
async fn name_that_leads_to_an_address_that_is_not_global_is_refused() {
    let world = World::start().await;
    for (address, expected) in [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.20.0.2", "private"),
        ("192.168.0.10", "private"),
        ("100.127.0.1", "shared"),
        ("169.254.169.254", "link_local"),
        ("fe80::1", "link_local"),
        ("fd12:3456::1", "unique_local"),
        ("fec0::1", "site_local"),
        ("224.0.0.251", "multicast"),
        ("ff02::fb", "multicast"),
        ("203.0.113.7", "documentation"),
        ("2001:db8::7", "documentation"),
        ("198.19.0.1", "benchmarking"),
        ("255.255.255.255", "broadcast"),
        ("250.0.0.1", "reserved"),
        ("::ffff:10.0.0.1", "v4_mapped"),
        ("::10.0.0.1", "v4_compatible"),
        ("64:ff9b::a00:1", "nat64"),
        ("64:ff9b:1::a00:1", "nat64"),
        ("2002:a00:1::1", "6to4"),
        ("2001::a00:1", "teredo"),
        ("168.63.129.16", "cloud_service"),
    ] {
        world.name("pictures.example", &[address]);
        let error = world
            .get("https://pictures.example/a")
            .await
            .expect_err("refused");
        assert_eq!(kind(&error), expected, "{address}");
        assert!(
            !error.to_string().contains(address),
            "where names lead is not for strangers: {error}"
        );
    }
    assert_eq!(world.dialled(), Vec::<String>::new());
}

#[tokio::test]
async fn one_private_address_among_several_spoils_them_all() {
    let world = World::start().await;
    for addresses in [
        ["10.0.0.1", ADDRESS, "1.1.1.1", "8.8.8.8", "9.9.9.9"],
        [ADDRESS, "1.1.1.1", "8.8.8.8", "9.9.9.9", "10.0.0.1"],
        [ADDRESS, "1.1.1.1", "::ffff:1.1.1.1", "8.8.8.8", "9.9.9.9"],
    ] {
        world.name("pictures.example", &addresses);
        let error = world
            .get("https://pictures.example/a")
            .await
            .expect_err("refused");
        assert_eq!(error.reason(), "address_not_global", "{addresses:?}");
    }
    assert_eq!(world.dialled(), Vec::<String>::new());
}

#[tokio::test]
async fn name_that_changes_between_check_and_connection_is_not_looked_up_again() {
    let world = World::start().await;
    world.name_that_changes("pictures.example", &[&[ADDRESS], &["127.0.0.1"]]);
    world.answer("pictures.example/a", Answer::content(b"picture"));
    let fetched = world.get("https://pictures.example/a").await.expect("a picture");
    assert_eq!(fetched.bytes, "picture");
    assert_eq!(world.lookups(), ["pictures.example"]);
    assert_eq!(world.dialled(), [format!("{ADDRESS}:443")]);

    let error = world
        .get("https://pictures.example/a")
        .await
        .expect_err("it leads home now");
    assert_eq!(kind(&error), "loopback");
    assert_eq!(world.dialled().len(), 1);
}

#[tokio::test]
async fn name_that_changes_before_a_redirect_is_checked_again() {
    let world = World::start().await;
    world.name_that_changes("pictures.example", &[&[ADDRESS], &["127.0.0.1"]]);
    world.answer("pictures.example/a", Answer::redirect(302, "/b"));
    world.answer("pictures.example/b", Answer::content(b"secret"));
    let error = world
        .get("https://pictures.example/a")
        .await
        .expect_err("refused");
    assert_eq!(error.reason(), "address_not_global", "{error}");
    assert_eq!(world.requests().len(), 1);
}

#[tokio::test]
async fn name_without_addresses_is_not_found() {
    let world = World::start().await;
    world.name("nothing.example", &[]);
    for host in ["nothing.example", "unknown.example"] {
        let error = world
            .get(&format!("https://{host}/"))
            .await
            .expect_err("not found");
        assert_eq!(error.reason(), "name_not_found");
        assert!(!error.is_refusal());
    }
}

#[tokio::test]
async fn address_that_takes_no_connection_gives_way_to_the_next() {
    let world = World::start().await;
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    };
    world.route("1.1.1.1", closed);
    world.name("pictures.example", &["1.1.1.1", ADDRESS]);
    world.answer("pictures.example/a", Answer::content(b"picture"));
    world.get("https://pictures.example/a").await.expect("a picture");
    assert_eq!(world.dialled(), ["1.1.1.1:443", &format!("{ADDRESS}:443")]);

    world.name("pictures.example", &["1.1.1.1"]);
    let error = world
        .get("https://pictures.example/a")
        .await
        .expect_err("nobody there");
    assert_eq!(error.reason(), "unreachable", "{error}");
}

#[tokio::test]
async fn only_a_few_of_many_addresses_are_tried() {
    let world = World::start().await;
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    };
    let addresses: Vec<String> = (1..=200).map(|last| format!("1.1.1.{last}")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    for address in &addresses {
        world.route(address, closed);
    }
    world.name("pictures.example", &addresses);
    let error = world
        .get("https://pictures.example/a")
        .await
        .expect_err("nobody there");
    assert_eq!(error.reason(), "unreachable");
    assert_eq!(world.dialled().len(), 3);
}

#[tokio::test]
async fn server_with_another_names_certificate_is_not_asked() {
    let world = World::start().await;
    world.name("stranger.example", &[ADDRESS]);
    world.answer("stranger.example/a", Answer::content(b"picture"));
    let error = world
        .get("https://stranger.example/a")
        .await
        .expect_err("another name");
    assert_eq!(error.reason(), "tls", "{error}");
    assert_eq!(world.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn server_with_an_expired_certificate_is_not_asked() {
    let mut certificate =
        rcgen::CertificateParams::new(["pictures.example".to_owned()]).expect("a valid name");
    certificate.not_before = rcgen::date_time_ymd(2019, 1, 1);
    certificate.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let world = World::start_with(certificate).await;
    let error = world
        .get("https://pictures.example/a")
        .await
        .expect_err("expired");
    assert_eq!(error.reason(), "tls", "{error}");
}

#[tokio::test]
async fn server_that_does_not_speak_tls_is_given_up() {
    let world = World::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    world.route(ADDRESS, listener.local_addr().expect("an address"));
    let plain = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer)
            .await
            .expect("written");
        stream
    });
    let error = world
        .get("https://pictures.example/a")
        .await
        .expect_err("not TLS");
    assert_eq!(error.reason(), "tls", "{error}");
    plain.await.expect("no panic");
}

#[tokio::test]
async fn server_that_never_begins_tls_is_given_up() {
    let world = World::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    world.route(ADDRESS, listener.local_addr().expect("an address"));
    let time_max = Duration::from_millis(200);
    let error = world
        .get_within(time_max, "https://pictures.example/a")
        .await
        .expect_err("silence");
    assert_eq!(error.reason(), "too_slow", "{error}");
    drop(listener);
}
