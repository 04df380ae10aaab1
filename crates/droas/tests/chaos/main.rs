//! A seeded world in which everything goes wrong, and a bot that greets each member once all the same.
//!
//! One number plays a whole world: guilds, people who come and go, and what fails meanwhile ([`plan`]). It is played
//! against the bot in this process, hundreds of worlds in all, and against the real program, which is killed at any
//! moment ([`suite`]). When the faults have stopped, the world is let come to rest, and its channels are counted
//! ([`check`]). A world that was not as it should be prints the number that plays it again.
#![expect(
    clippy::print_stderr,
    reason = "a failure prints its seed, and a run what it met"
)]

mod canary;
mod check;
mod in_process;
mod outage;
mod plan;
mod processes;
mod scene;
mod secrets;
mod subject;
mod suite;
mod weather;
