//! A wire between a store and its server that breaks where a test wants it to: exactly at a commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What happens to the next commit that travels over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// It reaches the server, and the answer does not come back.
    AfterCommit,
    /// It does not reach the server, who sees the client go.
    BeforeCommit,
    /// It does not reach the server, who sees nothing until [`Wire::let_go`].
    Held,
}

/// Breaks each commit in turn as it is told; what comes after them passes.
#[derive(Clone)]
pub(super) struct Wire {
    port: u16,
    inner: Arc<Inner>,
}

struct Inner {
    breaks: Vec<Break>,
    commits: AtomicU32,
    let_go: Notify,
}

impl Wire {
    /// A wire to the server at `port` of this machine.
    pub(super) async fn to(port: u16, breaks: &[Break]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let wire = Self {
            port: listener.local_addr().expect("it is bound").port(),
            inner: Arc::new(Inner {
                breaks: breaks.to_vec(),
                commits: AtomicU32::new(0),
                let_go: Notify::new(),
            }),
        };
        let inner = Arc::clone(&wire.inner);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", port)).await;
                if let Ok(server) = server {
                    tokio::spawn(carry(Arc::clone(&inner), client, server));
                }
            }
        });
        wire
    }

    /// The URL of the server with the wire in front of it.
    pub(super) fn url(&self, url: &str, port: u16) -> String {
        let url = url.replace(&format!(":{port}/"), &format!(":{}/", self.port));
        // Encrypted, nothing could be recognized.
        format!("{url}?sslmode=disable")
    }

    /// How many commits began to travel.
    pub(super) fn commits(&self) -> u32 {
        self.inner.commits.load(Ordering::SeqCst)
    }

    /// Shows the server that the client of a held commit has gone.
    pub(super) fn let_go(&self) {
        self.inner.let_go.notify_one();
    }
}

/// The simple query `COMMIT` as it travels.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

async fn carry(inner: Arc<Inner>, client: TcpStream, server: TcpStream) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
        (from_server, to_client)
    });
    match forward(&inner, &mut from_client, &mut to_server).await {
        // The client's side closes; the answer, if there is one, is lost.
        Some(Break::AfterCommit) => {
            back.abort();
            let _ = back.await;
            drop(from_client);
            to_server.write_all(COMMIT).await.expect("the server lives");
            // It takes what was sent before it sees the end.
            let _ = to_server.shutdown().await;
        }
        Some(Break::BeforeCommit) => back.abort(),
        Some(Break::Held) => {
            back.abort();
            let _ = back.await;
            drop(from_client);
            inner.let_go.notified().await;
        }
        None => {
            let _ = to_server.shutdown().await;
            let _ = back.await;
        }
    }
}

/// Forwards until the client goes or a commit is to be broken, which is not forwarded.
async fn forward(inner: &Inner, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> Option<Break> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let len = from.read(&mut buffer).await.unwrap_or(0);
        if len == 0 {
            return None;
        }
        // It is sent alone, since everything before it has been answered.
        if &buffer[..len] == COMMIT {
            let number = inner.commits.fetch_add(1, Ordering::SeqCst);
            if let Some(found) = inner.breaks.get(number as usize) {
                return Some(*found);
            }
        }
        if to.write_all(&buffer[..len]).await.is_err() {
            return None;
        }
    }
}
