//! `droas loadtest`: load, and the figures of it.
//!
//! [`joins`], [`messages`] and [`steady`] drive a whole bot: `droas run` as a process of its own, so that its memory is its own too,
//! against a simulated Discord in this one. [`activity`] drives the store alone, beside what others do in its place.

mod activity;
mod crowd;
mod exactness;
mod hosted;
mod joins;
mod messages;
mod report;
mod steady;

use std::fmt::Display;

use serde::Serialize;

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

/// Prints what a load test came to.
fn tell(report: &(impl Display + Serialize), json: bool) -> anyhow::Result<()> {
    if json {
        printed::line(serde_json::to_string(report)?)
    } else {
        printed::line(report)
    }
}
