//! The binary `droas-sim`: a Discord of our own on loopback, for trying and testing bots.
#![expect(clippy::print_stderr, reason = "a command line speaks to its user")]

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match sim::cli::run(sim::cli::Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("droas-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}
