//! The section `assets`, checked: where the pictures of guilds are kept.

use std::path::Path;

use ::assets::{AssetOptions, S3Keys, S3Options};
use url::Url;

use super::environment::{Environment, S3_KEY_ID, S3_SECRET, S3_SESSION_TOKEN};
use super::schema::AssetSettings;

/// Reads the place and, for a bucket, its keys; adds a sentence for each mistake.
pub(super) fn place(
    settings: &AssetSettings,
    database: &Path,
    environment: &Environment,
    mistakes: &mut Vec<String>,
) -> Option<AssetOptions> {
    let before = mistakes.len();
    let options = match settings.url.split_once("://") {
        Some(("s3", name)) => bucket(settings, name, environment, mistakes).map(AssetOptions::S3),
        None if !settings.url.is_empty() => {
            if !settings.endpoint_url.is_empty() {
                mistakes.push(format!(
                    "assets.endpoint_url is the server of a bucket, but assets.url is {:?}, a folder; empty the one, or set the \
                     other to s3:// and the bucket's name",
                    settings.url
                ));
            }
            Some(AssetOptions::Folder(
                database.with_file_name("").join(&settings.url),
            ))
        }
        _ => {
            mistakes.push(format!(
                "assets.url is {:?}, but must be a folder such as assets, or s3:// and a bucket's name",
                settings.url
            ));
            None
        }
    };
    options.filter(|_| mistakes.len() == before)
}

fn bucket(
    settings: &AssetSettings,
    name: &str,
    environment: &Environment,
    mistakes: &mut Vec<String>,
) -> Option<S3Options> {
    let (bucket, prefix) = name.split_once('/').unwrap_or((name, ""));
    let prefix = prefix.trim_end_matches('/');
    if !is_bucket(bucket) {
        mistakes.push(format!(
            "assets.url names the bucket {bucket:?}, but a bucket's name has 3 to 63 small letters, digits, dots and hyphens"
        ));
    }
    if !is_prefix(prefix) {
        mistakes.push(format!(
            "assets.url has {prefix:?} behind the bucket, but it must be names of letters, digits, dots, hyphens and underscores, \
             with single / between"
        ));
    }
    let endpoint = match settings.endpoint_url.as_str() {
        "" => None,
        text => match Url::parse(text) {
            Ok(url) if is_server(&url) => Some(url),
            _ => {
                mistakes.push(
                    "assets.endpoint_url must be a URL that starts with https:// or http:// and names a server, without a user \
                     name or a password"
                        .to_owned(),
                );
                None
            }
        },
    };
    if settings.region.is_empty() || !settings.region.bytes().all(is_name_byte) {
        mistakes.push(format!(
            "assets.region is {:?}, but must be a name such as us-east-1",
            settings.region
        ));
    }
    Some(S3Options {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        endpoint,
        region: settings.region.clone(),
        keys: keys(environment, mistakes)?,
    })
}

/// The keys, of which no mistake tells a part.
fn keys(environment: &Environment, mistakes: &mut Vec<String>) -> Option<S3Keys> {
    let mut read = |name: &str, required: bool| {
        let value = environment.get(name).unwrap_or_default();
        if value.is_empty() && required {
            mistakes.push(format!(
                "assets.url is a bucket, but the environment variable {name} is not set (a line in the file .env will do)"
            ));
        } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            mistakes.push(format!(
                "{name} holds characters that no key has, such as spaces; copy it anew"
            ));
        } else if !value.is_empty() {
            return Some(value.to_owned());
        }
        None
    };
    let (id, secret) = (read(S3_KEY_ID, true), read(S3_SECRET, true));
    let session_token = read(S3_SESSION_TOKEN, false);
    Some(S3Keys {
        id: id?,
        secret: secret?.into(),
        session_token: session_token.map(Into::into),
    })
}

fn is_server(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

/// Source: Amazon's "S3 User Guide", page "General purpose bucket naming rules", read in August 2026.
fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

fn is_prefix(prefix: &str) -> bool {
    let is_part = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(is_name_byte);
    prefix.is_empty() || prefix.split('/').all(is_part)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests;
