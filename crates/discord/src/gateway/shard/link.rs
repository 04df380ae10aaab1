//! One connection of the library, kept from connecting again by itself: it does so at once and without an end, five
//! times in 7 ms when the server closes at once.

use std::pin::Pin;
use std::task::Poll;

use futures_util::{Stream, future::poll_fn};
use tokio::time::{Duration, Instant, timeout_at};
use tracing::warn;
use twilight_gateway::error::{ReceiveMessageError, ReceiveMessageErrorType};
use twilight_gateway::queue::InMemoryQueue;
use twilight_gateway::{CloseFrame, Config, Message, Shard, ShardId, ShardState};

use crate::gateway::Session;

/// How long it may take until HELLO. The library gives up connecting after 10 s, but waits for HELLO for ever.
const HELLO_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Link {
    inner: Shard<InMemoryQueue>,
    connected: bool,
    hello_by: Option<Instant>,
    leave_by: Option<Instant>,
    answered_at: Option<Instant>,
}

/// What happens on a connection.
pub(super) enum Happening {
    Text(String),
    /// By the other side, or as an answer to our own close frame; with the code when there was one.
    Closed(Option<u16>),
    /// It could not be made.
    Unreachable,
    /// What came is not the protocol.
    Unreadable,
    /// It ended without a close frame.
    Lost,
    /// What had to come did not come in time.
    Silent,
}

impl Link {
    pub(super) fn new(id: ShardId, config: Config<InMemoryQueue>) -> Self {
        Self {
            inner: Shard::with_config(id, config),
            connected: false,
            hello_by: Some(Instant::now() + HELLO_WITHIN),
            leave_by: None,
            answered_at: None,
        }
    }

    /// Waits for what happens next. After anything but a text the link is at its end.
    pub(super) async fn next(&mut self) -> Happening {
        let polled = poll_fn(|cx| {
            let polled = Pin::new(&mut self.inner).poll_next(cx);
            let was_connected = self.connected;
            self.connected = !matches!(self.inner.state(), ShardState::Disconnected { .. });
            // The library has begun to connect again, which is not its business.
            let lost = match self.leave_by {
                None => polled.is_pending() && was_connected && !self.connected,
                Some(_) => !was_connected && self.connected,
            };
            if lost { Poll::Ready(None) } else { polled.map(Some) }
        });
        let polled = match self.leave_by.or(self.hello_by) {
            Some(by) => match timeout_at(by, polled).await {
                Ok(polled) => polled,
                Err(_) => return Happening::Silent,
            },
            None => polled.await,
        };
        match polled {
            None => Happening::Lost,
            Some(Some(Ok(Message::Text(text)))) => Happening::Text(text),
            Some(Some(Ok(Message::Close(frame)))) => Happening::Closed(frame.map(|frame| frame.code)),
            Some(Some(Err(error))) => self.failed(&error),
            Some(None) => Happening::Closed(None),
        }
    }

    fn failed(&self, error: &ReceiveMessageError) -> Happening {
        match error.kind() {
            ReceiveMessageErrorType::Reconnect => Happening::Unreachable,
            _ if self.inner.state() == ShardState::Active => {
                // One frame without a sequence or a type says nothing against the session. An empty text is no
                // dispatch to anybody.
                warn!("the gateway sent what is no event; it is passed over");
                Happening::Text(String::new())
            }
            _ => Happening::Unreadable,
        }
    }

    /// HELLO came.
    pub(super) fn greeted(&mut self) {
        self.hello_by = None;
    }

    /// READY or RESUMED came.
    pub(super) fn answered(&mut self) {
        self.answered_at = Some(Instant::now());
    }

    /// How long the session has held on this connection; `None` when it was never begun or resumed.
    pub(super) fn held(&self) -> Option<Duration> {
        self.answered_at.map(|at| at.elapsed())
    }

    /// How long the last heartbeat was under way; `None` before the first.
    pub(super) fn heartbeat(&self) -> Option<Duration> {
        self.inner.latency().recent().first().copied()
    }

    /// The session as the library knows it.
    pub(super) fn session(&self) -> Option<Session> {
        Some(Session {
            id: self.inner.session()?.id().to_owned(),
            resume_url: self.inner.resume_url().unwrap_or_default().to_owned(),
        })
    }

    /// The library is sending its close frame; what still comes is taken until the other side has answered it.
    pub(super) fn leave(&mut self, within: Duration) {
        self.connected = false;
        self.leave_by = Some(Instant::now() + within);
    }

    /// Closes so that the session can be resumed, and drops what still comes.
    pub(super) async fn close(&mut self, within: Duration) {
        if !self.connected {
            return;
        }
        self.inner.close(CloseFrame::RESUME);
        self.leave_by = Some(Instant::now() + within);
        while let Happening::Text(_) = self.next().await {}
    }
}
