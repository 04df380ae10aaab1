//! What an action gives back.

use serde::Serialize;

use super::refusal::Refusal;

/// A status and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// JSON.
    pub(super) body: Option<String>,
}

pub(super) type Acted = Result<Answer, Refusal>;

impl Answer {
    pub(super) fn ok(body: &impl Serialize) -> Self {
        Self::json(200, body)
    }

    pub(super) fn json(status: u16, body: &impl Serialize) -> Self {
        let text =
            serde_json::to_string(body).expect("answers have text keys and nothing that fails to serialise");
        Self {
            status,
            body: Some(text),
        }
    }

    pub(super) fn empty() -> Self {
        Self {
            status: 204,
            body: None,
        }
    }
}
