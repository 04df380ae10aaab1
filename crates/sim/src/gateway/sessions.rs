//! All sessions: who hears of what, and what is counted over all of them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::session::{Batch, Line, Order, Session};
use crate::config::Limits;
use crate::faults::Faults;
use crate::world::Id;
use crate::world::guild::shard_of;

/// A dispatch on its way to the sessions that may hear of it.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The event's name.
    pub event: &'static str,
    /// A session hears of it with any of these intents; 0: always.
    pub intents: u64,
    /// The payload's JSON.
    pub payload: Arc<str>,
    /// The payload for sessions without the intent MESSAGE_CONTENT, where it differs.
    pub without_content: Option<Arc<str>>,
}

impl Dispatch {
    /// A dispatch with one payload for all.
    pub fn new(event: &'static str, intents: u64, payload: Arc<str>) -> Self {
        Self {
            event,
            intents,
            payload,
            without_content: None,
        }
    }
}

/// All sessions, and what is counted over them.
#[derive(Debug)]
pub struct Sessions {
    /// By session id.
    all: BTreeMap<String, Session>,
    resume_url: String,
    connections: u64,
    /// When each bucket of IDENTIFYs was last used, in milliseconds since 1970.
    identified_ms: HashMap<u64, i64>,
    /// When sessions were begun in the last 24 hours, in milliseconds since 1970.
    starts_ms: VecDeque<i64>,
}

/// What comes of a RESUME.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resume {
    Resumed,
    /// Op 9 with `d` false.
    Invalid,
    /// Close code 4007.
    InvalidSequence,
}

impl Sessions {
    pub(crate) fn new(resume_url: String) -> Self {
        Self {
            all: BTreeMap::new(),
            resume_url,
            connections: 0,
            identified_ms: HashMap::new(),
            starts_ms: VecDeque::new(),
        }
    }

    /// READY's `resume_gateway_url`.
    pub fn resume_url(&self) -> &str {
        &self.resume_url
    }

    /// Whether there is any session, connected or not.
    pub fn any(&self) -> bool {
        !self.all.is_empty()
    }

    /// Whether any session has one of these intents.
    pub(crate) fn any_with(&self, intents: u64) -> bool {
        self.all.values().any(|session| session.intents & intents != 0)
    }

    /// How many sessions have a connection.
    pub fn connected(&self) -> usize {
        self.all.values().filter(|session| session.is_connected()).count()
    }

    /// All sessions, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Session)> {
        self.all.iter().map(|(id, session)| (id.as_str(), session))
    }

    /// IDENTIFYs that may still be made in these 24 hours, and in how many milliseconds all of them are back.
    pub fn starts_left(&mut self, limits: &Limits, now_ms: i64) -> (u32, i64) {
        const DAY_MS: i64 = 24 * 60 * 60 * 1000;
        while self.starts_ms.pop_front_if(|at| *at <= now_ms - DAY_MS).is_some() {}
        let used = u32::try_from(self.starts_ms.len()).unwrap_or(u32::MAX);
        let reset_ms = self.starts_ms.back().map_or(0, |at| at + DAY_MS - now_ms);
        (limits.session_starts_max.saturating_sub(used), reset_ms)
    }

    /// Sends a dispatch to the sessions of the guild's shard that may hear of it.
    pub(crate) fn dispatch(
        &mut self,
        guild: Id,
        dispatch: &Dispatch,
        faults: &mut Faults,
        limits: &Limits,
        now_ms: i64,
    ) {
        self.all.retain(|_, session| {
            if session.has_expired(limits, now_ms) {
                return false;
            }
            if shard_of(guild, session.shard[1]) != session.shard[0]
                || (dispatch.intents != 0 && dispatch.intents & session.intents == 0)
            {
                return true;
            }
            let payload = match &dispatch.without_content {
                Some(bare) if session.intents & super::intents::MESSAGE_CONTENT == 0 => bare,
                _ => &dispatch.payload,
            };
            let kept = session.push(dispatch.event, Arc::clone(payload), faults, limits);
            if !kept {
                session.order(Order::Cut);
            }
            kept
        });
    }

    /// Gives an order to every connection; sessions that it invalidates for good end. Returns how many heard it.
    pub(crate) fn order_all(&mut self, order: Order) -> usize {
        let heard = self.connected();
        self.all.values_mut().for_each(|session| session.order(order));
        if order == (Order::Invalidate { resumable: false }) {
            self.all.retain(|_, session| session.is_connected());
        }
        heard
    }

    /// A number for a new connection.
    pub(super) fn next_connection(&mut self) -> u64 {
        self.connections += 1;
        self.connections
    }

    /// Whether the bucket of a shard is free for an IDENTIFY, which is counted then.
    pub(super) fn take_identify(&mut self, shard: u64, limits: &Limits, now_ms: i64) -> bool {
        let bucket = shard % u64::from(limits.max_concurrency.max(1));
        let free = self
            .identified_ms
            .get(&bucket)
            .is_none_or(|at| now_ms - at >= limits.identify_window_ms);
        if free {
            self.identified_ms.insert(bucket, now_ms);
            self.starts_ms.push_back(now_ms);
        }
        free
    }

    pub(super) fn begin(&mut self, id: String, session: Session) {
        self.all.insert(id, session);
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Session> {
        self.all.get_mut(id)
    }

    /// Goes on with a session on another connection.
    pub(super) fn resume(
        &mut self,
        id: &str,
        sequence: u64,
        line: Line,
        faults: &mut Faults,
        limits: &Limits,
        now_ms: i64,
    ) -> Resume {
        let Some(session) = self.all.get_mut(id) else {
            return Resume::Invalid;
        };
        if session.has_expired(limits, now_ms) || !session.reaches_back_to(sequence) {
            self.all.remove(id);
            return Resume::Invalid;
        }
        if sequence > session.sequence {
            return Resume::InvalidSequence;
        }
        session.forget_resumes();
        session.attach(line, sequence, faults);
        session.push("RESUMED", r#"{"_trace":[]}"#.into(), faults, limits);
        Resume::Resumed
    }

    /// What a connection may send now; `None` when its session has another one, or is gone.
    pub(super) fn batch(&mut self, id: &str, connection: u64, now_ms: i64) -> Option<Batch> {
        let batch = self.all.get_mut(id)?.batch(connection, now_ms)?;
        if batch.order == Some(Order::Invalidate { resumable: false }) {
            self.all.remove(id);
        }
        Some(batch)
    }

    /// A connection ended. A client that closes with 1000 or 1001 gives up its session.
    pub(super) fn detach(&mut self, id: &str, connection: u64, gives_up: bool, now_ms: i64) {
        let Some(session) = self.all.get_mut(id) else {
            return;
        };
        let is_last = session.detach(connection, now_ms);
        if is_last && gives_up {
            self.all.remove(id);
        }
    }

    /// Ends every session, as Discord does when it takes the token back.
    pub(super) fn end_all(&mut self) {
        self.order_all(Order::Cut);
        self.all.clear();
    }
}
