//! When a breaker opens, and for how long.

use std::time::Duration;

/// When a breaker opens, and for how long.
///
/// Values out of their ranges are taken for the nearest that makes sense: a count of 0 for 1, a percentage above 100 for
/// 100, a longest time shorter than the shortest for the shortest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How far back calls are counted. It slides by a tenth of itself.
    pub window: Duration,
    /// With fewer calls than this in the window it never opens.
    pub calls_min: u32,
    /// It opens when this share of the window's calls failed, 1 to 100.
    pub failure_percent: u8,
    /// It opens when this share of the window's calls were slow, 1 to 100.
    pub slow_percent: u8,
    /// A call that takes at least so long is slow.
    pub slow_after: Duration,
    /// It stays open at least so long.
    pub open_min: Duration,
    /// It stays open at most so long.
    pub open_max: Duration,
    /// How many calls are let through half-open, and must end well before it closes.
    pub probes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(30),
            calls_min: 10,
            failure_percent: 50,
            slow_percent: 80,
            slow_after: Duration::from_secs(10),
            open_min: Duration::from_secs(5),
            open_max: Duration::from_secs(120),
            probes: 3,
        }
    }
}

impl Settings {
    pub(crate) fn in_range(self) -> Self {
        Self {
            window: self.window.max(Duration::from_millis(10)),
            calls_min: self.calls_min.max(1),
            failure_percent: self.failure_percent.clamp(1, 100),
            slow_percent: self.slow_percent.clamp(1, 100),
            open_max: self.open_max.max(self.open_min),
            probes: self.probes.max(1),
            ..self
        }
    }
}
