//! What is measured, and how.

use std::str::FromStr;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What stands ready before a card is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The background is prepared; the avatar is decoded each time.
    Warm,
    /// The background is decoded, fitted and laid with its panel each time, too.
    Cold,
}

impl Way {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Cold => "cold",
        }
    }
}

impl FromStr for Way {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Warm, Self::Cold]
            .into_iter()
            .find(|way| way.name() == name)
            .ok_or(())
    }
}

/// What a process that drew cards tells about itself, ours and the peers' alike: one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// CPU time of the whole process from its begin to its first card.
    pub(crate) start_ns: u64,
    /// CPU time of each card after that.
    pub(crate) cards_ns: Vec<u64>,
    /// Size of the last card.
    pub(crate) bytes: u64,
    /// Memory at the end that no file stands behind.
    pub(crate) anonymous_kib: u64,
    /// The most memory that the process ever had, with the pages of its files that it looked at.
    pub(crate) peak_kib: u64,
}

/// What this process has used of the cores.
pub(crate) fn cpu_time() -> Duration {
    let told = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        told.tv_sec.try_into().expect("time goes forward"),
        told.tv_nsec.try_into().expect("less than a second"),
    )
}

/// A line of `/proc/self/status`, in KiB.
pub(crate) fn memory_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("this bench runs on Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("Linux tells it")
}

/// The value that this share of all lies below. Sorts.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let at = (values.len() as f64 * share) as usize;
    values[at.min(values.len() - 1)]
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    percentile(&mut values, 0.5)
}
