//! `/activity reset`: what a member wrote counts for nothing any more, after a yes.

use discord::{ActionRow, Answer, Button, ButtonStyle, CommandOption, Component, OptionKind, Options, Reply};
use domain::id::UserId;
use tracing::info;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command};
use crate::commands::press::Press;
use crate::commands::refused::Refused;
use crate::commands::shown;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["reset", "重設", "重置", "リセット"],
        [
            "Erase a member's score and message counts; asks first",
            "清除某位成員的分數與訊息統計，會先詢問",
            "清除某位成员的分数与消息统计，会先询问",
            "メンバーの得点とメッセージ数を消去（先に確認します）",
        ],
        vec![option(
            ["member", "成員", "成员", "メンバー"],
            ["Whose", "哪一位成員", "哪一位成员", "どのメンバーか"],
            OptionKind::User { required: true },
        )],
    )
}

/// Asks.
pub(super) fn run(call: &Call, options: &Options) -> Done {
    let named = options.user("member").ok_or(Refused::OptionMissing("member"))?;
    let member = named.member.id;
    let button = |style, action: &str, label: String| {
        let press = Press::new(action, call.interaction.member.id, call.now, member);
        Button::new(style, press.custom_id(), label)
    };
    let words = call.words;
    Ok(Answer::Message(Reply {
        content: words.activity_reset_asks(&shown::who(words, Some(member))),
        components: vec![Component::ActionRow(ActionRow::Buttons(vec![
            button(
                ButtonStyle::Danger,
                "activity.reset",
                words.activity_reset_button(),
            ),
            button(ButtonStyle::Secondary, "activity.reset-cancel", words.cancel()),
        ]))],
        ephemeral: true,
        ..Reply::default()
    }))
}

/// The button that says yes. A second yes finds nothing more to erase.
pub(super) async fn confirm(call: &Call, press: &Press) -> Done {
    let user = UserId(press.number().ok_or(Refused::UnknownCommand)?);
    let guild = call.interaction.guild;
    let erased = call.read(call.services.store.reset_activity(guild, user)).await;
    let had_any = erased.map_err(|_| Refused::DatabaseSilentInChange)?;
    let member = shown::who(call.words, Some(user));
    let said = if had_any {
        info!(%guild, %user, by = %call.interaction.member.id, "a member's activity was erased");
        call.words.activity_was_reset(&member)
    } else {
        call.words.activity_reset_not_needed(&member)
    };
    Ok(Answer::Update(Reply::private(said)))
}

/// The button that says no.
pub(super) fn cancel(call: &Call) -> Answer {
    Answer::Update(Reply::private(call.words.cancelled()))
}
