//! `droas loadtest`: a whole bot under load, against a simulated Discord, and the figures of it.
//!
//! The bot is `droas run` as a process of its own, so that its memory is its own too; the simulator runs in this one.

mod crowd;
mod hosted;
mod joins;
mod report;

pub(crate) use joins::Args as JoinsArgs;

/// Put a whole bot under load, against a simulated Discord on this machine
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    load: Load,
}

#[derive(clap::Subcommand)]
enum Load {
    Joins(JoinsArgs),
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    match args.load {
        Load::Joins(args) => joins::run(args).await,
    }
}
