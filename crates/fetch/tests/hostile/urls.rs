//! URLs that are never asked, whatever anybody answers.

use fetch::{FetchOptions, Fetcher};

use crate::world::{Answer, World};

/// Asks a URL that must be refused for a reason, and without a connection.
async fn refuses(world: &World, url: &str, reason: &str) {
    let error = world.get(url).await.expect_err(url);
    assert_eq!(error.reason(), reason, "{url}: {error}");
    assert!(error.is_refusal(), "{url}: {error}");
    assert_eq!(world.dialled(), Vec::<String>::new(), "{url}");
}

#[tokio::test]
async fn only_https_is_asked() {
    let world = World::start().await;
    for url in [
        "http://pictures.example/a.png",
        "HTTP://pictures.example/a.png",
        "ftp://pictures.example/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "gopher://pictures.example/_GET",
        "wss://pictures.example/",
        "javascript:alert(1)",
        "unix:/run/a.sock",
    ] {
        refuses(&world, url, "not_https").await;
    }
}

#[tokio::test]
async fn what_is_no_url_is_refused() {
    let world = World::start().await;
    for url in [
        "",
        "pictures.example/a.png",
        "//pictures.example/a.png",
        "https://",
        "https:///",
        "https://?a",
        "https://pictures..example/",
        "https://pictures.example../",
        "https://.pictures.example/",
        "https://pictures.example:99999/",
        "https://pictures example/",
        "https://[::1",
        "https://[v1.x]/",
        "https://1.2.3.4.5/",
        "https://256.256.256.256/",
        "https://pictures%00.example/",
        "https://pictures%2eexample%2f@/",
        "https://-pictures.example/",
        "https://pict!ures.example/",
    ] {
        refuses(&world, url, "not_a_url").await;
    }
    let long_part = format!("https://{}.example/", "a".repeat(64));
    refuses(&world, &long_part, "not_a_url").await;
    let long_name = format!("https://{}example/", "a.".repeat(124));
    refuses(&world, &long_name, "not_a_url").await;
}

#[tokio::test]
async fn url_of_ten_thousand_characters_is_refused() {
    let world = World::start().await;
    let url = format!("https://pictures.example/{}", "a".repeat(10_000));
    refuses(&world, &url, "url_too_long").await;
    // Three bytes become nine.
    let url = format!("https://pictures.example/{}", "林".repeat(600));
    assert!(url.len() < 2048);
    refuses(&world, &url, "url_too_long").await;
}

#[tokio::test]
async fn user_info_is_refused() {
    let world = World::start().await;
    for url in [
        "https://user@pictures.example/",
        "https://user:password@pictures.example/",
        "https://:password@pictures.example/",
        "https://pictures.example@127.0.0.1/",
        "https://pictures.example%40127.0.0.1@pictures.example/",
    ] {
        refuses(&world, url, "has_user_info").await;
    }
}

#[tokio::test]
async fn only_port_443_is_asked() {
    let world = World::start().await;
    for port in [0, 22, 80, 444, 8443, 65535] {
        let url = format!("https://pictures.example:{port}/");
        refuses(&world, &url, "other_port").await;
    }
    world.answer("pictures.example/a.png", Answer::content(b"picture"));
    let fetched = world.get("https://pictures.example:443/a.png").await;
    assert_eq!(fetched.expect("the port of https").bytes, "picture");
}

#[tokio::test]
async fn names_of_the_local_network_are_not_even_looked_up() {
    let world = World::start().await;
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "localhost.localhost",
        "ｌｏｃａｌｈｏｓｔ",
        "loc%61lhost",
        "printer.local",
        "metadata.google.internal",
        "metadata.google.internal.",
        "router.home.arpa",
        "hidden.onion",
        "postgres",
        "metadata",
    ] {
        refuses(&world, &format!("https://{host}/"), "host_not_public").await;
    }
    assert_eq!(world.lookups(), Vec::<String>::new());
}

#[tokio::test]
async fn address_that_is_not_global_is_refused_in_every_spelling() {
    let world = World::start().await;
    for (host, kind) in [
        // The machine itself: plain, short, decimal, octal, hexadecimal, mixed, with a dot, in full-width digits.
        ("127.0.0.1", "loopback"),
        ("127.1", "loopback"),
        ("127.0.1", "loopback"),
        ("2130706433", "loopback"),
        ("017700000001", "loopback"),
        ("0x7f000001", "loopback"),
        ("0X7F.1", "loopback"),
        ("0177.0.0.01", "loopback"),
        ("0x7f.0x0.0x0.0x1", "loopback"),
        ("127.0.0.1.", "loopback"),
        ("2130706433.", "loopback"),
        ("127.255.255.254", "loopback"),
        ("１２７.０.０.１", "loopback"),
        ("%31%32%37.0.0.1", "loopback"),
        ("127。0。0。1", "loopback"),
        ("[::1]", "loopback"),
        ("[0:0:0:0:0:0:0:1]", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("0", "unspecified"),
        ("0x0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("[::]", "unspecified"),
        // Its neighbours.
        ("10.0.0.1", "private"),
        ("167772161", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("0300.0250.1.1", "private"),
        ("100.64.0.1", "shared"),
        ("100.100.100.200", "shared"),
        ("[fc00::1]", "unique_local"),
        ("[fd00:ec2::254]", "unique_local"),
        ("[fec0::1]", "site_local"),
        // A cloud's metadata.
        ("169.254.169.254", "link_local"),
        ("2852039166", "link_local"),
        ("0xa9fea9fe", "link_local"),
        ("[fe80::1]", "link_local"),
        ("168.63.129.16", "cloud_service"),
        // Nobody, and everybody.
        ("192.0.0.192", "reserved"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("4294967295", "broadcast"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("[ff02::1]", "multicast"),
        ("192.0.2.1", "documentation"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("[2001:db8::1]", "documentation"),
        ("[3fff::1]", "documentation"),
        ("198.18.0.1", "benchmarking"),
        ("[2001:2::1]", "benchmarking"),
        ("[100::1]", "reserved"),
        ("[4000::1]", "reserved"),
        // IPv4 in another dress, be it a global address.
        ("[::ffff:127.0.0.1]", "v4_mapped"),
        ("[::ffff:7f00:1]", "v4_mapped"),
        ("[::ffff:8.8.8.8]", "v4_mapped"),
        ("[::127.0.0.1]", "v4_compatible"),
        ("[::8.8.8.8]", "v4_compatible"),
        ("[64:ff9b::127.0.0.1]", "nat64"),
        ("[64:ff9b::8.8.8.8]", "nat64"),
        ("[64:ff9b:1::7f00:1]", "nat64"),
        ("[2002:7f00:1::1]", "6to4"),
        ("192.88.99.1", "6to4"),
        ("[2001:0:53aa:64c::1]", "teredo"),
        ("[2001:470::5efe:10.0.0.1]", "isatap"),
        ("[2001:470::200:5efe:8.8.8.8]", "isatap"),
    ] {
        let url = format!("https://{host}/latest/meta-data/");
        refuses(&world, &url, "address_not_global").await;
        let error = world.get(&url).await.expect_err("refused before");
        let fetch::FetchError::AddressNotGlobal { kind: found, .. } = error else {
            panic!("{host}: {error}")
        };
        assert_eq!(found.name(), kind, "{host}");
    }
    assert_eq!(world.lookups(), Vec::<String>::new());
}

#[tokio::test]
async fn address_with_a_zone_is_no_url() {
    let world = World::start().await;
    refuses(&world, "https://[fe80::1%25eth0]/", "not_a_url").await;
}

#[tokio::test]
async fn fetcher_without_a_test_door_has_the_same_checks() {
    let fetcher = Fetcher::new(FetchOptions::default());
    for (url, reason) in [
        ("http://pictures.example/", "not_https"),
        ("https://localhost/", "host_not_public"),
        ("https://127.1/", "address_not_global"),
        ("https://[::ffff:a00:1]/", "address_not_global"),
        ("https://169.254.169.254/", "address_not_global"),
    ] {
        let error = fetcher.get(url).await.expect_err(url);
        assert_eq!(error.reason(), reason, "{url}: {error}");
    }
}
