use std::path::PathBuf;

use super::*;
use crate::config::schema::Settings;

const KEYS: [(&str, &str); 2] = [(S3_KEY_ID, "AKIDEXAMPLE"), (S3_SECRET, "wJalrXUtnFEMI/K7MDENG")];

/// Reads a section as a file has it, with these variables.
fn read(file: &str, variables: &[(&str, &str)]) -> Result<AssetOptions, String> {
    let settings: Settings = toml::from_str(&format!("[assets]\n{file}")).expect("valid TOML");
    let mut environment = Environment::default();
    environment.extend(variables);
    let mut mistakes = Vec::new();
    let database = Path::new("/data/droas.sqlite");
    let options = place(&settings.assets, database, &environment, &mut mistakes);
    options.ok_or_else(|| mistakes.join("\n"))
}

fn folder(file: &str) -> PathBuf {
    match read(file, &[]).expect("valid") {
        AssetOptions::Folder(path) => path,
        other => panic!("{other}"),
    }
}

fn bucket(file: &str, variables: &[(&str, &str)]) -> S3Options {
    match read(file, variables).expect("valid") {
        AssetOptions::S3(options) => options,
        other => panic!("{other}"),
    }
}

#[test]
fn pictures_lie_beside_the_database_unless_told_otherwise() {
    assert_eq!(folder(""), PathBuf::from("/data/assets"));
    assert_eq!(folder("url = \"a/b\""), PathBuf::from("/data/a/b"));
    assert_eq!(folder("url = \"/srv/pictures\""), PathBuf::from("/srv/pictures"));
}

#[test]
fn bucket_is_read_with_its_keys() {
    let plain = bucket("url = \"s3://my.pictures-1\"", &KEYS);
    assert_eq!(
        (plain.bucket.as_str(), plain.prefix.as_str()),
        ("my.pictures-1", "")
    );
    assert_eq!((plain.endpoint, plain.region.as_str()), (None, "us-east-1"));
    assert_eq!(plain.keys.id, "AKIDEXAMPLE");
    assert!(plain.keys.session_token.is_none());

    let file = "url = \"s3://pictures/droas/eu_1/\"\nendpoint_url = \"http://127.0.0.1:9000\"\nregion = \"eu-central-1\"";
    let mut keys = KEYS.to_vec();
    keys.push((S3_SESSION_TOKEN, "lent"));
    let full = bucket(file, &keys);
    assert_eq!(
        (full.bucket.as_str(), full.prefix.as_str()),
        ("pictures", "droas/eu_1")
    );
    assert_eq!(full.endpoint.expect("named").as_str(), "http://127.0.0.1:9000/");
    assert_eq!(full.region, "eu-central-1");
    assert!(full.keys.session_token.is_some());
}

#[test]
fn bucket_without_keys_says_which_are_missing() {
    let message = read("url = \"s3://pictures\"", &[]).expect_err("no keys");
    assert!(
        message.contains("AWS_ACCESS_KEY_ID") && message.contains("AWS_SECRET_ACCESS_KEY"),
        "{message}"
    );
    let message = read("url = \"s3://pictures\"", &KEYS[..1]).expect_err("one key");
    assert!(
        !message.contains("AWS_ACCESS_KEY_ID") && message.contains("AWS_SECRET_ACCESS_KEY"),
        "{message}"
    );
}

#[test]
fn keys_are_never_told() {
    let options = read("url = \"s3://pictures\"", &KEYS).expect("valid");
    assert!(!format!("{options:?} {options}").contains("wJalr"));
    for broken in ["wJalr XUtn", "wJalr\nXUtn", "wJalré", "wJalr\u{0}"] {
        let message = read("url = \"s3://pictures\"", &[KEYS[0], (S3_SECRET, broken)]).expect_err(broken);
        assert!(message.starts_with("AWS_SECRET_ACCESS_KEY holds"), "{message}");
        assert!(!message.contains("wJalr"), "{message}");
    }
    let file = "url = \"s3://pictures\"\nendpoint_url = \"https://AKID:wJalr@minio.example.com\"";
    let message = read(file, &KEYS).expect_err("a password in a URL");
    assert!(
        message.contains("assets.endpoint_url") && !message.contains("wJalr"),
        "{message}"
    );
}

#[test]
fn place_that_cannot_be_is_refused() {
    for (file, told) in [
        ("url = \"\"", "assets.url is \"\""),
        ("url = \"gs://pictures\"", "assets.url is \"gs://pictures\""),
        ("url = \"https://pictures.example\"", "s3:// and a bucket's name"),
        ("url = \"s3://\"", "the bucket \"\""),
        ("url = \"s3://ab\"", "the bucket \"ab\""),
        ("url = \"s3://Pictures\"", "the bucket \"Pictures\""),
        ("url = \"s3://pictures/a//b\"", "\"a//b\" behind the bucket"),
        ("url = \"s3://pictures/../b\"", "\"../b\" behind the bucket"),
        ("url = \"s3://pictures/a b\"", "\"a b\" behind the bucket"),
        (
            "url = \"s3://pictures\"\nendpoint_url = \"minio:9000\"",
            "assets.endpoint_url",
        ),
        (
            "url = \"s3://pictures\"\nendpoint_url = \"ftp://minio\"",
            "assets.endpoint_url",
        ),
        ("url = \"s3://pictures\"\nregion = \"\"", "assets.region is \"\""),
        (
            "url = \"s3://pictures\"\nregion = \"eu central\"",
            "assets.region is",
        ),
        (
            "endpoint_url = \"https://minio.example.com\"",
            "\"assets\", a folder",
        ),
    ] {
        let message = read(file, &KEYS).expect_err(file);
        assert!(message.contains(told), "{told} in {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}
