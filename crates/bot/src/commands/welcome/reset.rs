//! `/welcome reset`: gives everything about welcomes back to its default, after a yes.

use discord::{ActionRow, Answer, Button, ButtonStyle, CommandOption, Component, Reply};
use domain::settings::{Field, Patch};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::press::Press;
use crate::commands::refused::Refused;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["reset", "重設", "重置", "リセット"],
        [
            "Give everything about welcomes back to its default; asks first",
            "把所有歡迎設定恢復為預設值，會先詢問",
            "把所有欢迎设置恢复为默认值，会先询问",
            "歓迎の設定をすべて既定に戻す（先に確認します）",
        ],
        Vec::new(),
    )
}

/// Asks.
pub(super) fn run(call: &Call) -> Done {
    let count = chosen(call).count();
    if count == 0 {
        return Ok(Answer::Message(Reply::private(call.words.reset_not_needed())));
    }
    let button = |style, action: &str, label: String| {
        let user = call.interaction.member.id;
        // The version that is looked at now: what somebody else changes meanwhile is not lost by a yes to this.
        let press = Press::new(action, user, call.now, call.stored.version);
        Button::new(style, press.custom_id(), label)
    };
    Ok(Answer::Message(Reply {
        content: call.words.reset_asks(count),
        components: vec![Component::ActionRow(ActionRow::Buttons(vec![
            button(ButtonStyle::Danger, "welcome.reset", call.words.reset_button()),
            button(
                ButtonStyle::Secondary,
                "welcome.reset-cancel",
                call.words.cancel(),
            ),
        ]))],
        ephemeral: true,
        ..Reply::default()
    }))
}

/// The button that says yes.
pub(super) async fn confirm(call: &Call, press: &Press) -> Done {
    let version = press.number().ok_or(Refused::UnknownCommand)?;
    let patch = chosen(call).fold(Patch::new(), Patch::unset);
    let (_, changes) = call.change_from(version, &patch).await?;
    Ok(Answer::Update(Reply::private(
        call.words.was_reset(changes.len()),
    )))
}

/// The button that says no.
pub(super) fn cancel(call: &Call) -> Answer {
    Answer::Update(Reply::private(call.words.cancelled()))
}

/// What is about welcomes and was chosen.
fn chosen(call: &Call) -> impl Iterator<Item = Field> {
    call.stored
        .settings
        .entries()
        .map(|(field, _)| field)
        .filter(|field| !matches!(field, Field::Language | Field::TimeZone))
        .filter(|field| !field.name().starts_with("activity."))
}
