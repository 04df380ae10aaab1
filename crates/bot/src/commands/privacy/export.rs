//! `/privacy export`: everything that is stored of the caller, as a file.

use bytes::Bytes;
use discord::{Answer, Attachment, CommandOption, Reply};
use domain::activity::meter::Meter;
use domain::day::{Day, Month};
use domain::id::{GuildId, UserId};
use domain::member::Member;
use domain::welcome::{Welcome, WelcomeState};
use serde_json::{Map, Value, json};
use store::{ChangeMade, GivenRole, GivenState, ImportedOfMember, MemberRecord};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::refused::Refused;

/// The form of the file.
const FORM: u64 = 1;

/// How much of what somebody changed is in the file. Discord takes files of 10 MiB, and nothing else in it grows as fast.
const CHANGES_BYTES_MAX: usize = 4 << 20;

/// Changes that are read at once.
const PAGE_LEN: usize = 200;

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
    let roles = call.read(store.roles_of(user)).await?;
    let imports = call.read(store.imports_of(user)).await?;
    let changes = changes(call, user).await?;
    let file = json!({
        "droas-member": FORM,
        "user": user.to_string(),
        "exported_at_ms": call.now.0,
        "activity": activity.iter().map(record).collect::<Vec<_>>(),
        "welcomes": welcomes.iter().map(welcome).collect::<Vec<_>>(),
        "level_roles": roles.iter().map(level_role).collect::<Vec<_>>(),
        "imports": imports.iter().map(imported).collect::<Vec<_>>(),
        "settings_changed": changes.lines.iter().map(change).collect::<Vec<_>>(),
        "settings_changed_earlier_left_out": changes.earlier_left_out,
    });
    let mut file = serde_json::to_vec_pretty(&file).expect("a tree of JSON always serialises");
    file.push(b'\n');
    let words = call.words;
    let mut said =
        vec![words.privacy_exported(activity.len(), welcomes.len(), roles.len(), changes.lines.len())];
    if changes.earlier_left_out {
        said.push(words.privacy_changes_left_out(changes.lines.len()));
    }
    said.push(words.privacy_not_in_it());
    Ok(Answer::Message(Reply {
        content: said.join("\n"),
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

/// What somebody changed in settings, newest first: as much as fits into the file.
#[derive(Debug)]
struct Changes {
    lines: Vec<ChangeMade>,
    earlier_left_out: bool,
    room_bytes: usize,
}

impl Changes {
    fn new(room_bytes: usize) -> Self {
        Self {
            lines: Vec::new(),
            earlier_left_out: false,
            room_bytes,
        }
    }

    /// Adds the next lines, up to the first for which there is no room.
    fn add(&mut self, page: Vec<ChangeMade>) {
        for line in page {
            let texts = [Some(&line.field), line.before.as_ref(), line.after.as_ref()];
            let texts_len: usize = texts.into_iter().flatten().map(String::len).sum();
            // The names and numbers around them take less.
            let Some(left) = self.room_bytes.checked_sub(texts_len + 256) else {
                self.earlier_left_out = true;
                return;
            };
            self.room_bytes = left;
            self.lines.push(line);
        }
    }
}

async fn changes(call: &Call, user: UserId) -> Result<Changes, Refused> {
    let mut changes = Changes::new(CHANGES_BYTES_MAX);
    loop {
        let before = changes.lines.last().map(|line| line.id);
        let page = call
            .read(call.services.store.changes_by(user, before, PAGE_LEN))
            .await?;
        let is_last = page.len() < PAGE_LEN;
        changes.add(page);
        if is_last || changes.earlier_left_out {
            return Ok(changes);
        }
    }
}

fn change(line: &ChangeMade) -> Value {
    json!({
        "guild": line.guild.to_string(),
        "version": line.version,
        "at_ms": line.at.0,
        "setting": line.field,
        "before": line.before,
        "after": line.after,
    })
}

/// What is kept so that an import can be taken back.
fn imported(import: &ImportedOfMember) -> Value {
    let by_day = |(day, count): &(Day, u64)| (day.to_string(), json!(count));
    json!({
        "guild": import.guild.to_string(),
        "import": import.import,
        "from": import.source,
        "at_ms": import.at.0,
        "before": import.before.as_ref().map(meter),
        "written": meter(&import.written),
        "messages_by_day": import.days.iter().map(by_day).collect::<Map<_, _>>(),
    })
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

/// What a guild's activity knows.
fn record(record: &MemberRecord) -> Value {
    let by_day = |(day, count): &(Day, u64)| (day.to_string(), json!(count));
    let by_month = |(month, count): &(Month, u64)| (month.to_string(), json!(count));
    let mut shown = meter(&record.meter);
    shown["guild"] = json!(record.guild.to_string());
    shown["messages_by_day"] = record.days.iter().map(by_day).collect::<Map<_, _>>().into();
    shown["messages_by_month"] = record.months.iter().map(by_month).collect::<Map<_, _>>().into();
    shown
}

/// Scores are in points, times in milliseconds since 1970.
fn meter(meter: &Meter) -> Value {
    json!({
        "score_before_last_burst": meter.base.to_string(),
        "score_before_last_burst_at_ms": meter.base_at.0,
        "last_burst_began_at_ms": meter.first.0,
        "last_message_at_ms": meter.last.0,
        "gained_in_last_burst": meter.gained.to_string(),
        "recent_gains": format!("{:016x}", meter.recent.0),
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

#[cfg(test)]
mod tests {
    use domain::time::UnixMs;

    use super::*;

    fn line(id: u64, text_len: usize) -> ChangeMade {
        ChangeMade {
            id,
            guild: GuildId(1),
            version: id,
            at: UnixMs(0),
            field: "welcome.texts".to_owned(),
            before: None,
            after: Some("歡".repeat(text_len / 3)),
        }
    }

    #[test]
    fn changes_that_have_no_room_are_left_out_with_all_before_them() {
        let mut changes = Changes::new(10_000);
        changes.add(vec![line(9, 3_000), line(8, 3_000)]);
        assert_eq!((changes.lines.len(), changes.earlier_left_out), (2, false));
        changes.add(vec![line(7, 6_000), line(6, 3)]);
        let ids: Vec<_> = changes.lines.iter().map(|line| line.id).collect();
        assert_eq!((&ids[..], changes.earlier_left_out), (&[9, 8][..], true));
        let shown: Vec<_> = changes.lines.iter().map(change).collect();
        assert!(serde_json::to_vec_pretty(&shown).expect("JSON").len() < 10_000);
    }
}
