//! The bot as a process against the simulator as another, and what becomes of the welcomes when it is killed.
#![expect(
    clippy::print_stderr,
    reason = "a failure prints its seed, and a test that is skipped says so"
)]

mod backups;
mod control;
mod deploy;
mod figures;
mod kills;
mod page;
mod programs;
mod servers;
mod standby;
mod stops;
mod storage;
mod web;
