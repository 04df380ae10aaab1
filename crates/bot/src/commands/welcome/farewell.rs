//! `/welcome farewell`: what is posted when a member leaves.

use discord::{CommandOption, OptionKind, Options};
use domain::settings::{Field, Patch};

use super::channel;
use super::direct_message::words_option;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command};
use crate::commands::refused::Refused;
use crate::commands::words::Words;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["farewell", "道別", "告别", "お別れ"],
        [
            "A message when somebody leaves",
            "有人離開時發送的訊息",
            "有人离开时发送的消息",
            "誰かが退出したときのメッセージ",
        ],
        vec![
            words_option(),
            option(
                ["channel", "頻道", "频道", "チャンネル"],
                [
                    "Where; the channel of welcomes unless you choose another",
                    "在哪個頻道；不選就使用歡迎頻道",
                    "在哪个频道；不选就使用欢迎频道",
                    "送信先（選ばなければ歓迎チャンネル）",
                ],
                OptionKind::Channel {
                    required: false,
                    types: channel::TYPES.to_vec(),
                },
            ),
            option(
                ["off", "停用", "停用", "オフ"],
                ["Post none", "不要發送", "不要发送", "投稿しない"],
                OptionKind::Bool { required: false },
            ),
        ],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let is_off = options.flag("off") == Some(&true);
    let (text, channel) = (options.text("text"), options.channel("channel"));
    let mut patch = Patch::new();
    match (text, channel, is_off) {
        (Some(_), _, true) => return Err(Refused::OptionsClash("text", "off")),
        (None, Some(_), true) => return Err(Refused::OptionsClash("channel", "off")),
        (None, None, true) => {
            patch = patch.unset(Field::FarewellText).unset(Field::FarewellChannel);
        }
        (None, None, false) => return Err(Refused::because(Words::text_or_off)),
        _ => {}
    }
    if let Some(text) = text {
        patch = patch.set(Field::FarewellText, text);
    }
    if let Some(channel) = channel {
        channel::usable(call, Field::FarewellChannel, channel).await?;
        patch = patch.set(Field::FarewellChannel, channel.id.to_string());
    }
    let (_, changes) = call.change(&patch).await?;
    Ok(call.stored_reply(call.words, &changes))
}
