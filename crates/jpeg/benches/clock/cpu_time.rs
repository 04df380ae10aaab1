//! The clock of the benches.

use std::time::Duration;

/// What this thread has used of a core, as Linux tells it.
pub(crate) fn cpu_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("this bench runs on Linux");
    let nanos = told
        .split_whitespace()
        .next()
        .and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.expect("the first number is the time on a core"))
}
