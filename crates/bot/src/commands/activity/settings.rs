//! `/activity settings`: what a message is worth, and where.

use discord::{Answer, ChannelType, CommandOption, OptionKind, Options, Reply};
use domain::id::{ChannelId, RoleId};
use domain::settings::{Field, Form, GuildSettings, Patch};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{choice, offered, option, sub_command, text};
use crate::commands::refused::Refused;
use crate::commands::shown;

/// The fields that it shows, in this order.
const FIELDS: [Field; 11] = [
    Field::ActivityEnabled,
    Field::ActivityGain,
    Field::ActivityCooldown,
    Field::ActivityGrace,
    Field::ActivityFade,
    Field::ActivityLevels,
    Field::ActivityLeftOutChannels,
    Field::ActivityHalfChannels,
    Field::ActivityDoubleChannels,
    Field::ActivityLeftOutRoles,
    Field::ActivityLevelRoles,
];

/// The most characters of a value in the list.
const VALUE_CHARS_MAX: usize = 120;

/// What becomes of a channel's messages, and the field that lists such channels; none is the usual.
const COUNTS: [(&str, Option<Field>); 4] = [
    ("not", Some(Field::ActivityLeftOutChannels)),
    ("half", Some(Field::ActivityHalfChannels)),
    ("normal", None),
    ("double", Some(Field::ActivityDoubleChannels)),
];

pub(super) fn definition() -> CommandOption {
    let flag = OptionKind::Bool { required: false };
    let counts = choice(
        false,
        vec![
            offered("not", ["Not at all", "不計算", "不计算", "数えない"]),
            offered("half", ["Half", "減半", "减半", "半分"]),
            offered("normal", ["As usual", "照常", "照常", "通常どおり"]),
            offered("double", ["Twice", "加倍", "加倍", "2 倍"]),
        ],
    );
    sub_command(
        ["settings", "設定", "设置", "設定"],
        [
            "How activity is counted: points, fading, levels, channels and roles",
            "活躍度的計算方式：分數、衰減、等級、頻道與身分組",
            "活跃度的计算方式：分数、衰减、等级、频道与身份组",
            "アクティビティの数え方：得点、減点、レベル、チャンネル、ロール",
        ],
        vec![
            option(
                ["enabled", "啟用", "启用", "有効"],
                [
                    "Count messages at all",
                    "是否計算訊息",
                    "是否计算消息",
                    "メッセージを数えるか",
                ],
                flag.clone(),
            ),
            option(
                ["points", "分數", "分数", "得点"],
                [
                    "Points that a message adds",
                    "每則訊息加的分數",
                    "每条消息加的分数",
                    "1 メッセージで増える得点",
                ],
                number(Field::ActivityGain),
            ),
            option(
                ["cooldown", "冷卻", "冷却", "クールダウン"],
                [
                    "Seconds in which one message adds points",
                    "冷卻秒數，期間內只有一則訊息加分",
                    "冷却秒数，期间内只有一条消息加分",
                    "1 回だけ加点される秒数",
                ],
                number(Field::ActivityCooldown),
            ),
            option(
                ["grace", "寬限", "宽限", "猶予"],
                [
                    "Minutes without messages before points fade",
                    "沒有訊息幾分鐘後開始扣分",
                    "没有消息几分钟后开始扣分",
                    "発言がなくなってから減点が始まるまでの分数",
                ],
                number(Field::ActivityGrace),
            ),
            option(
                ["fade", "衰減", "衰减", "減点"],
                [
                    "Points that fade in an hour",
                    "每小時扣除的分數",
                    "每小时扣除的分数",
                    "1 時間に減る得点",
                ],
                number(Field::ActivityFade),
            ),
            option(
                ["levels", "等級", "等级", "レベル"],
                [
                    "From how many points the four upper levels are reached: 25 50 75 90",
                    "四個較高等級的門檻分數，例如 25 50 75 90",
                    "四个较高等级的门槛分数，例如 25 50 75 90",
                    "上位 4 レベルに必要な得点（例：25 50 75 90）",
                ],
                text(40),
            ),
            option(
                ["channel", "頻道", "频道", "チャンネル"],
                [
                    "A channel or thread whose messages count differently; a channel takes its threads along",
                    "要調整計算方式的頻道或討論串；頻道的設定也適用於其討論串",
                    "要调整计算方式的频道或子区；频道的设置也适用于其子区",
                    "数え方を変えるチャンネルまたはスレッド。チャンネルの設定はそのスレッドにも適用",
                ],
                OptionKind::Channel {
                    required: false,
                    // No categories: a channel's place among the others says nothing about its messages.
                    types: ChannelType::WRITTEN_IN.to_vec(),
                },
            ),
            option(
                ["channel-counts", "頻道計算", "频道计算", "チャンネルの数え方"],
                [
                    "How much messages in that channel count",
                    "該頻道的訊息如何計算",
                    "该频道的消息如何计算",
                    "そのチャンネルの数え方",
                ],
                counts,
            ),
            option(
                ["role", "身分組", "身份组", "ロール"],
                [
                    "A role whose holders are left out or count again",
                    "要排除或重新計算的身分組",
                    "要排除或重新计算的身份组",
                    "対象から外す、または戻すロール",
                ],
                OptionKind::Role { required: false },
            ),
            option(
                ["role-counts", "身分組計算", "身份组计算", "ロールを数える"],
                [
                    "Whether messages of that role's holders count",
                    "該身分組成員的訊息是否計算",
                    "该身份组成员的消息是否计算",
                    "そのロールの発言を数えるか",
                ],
                flag,
            ),
        ],
    )
}

/// A number within the bounds of its field.
fn number(field: Field) -> OptionKind {
    match field.form() {
        Form::Whole { min, max } => OptionKind::Integer {
            required: false,
            min: Some(min.into()),
            max: Some(max.into()),
            choices: Vec::new(),
        },
        Form::Tenths { min, max, .. } => OptionKind::Number {
            required: false,
            min: Some(f64::from(min) / 10.0),
            max: Some(f64::from(max) / 10.0),
        },
        form => unreachable!("{field} is no number but {form:?}"),
    }
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let patch = patch(options, &call.stored.settings)?;
    if patch.is_empty() {
        return Ok(show(call));
    }
    let (_, changes) = call.change(&patch).await?;
    Ok(call.stored_reply(call.words, &changes))
}

fn show(call: &Call) -> Answer {
    let words = call.words;
    let lines = FIELDS.map(|field| call.whole_line_of(field, VALUE_CHARS_MAX));
    let said = format!(
        "{}\n{}\n{}",
        words.activity_settings_stand(),
        lines.join("\n"),
        words.activity_settings_explained()
    );
    Answer::Message(Reply::private(shown::clipped(&said, 1_990)))
}

/// What the options ask for.
fn patch(options: &Options, settings: &GuildSettings) -> Result<Patch, Refused> {
    let mut patch = Patch::new();
    if let Some(on) = options.flag("enabled") {
        patch = patch.set(Field::ActivityEnabled, if *on { Field::ON } else { Field::OFF });
    }
    for (name, field) in [("points", Field::ActivityGain), ("fade", Field::ActivityFade)] {
        if let Some(number) = options.number(name) {
            // What is no number of tenths is refused by the field, with its bounds.
            patch = patch.set(field, number.to_string());
        }
    }
    for (name, field) in [
        ("cooldown", Field::ActivityCooldown),
        ("grace", Field::ActivityGrace),
    ] {
        if let Some(number) = options.integer(name) {
            patch = patch.set(field, number.to_string());
        }
    }
    if let Some(levels) = options.text("levels") {
        patch = patch.set(Field::ActivityLevels, levels);
    }
    let channel = ("channel", options.channel("channel"));
    let counts = ("channel-counts", options.text("channel-counts"));
    if let Some((channel, counts)) = both(channel, counts)? {
        patch = weigh(patch, settings, channel.id, counts);
    }
    let role = ("role", options.role("role"));
    let counts = ("role-counts", options.flag("role-counts"));
    if let Some((role, counts)) = both(role, counts)? {
        let listed = settings.ids(Field::ActivityLeftOutRoles, RoleId);
        let ids = listed.iter().map(|role| role.0);
        patch = list(patch, Field::ActivityLeftOutRoles, ids, role.0, !counts);
    }
    Ok(patch)
}

/// Two options that say nothing without each other, by their names; `None` where neither is given.
fn both<A, B>(
    one: (&'static str, Option<A>),
    other: (&'static str, Option<B>),
) -> Result<Option<(A, B)>, Refused> {
    let (given, lacking) = match (one, other) {
        ((_, Some(one)), (_, Some(other))) => return Ok(Some((one, other))),
        ((_, None), (_, None)) => return Ok(None),
        ((given, Some(_)), (lacking, None)) | ((lacking, None), (given, Some(_))) => (given, lacking),
    };
    Err(Refused::because(move |words| {
        words.activity_option_lacks(given, lacking)
    }))
}

/// Puts a channel on the one list that it belongs to, and takes it off all others.
fn weigh(mut patch: Patch, settings: &GuildSettings, channel: ChannelId, counts: &str) -> Patch {
    for (name, field) in COUNTS {
        if let Some(field) = field {
            let listed = settings.ids(field, ChannelId);
            let ids = listed.iter().map(|channel| channel.0);
            patch = list(patch, field, ids, channel.0, name == counts);
        }
    }
    patch
}

/// Sees to it that an id is on a list, or is not.
fn list(patch: Patch, field: Field, listed: impl Iterator<Item = u64>, id: u64, is_on_it: bool) -> Patch {
    let others = listed.filter(|listed| *listed != id);
    let ids: Vec<String> = others
        .chain(is_on_it.then_some(id))
        .map(|id| id.to_string())
        .collect();
    if ids.is_empty() {
        patch.unset(field)
    } else {
        patch.set(field, ids.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use discord::{OptionValue, ResolvedChannel};

    use super::*;

    fn options<const N: usize>(given: [(&str, OptionValue); N]) -> Options {
        Options(given.map(|(name, value)| (name.to_owned(), value)).into())
    }

    fn channel(id: u64) -> OptionValue {
        OptionValue::Channel(ResolvedChannel {
            id: ChannelId(id),
            kind: 0,
            name: None,
            permissions: None,
            app_permissions: None,
        })
    }

    fn after(settings: &GuildSettings, options: &Options) -> GuildSettings {
        let patch = patch(options, settings).unwrap_or_else(|_| panic!("{options:?}"));
        settings.patched(&patch).expect("sound").0
    }

    #[test]
    fn whatever_is_written_in_can_be_chosen_and_no_category() {
        let OptionKind::SubCommand(options) = definition().kind else {
            panic!("settings is a sub-command");
        };
        let types = options.into_iter().find_map(|option| match option.kind {
            OptionKind::Channel { types, .. } => Some(types),
            _ => None,
        });
        let numbers: Vec<u8> = types
            .expect("an option")
            .into_iter()
            .map(ChannelType::number)
            .collect();
        assert_eq!(numbers, [0, 2, 5, 10, 11, 12, 13, 15]);
    }

    #[test]
    fn channel_is_on_one_list_at_most() {
        let mut settings = GuildSettings::of_stored([
            (Field::ActivityLeftOutChannels, "1 2"),
            (Field::ActivityHalfChannels, "3"),
        ]);
        for (counts, left_out, half, double) in [
            ("half", Some("1"), Some("2 3"), None),
            ("double", Some("1"), Some("3"), Some("2")),
            ("double", Some("1"), Some("3"), Some("2")),
            ("not", Some("1 2"), Some("3"), None),
            ("normal", Some("1"), Some("3"), None),
        ] {
            let given = [
                ("channel", channel(2)),
                ("channel-counts", OptionValue::Text(counts.into())),
            ];
            settings = after(&settings, &options(given));
            assert_eq!(
                [
                    Field::ActivityLeftOutChannels,
                    Field::ActivityHalfChannels,
                    Field::ActivityDoubleChannels
                ]
                .map(|field| settings.get(field)),
                [left_out, half, double],
                "{counts}"
            );
        }
    }

    #[test]
    fn role_is_left_out_and_counts_again() {
        let role = |counts| {
            options([
                ("role", OptionValue::Role(RoleId(7))),
                ("role-counts", OptionValue::Bool(counts)),
            ])
        };
        let settings = after(&GuildSettings::default(), &role(false));
        assert_eq!(settings.get(Field::ActivityLeftOutRoles), Some("7"));
        assert_eq!(
            after(&settings, &role(true)).get(Field::ActivityLeftOutRoles),
            None
        );
    }

    #[test]
    fn numbers_are_written_as_their_fields_have_them_or_refused_there() {
        let points = |points| options([("points", OptionValue::Number(points))]);
        for (given, stored) in [(5.0, "5.0"), (2.4, "2.4"), (100.0, "100.0")] {
            let settings = after(&GuildSettings::default(), &points(given));
            assert_eq!(settings.get(Field::ActivityGain), Some(stored));
        }
        for wrong in [0.25, 0.3, 0.0, -1.0, 101.0, f64::NAN] {
            let Ok(patch) = patch(&points(wrong), &GuildSettings::default()) else {
                panic!("{wrong}")
            };
            assert!(GuildSettings::default().patched(&patch).is_err(), "{wrong}");
        }
    }

    #[test]
    fn half_a_pair_is_refused() {
        for given in [
            options([("channel", channel(2))]),
            options([("channel-counts", OptionValue::Text("half".into()))]),
            options([("role", OptionValue::Role(RoleId(7)))]),
            options([("role-counts", OptionValue::Bool(true))]),
        ] {
            assert!(patch(&given, &GuildSettings::default()).is_err(), "{given:?}");
        }
    }
}
