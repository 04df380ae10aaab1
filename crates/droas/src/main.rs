//! The binary `droas`: command line, configuration and wiring.
//!
//! Knows no rules: it starts what the other crates are. Start reading at [`run`], which hosts the bot, then [`demo`],
//! which plays a community against the simulator.

mod card;
mod check;
mod config;
mod control_socket;
mod ctl;
mod db;
mod demo;
mod exit;
mod handbook;
mod import;
mod loadtest;
mod logging;
mod measured;
mod moment;
mod opening;
mod printed;
mod run;
mod secret_files;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A Discord bot that you host yourself: it greets every new member with a message and a personal picture, and measures how
/// active members are.
///
/// Try it without a token: `droas demo`. Host it: set DISCORD_TOKEN, see by `droas check` that nothing is missing, and call
/// `droas run`.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    Check(check::Args),
    Ctl(ctl::Args),
    Db(db::Args),
    Import(import::Args),
    Demo(demo::Args),
    Loadtest(loadtest::Args),
    Card(card::Args),
    /// Print a configuration file with every setting, its meaning and its default
    Config,
    #[command(hide = true)]
    Handbook(handbook::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    discord::install_tls();
    let result = match cli.command {
        Command::Run(args) => exit::block_on(run::run(args)),
        Command::Check(args) => exit::block_on(check::run(args)),
        Command::Ctl(args) => ctl::run(args),
        Command::Db(args) => exit::block_on(db::run(args)),
        Command::Import(args) => exit::block_on(import::run(args)),
        Command::Demo(args) => exit::block_on(demo::run(args)),
        Command::Loadtest(args) => exit::block_on(loadtest::run(args)),
        Command::Card(args) => card::run(args),
        Command::Handbook(args) => printed::text(handbook::page(&args)),
        Command::Config => printed::text(config::example()),
    };
    exit::code(result)
}
