//! `/privacy erase`: what is stored of the caller is erased in all guilds, after a yes.

use discord::{ActionRow, Answer, Button, ButtonStyle, CommandOption, Component, Reply};
use store::ErasedMember;
use tracing::info;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::press::Press;
use crate::commands::refused::Refused;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["erase", "清除", "清除", "消去"],
        [
            "Erase what I have stored about you, in all servers; asks first",
            "清除我在所有伺服器儲存的與你有關的資料，會先詢問",
            "清除我在所有服务器储存的与你有关的数据，会先询问",
            "すべてのサーバーであなたの保存データを消去（先に確認します）",
        ],
        Vec::new(),
    )
}

/// Asks.
pub(super) fn run(call: &Call) -> Answer {
    let button = |style, action: &str, label: String| {
        let press = Press::new(action, call.interaction.member.id, call.now, "");
        Button::new(style, press.custom_id(), label)
    };
    let words = call.words;
    Answer::Message(Reply {
        content: words.privacy_asks(),
        components: vec![Component::ActionRow(ActionRow::Buttons(vec![
            button(ButtonStyle::Danger, "privacy.erase", words.privacy_button()),
            button(ButtonStyle::Secondary, "privacy.erase-cancel", words.cancel()),
        ]))],
        ephemeral: true,
        ..Reply::default()
    })
}

/// The button that says yes. A second yes finds nothing more to erase.
pub(super) async fn confirm(call: &Call) -> Done {
    let (user, services) = (call.interaction.member.id, &call.services);
    let erased = call.read(services.store.erase_member(user)).await;
    // What was under way may be erased all the same.
    let erased = erased.map_err(|_| Refused::because(|words| words.privacy_in_doubt()))?;
    services.people.forget(user);
    info!(
        guilds = erased.guilds,
        days = erased.days,
        months = erased.months,
        welcomes = erased.welcomes,
        "a member had what is stored of them erased"
    );
    let words = call.words;
    let said = if erased == ErasedMember::default() {
        words.privacy_nothing()
    } else {
        words.privacy_erased(
            &words.count(erased.guilds),
            &words.count(erased.days),
            &words.count(erased.months),
            &words.count(erased.welcomes),
        )
    };
    Ok(Answer::Update(Reply::private(
        [said, words.privacy_stays()].join("\n"),
    )))
}

/// The button that says no.
pub(super) fn cancel(call: &Call) -> Answer {
    Answer::Update(Reply::private(call.words.cancelled()))
}
