//! A text that is not printed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A setting that may hold a password. Written out only where the whole configuration is.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Hidden(String);

impl Hidden {
    /// The text, for who has to read it.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() {
            "Hidden(empty)"
        } else {
            "Hidden(not shown)"
        })
    }
}
