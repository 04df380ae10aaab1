//! A circuit breaker: whether to call something that has failed lately.
//!
//! It knows nothing of what is called, and neither what time it is nor how to wait: the clock is an argument, and the
//! jitter follows from a seed. Start reading at [`Breaker`].
//!
//! *Closed*, it lets every call through and counts how they end, in a window that slides. When too many of them failed
//! or were slow, it *opens*, and every call is refused at once. After a while it is *half-open*: a few calls, the
//! probes, are let through, and no more. When all of them end well it closes; when one fails it opens again, for longer.

mod breaker;
mod settings;
mod window;

pub use breaker::{Breaker, Observer, Outcome, Permit, Reason, Refused, Snapshot, State, Transition};
pub use settings::Settings;
pub use window::Rates;
