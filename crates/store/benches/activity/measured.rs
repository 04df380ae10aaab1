//! Clocks, and how their numbers are told.

use std::ops::Add;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// One round, or the medians of several.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// Of the whole process, whichever threads worked.
    pub(crate) cpu: Duration,
}

impl Measured {
    pub(crate) fn median(rounds: Vec<Self>) -> Self {
        let middle = |mut all: Vec<Duration>| {
            all.sort_unstable();
            all[all.len() / 2]
        };
        Self {
            wall: middle(rounds.iter().map(|one| one.wall).collect()),
            cpu: middle(rounds.iter().map(|one| one.cpu).collect()),
        }
    }
}

/// One behind the other.
impl Add for Measured {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            wall: self.wall + other.wall,
            cpu: self.cpu + other.cpu,
        }
    }
}

pub(crate) async fn measure<T>(work: impl AsyncFnOnce() -> T) -> Measured {
    let (started, cpu_before) = (Instant::now(), cpu_time());
    let done = work().await;
    let measured = Measured {
        wall: started.elapsed(),
        cpu: cpu_time() - cpu_before,
    };
    drop(done);
    measured
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).expect("the process began before now"),
        u32::try_from(time.tv_nsec).expect("less than a second"),
    )
}

pub(crate) fn milliseconds(took: Duration) -> String {
    format!("{:.2}", took.as_secs_f64() * 1e3)
}
