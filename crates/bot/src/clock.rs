//! The clock, as an argument.

use std::time::SystemTime;

use domain::time::UnixMs;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, as well as this clock knows it.
    fn now(&self) -> UnixMs;
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
