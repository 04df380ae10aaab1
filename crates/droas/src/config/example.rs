//! The example file, written from the keys' documentation.

use std::fmt::Write;

use toml::Table;

use super::environment::variable_of;
use super::schema::{SECTIONS, Settings};

/// A configuration file with every key, its meaning, its variable and its default. As it stands it changes nothing.
pub(crate) fn example() -> String {
    let defaults = Table::try_from(Settings::default()).expect("the defaults are plain TOML");
    let mut text = String::from(
        "# droas.toml: every setting with its default. A setting can also be given by the environment variable named beside\n\
         # it, which goes before this file. The bot's token is not written here: set DISCORD_TOKEN, or name a token_file.\n",
    );
    for section in SECTIONS {
        text.push('\n');
        push_comment(&mut text, section.doc);
        let _ = writeln!(text, "[{}]", section.name);
        for key in section.keys {
            push_comment(&mut text, key.doc);
            let variable = variable_of(section.name, key.name);
            let default = &defaults[section.name][key.name];
            let _ = writeln!(text, "# {variable}\n{} = {default}\n", key.name);
        }
        text.pop();
    }
    text
}

fn push_comment(text: &mut String, lines: &[&str]) {
    for line in lines {
        let _ = writeln!(text, "#{line}");
    }
}
