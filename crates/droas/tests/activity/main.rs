//! Messages are counted exactly, whatever dies: the real program against the simulator, over both databases, and a recount
//! that shares nothing with it.
#![expect(
    clippy::print_stderr,
    reason = "a failure prints its seed, and memory is told"
)]

mod crowd;
mod kills;
mod memory;
mod program;
mod recount;
mod scene;
