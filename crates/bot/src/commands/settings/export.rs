//! `/settings export`: what a guild chose, as a file.

use bytes::Bytes;
use discord::{Answer, Attachment, CommandOption, Reply};
use serde_json::{Map, Value, json};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;

/// The form of the file. A reader refuses what is newer than it knows.
pub(super) const FORM: u64 = 1;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["export", "匯出", "导出", "書き出し"],
        [
            "All settings that were chosen here, as a file",
            "把這裡自訂的所有設定存成檔案",
            "把这里自定义的所有设置存成文件",
            "このサーバーで変更した設定をファイルに書き出す",
        ],
        Vec::new(),
    )
}

pub(super) fn run(call: &Call) -> Done {
    let settings: Map<String, Value> = call
        .stored
        .settings
        .entries()
        .map(|(field, text)| (field.name().to_owned(), Value::from(text)))
        .collect();
    let count = settings.len();
    let mut file = serde_json::to_vec_pretty(&json!({"droas": FORM, "settings": settings}))
        .expect("a tree of JSON always serialises");
    file.push(b'\n');
    Ok(Answer::Message(Reply {
        content: call.words.exported(count),
        attachments: vec![Attachment {
            file_name: format!("droas-settings-{}.json", call.interaction.guild),
            media_type: "application/json",
            bytes: Bytes::from(file),
            description: String::new(),
        }],
        ephemeral: true,
        ..Reply::default()
    }))
}
