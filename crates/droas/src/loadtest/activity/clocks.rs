//! Clocks that several processes can compare.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time that only goes on, the same in all processes of a machine.
pub(super) fn monotonic() -> Duration {
    read(ClockId::Monotonic)
}

/// What all threads of this process spent on a processor.
pub(super) fn cpu() -> Duration {
    read(ClockId::ProcessCPUTime)
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).expect("counted from a start");
    let nanoseconds = u32::try_from(time.tv_nsec).expect("below a second");
    Duration::new(seconds, nanoseconds)
}
