//! A server that answers by a script, a connection for each request, and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
pub(crate) enum Reply {
    Answer(u16, Vec<(&'static str, &'static str)>, Vec<u8>),
    /// Reads the request and breaks the connection off.
    Break,
    /// Reads the request and says nothing.
    Silence,
}

pub(crate) fn json(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Reply {
    Reply::Answer(status, headers.to_vec(), body.as_bytes().to_vec())
}

pub(crate) fn refusal(status: u16, code: u64, message: &str) -> Reply {
    json(
        status,
        &[],
        &format!(r#"{{"message":"{message}","code":{code}}}"#),
    )
}

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) at: Instant,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Script {
    pub(crate) base: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Script {
    /// Answers with `replies` in turn; a request beyond them is broken off.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut socket, _)) = listener.accept().await {
                let Some(request) = read(&mut socket).await else {
                    continue;
                };
                seen.lock().expect("no panics").push(request);
                match replies.pop_front() {
                    Some(Reply::Answer(status, headers, body)) => {
                        // The client may be gone, which is its own affair.
                        let _ = write(&mut socket, status, &headers, &body).await;
                    }
                    Some(Reply::Silence) => silent.push(socket),
                    Some(Reply::Break) | None => {}
                }
            }
        });
        Self { base, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panics").clone()
    }
}

async fn read(socket: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let head_len = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let at = Instant::now();
    let head = String::from_utf8_lossy(&bytes[..head_len]).into_owned();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut request = Request {
        line,
        at,
        headers,
        body: bytes.split_off(head_len),
    };
    let body_len: usize = request
        .header("content-length")
        .and_then(|len| len.parse().ok())
        .unwrap_or(0);
    while request.body.len() < body_len {
        if socket.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

async fn write(
    socket: &mut TcpStream,
    status: u16,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {status} Scripted\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    socket.write_all(format!("{head}\r\n").as_bytes()).await?;
    socket.write_all(body).await?;
    socket.shutdown().await
}
