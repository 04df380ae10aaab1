//! The page of slash commands.

use std::fmt::Write;

use bot::Catalogued;
use discord::{CommandOption, OptionKind};

const HEAD: &str = "\
Discord shows these as you type `/`, in English, 繁體中文, 简体中文 or 日本語, by the language of your Discord. *Admins* are those
who may *Manage Server*. Options are filled in or left out as they like, but for those that are said to be needed.
";

/// All of them.
pub(super) fn text() -> String {
    let mut text = HEAD.to_owned();
    let mut command = String::new();
    for one in bot::catalogue() {
        if one.command != command {
            command.clone_from(&one.command);
            let _ = write!(text, "\n## `/{command}`\n");
        }
        push(&mut text, &one);
    }
    text
}

fn push(text: &mut String, one: &Catalogued) {
    let for_whom = if one.is_for_everybody {
        "everybody"
    } else {
        "admins"
    };
    let seen_by = if one.is_answered_in_public {
        "all in the channel"
    } else {
        "you alone"
    };
    let _ = write!(
        text,
        "\n### `/{} {}`\n\n{}. For {for_whom}; the answer is seen by {seen_by}.\n",
        one.command, one.definition.name, one.definition.description
    );
    if one.options().is_empty() {
        return;
    }
    text.push_str("\n| option | what it is | what it takes |\n|---|---|---|\n");
    for option in one.options() {
        let (takes, required) = takes(option);
        let needed = if required { " (needed)" } else { "" };
        let _ = writeln!(
            text,
            "| `{}`{needed} | {} | {takes} |",
            option.name,
            option.description.replace('|', "\\|")
        );
    }
}

/// What an option takes, and whether it must be filled in.
fn takes(option: &CommandOption) -> (String, bool) {
    match &option.kind {
        OptionKind::Text {
            required,
            len_max,
            choices,
            autocomplete,
            ..
        } => {
            let takes = if !choices.is_empty() {
                one_of(choices.iter().map(|choice| choice.value.clone()))
            } else if *autocomplete {
                "a text; some are offered as you type".to_owned()
            } else {
                len_max.map_or("a text".to_owned(), |most| {
                    format!("a text of up to {most} characters")
                })
            };
            (takes, *required)
        }
        OptionKind::Integer {
            required,
            min,
            max,
            choices,
        } => {
            let takes = if choices.is_empty() {
                number("a whole number", *min, *max)
            } else {
                one_of(choices.iter().map(|choice| choice.value.to_string()))
            };
            (takes, *required)
        }
        OptionKind::Number { required, min, max } => (number("a number", *min, *max), *required),
        OptionKind::Bool { required } => ("yes or no".to_owned(), *required),
        OptionKind::User { required } => ("a member".to_owned(), *required),
        OptionKind::Channel { required, .. } => ("a channel".to_owned(), *required),
        OptionKind::Role { required } => ("a role".to_owned(), *required),
        OptionKind::Attachment { required } => ("a file".to_owned(), *required),
        // The catalogue has none of these within a sub-command.
        OptionKind::SubCommand(_) | OptionKind::SubCommandGroup(_) => (String::new(), false),
    }
}

fn one_of(values: impl Iterator<Item = String>) -> String {
    let values: Vec<_> = values.map(|value| format!("`{value}`")).collect();
    values.join(", ")
}

fn number<T: std::fmt::Display>(what: &str, min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{what} from {min} to {max}"),
        (Some(min), None) => format!("{what} from {min} on"),
        (None, Some(max)) => format!("{what} up to {max}"),
        (None, None) => what.to_owned(),
    }
}
