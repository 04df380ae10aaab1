//! `droas loadtest`: load, and the figures of it.
//!
//! [`joins`], [`messages`] and [`steady`] drive a whole bot: `droas run` as a process of its own, so that its memory is its own too,
//! against a simulated Discord in this one. [`activity`] drives the store alone, beside what others do in its place.

mod activity;
mod build;
mod crowd;
mod exactness;
mod greeted;
mod hosted;
mod joins;
mod messages;
mod report;
mod steady;
mod table;

use std::fmt::Display;

use anyhow::bail;
use serde::Serialize;
use sim::config::{Limits, SimConfig};
use sim::driver::Sim;

use crate::logging;
use crate::printed;

/// Put the bot, or its database alone, under load, with a Discord that is simulated on this machine
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    load: Load,
}

#[derive(clap::Subcommand)]
enum Load {
    Joins(joins::Args),
    Messages(messages::Args),
    Steady(steady::Args),
    Activity(activity::Args),
    /// What the load test of activity starts more of
    #[command(hide = true)]
    Worker,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    match args.load {
        Load::Joins(args) => joins::run(args).await,
        Load::Messages(args) => messages::run(args).await,
        Load::Steady(args) => steady::run(args).await,
        Load::Activity(args) => activity::run(args).await,
        Load::Worker => activity::run_worker().await,
    }
}

/// What a run came to: a table for people, and JSON for machines.
trait Outcome: Display + Serialize {
    /// What is wrong; nothing should be.
    fn fault(&self) -> Option<String>;
}

/// Lets a load test measure against a simulated Discord with these limits, and tells what it came to.
async fn simulated<O: Outcome>(
    limits: Limits,
    json: bool,
    measure: impl AsyncFnOnce(&Sim) -> anyhow::Result<O>,
) -> anyhow::Result<()> {
    logging::start_quiet();
    let sim = Sim::start(SimConfig {
        limits,
        ..SimConfig::default()
    })
    .await?;
    let measured = measure(&sim).await;
    sim.shutdown().await;
    tell(&measured?, json)
}

/// Prints what a run came to.
///
/// # Errors
/// Something is wrong with it.
fn tell(outcome: &impl Outcome, json: bool) -> anyhow::Result<()> {
    if json {
        printed::line(serde_json::to_string(outcome)?)?;
    } else {
        printed::line(outcome)?;
    }
    match outcome.fault() {
        Some(fault) => bail!(fault),
        None => Ok(()),
    }
}
