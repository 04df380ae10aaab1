//! `/welcome direct-message`: what a new member is told alone.

use discord::{CommandOption, OptionKind, Options};
use domain::settings::{Field, Patch};
use domain::template::Template;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command, text};
use crate::commands::refused::Refused;
use crate::commands::words::Words;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["direct-message", "私訊", "私信", "ダイレクトメッセージ"],
        [
            "A message to each new member alone",
            "以私訊傳給每位新成員的訊息",
            "以私信发给每位新成员的消息",
            "新しいメンバー本人だけに送るメッセージ",
        ],
        vec![
            words_option(),
            option(
                ["off", "停用", "停用", "オフ"],
                ["Send none", "不要傳送", "不要发送", "送らない"],
                OptionKind::Bool { required: false },
            ),
        ],
    )
}

/// The option for words with placeholders.
pub(super) fn words_option() -> CommandOption {
    let len_max = u16::try_from(Template::CHARS_MAX).expect("2000 fit");
    option(
        ["text", "文字", "文字", "文"],
        [
            "Its words, with placeholders such as {name}",
            "訊息內容，可用 {name} 之類的佔位符",
            "消息内容，可用 {name} 之类的占位符",
            "本文（{name} などの差し込み項目が使えます）",
        ],
        text(len_max),
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let is_off = options.flag("off") == Some(&true);
    let patch = match (options.text("text"), is_off) {
        (Some(_), true) => return Err(Refused::OptionsClash("text", "off")),
        (Some(text), false) => Patch::new().set(Field::DirectMessage, text),
        (None, true) => Patch::new().unset(Field::DirectMessage),
        (None, false) => return Err(Refused::because(Words::text_or_off)),
    };
    let (_, changes) = call.change(&patch).await?;
    Ok(call.stored_reply(call.words, &changes))
}
