//! `/welcome preview`: the caller's own welcome, seen by the caller alone.

use discord::{Answer, CommandOption, Options, Reply};
use domain::template::Medium;

use super::sample;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command, text};
use crate::commands::refused::Refused;

/// The most characters of a name, as Discord has it.
/// Source: Discord's documentation, "Users", heading "Usernames and Nicknames", read in August 2026.
const NAME_CHARS_MAX: usize = 32;

/// The most characters of a message's text.
const CONTENT_CHARS_MAX: usize = Medium::Message.chars_max();

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["preview", "預覽", "预览", "プレビュー"],
        [
            "Shows your own welcome to you alone",
            "預覽給你自己的歡迎訊息，只有你看得到",
            "预览给你自己的欢迎消息，只有你看得到",
            "自分宛ての歓迎メッセージを表示する（自分にだけ見えます）",
        ],
        vec![option(
            ["as", "名字", "名字", "名前"],
            [
                "Another name on it, in any script",
                "換成別的名字，任何文字都可以",
                "换成别的名字，任何文字都可以",
                "別の名前で試す（どんな文字でも）",
            ],
            text(u16::try_from(NAME_CHARS_MAX).expect("32 fit")),
        )],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let name = options.text("as").map(str::trim);
    if name.is_some_and(|name| !(1..=NAME_CHARS_MAX).contains(&name.chars().count())) {
        return Err(Refused::because(|words| {
            words.preview_name_length(NAME_CHARS_MAX)
        }));
    }
    let sample = sample::of(call, name).await?;
    let words = call.words;
    let mut above = vec![words.preview_is()];
    if sample.lacks_card() {
        above.push(words.no_preview());
    } else if sample.plan.card.is_none() {
        above.push(words.preview_without_card());
    }
    if !sample.plan.enabled {
        above.push(words.still_disabled());
    }
    let message = sample.message;
    let with_ours = format!("{}\n\n{}", above.join("\n"), message.content);
    // Nothing of what would be posted gives way to us.
    let fits = with_ours.chars().count() <= CONTENT_CHARS_MAX;
    Ok(Answer::Message(Reply {
        content: if fits { with_ours } else { message.content },
        embeds: message.embeds,
        attachments: message.attachment.into_iter().collect(),
        ephemeral: true,
        ..Reply::default()
    }))
}
