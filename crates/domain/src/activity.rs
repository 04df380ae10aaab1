//! How active members are: what a message adds to a score, how silence takes it away, and what is kept to know both.
//!
//! [`rules`] are what a guild chose. [`sum`] turns the messages of a batch of events into what they add, [`meter`] is what
//! is stored of a member and how that is added to it, [`level`] what a score is called.
//!
//! Nothing here depends on the order in which messages come in, on how they are divided into batches, or on whether one
//! comes twice: all times are the messages' own, and what is kept of them are sums, extremes and sets. The limit is
//! [`meter::Meter::SLOTS`]: a message that comes in later than that after younger ones of its member adds to the day's
//! count alone.

pub mod level;
pub mod meter;
pub mod rules;
pub mod score;
pub mod sum;
