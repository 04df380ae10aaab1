//! One connection to the gateway, from HELLO to its end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::SinkExt;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};

use super::close_code::CloseCode;
use super::identify;
use super::request_members;
use super::session::{Line, Order, until};
use super::transport::Transport;
use crate::state::State;

/// How long a client has to go after op 7, and to answer a close.
const PARTING: Duration = Duration::from_secs(5);

/// Serves one connection until it ends.
pub(super) async fn serve(
    state: Arc<State>,
    mut socket: WebSocket,
    transport: Transport,
    version: Option<u32>,
) {
    if version != Some(10) {
        close(&state, &mut socket, CloseCode::InvalidVersion).await;
        return;
    }
    let connection = state.world().sessions.next_connection();
    let mut connection = Connection {
        line: Line {
            id: connection,
            wake: Arc::new(Notify::new()),
            // The simulator's end cuts every connection.
            cut: state.stop.child_token(),
        },
        state,
        socket,
        transport,
        session: None,
        sends_ms: VecDeque::new(),
        next_at: None,
        leaves_at: None,
    };
    let end = match connection.run().await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    connection.end(end).await;
}

struct Connection {
    state: Arc<State>,
    socket: WebSocket,
    transport: Transport,
    line: Line,
    /// The session's id, once the client has logged in.
    session: Option<String>,
    /// When the client sent something in the last minute, in milliseconds since 1970.
    sends_ms: VecDeque<i64>,
    /// When the session has more to send.
    next_at: Option<std::time::Instant>,
    /// When the client, told to reconnect, must be gone.
    leaves_at: Option<Instant>,
}

/// Why a connection ends.
enum End {
    /// The client closed, with a code.
    Closed(u16),
    /// Without a word, from either side.
    Broken,
    /// The gateway closes.
    Close(CloseCode),
}

/// The client's payload.
#[derive(Deserialize)]
struct Payload {
    op: u8,
    #[serde(default)]
    d: Value,
}

/// The connection goes on until it ends; there is no other outcome.
enum Never {}

impl Connection {
    async fn run(&mut self) -> Result<Never, End> {
        let interval_ms = self.state.config.limits.heartbeat_interval_ms;
        let patience = Duration::from_millis(interval_ms + interval_ms / 2);
        self.send(
            json!({"op": 10, "d": {"heartbeat_interval": interval_ms, "_trace": []}, "s": null, "t": null}),
        )
        .await?;
        let Line { wake, cut, .. } = self.line.clone();
        let mut beat_until = Instant::now() + patience;
        loop {
            let more_at = Instant::now() + until(self.next_at);
            let leaves_at = self.leaves_at.unwrap_or(beat_until);
            tokio::select! {
                // What the client sent is read before it is judged for its silence.
                biased;
                () = cut.cancelled() => return Err(End::Broken),
                message = self.socket.recv() => {
                    let message = message.and_then(Result::ok).ok_or(End::Broken)?;
                    if self.receive(message).await? {
                        beat_until = Instant::now() + patience;
                    }
                }
                () = sleep_until(beat_until) => return Err(End::Close(CloseCode::SessionTimedOut)),
                () = sleep_until(leaves_at), if self.leaves_at.is_some() => return Err(End::Broken),
                () = wake.notified() => self.deliver().await?,
                () = sleep_until(more_at), if self.next_at.is_some() => self.deliver().await?,
            }
        }
    }

    /// Sends a batch of what the session has, and follows its order.
    async fn deliver(&mut self) -> Result<(), End> {
        let Some(session) = self.session.clone() else {
            return Ok(());
        };
        let now_ms = self.state.clock().now_ms();
        let batch = self
            .state
            .world()
            .sessions
            .batch(&session, self.line.id, now_ms)
            .ok_or(End::Broken)?;
        self.next_at = batch.next_at;
        self.send_all(batch.frames).await?;
        match batch.order {
            Some(order) => self.follow(order).await,
            None => Ok(()),
        }
    }

    async fn follow(&mut self, order: Order) -> Result<(), End> {
        self.session = None;
        self.next_at = None;
        match order {
            Order::Cut => Err(End::Broken),
            Order::Reconnect => {
                self.leaves_at = Some(Instant::now() + PARTING);
                self.send(json!({"op": 7, "d": null, "s": null, "t": null})).await
            }
            Order::Invalidate { resumable } => {
                self.state.world().counters.invalidated += 1;
                self.invalid_session(resumable).await
            }
        }
    }

    async fn invalid_session(&mut self, resumable: bool) -> Result<(), End> {
        self.send(json!({"op": 9, "d": resumable, "s": null, "t": null}))
            .await
    }

    /// Answers one message; true for a heartbeat.
    async fn receive(&mut self, message: Message) -> Result<bool, End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(End::Close(CloseCode::DecodeError)),
            Message::Close(frame) => return Err(End::Closed(frame.map_or(1005, |frame| frame.code))),
            Message::Ping(_) | Message::Pong(_) => return Ok(false),
        };
        self.count_send()?;
        if text.len() > self.state.config.limits.client_payload_bytes_max {
            return Err(End::Close(CloseCode::DecodeError));
        }
        let payload: Payload = serde_json::from_str(&text).map_err(|_| End::Close(CloseCode::DecodeError))?;
        self.answer(payload).await
    }

    async fn answer(&mut self, payload: Payload) -> Result<bool, End> {
        match (payload.op, self.session.clone()) {
            (1, _) => {
                self.send(json!({"op": 11, "d": null, "s": null, "t": null}))
                    .await?;
                return Ok(true);
            }
            (2 | 6, Some(_)) => return Err(End::Close(CloseCode::AlreadyAuthenticated)),
            (2, None) => {
                let data: identify::Identify = data(payload)?;
                if data.compress == Some(true) {
                    self.transport.compress_payloads();
                }
                let begun = identify::identify(&mut self.state.world(), &self.line, &data);
                self.log_in(begun).await?;
            }
            (6, None) => {
                let data = data(payload)?;
                let resumed = identify::resume(&mut self.state.world(), &self.line, &data);
                self.log_in(resumed).await?;
            }
            (3 | 4 | 8 | 31, None) => return Err(End::Close(CloseCode::NotAuthenticated)),
            // Presence, voice and sounds change nothing that the simulator keeps.
            (3 | 4 | 31, Some(_)) => {}
            (8, Some(session)) => {
                let data = data(payload)?;
                request_members::request_members(&mut self.state.world(), &session, &data)
                    .map_err(End::Close)?;
            }
            _ => return Err(End::Close(CloseCode::UnknownOpcode)),
        }
        Ok(false)
    }

    async fn log_in(&mut self, outcome: Result<Option<String>, CloseCode>) -> Result<(), End> {
        match outcome.map_err(End::Close)? {
            Some(session) => {
                self.session = Some(session);
                self.leaves_at = None;
                self.deliver().await
            }
            None => self.invalid_session(false).await,
        }
    }

    fn count_send(&mut self) -> Result<(), End> {
        let now_ms = self.state.clock().now_ms();
        while self.sends_ms.pop_front_if(|at| *at <= now_ms - 60_000).is_some() {}
        self.sends_ms.push_back(now_ms);
        if self.sends_ms.len() > self.state.config.limits.client_sends_max as usize {
            return Err(End::Close(CloseCode::RateLimited));
        }
        Ok(())
    }

    async fn send(&mut self, payload: Value) -> Result<(), End> {
        self.send_all(vec![payload.to_string()]).await
    }

    async fn send_all(&mut self, payloads: Vec<String>) -> Result<(), End> {
        let cut = self.line.cut.clone();
        let sending = async {
            for payload in payloads {
                self.socket.feed(self.transport.pack(payload)).await?;
            }
            self.socket.flush().await
        };
        // A client that reads nothing must not hold up the end.
        tokio::select! {
            sent = sending => sent.map_err(|_| End::Broken),
            () = cut.cancelled() => Err(End::Broken),
        }
    }

    async fn end(mut self, end: End) {
        let gives_up = match end {
            End::Closed(1000 | 1001) | End::Close(CloseCode::SessionTimedOut) => true,
            End::Closed(_) | End::Close(_) | End::Broken => false,
        };
        if let Some(session) = &self.session {
            let now_ms = self.state.clock().now_ms();
            self.state
                .world()
                .sessions
                .detach(session, self.line.id, gives_up, now_ms);
        }
        match end {
            End::Close(code) => close(&self.state, &mut self.socket, code).await,
            // The answer to the client's close goes out while the socket is read.
            End::Closed(_) => part(&self.state, &mut self.socket).await,
            End::Broken => {}
        }
    }
}

/// Reads what belongs to an opcode.
fn data<T: for<'a> Deserialize<'a>>(payload: Payload) -> Result<T, End> {
    serde_json::from_value(payload.d).map_err(|_| End::Close(CloseCode::DecodeError))
}

/// Closes, and waits until the client has heard it: a socket dropped with unread bytes would be reset, and the code
/// lost.
async fn close(state: &State, socket: &mut WebSocket, code: CloseCode) {
    *state.world().counters.closes.entry(code.number()).or_default() += 1;
    let frame = CloseFrame {
        code: code.number(),
        reason: code.reason().into(),
    };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        part(state, socket).await;
    }
}

/// Reads until the client is gone, for a while.
async fn part(state: &State, socket: &mut WebSocket) {
    let parting = async { while let Some(Ok(_)) = socket.recv().await {} };
    tokio::select! {
        _ = timeout(PARTING, parting) => {}
        () = state.stop.cancelled() => {}
    }
}
