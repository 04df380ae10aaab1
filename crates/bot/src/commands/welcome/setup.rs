//! `/welcome setup`: a panel on which everything about welcomes can be chosen, with the card as it looks.
//!
//! Its buttons and selects carry the version of the settings that it shows, so that two admins at two panels cannot undo
//! each other's work: the slower one is told who changed what, over a panel of what stands now. Every use brings a token
//! that Discord takes answers with for a quarter of an hour, and so long does the panel last.

mod panel;
mod windows;

use std::sync::Arc;

use card::{Layout, Theme};
use discord::{Answer, CommandOption, Fields, InteractionKind};
use domain::settings::{Field, FieldChange, Patch, StoredSettings};

use super::channel::usable;
use super::message;
use super::picture::{self, Source};
use crate::commands::answers;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::press::Press;
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;

/// How a change ended.
type Changed = Result<(Arc<StoredSettings>, Vec<FieldChange>), Refused>;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["setup", "面板", "面板", "パネル"],
        [
            "A panel for all of it, with a preview",
            "打開設定面板，附即時預覽",
            "打开设置面板，附实时预览",
            "プレビュー付きの設定パネルを開く",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    Ok(Answer::Message(panel::of(call, None).await?))
}

/// A button or a select of the panel.
pub(super) async fn component(call: &Call, action: &str, press: &Press) -> Done {
    let version = press.number().ok_or(Refused::UnknownCommand)?;
    let changed = match action {
        "message" => return windows::words(call),
        "picture" => return Ok(windows::picture(call)),
        "channel" => choose_channel(call, version).await,
        "layout" => set(call, version, Field::CardLayout, &one_value(call)?).await,
        "theme" => set(call, version, Field::CardTheme, &one_value(call)?).await,
        "enable" => set(call, version, Field::WelcomeEnabled, Field::ON).await,
        "disable" => set(call, version, Field::WelcomeEnabled, Field::OFF).await,
        "card-on" => set(call, version, Field::WelcomeCard, Field::ON).await,
        "card-off" => set(call, version, Field::WelcomeCard, Field::OFF).await,
        "usual-picture" => {
            let patch = Patch::new().unset(Field::CardBackground);
            call.change_from(version, &patch).await
        }
        _ => return Err(Refused::UnknownCommand),
    };
    shown_anew(call, changed).await
}

/// A window that the panel opened.
pub(super) async fn modal(call: &Call, action: &str, press: &Press, fields: &Fields) -> Done {
    let version = press.number().ok_or(Refused::UnknownCommand)?;
    let changed = match action {
        "words" => call.change_from(version, &message::patch_of(call, fields)).await,
        "upload" => match fields.files("picture") {
            [file] => picture::choose(call, version, Source::Attached(file)).await,
            _ => Err(Refused::because(Words::setup_no_picture)),
        },
        _ => return Err(Refused::UnknownCommand),
    };
    shown_anew(call, changed).await
}

async fn choose_channel(call: &Call, version: u64) -> Changed {
    let InteractionKind::Component { channels, .. } = &call.interaction.kind else {
        return Err(Refused::UnknownCommand);
    };
    let [channel] = &channels[..] else {
        return Err(Refused::OptionMissing("channel"));
    };
    usable(call, Field::WelcomeChannel, channel).await?;
    set(call, version, Field::WelcomeChannel, &channel.id.to_string()).await
}

async fn set(call: &Call, version: u64, field: Field, text: &str) -> Changed {
    call.change_from(version, &Patch::new().set(field, text)).await
}

/// What was chosen in a select of one.
fn one_value(call: &Call) -> Result<String, Refused> {
    match &call.interaction.kind {
        InteractionKind::Component { values, .. } => match &values[..] {
            [value] => Ok(value.clone()),
            _ => Err(Refused::UnknownCommand),
        },
        _ => Err(Refused::UnknownCommand),
    }
}

/// The panel of what stands now, and what became of a change. A refusal is said on it too: selects show what somebody
/// chose until the panel is drawn anew, whether or not it was stored.
async fn shown_anew(call: &Call, changed: Changed) -> Done {
    let (stored, notice) = match changed {
        Ok((stored, changes)) => (stored, stored_notice(call, &changes)),
        Err(refused) => {
            let read = call.services.settings.refresh(call.interaction.guild);
            let Ok(stored) = call.read(read).await else {
                return Err(refused);
            };
            call.services.tally.interactions_refused(1);
            let words = answers::words_of_refusals(&call.interaction, &stored);
            (stored, format!("⚠️ {}", refused.sentence(words)))
        }
    };
    let call = Call {
        services: Arc::clone(&call.services),
        interaction: call.interaction.clone(),
        words: Words(answers::language_of_guild(
            &stored,
            &call.interaction,
            &call.facts,
        )),
        stored,
        facts: call.facts.clone(),
        now: call.now,
    };
    Ok(Answer::Update(panel::of(&call, Some(notice)).await?))
}

fn stored_notice(call: &Call, changes: &[FieldChange]) -> String {
    let words = call.words;
    if changes.is_empty() {
        return words.nothing_to_change();
    }
    let what = changes.iter().map(|change| shown::change(words, change, 60));
    words.setup_stored(&words.list(what))
}

/// The layouts and themes that can be chosen, and the field that has them.
fn looks() -> [(&'static str, Field, Vec<&'static str>); 2] {
    [
        (
            "welcome.setup-layout",
            Field::CardLayout,
            Layout::ALL.iter().map(|one| one.name()).collect(),
        ),
        (
            "welcome.setup-theme",
            Field::CardTheme,
            Theme::ALL.iter().map(|one| one.name()).collect(),
        ),
    ]
}
