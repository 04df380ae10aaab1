//! `/welcome channel`.

use discord::{Answer, ChannelType, CommandOption, OptionKind, Options, Permission, Reply, ResolvedChannel};
use domain::settings::{Field, Patch};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command};
use crate::commands::refused::Refused;
use crate::commands::shown;

/// Where what the bot posts can stand.
pub(in crate::commands) const TYPES: [ChannelType; 2] = [ChannelType::Text, ChannelType::Announcement];

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["channel", "頻道", "频道", "チャンネル"],
        [
            "Where new members are welcomed",
            "在哪個頻道歡迎新成員",
            "在哪个频道欢迎新成员",
            "新しいメンバーを歓迎するチャンネル",
        ],
        vec![option(
            ["channel", "頻道", "频道", "チャンネル"],
            [
                "Which channel",
                "哪一個頻道",
                "哪一个频道",
                "どのチャンネルにするか",
            ],
            OptionKind::Channel {
                required: true,
                types: TYPES.to_vec(),
            },
        )],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let channel = options
        .channel("channel")
        .ok_or(Refused::OptionMissing("channel"))?;
    usable(call, Field::WelcomeChannel, channel).await?;
    let patch = Patch::new().set(Field::WelcomeChannel, channel.id.to_string());
    call.change(&patch).await?;
    let mut said = call.words.channel_chosen(&shown::channel(channel.id));
    if call.stored.settings.flag(Field::WelcomeEnabled) == Some(false) {
        said.push('\n');
        said.push_str(&call.words.still_disabled());
    }
    Ok(Answer::Message(Reply::private(said)))
}

/// Checks that messages can stand in a channel, and that the bot may post there.
pub(in crate::commands) async fn usable(
    call: &Call,
    field: Field,
    channel: &ResolvedChannel,
) -> Result<(), Refused> {
    if !TYPES.iter().any(|known| known.number() == channel.kind) {
        return Err(domain::settings::SettingError::NotAChannel(field).into());
    }
    match channel.app_permissions {
        Some(held) => {
            let missing = held.missing(&Permission::TO_GREET);
            if missing.is_empty() {
                Ok(())
            } else {
                Err(Refused::PermissionsMissing(channel.id, missing))
            }
        }
        None => call.check_channel(field, channel.id).await,
    }
}
