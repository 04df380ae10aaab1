//! A dispatch as it came.

use domain::time::UnixMs;

use super::decode::{DecodeError, Decoded, EventName, Header, decode_behind, interaction};
use crate::interaction::{Incoming, Unanswerable};

/// An undecoded dispatch.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    sequence: u64,
    header: Header,
    /// It came before the session was whole again: it tells of what happened while we were away.
    pub(super) is_replayed: bool,
    text: String,
}

impl Frame {
    /// The frame of a text and its header; `None` for what is no dispatch (heartbeats and the like).
    pub(super) fn new(header: Header, text: String) -> Option<Self> {
        Some(Self {
            sequence: header.dispatch()?,
            header,
            is_replayed: false,
            text,
        })
    }

    /// The frame's number in its session, counted from 1; READY begins anew.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Which event it tells of.
    pub fn event_name(&self) -> EventName {
        self.header.event.unwrap_or(EventName::Other)
    }

    /// The frame's JSON.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads what the frame says.
    ///
    /// # Errors
    /// [`DecodeError`]: not what Discord documents. The session goes on, and the frame counts as received.
    pub fn decode(&self) -> Result<Decoded, DecodeError> {
        decode_behind(&self.header, &self.text)
    }

    /// Reads an interaction that came in at `now`; `None` where the frame tells of something else. It does not wait for
    /// what the frame's batch waits for, but is handed on when the frame comes in.
    ///
    /// # Errors
    /// [`Unanswerable`]: nobody can answer it.
    pub fn interaction(&self, now: UnixMs) -> Option<Result<Incoming, Unanswerable>> {
        (self.header.event == Some(EventName::InteractionCreate))
            .then(|| interaction(&self.text, self.sequence, self.is_replayed, now))
    }
}

// What people write does not belong in a log.
impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("sequence", &self.sequence)
            .field("len", &self.text.len())
            .finish()
    }
}
