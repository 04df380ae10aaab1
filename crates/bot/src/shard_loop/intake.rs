//! What a shard has handed out and nobody has taken yet.
//!
//! While the database does not answer, frames are still taken from the shard, so that its heartbeats go on and Discord
//! keeps the session; they wait here, up to a bound. When that is reached, the connection is closed in a way that keeps
//! the session for some minutes, and resumed behind the last frame that is here.
//!
//! A heartbeat then tells Discord of frames that are not stored. Should the process die before they are, it resumes from
//! what is stored all the same; and should Discord have forgotten what came after that, the session is void and the
//! joins are searched for.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use discord::{Frame, GatewayError, Session, Shard};
use domain::time::UnixMs;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::interactions::InteractionDoor;
use crate::clock::Clock;

/// How long the shard is left alone while something else is waited for. What takes no longer is no reason to read ahead.
const DEAF_FOR_MAX: Duration = Duration::from_millis(250);

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BacklogBounds {
    /// Frames.
    pub(crate) len_max: usize,
    /// Bytes of their texts.
    pub(crate) bytes_max: usize,
}

impl Default for BacklogBounds {
    /// Some minutes of a busy shard.
    fn default() -> Self {
        Self {
            len_max: 20_000,
            bytes_max: 16 << 20,
        }
    }
}

/// A frame, and what was the case when it came in.
pub(super) struct Heard {
    pub(super) frame: Frame,
    /// The session that it belongs to; `None` where there is none to resume.
    pub(super) session: Option<Arc<Session>>,
    pub(super) at: UnixMs,
}

/// A shard, and the frames that it has handed out ahead of their time.
pub(super) struct Intake {
    shard: Shard,
    clock: Arc<dyn Clock>,
    bounds: BacklogBounds,
    interactions: InteractionDoor,
    backlog: VecDeque<Heard>,
    /// Its length, for those who look on.
    waiting: Arc<AtomicUsize>,
    backlog_bytes: usize,
}

/// It was told to stop.
pub(super) struct Stopped;

impl Intake {
    pub(super) fn new(
        shard: Shard,
        clock: Arc<dyn Clock>,
        bounds: BacklogBounds,
        interactions: InteractionDoor,
        waiting: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            shard,
            clock,
            bounds,
            interactions,
            backlog: VecDeque::new(),
            waiting,
            backlog_bytes: 0,
        }
    }

    /// The session that could be resumed now; `None` once Discord has declared it void.
    pub(super) fn session(&self) -> Option<Arc<Session>> {
        self.shard.session()
    }

    /// The next frame. Cancel safe.
    pub(super) async fn next(&mut self) -> Result<Heard, GatewayError> {
        if let Some(heard) = self.take_waiting() {
            return Ok(heard);
        }
        let frame = self.shard.next().await?;
        Ok(self.heard(frame))
    }

    /// A frame that is here already.
    pub(super) fn try_next(&mut self) -> Result<Option<Heard>, GatewayError> {
        if let Some(heard) = self.take_waiting() {
            return Ok(Some(heard));
        }
        let frame = self.shard.try_next()?;
        Ok(frame.map(|frame| self.heard(frame)))
    }

    /// Makes the connection anew. What waits here stays; the session goes on behind it.
    pub(super) async fn reconnect(&mut self) {
        self.shard.reconnect().await;
    }

    pub(super) async fn close(self) {
        self.shard.close().await;
    }

    /// Waits for `work`. When that takes long, the shard is listened to meanwhile, as far as there is room; and the stop
    /// ends the wait.
    pub(super) async fn listen_during<T>(
        &mut self,
        work: impl Future<Output = T>,
        stop: &CancellationToken,
    ) -> Result<T, Stopped> {
        let mut work = pin!(work);
        if let Ok(done) = tokio::time::timeout(DEAF_FOR_MAX, &mut work).await {
            return Ok(done);
        }
        let mut listens = true;
        loop {
            let has_room = self.has_room();
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = stop.cancelled() => return Err(Stopped),
                frame = self.shard.next(), if listens && has_room => match frame {
                    Ok(frame) => self.put_by(frame),
                    // Whoever asks for the next frame hears of it again.
                    Err(_) => listens = false,
                },
            }
            if listens && !self.has_room() {
                warn!(
                    frames = self.backlog.len(),
                    "too many events wait; the connection is closed until there is room"
                );
                self.shard.rest().await;
            }
        }
    }

    fn has_room(&self) -> bool {
        self.backlog.len() < self.bounds.len_max && self.backlog_bytes < self.bounds.bytes_max
    }

    fn put_by(&mut self, frame: Frame) {
        self.backlog_bytes += frame.text().len();
        let heard = self.heard(frame);
        self.backlog.push_back(heard);
        self.waiting.store(self.backlog.len(), Ordering::Relaxed);
    }

    fn take_waiting(&mut self) -> Option<Heard> {
        let heard = self.backlog.pop_front()?;
        self.backlog_bytes -= heard.frame.text().len();
        self.waiting.store(self.backlog.len(), Ordering::Relaxed);
        Some(heard)
    }

    fn heard(&self, frame: Frame) -> Heard {
        let at = self.clock.now();
        self.interactions.hear(&frame, at);
        Heard {
            frame,
            session: self.shard.session(),
            at,
        }
    }
}

#[cfg(test)]
pub(super) mod simulated;
#[cfg(test)]
mod tests;
