use std::time::Duration;

use axum::http::HeaderName;

use super::*;

const TEXT: &str = "0123456789abcdef";
const NOW: UnixMs = UnixMs(1_800_000_000_000);

fn token() -> AccessToken {
    AccessToken::parse(TEXT).expect("a token")
}

fn headers<const N: usize>(all: [(HeaderName, &str); N]) -> HeaderMap {
    all.into_iter()
        .map(|(name, value)| (name, value.parse().expect("a header")))
        .collect()
}

fn with_host(host: &str) -> HeaderMap {
    headers([(header::HOST, host)])
}

/// What a browser sends back of a cookie.
fn kept(cookie: &str) -> String {
    cookie.split(';').next().expect("a pair").to_owned()
}

#[test]
fn page_is_for_who_names_this_machine_when_it_listens_there_alone() {
    let access = Access::at("127.0.0.1:8437".parse().expect("an address"), None);
    for host in [
        "127.0.0.1",
        "127.0.0.1:8437",
        "127.9.9.9:1",
        "localhost",
        "LocalHost:8437",
        "[::1]:8437",
        "[::1]",
        "[::ffff:127.0.0.1]:80",
    ] {
        assert_eq!(access.admits(Room::Page, &with_host(host), NOW), Ok(()), "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8437",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8437",
        "localhost:evil",
        "192.168.1.4:8437",
        "[2001:db8::1]:8437",
        "",
        ":8437",
        "[",
    ] {
        for room in [Room::Page, Room::Figures] {
            let answer = access.admits(room, &with_host(host), NOW);
            assert_eq!(answer, Err(Denied::StrangeHost), "{host}");
        }
    }
    assert_eq!(access.admits(Room::Page, &HeaderMap::new(), NOW), Ok(()));
}

#[test]
fn page_is_for_nobody_when_others_can_ask_and_there_is_no_token() {
    for address in ["0.0.0.0:8437", "[::]:8437", "192.168.1.4:8437"] {
        let access = Access::at(address.parse().expect("an address"), None);
        let asked = with_host("localhost");
        assert_eq!(access.admits(Room::Page, &asked, NOW), Err(Denied::NoTokenIsSet));
        assert_eq!(access.admits(Room::Figures, &asked, NOW), Ok(()));
        assert_eq!(access.sign_in(b"", NOW), None);
    }
}

#[test]
fn token_opens_by_header_whatever_the_host() {
    let access = Access::at("127.0.0.1:8437".parse().expect("an address"), Some(token()));
    let shown = |value: &str| {
        let asked = headers([(header::HOST, "evil.example"), (header::AUTHORIZATION, value)]);
        access.admits(Room::Figures, &asked, NOW)
    };
    assert_eq!(shown(&format!("Bearer {TEXT}")), Ok(()));
    assert_eq!(shown(&format!("bearer  {TEXT} ")), Ok(()));
    for wrong in [
        "Bearer 0123456789abcdeg",
        "Bearer 0123456789abcde",
        "Bearer 0123456789abcdeff",
        "Bearer x",
    ] {
        assert_eq!(shown(wrong), Err(Denied::TokenIsWrong), "{wrong}");
    }
    for missing in ["", "Basic QWxhZGRpbjpvcGVu", TEXT] {
        assert_eq!(shown(missing), Err(Denied::TokenIsMissing), "{missing}");
    }
    let nothing = access.admits(Room::Page, &with_host("localhost"), NOW);
    assert_eq!(nothing, Err(Denied::TokenIsMissing));
}

#[test]
fn session_opens_for_a_week_and_in_every_process_with_the_token() {
    let access = Access::WhoHas(token());
    assert_eq!(access.sign_in(b"0123456789abcdeg", NOW), None);
    let cookie = access.sign_in(TEXT.as_bytes(), NOW).expect("the token");
    assert!(
        cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    assert!(!cookie.contains(TEXT), "the cookie is not the token");
    let asked = headers([(
        header::COOKIE,
        &format!("theme=dark; droas_session=old; {}", kept(&cookie)),
    )]);
    let week = Duration::from_secs(7 * 24 * 3600);
    assert_eq!(access.admits(Room::Page, &asked, NOW), Ok(()));
    let at_the_end = access.admits(Room::Page, &asked, NOW + week);
    assert_eq!(at_the_end, Err(Denied::TokenIsMissing));
    assert_eq!(Access::WhoHas(token()).admits(Room::Page, &asked, NOW), Ok(()));
    let other = AccessToken::parse("another token ".trim()).map_err(|error| error.to_string());
    assert!(other.is_err_and(|sentence| sentence.contains("without spaces")));
    let changed = Access::WhoHas(AccessToken::parse("fedcba9876543210").expect("a token"));
    assert_eq!(
        changed.admits(Room::Page, &asked, NOW),
        Err(Denied::TokenIsMissing)
    );
}

#[test]
fn session_that_was_tampered_with_opens_nothing() {
    let token = token();
    let session = token.session(NOW);
    assert!(token.knows(&session, NOW));
    let (until, signature) = session.split_once('.').expect("two parts");
    for forged in [
        format!("{}.{signature}", until.parse::<i64>().expect("a time") + 1),
        format!("{until}."),
        format!("{until}.{}", &signature[2..]),
        format!("{until}.{signature}00"),
        format!(
            "{until}.{}",
            signature.replace(|digit: char| digit.is_ascii_digit(), "f")
        ),
        format!("{until}.{}", "ü".repeat(32)),
        format!("+{session}x"),
        String::new(),
        ".".to_owned(),
    ] {
        assert!(!token.knows(&forged, NOW), "{forged}");
    }
}

#[test]
fn token_that_could_be_guessed_or_not_be_sent_is_refused_and_none_is_printed() {
    assert_eq!(
        AccessToken::parse("0123456789abcde").map(drop),
        Err(AccessTokenError::TooShort { len: 15 })
    );
    assert_eq!(
        AccessToken::parse(&"a".repeat(513)).map(drop),
        Err(AccessTokenError::TooLong { len: 513 })
    );
    for strange in ["0123456789 abcdef", "0123456789abcdef\n", "0123456789abcdéf"] {
        assert_eq!(
            AccessToken::parse(strange).map(drop),
            Err(AccessTokenError::StrangeCharacter)
        );
    }
    assert_eq!(
        format!("{:?}", Access::WhoHas(token())),
        "WhoHas(AccessToken(..))"
    );
}
