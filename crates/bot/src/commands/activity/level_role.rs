//! `/activity level-role`: which roles members have by their level.
//!
//! Who chooses a role has the bot hand it out, so they must be able to do so themselves: they may manage roles, and stand
//! above it. What a member may do is computed from their roles: the permissions that come with an interaction are those in
//! its channel, in which the bit of Manage Roles is another permission. And nobody should come to power over others by
//! chatting, whoever wants it so: such roles are refused, here and when they are to be given.

use discord::{Answer, CommandOption, OptionKind, Options, Permission, Reply};
use domain::activity::level::Level;
use domain::activity::rules::ActivityRules;
use domain::activity::score::Score;
use domain::id::RoleId;
use domain::settings::{Field, Patch};
use tracing::warn;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{choice, offered, option, sub_command};
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::{Words, level_names};
use crate::level_roles::{Obstacle, OutOfHand, Reach};

pub(super) fn definition() -> CommandOption {
    let levels = Level::ALL.map(|level| offered(level.name(), level_names(level)));
    sub_command(
        ["level-role", "等級身分組", "等级身份组", "レベルロール"],
        [
            "Roles that members have by their level; shows them when nothing is filled in",
            "成員依等級獲得的身分組，不填則顯示目前設定",
            "成员按等级获得的身份组，不填则显示当前设置",
            "レベルに応じて付与するロール（何も指定しなければ一覧を表示）",
        ],
        vec![
            option(
                ["level", "等級", "等级", "レベル"],
                ["Which level", "哪一個等級", "哪一个等级", "どのレベルか"],
                choice(false, levels.into()),
            ),
            option(
                ["role", "身分組", "身份组", "ロール"],
                [
                    "The role that it gives",
                    "該等級給予的身分組",
                    "该等级给予的身份组",
                    "付与するロール",
                ],
                OptionKind::Role { required: false },
            ),
            option(
                ["remove", "移除", "移除", "解除"],
                [
                    "Takes the level's role away",
                    "取消該等級的身分組",
                    "取消该等级的身份组",
                    "そのレベルのロールをなくす",
                ],
                OptionKind::Bool { required: false },
            ),
        ],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let remove = options.flag("remove") == Some(&true);
    let level = match options.text("level") {
        Some(name) => Some(
            name.parse::<Level>()
                .map_err(|_| Refused::OptionMissing("level"))?,
        ),
        None => None,
    };
    match (level, options.role("role"), remove) {
        (None, None, false) => show(call).await,
        (None, ..) => Err(Refused::OptionMissing("level")),
        (Some(_), Some(_), true) => Err(Refused::OptionsClash("role", "remove")),
        (Some(_), None, false) => Err(Refused::OptionMissing("role")),
        (Some(level), Some(role), false) => choose(call, level, *role).await,
        (Some(level), None, true) => remove_from(call, level).await,
    }
}

async fn choose(call: &Call, level: Level, role: RoleId) -> Done {
    check(call, &[role]).await?;
    let mut roles = call.stored.settings.level_roles();
    roles.retain(|(of, _)| *of != level);
    roles.push((level, role));
    call.change(&patch(&roles)).await?;
    let words = call.words;
    let said = words.level_role_chosen(words.level(level), &shown::role(role));
    Ok(Answer::Message(Reply::private(said)))
}

async fn remove_from(call: &Call, level: Level) -> Done {
    let words = call.words;
    let mut roles = call.stored.settings.level_roles();
    let count = roles.len();
    roles.retain(|(of, _)| *of != level);
    if roles.len() == count {
        let said = words.level_role_was_none(words.level(level));
        return Ok(Answer::Message(Reply::private(said)));
    }
    call.change(&patch(&roles)).await?;
    let said = words.level_role_removed(words.level(level));
    Ok(Answer::Message(Reply::private(said)))
}

fn patch(roles: &[(Level, RoleId)]) -> Patch {
    if roles.is_empty() {
        return Patch::new().unset(Field::ActivityLevelRoles);
    }
    let pairs: Vec<String> = roles
        .iter()
        .map(|(level, role)| format!("{level}={role}"))
        .collect();
    Patch::new().set(Field::ActivityLevelRoles, pairs.join(" "))
}

/// Checks that the bot can hand out roles, that nobody comes to power by them, and that whoever asks could hand them out
/// themselves.
///
/// # Errors
/// [`Refused`]: one of it is not so, or Discord does not tell.
pub(in crate::commands) async fn check(call: &Call, roles: &[RoleId]) -> Result<(), Refused> {
    let (guild, caller) = (call.interaction.guild, call.interaction.member.id);
    let asked = tokio::try_join!(
        Reach::ask(&call.services.rest, guild, call.services.bot),
        call.services.rest.member_roles(guild, caller)
    );
    let (reach, held) = asked.map_err(|error| {
        warn!(%error, "which roles stand where cannot be found out");
        Refused::DiscordSilent
    })?;
    for role in roles.iter().copied() {
        match reach.may_hand_out(caller, &held, role) {
            Ok(()) => {}
            Err(OutOfHand::NotAllowed) => {
                return Err(Refused::because(|words| {
                    words.level_role_not_allowed(words.permission(Permission::ManageRoles))
                }));
            }
            Err(OutOfHand::TooHigh) => {
                return Err(Refused::because(move |words| {
                    words.level_role_above_you(&shown::role(role))
                }));
            }
        }
        if let Some(obstacle) = reach.obstacle(role) {
            return Err(Refused::because(move |words| hindrance(words, role, &obstacle)));
        }
    }
    if reach.may_manage() {
        Ok(())
    } else {
        Err(Refused::because(bot_lacks))
    }
}

async fn show(call: &Call) -> Done {
    let words = call.words;
    let settings = &call.stored.settings;
    let (rules, roles) = (ActivityRules::of(settings), settings.level_roles());
    let mut lines = vec![words.level_roles_stand()];
    lines.extend(Level::ALL.iter().map(|level| {
        let chosen = roles.iter().find(|(of, _)| of == level);
        let role = chosen.map_or_else(|| words.level_role_none(), |(_, role)| shown::role(*role));
        let points = rules.levels.from(*level).0 / Score::points(1).0;
        words.level_role_line(words.level(*level), &points.to_string(), &role)
    }));
    lines.push(words.level_roles_explained());
    let hindrances = hindrances(call, &rules, &roles).await;
    if !hindrances.is_empty() {
        lines.push(words.level_roles_hindered());
        lines.extend(hindrances);
    }
    Ok(Answer::Message(Reply::private(shown::clipped(
        &lines.join("\n"),
        1_990,
    ))))
}

/// What hinders roles from being given, as things stand. What cannot be found out now is not said to be the matter.
async fn hindrances(call: &Call, rules: &ActivityRules, roles: &[(Level, RoleId)]) -> Vec<String> {
    let words = call.words;
    let mut lines = Vec::new();
    if roles.is_empty() {
        return lines;
    }
    if !rules.enabled {
        lines.push(words.level_roles_without_activity());
    }
    let asked = Reach::ask(&call.services.rest, call.interaction.guild, call.services.bot).await;
    let Ok(reach) = asked else {
        return lines;
    };
    if !reach.may_manage() {
        lines.push(bot_lacks(words));
    }
    let mut chosen: Vec<RoleId> = roles.iter().map(|(_, role)| *role).collect();
    chosen.sort_unstable();
    chosen.dedup();
    lines.extend(chosen.into_iter().filter_map(|role| {
        let obstacle = reach.obstacle(role)?;
        Some(hindrance(words, role, &obstacle))
    }));
    lines
}

fn bot_lacks(words: Words) -> String {
    words.level_role_bot_lacks(words.permission(Permission::ManageRoles))
}

fn hindrance(words: Words, role: RoleId, obstacle: &Obstacle) -> String {
    let shown = shown::role(role);
    match obstacle {
        Obstacle::Gone => words.level_role_gone(&format!("`{role}`")),
        Obstacle::Everybody => words.level_role_is_everybody(),
        Obstacle::Managed => words.level_role_is_managed(&shown),
        Obstacle::TooHigh => words.level_role_above_me(&shown),
        Obstacle::Grants(permissions) => {
            let named = permissions
                .iter()
                .map(|one| format!("**{}**", words.permission(*one)));
            words.level_role_grants(&shown, &words.list(named))
        }
    }
}
