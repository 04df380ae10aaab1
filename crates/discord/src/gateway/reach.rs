//! Whether the gateway answers, without beginning a session.

use std::time::Duration;

use rand::RngExt;
use reqwest::header::{CONNECTION, HeaderValue, UPGRADE};
use url::Url;

use crate::rest::{cause, http_client};

/// How long the gateway may take.
const WITHIN: Duration = Duration::from_secs(10);

/// Why nothing can be heard from a gateway.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswering {
    /// Its address is none of a WebSocket.
    #[error("{0} is not the address of a gateway, which begins with wss:// or ws://")]
    NotAnAddress(Url),
    /// No connection, or no answer on it.
    #[error("{0}")]
    Unreachable(String),
    /// What answers there speaks HTTP and no WebSocket: a proxy, perhaps.
    #[error("what answers there does not speak the gateway's protocol: it answered with status {0}")]
    NoGateway(u16),
}

/// Opens a connection to the gateway at `url` and closes it before anybody has logged in: neither a session nor one of the
/// starts that a day has is used up.
///
/// Source: RFC 6455, section 4.1, read in August 2026.
///
/// # Errors
/// [`Unanswering`].
pub async fn answers_at(url: &Url) -> Result<(), Unanswering> {
    let mut over_http = url.clone();
    let scheme = match url.scheme() {
        "wss" => "https",
        "ws" => "http",
        _ => return Err(Unanswering::NotAnAddress(url.clone())),
    };
    over_http
        .set_scheme(scheme)
        .map_err(|()| Unanswering::NotAnAddress(url.clone()))?;
    over_http.set_query(Some("v=10&encoding=json"));
    // A connection is upgraded from HTTP/1.1 alone.
    let client = http_client().http1_only().timeout(WITHIN).build();
    let unreachable = |error| Unanswering::Unreachable(cause(error));
    let answer = client
        .map_err(unreachable)?
        .get(over_http)
        .header(CONNECTION, HeaderValue::from_static("Upgrade"))
        .header(UPGRADE, HeaderValue::from_static("websocket"))
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", key())
        .send()
        .await
        .map_err(unreachable)?;
    match answer.status().as_u16() {
        101 => Ok(()),
        status => Err(Unanswering::NoGateway(status)),
    }
}

/// Sixteen bytes drawn at random, in base 64: of the last digit only two bits count.
fn key() -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut random = rand::rng();
    let mut key: String = (0..21)
        .map(|_| char::from(DIGITS[random.random_range(0..64)]))
        .collect();
    key.push(char::from(DIGITS[16 * random.random_range(0..4)]));
    key.push_str("==");
    key
}
