//! What a command tells on standard output and standard error, which somebody reads, or nobody any more.
//!
//! The one way to both: `println!` and `eprintln!` end the process where the reader of a pipe has gone.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anyhow::Context;

/// Prints a text and the end of its line. As [`text`] otherwise.
///
/// # Errors
/// As [`text`].
pub(crate) fn line(line: impl Display) -> anyhow::Result<()> {
    text(format_args!("{line}\n"))
}

/// Prints a text. A reader who has gone, as `head` goes, has read what it wanted: the rest is dropped, and the command goes on
/// to its end and its own status.
///
/// # Errors
/// Standard output cannot be written for another reason, such as a disk that is full.
pub(crate) fn text(text: impl Display) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("standard output cannot be written; see where it is redirected to")
        }
        _ => Ok(()),
    }
}

/// Tells a person something on standard error. Where nobody reads it, there is nobody else to tell.
pub(crate) fn aside(line: impl Display) {
    drop(writeln!(io::stderr(), "{line}"));
}
