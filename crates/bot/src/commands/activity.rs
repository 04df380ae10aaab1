//! `/activity`: how active members are.
//!
//! Everybody may look ([`FOR_EVERYBODY`]), and is answered in the channel; what changes something is for those alone who
//! may manage the guild.

use discord::{CommandOption, Fields, Options};

use super::call::{Call, Done};
use super::press::Press;
use super::refused::Refused;

/// What everybody may use. A button or a window belongs to the sub-command that its action begins with:
/// `activity.leaderboard` and `activity.leaderboard-next` to `leaderboard`.
const FOR_EVERYBODY: [&str; 3] = ["show", "leaderboard", "stats"];

pub(super) fn definitions() -> Vec<CommandOption> {
    Vec::new()
}

/// Whether a sub-command, or an action of its buttons and windows, is for everybody.
pub(super) fn is_for_everybody(action: &str) -> bool {
    FOR_EVERYBODY.iter().any(|name| {
        let rest = action.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

pub(super) async fn command(_call: &Call, name: &str, _options: &Options) -> Done {
    match name {
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn component(_call: &Call, action: &str, _press: &Press) -> Done {
    match action {
        _ => Err(Refused::UnknownCommand),
    }
}

pub(super) async fn modal(_call: &Call, action: &str, _press: &Press, _fields: &Fields) -> Done {
    match action {
        _ => Err(Refused::UnknownCommand),
    }
}
