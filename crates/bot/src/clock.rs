//! The clock, as an argument.

mod steady;

use std::time::SystemTime;

use domain::time::UnixMs;

pub use steady::SteadyClock;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, as well as this clock knows it.
    fn now(&self) -> UnixMs;

    /// Discord has just told that it is `told`, to the second. Whoever has a time of their own need not listen.
    fn hear(&self, told: UnixMs) {
        let _ = told;
    }
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMs {
        let since_epoch = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        UnixMs(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}
