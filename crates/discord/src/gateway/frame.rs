//! A dispatch as it came.

use twilight_model::gateway::event::GatewayEventDeserializer;

use super::decode::{DecodeError, Decoded, decode};

/// An undecoded dispatch.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    sequence: u64,
    text: String,
}

impl Frame {
    /// The frame of a text; `None` for what is no dispatch (heartbeats and the like).
    pub(super) fn from_text(text: String) -> Option<Self> {
        let header = GatewayEventDeserializer::from_json(&text)?;
        let sequence = header.sequence().filter(|_| header.op() == 0)?;
        Some(Self { sequence, text })
    }

    /// The frame's number in its session, counted from 1; READY begins anew.
    pub fn sequence(&self) -> u64 {
        self.sequence
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
        decode(&self.text)
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
