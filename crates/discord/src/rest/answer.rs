//! What an answer says besides its content: limits in its headers, refusals in its body.

use std::time::{Duration, SystemTime};

use domain::time::UnixMs;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::error::RestError;
use super::limiter::{Scope, Told};

/// The longest wait that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The most characters of Discord's words that are kept.
const MESSAGE_LEN_MAX: usize = 200;

/// What Discord's error bodies hold.
/// Source: Discord's documentation, "API Reference", heading "Error Messages", and "Rate Limits", heading "Exceeding A
/// Rate Limit", read in August 2026.
#[derive(Debug, Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    code: u64,
    #[serde(default)]
    message: String,
    retry_after: Option<f64>,
    #[serde(default)]
    global: bool,
}

/// What the headers tell of the bucket.
/// Source: Discord's documentation, "Rate Limits", heading "Header Format", read in August 2026.
pub(super) fn told(headers: &HeaderMap) -> Told {
    Told {
        bucket: text(headers, "x-ratelimit-bucket").map(str::to_owned),
        limit: text(headers, "x-ratelimit-limit").and_then(|limit| limit.parse().ok()),
        remaining: text(headers, "x-ratelimit-remaining").and_then(|remaining| remaining.parse().ok()),
        reset_ms: seconds(headers, "x-ratelimit-reset").and_then(to_ms),
        reset_after: seconds(headers, "x-ratelimit-reset-after").map(|after| after.min(RETRY_AFTER_MAX)),
    }
}

/// When the answer was written, to the second.
pub(super) fn date(headers: &HeaderMap) -> Option<UnixMs> {
    let at = httpdate::parse_http_date(text(headers, "date")?).ok()?;
    let since_epoch = at.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(UnixMs(0) + since_epoch)
}

/// Whom a 429 concerns, and for how long; no time when the answer tells none.
pub(super) fn limited(headers: &HeaderMap, body: &[u8]) -> (Scope, Option<Duration>) {
    let json = serde_json::from_slice::<ErrorBody>(body).ok();
    let retry_after = json
        .as_ref()
        .and_then(|json| json.retry_after)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .or_else(|| seconds(headers, "retry-after"))
        .or_else(|| seconds(headers, "x-ratelimit-reset-after"))
        .map(|after| after.min(RETRY_AFTER_MAX));
    let is_discords = json.as_ref().is_some_and(|json| json.retry_after.is_some())
        || headers
            .keys()
            .any(|name| name.as_str().starts_with("x-ratelimit-"));
    let scope = match text(headers, "x-ratelimit-scope") {
        _ if !is_discords => Scope::Edge,
        Some("global") => Scope::Global,
        _ if json.is_some_and(|json| json.global) || headers.contains_key("x-ratelimit-global") => {
            Scope::Global
        }
        Some("shared") => Scope::Shared,
        _ => Scope::User,
    };
    (scope, retry_after)
}

/// How long an answer of 5xx asks to be left alone; `None` when it does not, or in words other than seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    seconds(headers, "retry-after").map(|after| after.min(RETRY_AFTER_MAX))
}

/// What an answer of 3xx or 4xx means, to a request that named our token or did not.
pub(super) fn refused(status: u16, body: &[u8], names_token: bool) -> RestError {
    let body = serde_json::from_slice::<ErrorBody>(body).unwrap_or_default();
    match (status, body.code) {
        (401, _) if names_token => RestError::TokenRefused,
        // "Request timeout", by something in between: it may have passed the request on.
        (408, _) => RestError::Unknown {
            status: Some(status),
            cause: "the answer was 408".to_owned(),
        },
        (_, code) => RestError::Refused {
            status,
            code,
            message: body
                .message
                .chars()
                .filter(|char| !char.is_control())
                .take(MESSAGE_LEN_MAX)
                .collect(),
        },
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// To the nearest millisecond: a fraction of a second is not exact in binary.
fn to_ms(duration: Duration) -> Option<u64> {
    u64::try_from((duration + Duration::from_micros(500)).as_millis()).ok()
}

fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text(headers, name)?.trim().parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn every_kind_of_429_is_told_from_the_others() {
        let body = br#"{"message":"You are being rate limited.","retry_after":1.5,"global":false}"#;
        let global = br#"{"message":"You are being rate limited.","retry_after":0.25,"global":true}"#;
        let ms = |ms| Some(Duration::from_millis(ms));
        for (pairs, body, wanted) in [
            (
                &[("x-ratelimit-scope", "user")][..],
                &body[..],
                (Scope::User, ms(1_500)),
            ),
            (
                &[("x-ratelimit-scope", "shared")],
                body,
                (Scope::Shared, ms(1_500)),
            ),
            (
                &[("x-ratelimit-scope", "global")],
                body,
                (Scope::Global, ms(1_500)),
            ),
            (
                &[("x-ratelimit-global", "true"), ("retry-after", "3")],
                b"",
                (Scope::Global, ms(3_000)),
            ),
            (&[], global, (Scope::Global, ms(250))),
            (&[], body, (Scope::User, ms(1_500))),
            (
                &[("retry-after", "3600")],
                b"<html>",
                (Scope::Edge, ms(3_600_000)),
            ),
            (&[], b"error code: 1015", (Scope::Edge, None)),
            (&[("retry-after", "-1")], b"{}", (Scope::Edge, None)),
            (
                &[("x-ratelimit-bucket", "b"), ("retry-after", "1e300")],
                b"",
                (Scope::User, None),
            ),
        ] {
            assert_eq!(limited(&headers(pairs), body), wanted, "{pairs:?}");
        }
    }

    #[test]
    fn limits_are_read_from_headers_and_nonsense_is_none() {
        let sound = told(&headers(&[
            ("x-ratelimit-bucket", "abcd"),
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "4"),
            ("x-ratelimit-reset", "1470173023.123"),
            ("x-ratelimit-reset-after", "4.25"),
        ]));
        assert_eq!(sound.bucket.as_deref(), Some("abcd"));
        assert_eq!((sound.limit, sound.remaining), (Some(5), Some(4)));
        assert_eq!(sound.reset_ms, Some(1_470_173_023_123));
        assert_eq!(sound.reset_after, Some(Duration::from_millis(4_250)));
        let nonsense = told(&headers(&[
            ("x-ratelimit-limit", "-5"),
            ("x-ratelimit-remaining", "many"),
            ("x-ratelimit-reset", "NaN"),
            ("x-ratelimit-reset-after", "-3"),
        ]));
        assert_eq!(nonsense, Told::default());
    }

    #[test]
    fn refusal_keeps_discords_code_and_the_start_of_its_words() {
        let body = format!(
            r#"{{"message":"Missing\u0007 Access{}","code":50001}}"#,
            "x".repeat(1000)
        );
        let RestError::Refused {
            status: 403,
            code: 50001,
            message,
        } = refused(403, body.as_bytes(), true)
        else {
            panic!("refused");
        };
        assert!(message.starts_with("Missing Accessxxx"), "{message}");
        assert_eq!(message.len(), 200);
        assert_eq!(refused(401, b"whatever", true), RestError::TokenRefused);
        let gone = refused(401, br#"{"message":"Invalid Webhook Token","code":50027}"#, false);
        assert_eq!(gone.refusal(), Some(crate::Refusal::InteractionGone));
        assert!(matches!(
            refused(404, b"<html>", true),
            RestError::Refused {
                status: 404,
                code: 0,
                ..
            }
        ));
        assert!(matches!(
            refused(408, b"", true),
            RestError::Unknown {
                status: Some(408),
                ..
            }
        ));
    }

    #[test]
    fn retry_after_of_an_error_is_read_in_seconds_only() {
        for (text, wanted) in [
            ("2", Some(Duration::from_secs(2))),
            ("0.5", Some(Duration::from_millis(500))),
            ("99999999", Some(RETRY_AFTER_MAX)),
            ("-1", None),
            ("Fri, 31 Dec 2027 23:59:59 GMT", None),
        ] {
            assert_eq!(retry_after(&headers(&[("retry-after", text)])), wanted, "{text}");
        }
    }
}
