//! `/privacy export`: everything that is stored of the caller, as a file.

use std::collections::BTreeSet;

use bytes::Bytes;
use discord::{Answer, Attachment, CommandOption, Reply};
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::member::Member;
use domain::welcome::{Welcome, WelcomeState};
use serde_json::{Map, Value, json};
use store::{GivenRole, GivenState, MemberRecord};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::refused::Refused;

/// The form of the file.
const FORM: u64 = 1;

/// More roles than a member can have for levels.
const ROLES_MAX: usize = 16;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["export", "匯出", "导出", "書き出し"],
        [
            "Everything that I have stored about you, as a file",
            "把我儲存的所有與你有關的資料存成檔案",
            "把我储存的所有与你有关的数据存成文件",
            "あなたについて保存しているすべてをファイルに書き出す",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    let (user, store) = (call.interaction.member.id, &call.services.store);
    let activity = call.read(store.member_activity(user)).await?;
    let welcomes = call.read(store.welcomes_of(user)).await?;
    let guilds = activity.iter().map(|record| record.guild);
    let guilds = guilds
        .chain(welcomes.iter().map(|welcome| welcome.guild))
        .collect();
    let roles = level_roles(call, user, guilds).await?;
    let file = json!({
        "droas-member": FORM,
        "user": user.to_string(),
        "exported_at_ms": call.now.0,
        "activity": activity.iter().map(record).collect::<Vec<_>>(),
        "welcomes": welcomes.iter().map(welcome).collect::<Vec<_>>(),
        "level_roles": roles.iter().map(level_role).collect::<Vec<_>>(),
    });
    let mut file = serde_json::to_vec_pretty(&file).expect("a tree of JSON always serialises");
    file.push(b'\n');
    let words = call.words;
    Ok(Answer::Message(Reply {
        content: [
            words.privacy_exported(activity.len(), welcomes.len(), roles.len()),
            words.privacy_not_in_it(),
        ]
        .join("\n"),
        attachments: vec![Attachment {
            file_name: format!("droas-member-{user}.json"),
            media_type: "application/json",
            bytes: Bytes::from(file),
            description: String::new(),
        }],
        ephemeral: true,
        ..Reply::default()
    }))
}

/// The roles that somebody has from us, or may have, in some guilds.
async fn level_roles(
    call: &Call,
    user: UserId,
    guilds: BTreeSet<GuildId>,
) -> Result<Vec<(GuildId, GivenRole)>, Refused> {
    let (store, before) = (&call.services.store, UserId(user.0.saturating_sub(1)));
    let mut found = Vec::new();
    for guild in guilds {
        // Theirs come first, behind the id before theirs.
        let roles = call.read(store.given_roles(guild, before, ROLES_MAX)).await?;
        let own = roles.into_iter().filter(|role| role.user == user);
        found.extend(own.map(|role| (guild, role)));
    }
    Ok(found)
}

fn level_role((guild, given): &(GuildId, GivenRole)) -> Value {
    json!({
        "guild": guild.to_string(),
        "role": given.role.to_string(),
        "state": match given.state {
            GivenState::Giving => "giving",
            GivenState::Given => "given",
            GivenState::Gone => "gone",
        },
        "at_ms": given.at.0,
    })
}

/// What a guild's activity knows. Scores are in points, times in milliseconds since 1970.
fn record(record: &MemberRecord) -> Value {
    let MemberRecord {
        guild,
        meter,
        days,
        months,
    } = record;
    let by_day = |(day, count): &(Day, u64)| (day.to_string(), json!(count));
    let by_month = |(month, count): &(Month, u64)| (month.to_string(), json!(count));
    json!({
        "guild": guild.to_string(),
        "score_before_last_burst": meter.base.to_string(),
        "score_before_last_burst_at_ms": meter.base_at.0,
        "last_burst_began_at_ms": meter.first.0,
        "last_message_at_ms": meter.last.0,
        "gained_in_last_burst": meter.gained.to_string(),
        "recent_gains": format!("{:016x}", meter.recent.0),
        "messages_by_day": days.iter().map(by_day).collect::<Map<_, _>>(),
        "messages_by_month": months.iter().map(by_month).collect::<Map<_, _>>(),
    })
}

fn welcome(welcome: &Welcome) -> Value {
    let Member {
        username,
        global_name,
        nick,
        discriminator,
        avatar,
        guild_avatar,
        ..
    } = &welcome.member;
    let mut shown = json!({
        "id": welcome.id.0.to_string(),
        "guild": welcome.guild.to_string(),
        "username": username,
        "global_name": global_name,
        "nick": nick,
        "discriminator": discriminator,
        "avatar": avatar,
        "guild_avatar": guild_avatar,
        "joined_at_ms": welcome.joined_at.0,
        "member_number": welcome.member_number,
        "has_left": welcome.left,
        "attempts": welcome.attempts,
    });
    let (state, more) = match &welcome.state {
        WelcomeState::Pending => ("pending", json!(null)),
        WelcomeState::Sending => ("sending", json!(null)),
        WelcomeState::Sent { message, channel, at } => (
            "sent",
            json!({
                "channel": channel.to_string(),
                "message": message.map(|message| message.to_string()),
                "at_ms": at.0,
            }),
        ),
        WelcomeState::Skipped(reason) => ("skipped", json!(reason.name())),
    };
    shown["state"] = json!(state);
    if !more.is_null() {
        shown[state] = more;
    }
    shown
}
