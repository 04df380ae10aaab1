//! `/activity`: how active members are.
//!
//! Everybody may look ([`FOR_EVERYBODY`]), and is answered in the channel; what changes something is for those alone who
//! may manage the guild.

mod leaderboard;
pub(super) mod level_role;
mod report;
mod reset;
mod settings;
mod show;
mod stats;

use discord::{CommandOption, Options};

use super::call::{Call, Done};
use super::press::Press;
use super::refused::Refused;

/// What everybody may use. A button or a window belongs to the sub-command that its action begins with:
/// `activity.leaderboard` and `activity.leaderboard-next` to `leaderboard`.
const FOR_EVERYBODY: [&str; 3] = ["show", "leaderboard", "stats"];

pub(super) fn definitions() -> Vec<CommandOption> {
    vec![
        show::definition(),
        leaderboard::definition(),
        stats::definition(),
        settings::definition(),
        report::definition(),
        reset::definition(),
        level_role::definition(),
    ]
}

/// Whether a sub-command, or an action of its buttons and windows, is for everybody.
pub(super) fn is_for_everybody(action: &str) -> bool {
    FOR_EVERYBODY.iter().any(|name| {
        let rest = action.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

pub(super) async fn command(call: &Call, name: &str, options: &Options) -> Done {
    match name {
        "show" => show::run(call, options).await,
        "leaderboard" => leaderboard::run(call, options).await,
        "stats" => stats::run(call).await,
        "settings" => settings::run(call, options).await,
        "report" => report::run(call, options).await,
        "reset" => reset::run(call, options),
        "level-role" => level_role::run(call, options).await,
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn component(call: &Call, action: &str, press: &Press) -> Done {
    match action {
        "leaderboard" => leaderboard::turn(call, press).await,
        "reset" => reset::confirm(call, press).await,
        "reset-cancel" => Ok(reset::cancel(call)),
        _ => Err(Refused::UnknownCommand),
    }
}
