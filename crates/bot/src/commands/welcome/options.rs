//! `/welcome options`: when and how, apart from the words.

use discord::{CommandOption, OptionKind, Options};
use domain::settings::{Field, Patch};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{choice, offered, option, sub_command};
use crate::commands::refused::Refused;
use crate::commands::words::Words;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["options", "選項", "选项", "オプション"],
        [
            "Pictures, membership screening, and raids",
            "卡片、成員審核與大量加入時的處理方式",
            "卡片、成员审核与大量加入时的处理方式",
            "カード、メンバー審査、大量参加への対応",
        ],
        vec![
            option(
                ["card", "卡片", "卡片", "カード"],
                [
                    "Attach the picture",
                    "是否附上歡迎卡片",
                    "是否附上欢迎卡片",
                    "歓迎カードを付けるか",
                ],
                OptionKind::Bool { required: false },
            ),
            option(
                ["screening", "成員審核", "成员审核", "メンバー審査"],
                [
                    "Wait until a member has passed membership screening",
                    "等成員通過成員審核之後才歡迎",
                    "等成员通过成员审核之后才欢迎",
                    "メンバー審査を通過してから歓迎する",
                ],
                OptionKind::Bool { required: false },
            ),
            option(
                ["raids", "大量加入", "大量加入", "大量参加"],
                [
                    "When very many join at once",
                    "短時間內很多人同時加入時怎麼做",
                    "短时间内很多人同时加入时怎么做",
                    "一度に大勢が参加したとき",
                ],
                choice(
                    false,
                    vec![
                        offered(
                            "groups",
                            [
                                "Greet many with one message",
                                "合併成一則訊息歡迎",
                                "合并成一条消息欢迎",
                                "一つのメッセージでまとめて歓迎",
                            ],
                        ),
                        offered("hold-back", ["Greet nobody", "不歡迎", "不欢迎", "歓迎しない"]),
                    ],
                ),
            ),
        ],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let flag = |on: bool| if on { Field::ON } else { Field::OFF };
    let mut patch = Patch::new();
    if let Some(on) = options.flag("card") {
        patch = patch.set(Field::WelcomeCard, flag(*on));
    }
    if let Some(on) = options.flag("screening") {
        patch = patch.set(Field::AfterScreening, flag(*on));
    }
    if let Some(raids) = options.text("raids") {
        patch = patch.set(Field::Raids, raids);
    }
    if patch.is_empty() {
        return Err(Refused::because(Words::nothing_given));
    }
    let (_, changes) = call.change(&patch).await?;
    Ok(call.stored_reply(call.words, &changes))
}
