//! `droas handbook`: the pages of the handbook that are written from the program itself. Who changes settings or commands
//! calls `scripts/handbook`, which writes them anew; a test compares them.

mod command_line;
mod slash_commands;

use crate::config;

/// Print a page of the handbook that is written from this program
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which page
    page: Page,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Page {
    /// Every setting.
    Configuration,
    /// Every slash command.
    SlashCommands,
    /// Every command of this program.
    CommandLine,
}

/// Says on each page that an edit of it would be lost.
const WRITTEN: &str = "<!-- Written by scripts/handbook from the program; a change here is lost. -->";

/// A page in Markdown.
pub(crate) fn page(args: &Args) -> String {
    match args.page {
        Page::Configuration => format!(
            "# Every setting\n\n{WRITTEN}\n\n{SETTINGS}{}",
            config::reference()
        ),
        Page::SlashCommands => format!("# Every slash command\n\n{WRITTEN}\n\n{}", slash_commands::text()),
        Page::CommandLine => format!(
            "# Every command of the program\n\n{WRITTEN}\n\n{}",
            command_line::text()
        ),
    }
}

const SETTINGS: &str = "\
Nothing has to be set but the token. A setting is looked for in the environment (a file `.env` in the folder where the bot is
started counts as part of it), then in the file `droas.toml` in that folder (`--config` names another), and has its default
where it is in neither. `droas config` prints that file with everything below in it.

The token is no setting: it comes from the variable `DISCORD_TOKEN`, or from the file that `discord.token_file` names.

A mistake keeps the bot from starting, and it says which: a key or a variable `DROAS_...` that there is not, a value of the
wrong kind, a number out of its range. Several are told at once: first names that there are not, then values out of their range.
";

#[cfg(test)]
mod tests;
