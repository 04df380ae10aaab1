//! Who may use what, and who sees the answer.
//!
//! Discord shows a command to those who have the permissions that its definition names, but a guild can show it to others,
//! a client can send what it likes, and a definition speaks for all sub-commands at once. So it is decided here, too.

use discord::{InteractionKind, Permission, Permissions};

use super::activity;
use super::press::Press;

/// Whether somebody with these permissions may use this. `press` is the component's or window's custom id, read.
pub(super) fn may_use(held: Permissions, kind: &InteractionKind, press: Option<&Press>) -> bool {
    let is_for_everybody = match kind {
        InteractionKind::Command { path, .. } | InteractionKind::Autocomplete { path, .. } => {
            matches!(&path[..], [command, name, ..] if is_for_everybody(command, name))
        }
        InteractionKind::Component { .. } | InteractionKind::Modal { .. } => press
            .and_then(|press| press.action.split_once('.'))
            .is_some_and(|(command, action)| is_for_everybody(command, action)),
    };
    is_for_everybody || held.has(Permission::ManageGuild)
}

/// Whether a command is answered in the channel, where everybody sees it. A refusal never is.
pub(super) fn is_answered_in_public(path: &[String]) -> bool {
    matches!(path, [command, name, ..] if command == "activity" && activity::is_for_everybody(name))
}

/// Whether something of a command is for everybody: a sub-command, or an action of its components and windows.
pub(super) fn is_for_everybody(command: &str, action: &str) -> bool {
    match command {
        "activity" => activity::is_for_everybody(action),
        "privacy" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use discord::Options;
    use domain::id::UserId;
    use domain::time::UnixMs;

    use super::*;

    fn command(path: &[&str]) -> InteractionKind {
        InteractionKind::Command {
            path: path.iter().map(|&name| name.to_owned()).collect(),
            options: Options::default(),
        }
    }

    #[test]
    fn guest_may_look_and_ask_for_what_is_theirs_and_nothing_else() {
        let guest = Permissions::default();
        let manager: Permissions = [Permission::ManageGuild].into_iter().collect();
        for (path, is_allowed) in [
            (&["activity", "show"][..], true),
            (&["activity", "leaderboard"], true),
            (&["activity", "stats"], true),
            (&["activity", "settings"], false),
            (&["activity", "report"], false),
            (&["activity", "reset"], false),
            (&["activity", "level-role"], false),
            (&["activity", "showy"], false),
            (&["activity"], false),
            (&["privacy", "export"], true),
            (&["welcome", "show"], false),
            (&["settings", "show"], false),
            (&[], false),
        ] {
            let kind = command(path);
            assert_eq!(may_use(guest, &kind, None), is_allowed, "{path:?}");
            assert!(may_use(manager, &kind, None), "{path:?}");
        }
    }

    #[test]
    fn button_is_for_those_whom_its_command_is_for() {
        let kind = InteractionKind::Modal {
            custom_id: String::new(),
            fields: discord::Fields::default(),
            message: None,
        };
        let may = |action: &str| {
            let press = Press::new(action, UserId(1), UnixMs(0), "");
            may_use(Permissions::default(), &kind, Some(&press))
        };
        for action in [
            "activity.leaderboard",
            "activity.leaderboard-next",
            "privacy.erase",
        ] {
            assert!(may(action), "{action}");
        }
        for action in [
            "activity.reset",
            "activity",
            "welcome.reset",
            "privacy",
            "activity.leaderboards",
            "",
        ] {
            assert!(!may(action), "{action}");
        }
        assert!(!may_use(Permissions::default(), &kind, None));
    }

    #[test]
    fn what_members_look_at_is_answered_in_public_and_nothing_else() {
        let in_public = |path: [&str; 2]| is_answered_in_public(&path.map(str::to_owned));
        assert!(in_public(["activity", "leaderboard"]));
        for private in [["activity", "reset"], ["privacy", "export"], ["welcome", "show"]] {
            assert!(!in_public(private), "{private:?}");
        }
    }
}
