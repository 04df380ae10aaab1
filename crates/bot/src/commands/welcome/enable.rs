//! `/welcome enable`.

use discord::{Answer, CommandOption, Reply};
use domain::settings::{Field, Patch};

use super::standing;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["enable", "啟用", "启用", "有効化"],
        [
            "Welcome new members",
            "開始歡迎新成員",
            "开始欢迎新成员",
            "新しいメンバーを歓迎する",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    let patch = Patch::new().set(Field::WelcomeEnabled, Field::ON);
    call.change(&patch).await?;
    let mut said = vec![call.words.enabled()];
    said.extend(standing::what_is_missing(call).await?);
    Ok(Answer::Message(Reply::private(said.join("\n"))))
}
