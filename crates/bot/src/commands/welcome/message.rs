//! `/welcome message`: the words, by options or in a window.

use discord::{
    Answer, CommandOption, Fields, Modal, ModalInput, ModalPart, OptionKind, Options, SelectOption,
    StringSelect, TextInput,
};
use domain::id::WelcomeId;
use domain::settings::{Field, Patch};
use domain::template::{Medium, Template, Values};
use domain::words::Words as DefaultWords;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{choice, offered, option, sub_command, text};
use crate::commands::press::Press;
use crate::commands::refused::Refused;
use crate::commands::words::Words;
use crate::plan::MessageStyle;

/// The most characters that Discord takes in a window's field.
const WINDOW_CHARS_MAX: u16 = 4_000;

/// The most texts to choose from.
const TEXTS_MAX: i64 = 10;

const TITLE_CHARS_MAX: u16 = 256;

pub(super) fn definition() -> CommandOption {
    let len_max = u16::try_from(Template::CHARS_MAX).expect("2000 fit");
    sub_command(
        ["message", "訊息", "消息", "メッセージ"],
        [
            "The words of welcomes; without options it opens a window",
            "歡迎的文字；不填選項會開啟編輯視窗",
            "欢迎的文字；不填选项会打开编辑窗口",
            "歓迎の文（オプションなしで入力画面を開きます）",
        ],
        vec![
            option(
                ["text", "文字", "文字", "文"],
                [
                    "The only text from now on; places such as {mention} and {guild} are filled",
                    "改為只用這段文字，可用 {mention}、{guild} 等佔位符",
                    "改为只用这段文字，可用 {mention}、{guild} 等占位符",
                    "今後はこの文だけを使う（{mention} や {guild} などが使えます）",
                ],
                text(len_max),
            ),
            option(
                ["add", "新增", "添加", "追加"],
                [
                    "Another text: one of all is chosen at random",
                    "再加一段文字，每次隨機選用一段",
                    "再加一段文字，每次随机选用一段",
                    "文を追加（毎回どれか一つが選ばれます）",
                ],
                text(len_max),
            ),
            option(
                ["remove", "移除", "移除", "削除"],
                [
                    "The number of a text to remove, as /welcome show counts them",
                    "要移除的文字編號，可用 /welcome show 查看",
                    "要移除的文字编号，可用 /welcome show 查看",
                    "削除する文の番号（/welcome show で確認できます）",
                ],
                OptionKind::Integer {
                    required: false,
                    min: Some(1),
                    max: Some(TEXTS_MAX),
                    choices: Vec::new(),
                },
            ),
            option(
                ["style", "樣式", "样式", "形式"],
                [
                    "A plain message or an embed",
                    "純文字訊息或嵌入訊息",
                    "纯文本消息或嵌入消息",
                    "テキストか埋め込みか",
                ],
                choice(
                    false,
                    vec![
                        offered("text", ["Plain text", "純文字", "纯文本", "テキスト"]),
                        offered("embed", ["Embed", "嵌入訊息", "嵌入消息", "埋め込み"]),
                    ],
                ),
            ),
            option(
                ["title", "標題", "标题", "タイトル"],
                [
                    "The embed's title",
                    "嵌入訊息的標題",
                    "嵌入消息的标题",
                    "埋め込みのタイトル",
                ],
                text(TITLE_CHARS_MAX),
            ),
            option(
                ["colour", "顏色", "颜色", "色"],
                [
                    "The embed's colour, such as #5865f2",
                    "嵌入訊息的顏色，例如 #5865f2",
                    "嵌入消息的颜色，例如 #5865f2",
                    "埋め込みの色（例：#5865f2）",
                ],
                text(16),
            ),
        ],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    if options.0.is_empty() {
        return window(call, &own_press(call));
    }
    let mut patch = Patch::new();
    match (
        options.text("text"),
        options.text("add"),
        options.integer("remove"),
    ) {
        (Some(_), Some(_), _) => return Err(Refused::OptionsClash("text", "add")),
        (Some(_), _, Some(_)) => return Err(Refused::OptionsClash("text", "remove")),
        (_, Some(_), Some(_)) => return Err(Refused::OptionsClash("add", "remove")),
        (Some(text), None, None) => patch = patch.set(Field::WelcomeTexts, one_text(text)),
        (None, Some(text), None) => {
            let all = texts(call).chain([one_text(text)]);
            patch = patch.set(Field::WelcomeTexts, joined(all));
        }
        (None, None, Some(number)) => patch = without(call, patch, *number)?,
        (None, None, None) => {}
    }
    for (name, field) in [
        ("style", Field::WelcomeStyle),
        ("title", Field::EmbedTitle),
        ("colour", Field::EmbedColor),
    ] {
        if let Some(text) = options.text(name) {
            patch = patch.set(field, text);
        }
    }
    if patch.is_empty() {
        return Err(Refused::because(Words::nothing_given));
    }
    let (_, changes) = call.change(&patch).await?;
    Ok(call.stored_reply(call.words, &changes))
}

/// The texts without the one of this number, counted from 1; the default when none is left.
fn without(call: &Call, patch: Patch, number: i64) -> Result<Patch, Refused> {
    let mut all: Vec<String> = texts(call).collect();
    let count = all.len();
    let index = usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_sub(1));
    let Some(index) = index.filter(|index| *index < count) else {
        return Err(Refused::because(move |words| words.no_such_text(number, count)));
    };
    all.remove(index);
    Ok(if all.is_empty() {
        patch.unset(Field::WelcomeTexts)
    } else {
        patch.set(Field::WelcomeTexts, joined(all))
    })
}

/// The window that the command itself opens.
fn own_press(call: &Call) -> Press {
    Press::new(
        "welcome.message",
        call.interaction.member.id,
        call.now,
        call.stored.version,
    )
}

/// Opens the window in which all of it can be written; `press` is what its return tells us.
pub(super) fn window(call: &Call, press: &Press) -> Done {
    let words = call.words;
    let settings = &call.stored.settings;
    let texts = settings.get(Field::WelcomeTexts).unwrap_or_default();
    if texts.chars().count() > usize::from(WINDOW_CHARS_MAX) {
        return Err(Refused::because(Words::too_long_for_modal));
    }
    let style = settings.get(Field::WelcomeStyle).unwrap_or("text");
    let styles = ["text", "embed"].map(|value| SelectOption {
        label: words.choice(value).unwrap_or(value).to_owned(),
        value: value.to_owned(),
        description: None,
        default: value == style,
    });
    let line = |custom_id: &str, field: Field, len_max: u16| ModalPart::Label {
        label: words.field(field).to_owned(),
        description: Some(words.may_be_empty()),
        input: ModalInput::Text(TextInput {
            required: false,
            len_max,
            value: settings.get(field).map(str::to_owned),
            ..TextInput::short(custom_id)
        }),
    };
    Ok(Answer::Modal(Modal {
        custom_id: press.custom_id(),
        title: words.message_modal(),
        parts: vec![
            ModalPart::Label {
                label: words.field(Field::WelcomeTexts).to_owned(),
                description: Some(words.message_modal_texts("{mention} {name} {guild} {number}")),
                input: ModalInput::Text(TextInput {
                    required: false,
                    len_max: WINDOW_CHARS_MAX,
                    value: Some(texts.to_owned()).filter(|texts| !texts.is_empty()),
                    placeholder: Some(DefaultWords::of(words.0).welcome.to_owned()),
                    ..TextInput::paragraph("texts")
                }),
            },
            ModalPart::Label {
                label: words.field(Field::WelcomeStyle).to_owned(),
                description: None,
                input: ModalInput::StringSelect(StringSelect::one_of("style", styles.to_vec())),
            },
            line("title", Field::EmbedTitle, TITLE_CHARS_MAX),
            line("colour", Field::EmbedColor, 16),
        ],
    }))
}

/// The window was sent off. It is a change of what was looked at when it was opened.
pub(super) async fn filled_in(call: &Call, press: &Press, fields: &Fields) -> Done {
    let version = press.number().ok_or(Refused::UnknownCommand)?;
    let (_, changes) = call.change_from(version, &patch_of(call, fields)).await?;
    Ok(call.stored_reply(call.words, &changes))
}

/// What the window's fields ask for.
pub(super) fn patch_of(call: &Call, fields: &Fields) -> Patch {
    let mut patch = Patch::new();
    for (custom_id, field) in [
        ("texts", Field::WelcomeTexts),
        ("title", Field::EmbedTitle),
        ("colour", Field::EmbedColor),
    ] {
        let text = fields.text(custom_id).unwrap_or_default();
        patch = if text.trim().is_empty() {
            patch.unset(field)
        } else {
            patch.set(field, text)
        };
    }
    if let [style] = fields.values("style") {
        // What nobody chose and is the default stays so.
        let is_default = call.stored.settings.get(Field::WelcomeStyle).is_none() && style == "text";
        if !is_default {
            patch = patch.set(Field::WelcomeStyle, style);
        }
    }
    patch
}

/// The texts as they will look for the caller, each with a line above it.
///
/// # Errors
/// The store does not answer.
pub(super) async fn as_it_looks(call: &Call) -> Result<Vec<(String, String)>, Refused> {
    let plan = call.read(call.services.plans.of(call.facts.clone())).await?;
    let member = &call.interaction.member;
    let values = Values {
        user: member.id,
        name: member.shown_name(),
        username: &member.username,
        guild: &call.facts.name,
        number: call.facts.member_count,
        joined_at: call.now,
        language: plan.language,
        zone: &plan.zone,
    };
    let medium = match plan.style {
        MessageStyle::Text => Medium::Message,
        MessageStyle::Embed { .. } => Medium::EmbedText,
    };
    let texts = call.stored.settings.welcome_texts();
    if texts.is_empty() {
        // There is one text then, whatever the id.
        let text = plan.text(WelcomeId(0)).fill_in(medium, &values);
        return Ok(vec![(call.words.default_looks_like(), text)]);
    }
    let numbered = texts.iter().enumerate();
    let shown = numbered.map(|(index, text)| {
        let text = text.fill_in(medium, &values);
        (call.words.looks_like(index + 1), text)
    });
    Ok(shown.collect())
}

/// The texts that were written.
fn texts(call: &Call) -> impl Iterator<Item = String> {
    let stored = call.stored.settings.get(Field::WelcomeTexts).unwrap_or_default();
    Field::texts(stored).map(str::to_owned)
}

fn joined(texts: impl IntoIterator<Item = String>) -> String {
    let texts: Vec<String> = texts.into_iter().collect();
    Field::joined_texts(texts.iter().map(String::as_str))
}

/// An option is one text, whatever stands in it. (It is one line, so a line that parts texts cannot be in it.)
fn one_text(text: &str) -> String {
    text.replace('\n', " ")
}
