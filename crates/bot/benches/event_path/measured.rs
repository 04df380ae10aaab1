//! What a measuring process uses, told to the one that started it.

use std::fs;
use std::time::{Duration, Instant};

use crate::figures::{cpu_time, print};

/// The line that asks for the messages.
pub(crate) const READY: &str = "ready";

pub(crate) struct Measured {
    cpu: Duration,
    at: Instant,
    memory_kib: u64,
}

impl Measured {
    /// Asks for the messages.
    pub(crate) fn begin() -> Self {
        // Forgets the peak until now. Source: proc(5), /proc/pid/clear_refs.
        fs::write("/proc/self/clear_refs", "5").expect("Linux lets a process ask this of itself");
        let begun = Self {
            cpu: cpu_time(),
            at: Instant::now(),
            memory_kib: status_kib("VmRSS:"),
        };
        print(READY);
        begun
    }

    /// Tells what the messages took.
    pub(crate) fn end(self) {
        let figures = Figures {
            cpu: cpu_time() - self.cpu,
            took: self.at.elapsed(),
            grown_kib: status_kib("VmHWM:").saturating_sub(self.memory_kib),
        };
        print(&format!(
            "{} {} {}",
            figures.cpu.as_micros(),
            figures.took.as_micros(),
            figures.grown_kib
        ));
    }
}

/// The figures of one run.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) cpu: Duration,
    pub(crate) took: Duration,
    /// The peak of resident memory beyond what there was before.
    pub(crate) grown_kib: u64,
}

impl Figures {
    /// Reads a line of [`Measured::end`].
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut numbers = line.split(' ').map(|number| number.parse::<u64>().ok());
        Some(Self {
            cpu: Duration::from_micros(numbers.next()??),
            took: Duration::from_micros(numbers.next()??),
            grown_kib: numbers.next()??,
        })
    }
}

fn status_kib(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .expect("a number of kB")
}
