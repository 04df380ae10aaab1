//! `/settings show`.

use discord::{Answer, CommandOption, Embed, Reply};
use domain::settings::Field;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::shown;

/// The most characters of a value: with all settings set to their longest, an embed takes it.
const VALUE_CHARS_MAX: usize = 90;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["show", "查看", "查看", "表示"],
        [
            "All settings of this server",
            "這個伺服器的所有設定",
            "这个服务器的所有设置",
            "このサーバーのすべての設定",
        ],
        Vec::new(),
    )
}

pub(super) fn run(call: &Call) -> Done {
    let words = call.words;
    let stored = &call.stored;
    let line = |field: &Field| call.whole_line_of(*field, VALUE_CHARS_MAX);
    let lines: Vec<String> = Field::ALL.iter().map(line).collect();
    let footer = match stored.version {
        0 => words.never_changed(),
        version => words.changed_last(
            &shown::who(words, stored.updated_by),
            &shown::ago(stored.updated_at),
            version,
        ),
    };
    let embed = Embed {
        title: Some(words.all_settings()),
        // A footer shows neither times nor members.
        description: Some(format!("{}\n\n{footer}", lines.join("\n"))),
        ..Embed::default()
    };
    Ok(Answer::Message(Reply {
        embeds: vec![embed],
        ephemeral: true,
        ..Reply::default()
    }))
}
