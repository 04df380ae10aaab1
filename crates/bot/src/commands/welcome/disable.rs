//! `/welcome disable`.

use discord::{Answer, CommandOption, Reply};
use domain::settings::{Field, Patch};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["disable", "停用", "停用", "無効化"],
        [
            "Welcome nobody until it is enabled again",
            "停止歡迎新成員，直到再次啟用",
            "停止欢迎新成员，直到再次启用",
            "再び有効にするまで新しいメンバーの歓迎を停止する",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    let patch = Patch::new().set(Field::WelcomeEnabled, Field::OFF);
    call.change(&patch).await?;
    Ok(Answer::Message(Reply::private(call.words.disabled())))
}
