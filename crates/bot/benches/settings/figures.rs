//! Numbers, and where they come from.

use std::fs;
use std::io::{self, Write};
use std::process::Command;
use std::time::Duration;

use rustix::time::ClockId;

/// A line of the report.
pub(crate) fn print(line: &str) {
    writeln!(io::stdout(), "{line}").expect("somebody reads it");
}

/// What this process has on the heap and its stacks, without the files that it maps.
pub(crate) fn memory_bytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line
        .and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok())
        .expect("a number of kB");
    kib * 1024
}

/// The time that this process has worked, on all cores.
pub(crate) fn cpu_time() -> Duration {
    time(ClockId::ProcessCPUTime)
}

/// The time by the clock that all processes share.
pub(crate) fn clock() -> Duration {
    time(ClockId::Monotonic)
}

fn time(clock: ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::new(
        u64::try_from(time.tv_sec).expect("no negative time"),
        u32::try_from(time.tv_nsec).expect("below a second"),
    )
}

/// The value below which so many of a hundred lie; the greatest for a hundred.
pub(crate) fn percentile(values: &mut [Duration], percent: usize) -> Duration {
    values.sort_unstable();
    values[(values.len() * percent / 100).min(values.len() - 1)]
}

/// Two digits behind the point; a stroke for what there is not.
pub(crate) fn seconds(time: Option<Duration>) -> String {
    time.map_or(String::from("-"), |time| format!("{:.2}", time.as_secs_f64()))
}

pub(crate) fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{cores} cores, {}",
        model.map_or("unknown processor", |(_, name)| name)
    )
}

pub(crate) fn first_line_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let text = text.unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}
