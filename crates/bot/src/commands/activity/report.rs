//! `/activity report`: where and when the day's most active members are posted, and how that went.

use discord::{Answer, CommandOption, OptionKind, Options, Permission, Refusal, Reply};
use domain::activity::rules::ActivityRules;
use domain::id::ChannelId;
use domain::report::times::ReportTimes;
use domain::report::{Report, ReportState};
use domain::settings::{Field, GuildSettings, Patch};
use domain::time::UnixMs;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command};
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::welcome::{CHANNEL_TYPES, usable};

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["report", "報告", "报告", "日報"],
        [
            "The daily report of the most active members: where, when, and how the last one went",
            "每日最活躍成員報告：頻道、時刻與上次的結果",
            "每日最活跃成员报告：频道、时刻与上次的结果",
            "アクティブなメンバーの日報：チャンネル、時刻、前回の結果",
        ],
        vec![
            option(
                ["channel", "頻道", "频道", "チャンネル"],
                [
                    "Where it is posted",
                    "發布在哪個頻道",
                    "发布在哪个频道",
                    "投稿先のチャンネル",
                ],
                OptionKind::Channel {
                    required: false,
                    types: CHANNEL_TYPES.to_vec(),
                },
            ),
            option(
                ["hour", "時刻", "时刻", "時刻"],
                [
                    "At which hour of the day, in this server's time zone",
                    "每天幾點發布（依伺服器的時區）",
                    "每天几点发布（按服务器的时区）",
                    "何時に投稿するか（サーバーのタイムゾーン）",
                ],
                OptionKind::Integer {
                    required: false,
                    min: Some(0),
                    max: Some(23),
                    choices: Vec::new(),
                },
            ),
            option(
                ["off", "關閉", "关闭", "オフ"],
                [
                    "No daily report any more",
                    "不再發布每日報告",
                    "不再发布每日报告",
                    "日報をやめる",
                ],
                OptionKind::Bool { required: false },
            ),
        ],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let (channel, hour) = (options.channel("channel"), options.integer("hour"));
    let off = options.flag("off").copied().unwrap_or(false);
    if off && channel.is_some() {
        return Err(Refused::OptionsClash("off", "channel"));
    }
    if off && hour.is_some() {
        return Err(Refused::OptionsClash("off", "hour"));
    }
    let mut patch = Patch::new();
    if off {
        patch = patch.unset(Field::ActivityReportChannel);
    }
    if let Some(channel) = channel {
        usable(call, Field::ActivityReportChannel, channel).await?;
        patch = patch.set(Field::ActivityReportChannel, channel.id.to_string());
    }
    if let Some(hour) = hour {
        patch = patch.set(Field::ActivityReportHour, hour.to_string());
    }
    if patch.is_empty() {
        let lines = lines(call, &call.stored.settings).await?;
        return Ok(Answer::Message(Reply::private(lines.join("\n"))));
    }
    let (stored, changes) = call.change(&patch).await?;
    let mut said = vec![if changes.is_empty() {
        call.words.nothing_to_change()
    } else {
        call.words.changed()
    }];
    said.extend(lines(call, &stored.settings).await?);
    Ok(Answer::Message(Reply::private(said.join("\n"))))
}

/// Where and when reports come, what hinders them, and how the last one ended.
async fn lines(call: &Call, settings: &GuildSettings) -> Result<Vec<String>, Refused> {
    let (words, guild) = (call.words, call.interaction.guild);
    let newest = call.read(call.services.store.reports(guild, 1)).await?;
    let last = newest.first().map(|report| last(call, report));
    let wanted = ReportTimes::of(settings).zip(settings.channel(Field::ActivityReportChannel));
    let Some((times, channel)) = wanted else {
        return Ok([words.report_off()].into_iter().chain(last).collect());
    };
    let zone = settings.time_zone().unwrap_or("UTC");
    let mut lines = vec![words.report_comes_to(&shown::channel(channel), times.hour, zone)];
    if !ActivityRules::of(settings).enabled {
        lines.push(words.report_counts_nothing());
    }
    lines.extend(what_is_missing(call, channel).await);
    let schedule = call.read(call.services.store.report_schedule(guild)).await?;
    let look = times.look(schedule.and_then(|schedule| schedule.next_day), call.now);
    let is_made = |due| newest.iter().any(|report| report.day == due);
    lines.push(match look.now.filter(|due| !is_made(due.day)) {
        Some(due) => words.report_comes_now(&due.day.to_string()),
        None => {
            // Switched off and on again, at a later hour of a day whose report has come.
            let next = match is_made(look.next.day) {
                true => times.look(Some(look.next.day.plus(1)), call.now).next,
                false => look.next,
            };
            words.report_next(&on_the_day(next.at), &shown::ago(next.at))
        }
    });
    lines.extend(last);
    Ok(lines)
}

fn last(call: &Call, report: &Report) -> String {
    let words = call.words;
    let day = report.day.to_string();
    match report.state {
        ReportState::Pending | ReportState::Sending => words.report_last_open(&day),
        ReportState::Posted { message, channel, at } => {
            let place = message.map_or_else(
                || shown::channel(channel),
                |message| shown::link(report.guild, channel, message),
            );
            words.report_last_posted(&day, &place, &shown::ago(at))
        }
        ReportState::Skipped { reason, .. } => words.report_last_skipped(&day, &words.report_skip(reason)),
    }
}

/// What the bot lacks in the channel as things stand; what cannot be found out now is not said to be missing.
async fn what_is_missing(call: &Call, channel: ChannelId) -> Option<String> {
    let services = &call.services;
    let held = services
        .rest
        .permissions_in(call.interaction.guild, channel, services.bot)
        .await;
    let missing = match held {
        Ok(held) => held.missing(&Permission::TO_GREET),
        Err(error) => match error.refusal() {
            Some(Refusal::ChannelGone) => return Some(call.words.report_channel_gone()),
            Some(Refusal::MissingAccess) => vec![Permission::ViewChannel],
            _ => Vec::new(),
        },
    };
    if missing.is_empty() {
        return None;
    }
    let words = call.words;
    let missing = missing
        .iter()
        .map(|one| format!("**{}**", words.permission(*one)));
    Some(words.lacking(&shown::channel(channel), &words.list(missing)))
}

/// A time with its day, as Discord's client shows it to each reader in their own zone.
/// Source: Discord's documentation, "Reference", heading "Timestamp Styles", read in August 2026.
fn on_the_day(time: UnixMs) -> String {
    format!("<t:{}:F>", time.0.div_euclid(1000))
}
