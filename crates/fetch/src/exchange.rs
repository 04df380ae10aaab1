//! One question and its answer, over a connection of its own.

use std::io;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::error::FetchError;
use crate::target::Target;

/// What we call ourselves.
const USER_AGENT: &str = concat!(
    "droas/",
    env!("CARGO_PKG_VERSION"),
    " (https://github.com/droas/droas)"
);

/// How long the head of an answer may be, bytes.
const HEAD_LEN_MAX: usize = 64 * 1024;

/// What a server said.
pub(crate) enum Answer {
    /// Here it is.
    Content(Bytes),
    /// Ask there.
    Redirect(String),
}

/// Asks for the target over a connection to one of its addresses.
pub(crate) async fn ask(
    tls: &TlsConnector,
    stream: TcpStream,
    target: &Target,
    len_max: usize,
) -> Result<Answer, FetchError> {
    let host = || target.host_name();
    let stream = tls
        .connect(target.server_name.clone(), stream)
        .await
        .map_err(|source| match is_tls(&source) {
            true => FetchError::Tls { host: host(), source },
            false => FetchError::Unreachable { host: host(), source },
        })?;
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_LEN_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| FetchError::NotHttp { host: host() })?;
    // Whatever ends this question ends its connection.
    let mut connections = JoinSet::new();
    connections.spawn(connection);

    let response = sender
        .send_request(request(target)?)
        .await
        .map_err(|error| match error.is_parse() {
            true => FetchError::NotHttp { host: host() },
            false => FetchError::BrokenOff { host: host() },
        })?;
    match response.status() {
        StatusCode::OK => content(response, target, len_max).await.map(Answer::Content),
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => response
            .headers()
            .get(header::LOCATION)
            .and_then(|location| std::str::from_utf8(location.as_bytes()).ok())
            .map(|location| Answer::Redirect(location.to_owned()))
            .ok_or_else(|| FetchError::BadRedirect { host: host() }),
        status => Err(FetchError::Status {
            host: host(),
            status: status.as_u16(),
        }),
    }
}

/// Whether a handshake failed by TLS's rules, and not for want of a connection.
fn is_tls(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some())
}

fn request(target: &Target) -> Result<Request<Empty<Bytes>>, FetchError> {
    let url = &target.url;
    let path = match url.query() {
        None => url.path().to_owned(),
        Some(query) => format!("{}?{query}", url.path()),
    };
    let request = Request::get(path)
        .header(header::HOST, url.host_str().expect("a target has a host"))
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*")
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONNECTION, "close");
    request
        .body(Empty::new())
        .map_err(|error| FetchError::NotAUrl(error.to_string()))
}

async fn content(
    mut response: Response<Incoming>,
    target: &Target,
    len_max: usize,
) -> Result<Bytes, FetchError> {
    let encoding = response.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(FetchError::Compressed {
            host: target.host_name(),
        });
    }
    let told_len = response
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|len| len.to_str().ok()?.parse::<u64>().ok());
    if told_len.is_some_and(|len| len > len_max as u64) {
        return Err(FetchError::TooLarge { len_max });
    }
    // What was told is not believed: the memory grows with what comes.
    let mut content = BytesMut::new();
    while let Some(frame) = response.body_mut().frame().await {
        let frame = frame.map_err(|_| FetchError::BrokenOff {
            host: target.host_name(),
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if content.len() + data.len() > len_max {
            return Err(FetchError::TooLarge { len_max });
        }
        content.extend_from_slice(&data);
    }
    Ok(content.freeze())
}
