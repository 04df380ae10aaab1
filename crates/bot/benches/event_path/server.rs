//! A gateway that says what it was told to, as fast as it is read.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

use crate::frames::{Load, Script};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Of a message's JSON.
    pub(crate) mean_len: u64,
    /// The bytes of all messages, with what WebSocket puts around them.
    pub(crate) messages_len: usize,
    go: Arc<Notify>,
}

impl Server {
    pub(crate) async fn start(load: Load) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (plain, zstd, mean_len) = load.scripts(&format!("ws://{address}"));
        let (plain, zstd) = (Arc::new(plain), Arc::new(zstd));
        let messages_len = plain.messages.len();
        let go = Arc::new(Notify::new());
        let begins = Arc::clone(&go);
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.expect("a connection");
                let (plain, zstd) = (Arc::clone(&plain), Arc::clone(&zstd));
                let begins = Arc::clone(&begins);
                tokio::spawn(async move { serve(socket, &plain, &zstd, &begins).await });
            }
        });
        Self {
            address,
            mean_len,
            messages_len,
            go,
        }
    }

    /// Lets whoever is connected, or connects next, hear the messages.
    pub(crate) fn go(&self) {
        self.go.notify_one();
    }
}

/// Serves a connection; `None` when it ended before everything was said.
async fn serve(socket: TcpStream, plain: &Script, zstd: &Script, begins: &Notify) -> Option<()> {
    let mut script = plain;
    #[allow(clippy::result_large_err, reason = "the library's signature")]
    let read_query = |request: &Request, response: Response| {
        let query = request.uri().query().unwrap_or_default();
        if query.contains("compress=zstd-stream") {
            script = zstd;
        }
        Ok(response)
    };
    let mut socket = accept_hdr_async(socket, read_query).await.ok()?;
    socket.get_mut().write_all(&script.hello).await.ok()?;
    // Who the client is.
    socket.next().await?.ok()?;
    socket.get_mut().write_all(&script.opening).await.ok()?;
    begins.notified().await;
    socket.get_mut().write_all(&script.messages).await.ok()?;
    // Until the client has had enough.
    while let Some(Ok(_)) = socket.next().await {}
    Some(())
}
