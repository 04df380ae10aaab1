//! Serves the gateway, REST, the CDN and the control API on one port.
//!
//! The accept loop is our own, so that a request can end with a reset connection, as it does when a machine of
//! Discord's goes away.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::state::State;
use crate::{cdn, control, gateway, rest};

/// How long a request in flight may take once the simulator stops.
const PARTING: Duration = Duration::from_secs(2);

/// Serves until the state's `stop` is cancelled, and then ends what is in flight.
pub async fn serve(state: Arc<State>, listener: TcpListener) {
    let stop = state.stop.clone();
    let app = Router::new()
        .merge(gateway::router())
        .merge(rest::router())
        .merge(cdn::router())
        .merge(control::router())
        // Each door bounds its bodies itself, and says so in its own words.
        .layer(DefaultBodyLimit::disable())
        .with_state(state);
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(stream, app.clone(), stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection to the simulator could not be accepted");
                // Out of file descriptors: they come back when connections end, and not sooner for asking at once.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    connections.close();
    if tokio::time::timeout(PARTING, connections.wait()).await.is_err() {
        tracing::warn!("the simulator stopped with requests in flight");
    }
}

async fn serve_connection(stream: TcpStream, app: Router, stop: CancellationToken) {
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let line = Line::default();
    let app = TowerToHyperService::new(app);
    let service = service_fn({
        let line = line.clone();
        move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(line.clone());
            app.call(request)
        }
    });
    let socket = Socket {
        stream,
        line: line.clone(),
    };
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades()
    );
    tokio::select! {
        // A connection that ends with an error was ended by its client.
        _ = &mut connection => return,
        () = line.0.cancelled() => return,
        () = stop.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = &mut connection => {}
        () = line.0.cancelled() => {}
    }
}

/// The connection that a request came on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(CancellationToken);

impl Line {
    /// Resets the connection: its client reads an error in place of an answer. Does not return.
    pub(crate) async fn reset(&self) -> ! {
        self.0.cancel();
        std::future::pending().await
    }
}

/// A stream that says goodbye with a reset when its line was asked to.
#[derive(Debug)]
struct Socket {
    stream: TcpStream,
    line: Line,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.line.0.is_cancelled() {
            // Without lingering, closing sends RST in place of FIN. Where that fails, the client sees the end of the
            // stream, which is an error in the midst of a request as well.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
