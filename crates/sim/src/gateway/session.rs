//! One session: what outlives a connection.
//!
//! A session keeps the dispatches that its client may have missed. A connection does not get events through a channel:
//! it reads them out of its session, from the point up to which it has sent. So RESUME is nothing but setting that
//! point, a client that reads slowly costs one bounded buffer, and nothing can be lost between the two.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::config::Limits;
use crate::faults::{DispatchFault, Faults};
use crate::world::Id;

/// Frames that a connection takes at once.
const BATCH_MAX: usize = 256;

/// One session.
#[derive(Debug)]
pub struct Session {
    /// Shard id and count.
    pub shard: [u64; 2],
    /// Intents as bits.
    pub intents: u64,
    /// The last sequence that was given out.
    pub sequence: u64,
    /// The last sequence that was forgotten: a RESUME cannot reach back behind it.
    forgotten: u64,
    events: VecDeque<Event>,
    connection: Option<Attached>,
    /// When its connection ended, in milliseconds since 1970.
    detached_ms: i64,
    /// When the whole member list of a guild was last asked for, in milliseconds since 1970.
    pub(super) members_asked_ms: HashMap<Id, i64>,
}

#[derive(Debug)]
struct Event {
    sequence: u64,
    name: &'static str,
    payload: Arc<str>,
    due: Option<Instant>,
    then: Option<DispatchFault>,
}

/// A connection, as its session knows it. Clones are the same connection.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) id: u64,
    /// There may be something to send.
    pub(super) wake: Arc<Notify>,
    /// It breaks off at once, also when its client reads nothing.
    pub(super) cut: CancellationToken,
}

/// A session's connection.
#[derive(Debug)]
struct Attached {
    line: Line,
    /// The last sequence that was handed to the connection.
    sent: u64,
    /// Dispatches until the connection breaks.
    cut_in: Option<u64>,
    order: Option<Order>,
}

/// What a connection is told to do besides sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Break off without a word.
    Cut,
    /// Send op 7.
    Reconnect,
    /// Send op 9.
    Invalidate { resumable: bool },
}

/// What a connection may send now.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// JSON of whole payloads.
    pub(super) frames: Vec<String>,
    /// When there will be more, as far as that is known.
    pub(super) next_at: Option<Instant>,
    /// To be done after the frames. The session has no connection any more then.
    pub(super) order: Option<Order>,
}

impl Session {
    pub(super) fn new(shard: [u64; 2], intents: u64) -> Self {
        Self {
            shard,
            intents,
            sequence: 0,
            forgotten: 0,
            events: VecDeque::new(),
            connection: None,
            detached_ms: 0,
            members_asked_ms: HashMap::new(),
        }
    }

    /// Whether it has a connection.
    pub fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// How many dispatches there were, which is the last one's sequence.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// How many dispatches its connection has not been handed; all that are kept, when it has none.
    pub fn untold(&self) -> u64 {
        let told = self.connection.as_ref().map_or(self.forgotten, |at| at.sent);
        self.sequence - told
    }

    /// Gives the session a connection, to which it sends what comes after `sent`. An older connection breaks off.
    pub(super) fn attach(&mut self, line: Line, sent: u64, faults: &mut Faults) {
        self.order(Order::Cut);
        self.connection = Some(Attached {
            line,
            sent,
            cut_in: faults.cut_after(),
            order: None,
        });
    }

    /// Ends the connection; `false` when it is no longer this one.
    pub(super) fn detach(&mut self, connection: u64, now_ms: i64) -> bool {
        let is_this = self
            .connection
            .as_ref()
            .is_some_and(|at| at.line.id == connection);
        if is_this {
            self.connection = None;
            self.detached_ms = now_ms;
        }
        is_this
    }

    /// Tells the connection, if there is one, to do something.
    pub(super) fn order(&mut self, order: Order) {
        match &mut self.connection {
            Some(at) if order == Order::Cut => at.line.cut.cancel(),
            Some(at) => {
                at.order = Some(order);
                at.line.wake.notify_one();
            }
            None => {}
        }
    }

    pub(super) fn has_expired(&self, limits: &Limits, now_ms: i64) -> bool {
        self.connection.is_none() && now_ms - self.detached_ms > limits.session_life_ms
    }

    /// Whether everything after `sequence` is still there to be replayed.
    pub(super) fn reaches_back_to(&self, sequence: u64) -> bool {
        sequence >= self.forgotten
    }

    /// Takes earlier RESUMEDs out of what will be replayed: they spoke of their own connections.
    pub(super) fn forget_resumes(&mut self) {
        self.events.retain(|event| event.name != "RESUMED");
    }

    /// Adds an event, and with it what goes wrong after it. `false` when its client reads too slowly to be kept.
    pub(super) fn push(
        &mut self,
        name: &'static str,
        payload: Arc<str>,
        faults: &mut Faults,
        limits: &Limits,
    ) -> bool {
        self.sequence += 1;
        let earlier = self.events.back().and_then(|event| event.due);
        let due = faults.lateness().map(|late| Instant::now() + late).max(earlier);
        self.events.push_back(Event {
            sequence: self.sequence,
            name,
            payload,
            due,
            then: faults.after_dispatch(),
        });
        let sent = self.connection.as_ref().map_or(u64::MAX, |at| at.sent);
        while self.events.len() > limits.replay_events_max
            && let Some(old) = self.events.pop_front_if(|event| event.sequence <= sent)
        {
            self.forgotten = old.sequence;
        }
        if let Some(at) = &self.connection {
            at.line.wake.notify_one();
        }
        self.events.len() <= limits.waiting_events_max.max(limits.replay_events_max)
    }

    /// What the connection may send now; `None` when the session has another one, or none.
    pub(super) fn batch(&mut self, connection: u64, now_ms: i64) -> Option<Batch> {
        let at = self.connection.as_mut().filter(|at| at.line.id == connection)?;
        let mut batch = Batch {
            order: at.order.take(),
            ..Batch::default()
        };
        if batch.order.is_none() {
            let now = Instant::now();
            // Sequences rise, so what was sent is a prefix.
            let from = self.events.partition_point(|event| event.sequence <= at.sent);
            for event in self.events.range_mut(from..) {
                if event.due.is_some_and(|due| due > now) {
                    batch.next_at = event.due;
                    break;
                }
                if batch.frames.len() == BATCH_MAX {
                    batch.next_at = Some(now);
                    break;
                }
                batch.frames.push(frame(event));
                at.sent = event.sequence;
                batch.order = event.then.take().map(|fault| match fault {
                    DispatchFault::Reconnect => Order::Reconnect,
                    DispatchFault::Invalidate { resumable } => Order::Invalidate { resumable },
                });
                at.cut_in = at.cut_in.map(|left| left.saturating_sub(1));
                if at.cut_in == Some(0) {
                    batch.order = Some(Order::Cut);
                }
                if batch.order.is_some() {
                    break;
                }
            }
        }
        if batch.order.is_some() {
            self.connection = None;
            self.detached_ms = now_ms;
        }
        Some(batch)
    }
}

/// A dispatch as it stands on the wire.
fn frame(event: &Event) -> String {
    format!(
        r#"{{"t":"{}","s":{},"op":0,"d":{}}}"#,
        event.name, event.sequence, event.payload
    )
}

/// How long until a batch has more, for a timer that must have some end.
pub(super) fn until(next_at: Option<Instant>) -> Duration {
    const LONG: Duration = Duration::from_secs(3600);
    next_at.map_or(LONG, |at| at.saturating_duration_since(Instant::now()))
}
