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
    /// The end of the pointer, with `*` for the numbers of list items.
    pointer_ends: &'static str,
    /// What was expected.
    expected: &'static str,
}

/// All exceptions. As few as can be.
pub const EXCEPTIONS: &[Exception] = &[Exception {
    name: "numbers of new attachments",
    reason: "the document wants a text, but Discord's documentation (Reference, \"Uploading Files\", read in August 2026) \
             shows a number, and its clients send one",
    part: Part::Body,
    pointer_ends: "/attachments/*/id",
    expected: "a value of type string",
}];

/// The exception that excuses `finding`, whose pointer has `*` for the numbers of list items.
pub fn excuse(finding: &Finding) -> Option<&'static Exception> {
    EXCEPTIONS.iter().find(|exception| {
        finding.part == exception.part
            && finding.pointer.ends_with(exception.pointer_ends)
            && finding.expected == exception.expected
    })
}
