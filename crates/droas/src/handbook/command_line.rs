//! The page of the program's own commands, from its help.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use crate::Cli;

const HEAD: &str = "\
What `droas --help` and `droas COMMAND --help` print. Options of all commands are left out: `--help`, and `--version` of the
program.

The exit status is 0 when all went well, 2 when a person has to mend something first (a wrong option or setting, a refused
token), and 1 for everything else, which may be well in a minute.
";

/// All of them.
pub(super) fn text() -> String {
    let mut program = Cli::command();
    program.build();
    let mut text = HEAD.to_owned();
    push_below(&mut text, &program, "droas");
    text
}

/// What is below a command, each with all that is below it.
fn push_below(text: &mut String, command: &Command, path: &str) {
    let below = command.get_subcommands();
    for command in below.filter(|one| !one.is_hide_set() && one.get_name() != "help") {
        let path = format!("{path} {}", command.get_name());
        push(text, command, &path);
        push_below(text, command, &path);
    }
}

fn push(text: &mut String, command: &Command, path: &str) {
    let about = command.get_long_about().or_else(|| command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    let _ = write!(text, "\n## `{path}`\n\n{}\n", with_stop(&about));
    if command.get_subcommands().next().is_some() {
        // Its options hold for what is below it, and are told there.
        return;
    }
    let arguments: Vec<_> = command
        .get_arguments()
        .filter(|one| !one.is_hide_set() && !matches!(one.get_id().as_str(), "help" | "version"))
        .collect();
    if arguments.is_empty() {
        return;
    }
    text.push_str("\n| option | what it does | default |\n|---|---|---|\n");
    for one in arguments {
        let _ = writeln!(text, "| {} | {} | {} |", name(one), meaning(one), default(one));
    }
}

/// The first line of help has no stop at its end, as the paragraphs after it do.
fn with_stop(about: &str) -> String {
    let (first, rest) = about.split_once('\n').unwrap_or((about, ""));
    let stop = if first.ends_with(['.', '?', ':']) { "" } else { "." };
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!("\n{rest}")
    };
    format!("{first}{stop}{rest}").trim_end().to_owned()
}

fn name(one: &Arg) -> String {
    let takes_value = one.get_action().takes_values();
    let value = one.get_value_names().filter(|_| takes_value).map(|names| {
        names
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    });
    match (one.get_long(), value) {
        (Some(long), Some(value)) => format!("`--{long} {value}`"),
        (Some(long), None) => format!("`--{long}`"),
        (None, value) => {
            let value = value.unwrap_or_else(|| one.get_id().to_string().to_uppercase());
            let needed = if one.is_required_set() { " (needed)" } else { "" };
            format!("`{value}`{needed}")
        }
    }
}

fn meaning(one: &Arg) -> String {
    let help = one.get_help().map(ToString::to_string).unwrap_or_default();
    // The column beside it tells the default.
    let help = help
        .split(" [default:")
        .next()
        .unwrap_or_default()
        .replace('|', "\\|");
    let values: Vec<_> = one
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if values.is_empty() || !one.get_action().takes_values() {
        help
    } else {
        format!("{help}: {}", values.join(", "))
    }
}

fn default(one: &Arg) -> String {
    let help = one.get_help().map(ToString::to_string).unwrap_or_default();
    let in_help = help
        .split_once("[default: ")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(default, _)| default.to_owned());
    let values = one.get_default_values();
    if let Some(told) = in_help {
        told
    } else if values.is_empty() || !one.get_action().takes_values() {
        String::new()
    } else {
        let values: Vec<_> = values
            .iter()
            .map(|value| format!("`{}`", value.display()))
            .collect();
        values.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_commands_are_left_out_and_all_others_are_told() {
        let text = text();
        for told in [
            "`droas run`",
            "`droas db backup`",
            "`droas loadtest joins`",
            "`--patience SECONDS`",
        ] {
            assert!(text.contains(told), "{told}");
        }
        for hidden in ["droas handbook", "droas loadtest worker", "droas help"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
    }
}
