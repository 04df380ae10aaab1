//! What is asked of the control API.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::state::State;
use crate::world::Id;

/// A request, with the ids that stand in its path.
pub(super) struct Asked<'a> {
    pub(super) state: &'a Arc<State>,
    pub(super) ids: Vec<Id>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) body: &'a [u8],
}

/// Why something cannot be done.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    pub(super) sentence: String,
}

impl Wrong {
    /// The request itself is not sound.
    pub(super) fn asked(sentence: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            sentence: sentence.into(),
        }
    }

    /// It speaks of something that is not there.
    pub(super) fn missing(sentence: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            sentence: sentence.into(),
        }
    }

    /// The world is not so that this could happen.
    pub(super) fn conflict(sentence: impl Into<String>) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            sentence: sentence.into(),
        }
    }

    /// It took too long.
    pub(super) fn late(sentence: impl Into<String>) -> Self {
        Self {
            status: StatusCode::REQUEST_TIMEOUT,
            sentence: sentence.into(),
        }
    }
}

impl Asked<'_> {
    /// The body.
    ///
    /// # Errors
    /// It is no JSON, or not of this shape.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Wrong> {
        let body = if self.body.is_empty() { b"{}" } else { self.body };
        serde_json::from_slice(body)
            .map_err(|error| Wrong::asked(format!("the body cannot be read: {error}")))
    }

    /// A number of the query.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Wrong> {
        self.query
            .get(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| Wrong::asked(format!("{name} is a number, not \"{text}\"")))
            })
            .transpose()
    }
}

/// An id, as text or as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IdText(pub(super) Id);

impl<'de> Deserialize<'de> for IdText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(Id),
            Text(String),
        }
        match Either::deserialize(deserializer) {
            Ok(Either::Number(id)) => Ok(Self(id)),
            Ok(Either::Text(text)) => text
                .parse()
                .map(Self)
                .map_err(|_| serde::de::Error::custom(format!("\"{text}\" is no id"))),
            Err(_) => Err(serde::de::Error::custom("an id is text or a number")),
        }
    }
}
