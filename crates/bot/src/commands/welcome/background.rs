//! `/welcome background`: the picture behind the guild's cards.

use discord::{Answer, CommandOption, OptionKind, Options, Reply};
use domain::settings::{Field, Patch};

use super::picture::{self, Source};
use super::sample;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command, text};
use crate::commands::refused::Refused;
use crate::commands::words::Words;

/// The longest URL that is asked.
const URL_CHARS_MAX: u16 = 2048;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["background", "背景", "背景", "背景"],
        [
            "The picture behind the cards",
            "卡片的背景圖片",
            "卡片的背景图片",
            "カードの背景画像",
        ],
        vec![
            option(
                ["picture", "圖片", "图片", "画像"],
                [
                    "A PNG, JPEG or WebP, up to 8 MiB",
                    "PNG、JPEG 或 WebP，上限 8 MiB",
                    "PNG、JPEG 或 WebP，不超过 8 MiB",
                    "PNG・JPEG・WebP、8 MiB まで",
                ],
                OptionKind::Attachment { required: false },
            ),
            option(
                ["url", "網址", "网址", "url"],
                [
                    "A picture's address, beginning with https://",
                    "圖片的網址，開頭是 https://",
                    "图片的网址，开头是 https://",
                    "画像の URL（https:// で始まるもの）",
                ],
                text(URL_CHARS_MAX),
            ),
            option(
                ["remove", "移除", "移除", "削除"],
                [
                    "Back to the usual background",
                    "恢復預設背景",
                    "恢复默认背景",
                    "既定の背景に戻す",
                ],
                OptionKind::Bool { required: false },
            ),
        ],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let removes = options.flag("remove").copied().unwrap_or(false);
    let source = match (options.attachment("picture"), options.text("url"), removes) {
        (Some(file), None, false) => Source::Attached(file),
        (None, Some(url), false) => Source::Url(url),
        (None, None, true) => return remove(call).await,
        _ => return Err(Refused::because(Words::picture_one_of)),
    };
    let (_, changes) = picture::choose(call, call.stored.version, source).await?;
    let words = call.words;
    sample::over_card(
        call,
        if changes.is_empty() {
            words.nothing_to_change()
        } else {
            words.background_stored()
        },
    )
    .await
}

async fn remove(call: &Call) -> Done {
    let patch = Patch::new().unset(Field::CardBackground);
    let (_, changes) = call.change(&patch).await?;
    if changes.is_empty() {
        return Ok(Answer::Message(Reply::private(call.words.background_was_none())));
    }
    sample::over_card(call, call.words.background_removed()).await
}
