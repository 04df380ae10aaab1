//! `/activity show`: how active a member is.

use card::Figure;
use discord::{Answer, CommandOption, OptionKind, Options, Permission, Reply};
use domain::activity::rules::ActivityRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::member::Member;
use store::Standing;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command};
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;
use crate::portrait::ActivityWords;

/// The most characters of a name, as Discord has it.
pub(super) const NAME_CHARS_MAX: usize = 32;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["show", "顯示", "显示", "表示"],
        [
            "How active you are, or another member",
            "查看自己或其他成員的活躍度",
            "查看自己或其他成员的活跃度",
            "自分やほかのメンバーのアクティビティを見る",
        ],
        vec![option(
            ["member", "成員", "成员", "メンバー"],
            ["Somebody else", "其他成員", "其他成员", "ほかのメンバー"],
            OptionKind::User { required: false },
        )],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let (guild, caller) = (call.interaction.guild, &call.interaction.member);
    let named = options.user("member");
    let member = named.map_or(caller, |named| &named.member);
    if member.bot {
        return Err(Refused::because(|words| words.bots_are_not_counted()));
    }
    let people = &call.services.people;
    if named.is_none_or(|named| named.is_member) {
        people.note(guild, member, call.now);
    }
    let rules = ActivityRules::of(&call.stored.settings);
    let today = Day::at(call.now, &rules.zone);
    let store = &call.services.store;
    let standing = call
        .read(store.standing(guild, member.id, call.now, today, &rules.score))
        .await?;
    let words = call.words;
    let mut lines = Vec::new();
    if !rules.enabled {
        lines.push(words.counting_is_off());
    }
    let Some(standing) = standing else {
        lines.push(if member.id == caller.id {
            words.you_wrote_nothing_yet()
        } else {
            words.wrote_nothing_yet(&shown::code(member.shown_name(), NAME_CHARS_MAX))
        });
        return Ok(Answer::Message(said(lines)));
    };
    let told = Told::of(words, &standing, &rules);
    if let Some(card) = card(call, member, &standing, &told).await {
        return Ok(Answer::Message(Reply {
            attachments: vec![card],
            ..said(lines)
        }));
    }
    let name = shown::code(member.shown_name(), NAME_CHARS_MAX);
    lines.push(format!("{name} <@{}>", member.id));
    lines.push(told.sentence);
    Ok(Answer::Message(said(lines)))
}

fn said(lines: Vec<String>) -> Reply {
    Reply {
        content: lines.join("\n"),
        ..Reply::default()
    }
}

/// A standing in words.
struct Told {
    level: String,
    rank: String,
    /// All of it.
    sentence: String,
}

impl Told {
    fn of(words: Words, standing: &Standing, rules: &ActivityRules) -> Self {
        let level = rules.levels.level(standing.score);
        let level = words.level_and_number(words.level(level), level.number());
        // Those whose score has faded out share no place with anybody.
        let rank = if standing.score > Score::ZERO {
            format!("#{}", words.count(standing.rank))
        } else {
            "–".to_owned()
        };
        let sentence = words.standing(
            &level,
            &standing.score.to_string(),
            &rank,
            &words.count(standing.today),
            &words.count(standing.month),
            &words.count(u64::from(standing.streak)),
        );
        Self {
            level,
            rank,
            sentence,
        }
    }
}

/// The card; `None` where there can be none.
async fn card(call: &Call, member: &Member, standing: &Standing, told: &Told) -> Option<discord::Attachment> {
    if !call.interaction.app_permissions.has(Permission::AttachFiles) {
        return None;
    }
    let words = call.words;
    let figures = [
        (told.rank.clone(), words.figure_rank()),
        (words.count(standing.today), words.figure_today()),
        (words.count(standing.month), words.figure_month()),
        (words.count(u64::from(standing.streak)), words.figure_streak()),
    ];
    let said = ActivityWords {
        level: told.level.clone(),
        points: standing.score.as_points(),
        figures: figures
            .into_iter()
            .map(|(value, label)| Figure { value, label })
            .collect(),
        description: words.described(member.shown_name(), &told.sentence),
    };
    let services = &call.services;
    let look = services.plans.look(&call.stored.settings);
    let portraits = &services.portraits;
    portraits
        .activity(call.interaction.guild, &look, member, said)
        .await
}
