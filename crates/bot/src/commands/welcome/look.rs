//! `/welcome look`: how the guild's cards look, and the lines on them.

use card::{Alignment, AvatarShape, Layout, Ring, Theme};
use discord::{CommandOption, OptionKind, Options};
use domain::settings::{Field, Patch};

use super::sample;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::{choice, offered, option, sub_command, text};
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;
use crate::commands::words::look_names;

/// What gives a field back to its default.
const DEFAULT: &str = "default";

/// What leaves a line out.
const NO_LINE: &str = "none";

/// The most characters of a line of the card.
const LINE_CHARS_MAX: u16 = 100;

/// The options and what they set.
const OPTIONS: [(&str, Field); 12] = [
    ("layout", Field::CardLayout),
    ("theme", Field::CardTheme),
    ("accent", Field::CardAccent),
    ("panel", Field::CardPanel),
    ("text", Field::CardText),
    ("opacity", Field::CardOpacity),
    ("avatar", Field::CardAvatar),
    ("ring", Field::CardRing),
    ("alignment", Field::CardAlignment),
    ("title", Field::CardTitle),
    ("subtitle", Field::CardSubtitle),
    ("badge", Field::CardBadge),
];

pub(super) fn definition() -> CommandOption {
    let color = || text(16);
    let line = || text(LINE_CHARS_MAX);
    sub_command(
        ["look", "外觀", "外观", "見た目"],
        [
            "How cards look; default resets an option",
            "卡片的外觀；填 default 恢復預設",
            "卡片的外观；填 default 恢复默认",
            "カードの見た目（default で既定に戻す）",
        ],
        vec![
            option(
                ["layout", "版面", "布局", "レイアウト"],
                ["Where things stand", "卡片的版面", "卡片的布局", "配置"],
                looks(Layout::ALL.iter().map(|one| one.name())),
            ),
            option(
                ["theme", "主題", "主题", "テーマ"],
                ["The colours", "整體配色", "整体配色", "配色"],
                looks(Theme::ALL.iter().map(|one| one.name())),
            ),
            option(
                ["accent", "強調色", "强调色", "アクセント"],
                ["#rrggbb", "#rrggbb", "#rrggbb", "#rrggbb"],
                color(),
            ),
            option(
                ["panel", "面板顏色", "面板颜色", "パネル"],
                ["#rrggbb", "#rrggbb", "#rrggbb", "#rrggbb"],
                color(),
            ),
            option(
                ["text", "文字顏色", "文字颜色", "文字"],
                ["#rrggbb", "#rrggbb", "#rrggbb", "#rrggbb"],
                color(),
            ),
            option(
                ["opacity", "不透明度", "不透明度", "不透明度"],
                [
                    "The panel's, 0 to 100",
                    "面板，0 到 100",
                    "面板，0 到 100",
                    "パネル、0～100",
                ],
                text(8),
            ),
            option(
                ["avatar", "頭像", "头像", "アバター"],
                ["Its shape", "頭像形狀", "头像形状", "形"],
                looks(AvatarShape::ALL.iter().map(|one| one.name())),
            ),
            option(
                ["ring", "外框", "外框", "枠"],
                ["Around the avatar", "頭像外框", "头像外框", "アバターの枠"],
                looks(Ring::ALL.iter().map(|one| one.name())),
            ),
            option(
                ["alignment", "對齊", "对齐", "文字揃え"],
                ["Of the lines", "文字對齊", "文字对齐", "行の位置"],
                looks(Alignment::ALL.iter().map(|one| one.name())),
            ),
            option(
                ["title", "標題", "标题", "タイトル"],
                [
                    "Above the name; none leaves it out",
                    "名字上方；none 不顯示",
                    "名字上方；none 不显示",
                    "名前の上（none で非表示）",
                ],
                line(),
            ),
            option(
                ["subtitle", "副標題", "副标题", "サブタイトル"],
                [
                    "Below the name; none leaves it out",
                    "名字下方；none 不顯示",
                    "名字下方；none 不显示",
                    "名前の下（none で非表示）",
                ],
                line(),
            ),
            option(
                ["badge", "標籤", "标签", "バッジ"],
                [
                    "In the capsule; none leaves it out",
                    "膠囊標籤；none 不顯示",
                    "胶囊标签；none 不显示",
                    "カプセル内（none で非表示）",
                ],
                line(),
            ),
        ],
    )
}

/// The names that `card` has, and the default.
fn looks(names: impl Iterator<Item = &'static str>) -> OptionKind {
    let default = offered(DEFAULT, ["Default", "預設", "默认", "既定"]);
    let named = names.map(|name| offered(name, look_names(name).unwrap_or([name; 4])));
    choice(false, [default].into_iter().chain(named).collect())
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let patch = patch(options);
    if patch.is_empty() {
        return Err(Refused::because(Words::nothing_given));
    }
    let (_, changes) = call.change(&patch).await?;
    let words = call.words;
    let mut lines = vec![if changes.is_empty() {
        words.nothing_to_change()
    } else {
        words.changed()
    }];
    lines.extend(changes.iter().map(|change| shown::change(words, change, 100)));
    lines.push(words.look_is());
    sample::over_card(call, shown::clipped(&lines.join("\n"), 1_700)).await
}

fn patch(options: &Options) -> Patch {
    let mut patch = Patch::new();
    for (name, field) in OPTIONS {
        let is_line = matches!(field, Field::CardTitle | Field::CardSubtitle | Field::CardBadge);
        patch = match options.text(name).map(str::trim) {
            None => patch,
            Some(text) if text.eq_ignore_ascii_case(DEFAULT) => patch.unset(field),
            Some(text) if is_line && text.eq_ignore_ascii_case(NO_LINE) => patch.set(field, ""),
            Some(text) => patch.set(field, text),
        };
    }
    patch
}

#[cfg(test)]
mod tests {
    use discord::OptionValue;

    use super::*;

    #[test]
    fn every_option_that_is_offered_sets_a_field_and_no_other_is_read() {
        let OptionKind::SubCommand(offered) = definition().kind else {
            panic!("a sub-command")
        };
        let offered: Vec<_> = offered.iter().map(|option| option.name.as_str()).collect();
        assert_eq!(offered, OPTIONS.map(|(name, _)| name));
    }

    #[test]
    fn default_gives_back_and_none_leaves_a_line_out() {
        let texts = [
            ("layout", "default"),
            ("ring", "none"),
            ("title", " None "),
            ("badge", "DEFAULT"),
            ("accent", "#ff0000"),
        ];
        let options = texts.map(|(name, text)| (name.to_owned(), OptionValue::Text(text.to_owned())));
        let patch = patch(&Options(options.into_iter().collect()));
        assert_eq!(
            patch.changes().collect::<Vec<_>>(),
            [
                (Field::CardLayout, None),
                (Field::CardAccent, Some("#ff0000")),
                (Field::CardRing, Some("none")),
                (Field::CardTitle, Some("")),
                (Field::CardBadge, None),
            ]
        );
    }
}
