//! `droas check`: looks over all that the bot needs, and changes nothing.

mod bot_running;
mod cards;
mod configuration;
mod database;
mod discord_side;
mod finding;
mod guilds;
mod pictures;
mod table;

use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::anyhow;
use domain::id::GuildId;

use self::finding::{Finding, Findings};
use crate::config::{Environment, Inspection};
use crate::exit::NeedsMending;
use crate::logging;
use crate::printed;

/// Look over all that the bot needs, and say what to do about what is missing
///
/// Configuration, token, database, pictures, fonts, the machine's clock, what Discord grants the bot, and what it may do in
/// the channels where it greets. Nothing is changed, no session is begun and nothing is posted; it may be called before the
/// first start, and while the bot runs: in the same folder, with the same environment. The exit status is 0 when there is
/// no fault; 2 when there is one that somebody must mend, and 1 when all may be well in a minute.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file of the bot [default: droas.toml, when it exists]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask nothing of Discord
    #[arg(long)]
    offline: bool,
    /// Look at this server alone
    #[arg(long, value_name = "ID", conflicts_with = "offline")]
    guild: Option<GuildId>,
    /// How many servers are looked at, those that chose a channel first; Discord is asked ten questions a second at most
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    guilds: u32,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    logging::start_quiet();
    let mut findings = Findings::default();
    look_over(&args, &mut findings).await;
    if args.json {
        printed::line(findings.json())?;
    } else {
        let on_terminal = std::io::stdout().is_terminal();
        let colours = on_terminal && std::env::var_os("NO_COLOR").is_none();
        printed::line(table::table(&findings, colours))?;
    }
    let faults = findings.faults();
    let counted = match faults {
        0 => return Ok(()),
        1 => anyhow!("one fault was found"),
        _ => anyhow!("{faults} faults were found"),
    };
    Err(if findings.may_all_pass() {
        counted
    } else {
        NeedsMending(counted).into()
    })
}

async fn look_over(args: &Args, findings: &mut Findings) {
    let environment = match Environment::read() {
        Ok(environment) => environment,
        Err(error) => {
            findings.add(Finding::fault("configuration", error.to_string()));
            cards::look(None, findings).await;
            return;
        }
    };
    let inspection = Inspection::of(args.config.as_deref(), &environment);
    configuration::look(&inspection, findings);
    if let Some(place) = &inspection.database {
        database::look(place, findings).await;
    }
    cards::look(inspection.config.as_ref(), findings).await;
    if let Some(assets) = &inspection.assets {
        pictures::look(assets, findings).await;
    }
    if let Some(config) = &inspection.config {
        bot_running::look(config.control_socket.as_deref(), findings).await;
    }
    match &inspection.config {
        _ if args.offline => findings.add(Finding::not_checked(
            "Discord",
            "nothing was asked, as --offline wants it",
        )),
        Some(config) => discord_side::look(config, args.guild, args.guilds as usize, findings).await,
        None => findings.add(Finding::not_checked(
            "Discord",
            "it is asked once the configuration has no mistakes",
        )),
    }
}
