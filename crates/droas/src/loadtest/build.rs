//! Which build of this program was measured.

use std::fmt;

use serde::Serialize;

/// The build that runs.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Build {
    /// The version of this program.
    pub(super) version: &'static str,
    /// The release build, or the quick one, whose figures say little.
    optimised: bool,
}

impl Build {
    pub(super) fn ours() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            optimised: !cfg!(debug_assertions),
        }
    }

    pub(super) fn kind(self) -> &'static str {
        if self.optimised {
            "release build"
        } else {
            "quick build"
        }
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "droas {} ({})", self.version, self.kind())
    }
}
