//! `/welcome show`: where and how members are welcomed, and what hinders it.

use discord::{Answer, CommandOption, Embed, Reply};
use domain::settings::Field;

use super::{message, standing};
use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::shown;

/// What is shown besides the words.
const FIELDS: [Field; 6] = [
    Field::WelcomeEnabled,
    Field::WelcomeStyle,
    Field::WelcomeCard,
    Field::AfterScreening,
    Field::Raids,
    Field::FarewellChannel,
];

/// The most characters of all texts together, so that the embeds stay below Discord's 6000.
const TEXTS_CHARS_MAX: usize = 3_500;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["show", "查看", "查看", "表示"],
        [
            "How members are welcomed here, and what is missing for it",
            "這裡如何歡迎成員，以及還缺少什麼",
            "这里如何欢迎成员，以及还缺少什么",
            "このサーバーの歓迎の設定と、足りないもの",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    let words = call.words;
    let mut lines = vec![format!(
        "**{}**: {}",
        words.field(Field::WelcomeChannel),
        standing::channel(call).map_or_else(|| "—".to_owned(), shown::channel)
    )];
    for field in FIELDS {
        lines.extend(call.line_of(field, 100));
    }
    let missing = standing::what_is_missing(call).await?;
    if missing.is_empty() {
        lines.push(words.all_well());
    }
    lines.extend(missing);
    let mut embeds = vec![Embed {
        title: Some(words.welcome_stands()),
        description: Some(lines.join("\n")),
        ..Embed::default()
    }];
    let mut left = TEXTS_CHARS_MAX;
    for (above, text) in message::as_it_looks(call).await? {
        let shown = shown::clipped(&text, left);
        left = left.saturating_sub(shown.chars().count());
        embeds.push(Embed {
            title: Some(above),
            description: Some(shown),
            ..Embed::default()
        });
        if left < 100 || embeds.len() == 10 {
            break;
        }
    }
    Ok(Answer::Message(Reply {
        embeds,
        ephemeral: true,
        ..Reply::default()
    }))
}
