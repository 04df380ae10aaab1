//! Where the document is known to be wrong, or stricter than what Discord's documentation promises.

use crate::check::{Finding, Part};

/// A finding that is none, and why.
#[derive(Debug)]
pub struct Exception {
    /// What the report calls it.
    pub name: &'static str,
    /// Why the document is not believed here, with the source.
    pub reason: &'static str,
    part: Part,
    /// The pointer's end.
    pointer_ends: &'static str,
    /// A piece of what was expected.
    expected: &'static str,
}

/// All exceptions. As few as can be.
pub const EXCEPTIONS: &[Exception] = &[];

/// The exception that excuses `finding`.
pub fn excuse(finding: &Finding) -> Option<&'static Exception> {
    EXCEPTIONS.iter().find(|exception| {
        finding.part == exception.part
            && finding.pointer.ends_with(exception.pointer_ends)
            && finding.expected.contains(exception.expected)
    })
}
