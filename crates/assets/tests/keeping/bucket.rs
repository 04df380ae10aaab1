//! A bucket, asked over a real socket.

use assets::{AssetError, AssetOptions, AssetStore, S3Keys, S3Options};
use axum::http::Method;
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::fake_s3::{FakeS3, Fault, KEY_ID, SECRET, Seen};
use crate::suite::every_place_keeps_its_word;
use crate::{HASH_OF_ABC, HOUR, hash, now};

const ABC: Bytes = Bytes::from_static(b"abc");

fn header<'a>(seen: &'a Seen, name: &str) -> Option<&'a str> {
    seen.headers.get(name)?.to_str().ok()
}

#[tokio::test]
async fn bucket_keeps_its_word() {
    let s3 = FakeS3::start().await;
    every_place_keeps_its_word(&s3.store()).await;
    assert_eq!(s3.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn every_request_is_signed_and_names_its_content() {
    let s3 = FakeS3::start().await;
    let store = s3.store();
    let abc = store.put(ABC).await.expect("kept");
    store.get(&abc).await.expect("there");
    store.list().await.expect("listed");
    store.delete(&abc).await.expect("removed");
    let seen = s3.take_seen();
    let methods: Vec<&Method> = seen.iter().map(|seen| &seen.method).collect();
    assert_eq!(
        methods,
        [&Method::PUT, &Method::GET, &Method::GET, &Method::DELETE]
    );
    for seen in &seen {
        let authorization = header(seen, "authorization").expect("signed");
        for part in [
            &format!("AWS4-HMAC-SHA256 Credential={KEY_ID}/"),
            "/eu-central-1/s3/aws4_request",
            "SignedHeaders=",
            "x-amz-content-sha256",
            "x-amz-date",
            "Signature=",
        ] {
            assert!(authorization.contains(part), "{part} in {authorization}");
        }
        assert!(header(seen, "x-amz-date").is_some());
        let told = format!("{:?} {} {:?}", seen.headers, seen.uri, seen.body);
        assert!(!told.contains(SECRET), "the key stays at home");
    }
    let put = &seen[0];
    assert_eq!(put.body, ABC);
    // The server can see for itself that nothing was lost on the way.
    assert_eq!(header(put, "x-amz-content-sha256"), Some(HASH_OF_ABC));
    let path = format!("/pictures/droas/backgrounds/{}/{HASH_OF_ABC}", &HASH_OF_ABC[..2]);
    assert_eq!(put.uri.path(), path);
}

#[tokio::test]
async fn keys_that_are_lent_send_their_token() {
    let s3 = FakeS3::start().await;
    let mut options = s3.options();
    options.keys.session_token = Some("lent for an hour".into());
    let store = AssetStore::open(&AssetOptions::S3(options)).expect("valid options");
    store.put(ABC).await.expect("kept");
    let seen = s3.take_seen();
    assert_eq!(header(&seen[0], "x-amz-security-token"), Some("lent for an hour"));
}

#[tokio::test]
async fn others_objects_are_neither_listed_nor_collected() {
    let s3 = FakeS3::start().await;
    let store = s3.store();
    for number in 0..5 {
        store
            .put(Bytes::from(format!("file {number}")))
            .await
            .expect("kept");
    }
    let elsewhere = format!("other/{}/{HASH_OF_ABC}", &HASH_OF_ABC[..2]);
    let beside = "droas/backgrounds/notes.txt".to_owned();
    let sibling = format!("droas/backgrounds2/{}/{HASH_OF_ABC}", &HASH_OF_ABC[..2]);
    for key in [&elsewhere, &beside, &sibling] {
        s3.insert(key, b"abc");
    }
    assert_eq!(store.list().await.expect("listed").len(), 5, "over three pages");
    let collected = store
        .collect_unused(|_| false, HOUR, now() + 2 * HOUR)
        .await
        .expect("collected");
    assert_eq!((collected.removed, collected.stay), (5, 0));
    assert_eq!(s3.keys(), [beside, sibling, elsewhere]);
}

#[tokio::test]
async fn bucket_without_a_prefix_works_as_well() {
    let s3 = FakeS3::start().await;
    let options = S3Options {
        prefix: String::new(),
        ..s3.options()
    };
    let store = AssetStore::open(&AssetOptions::S3(options)).expect("valid options");
    every_place_keeps_its_word(&store).await;
}

#[tokio::test]
async fn server_that_fails_for_a_moment_is_asked_again() {
    let s3 = FakeS3::start().await;
    let store = s3.store();
    let faults = [
        Fault::Status(503, "SlowDown"),
        Fault::Status(500, "InternalError"),
    ];
    s3.fail_next(faults.clone());
    let abc = store.put(ABC).await.expect("kept at the third try");
    assert_eq!(s3.take_seen().len(), 3);
    s3.fail_next(faults);
    assert_eq!(store.get(&abc).await.expect("there"), "abc");
    assert_eq!(s3.take_seen().len(), 3);
}

#[tokio::test]
async fn server_that_goes_on_failing_is_given_up() {
    let s3 = FakeS3::start().await;
    let store = s3.store();
    s3.fail_next(vec![Fault::Status(503, "SlowDown"); 20]);
    let error = store.put(ABC).await.expect_err("it fails");
    assert!(matches!(error, AssetError::Unavailable { .. }), "{error}");
    assert!(
        error.to_string().contains("SlowDown: Because of SlowDown."),
        "{error}"
    );
    assert_eq!(s3.take_seen().len(), 4, "once, and three times again");
    s3.heal();
    store.put(ABC).await.expect("it is well again");
}

#[tokio::test]
async fn refusal_is_told_in_the_servers_words_and_not_repeated() {
    let s3 = FakeS3::start().await;
    let store = s3.store();
    for (status, code) in [
        (403, "SignatureDoesNotMatch"),
        (403, "AccessDenied"),
        (401, "Unauthorized"),
        (400, "AuthorizationHeaderMalformed"),
        (301, "PermanentRedirect"),
    ] {
        s3.fail_next([Fault::Status(status, code)]);
        let error = store.put(ABC).await.expect_err(code);
        assert!(matches!(error, AssetError::Refused { .. }), "{error}");
        assert!(
            error.to_string().contains(code) || status == 301,
            "{code} in {error}"
        );
        assert!(
            error.to_string().contains("s3://pictures/droas/backgrounds"),
            "{error}"
        );
        assert_eq!(s3.take_seen().len(), 1, "{code}");
    }
    for code in ["InvalidAccessKeyId", "AccessDenied"] {
        s3.fail_next(vec![Fault::Status(403, code); 4]);
        let abc = hash(HASH_OF_ABC);
        let errors = [
            store.probe().await.err(),
            store.get(&abc).await.err(),
            store.list().await.err(),
            store.delete(&abc).await.err(),
        ];
        for error in errors {
            assert!(
                matches!(error, Some(AssetError::Refused { .. })),
                "{code}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn bucket_that_does_not_exist_is_not_an_empty_one() {
    let s3 = FakeS3::start().await;
    let options = S3Options {
        bucket: "picturs".to_owned(),
        ..s3.options()
    };
    let store = AssetStore::open(&AssetOptions::S3(options)).expect("valid options");
    let errors = [
        store.probe().await.err(),
        store.put(ABC).await.err(),
        store.get(&hash(HASH_OF_ABC)).await.err(),
        store.list().await.err(),
        store.delete(&hash(HASH_OF_ABC)).await.err(),
    ];
    for error in errors {
        assert!(matches!(error, Some(AssetError::NoBucket { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn damaged_object_is_an_error_and_not_a_picture() {
    let s3 = FakeS3::start().await;
    let store = s3.store();
    let abc = store.put(ABC).await.expect("kept");
    for damage in [b"abd".as_slice(), b""] {
        s3.fail_next([Fault::Content(damage)]);
        let error = store.get(&abc).await.expect_err("damaged");
        assert!(matches!(error, AssetError::Corrupt { .. }), "{error}");
    }
    assert_eq!(store.get(&abc).await.expect("there"), "abc");
}

#[tokio::test]
async fn server_that_is_not_there_is_told() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    };
    let options = S3Options {
        endpoint: format!("http://{address}").parse().ok(),
        ..FakeS3::start().await.options()
    };
    let store = AssetStore::open(&AssetOptions::S3(options)).expect("valid options");
    let error = store.put(ABC).await.expect_err("nobody there");
    assert!(matches!(error, AssetError::Unavailable { .. }), "{error}");
    assert!(
        error.to_string().contains("s3://pictures/droas/backgrounds"),
        "{error}"
    );
}

#[test]
fn keys_do_not_show() {
    let options = AssetOptions::S3(S3Options {
        bucket: "pictures".to_owned(),
        prefix: String::new(),
        endpoint: None,
        region: "eu-central-1".to_owned(),
        keys: S3Keys {
            id: KEY_ID.to_owned(),
            secret: SECRET.into(),
            session_token: Some("lent".into()),
        },
    });
    let store = AssetStore::open(&options).expect("valid options");
    let shown = format!("{options:?} {options} {store:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("lent"), "{shown}");
}

#[test]
fn options_that_cannot_be_right_are_refused() {
    let options = AssetOptions::S3(S3Options {
        bucket: "pictures".to_owned(),
        prefix: "a/../b".to_owned(),
        endpoint: None,
        region: "eu-central-1".to_owned(),
        keys: S3Keys {
            id: KEY_ID.to_owned(),
            secret: SECRET.into(),
            session_token: None,
        },
    });
    let error = AssetStore::open(&options).expect_err("no path");
    assert!(matches!(error, AssetError::BadOptions { .. }), "{error}");
}
