//! Holds recordings of the simulator against Discord's own OpenAPI document.
//!
//! A recording is what the simulator wrote down while a bot, ours or another, talked to it: one request and its answer a
//! line. A request that the document forbids is a mistake of the bot, an answer that it forbids is a mistake of the
//! simulator, and both are findings. The document is read from a path that the caller gives and is no part of this
//! project.
//!
//! Knows nothing of the rest of droas, not even of the simulator: the recording's format is all that they share.
//!
//! Start reading at [`check::Checker`], then [`document`] for how the document is read, and [`report`] for what is told.

pub mod check;
pub mod document;
pub mod recording;
pub mod report;

mod explain;
