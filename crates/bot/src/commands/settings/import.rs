//! `/settings import`: what `/settings export` wrote, here or in another guild.
//!
//! The file is checked whole, then shown as the changes that it would make; only after a yes are they made, all or none.
//! A channel of another guild is refused, since whoever may manage one guild could have the bot post in another otherwise;
//! roles of levels are checked as `/activity level-role` does, since whoever manages the guild could hand out any role.
//! A picture is named by the hash of its bytes, so only who has seen the picture or a file with its name can ask for it.

use std::collections::VecDeque;
use std::sync::Mutex;

use discord::{
    ActionRow, Answer, Button, ButtonStyle, CdnError, CommandOption, Component, OptionKind, Options, Reply,
};
use domain::id::{ChannelId, GuildId, RoleId, UserId};
use domain::settings::{Field, FieldChange, Form, GuildSettings, Patch};
use domain::time::UnixMs;
use serde_json::{Map, Value};

use super::export::FORM;
use crate::commands::activity::level_role;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command};
use crate::commands::press::{FRESH_FOR, Press};
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;

/// Larger than any export: ten texts of 2000 characters, each of four bytes, and all the rest.
const FILE_LEN_MAX: usize = 256 << 10;

/// Changes that are shown before they are made.
const SHOWN_MAX: usize = 15;

/// The most characters of each text among them.
const TEXT_CHARS_MAX: usize = 40;

/// The most imports that wait for a yes.
const WAITING_MAX: usize = 32;

/// Imports that wait for a yes. They are lost when the process ends, which is said to whoever says yes then.
#[derive(Default)]
pub(crate) struct Imports(Mutex<VecDeque<Waiting>>);

/// One that waits.
struct Waiting {
    key: u64,
    guild: GuildId,
    user: UserId,
    until: UnixMs,
    from_version: u64,
    patch: Patch,
}

impl Imports {
    fn put(&self, waiting: Waiting, now: UnixMs) {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.retain(|one| one.until >= now);
        if all.len() >= WAITING_MAX {
            all.pop_front();
        }
        all.push_back(waiting);
    }

    fn take(&self, key: u64, guild: GuildId, user: UserId) -> Option<Waiting> {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let at = all
            .iter()
            .position(|one| (one.key, one.guild, one.user) == (key, guild, user))?;
        all.remove(at)
    }
}

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["import", "匯入", "导入", "取り込み"],
        [
            "Take settings from a file of /settings export; asks before it changes anything",
            "從 /settings export 的檔案匯入設定，變更前會先詢問",
            "从 /settings export 的文件导入设置，更改前会先询问",
            "/settings export のファイルから設定を取り込む（変更前に確認します）",
        ],
        vec![option(
            ["file", "檔案", "文件", "ファイル"],
            [
                "The file that was exported",
                "匯出的檔案",
                "导出的文件",
                "書き出したファイル",
            ],
            OptionKind::Attachment { required: true },
        )],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let file = options.attachment("file").ok_or(Refused::OptionMissing("file"))?;
    let len_max = u64::try_from(FILE_LEN_MAX).expect("256 KiB fit");
    if file.size_bytes > len_max {
        return Err(too_large());
    }
    let bytes = match call.services.cdn.attachment(&file.url, FILE_LEN_MAX).await {
        Ok(bytes) => bytes,
        Err(CdnError::TooLarge { .. }) => return Err(too_large()),
        Err(_) => return Err(Refused::because(Words::import_out_of_reach)),
    };
    let patch = read(&bytes)?;
    let changes = call.would_change(&patch)?;
    for (field, channel) in channels(&changes) {
        call.check_channel(field, channel).await?;
    }
    let roles = roles_of_levels(&changes);
    if !roles.is_empty() {
        level_role::check(call, &roles).await?;
    }
    if changes.is_empty() {
        return Ok(Answer::Message(Reply::private(
            call.words.import_changes_nothing(),
        )));
    }
    let user = call.interaction.member.id;
    // The interaction's own id: there is no other of it.
    let key = call.interaction.id().0;
    call.services.imports.put(
        Waiting {
            key,
            guild: call.interaction.guild,
            user,
            until: call.now + FRESH_FOR,
            from_version: call.stored.version,
            patch,
        },
        call.now,
    );
    let words = call.words;
    let mut lines = vec![words.import_asks(changes.len())];
    lines.extend(
        changes
            .iter()
            .take(SHOWN_MAX)
            .map(|change| shown::change(words, change, TEXT_CHARS_MAX)),
    );
    if changes.len() > SHOWN_MAX {
        lines.push(words.and_more(changes.len() - SHOWN_MAX));
    }
    let button = |style, action: &str, label: String| {
        let press = Press::new(action, user, call.now, key);
        Button::new(style, press.custom_id(), label)
    };
    Ok(Answer::Message(Reply {
        content: shown::clipped(&lines.join("\n"), 1_990),
        components: vec![Component::ActionRow(ActionRow::Buttons(vec![
            button(ButtonStyle::Success, "settings.import", words.apply()),
            button(ButtonStyle::Secondary, "settings.import-cancel", words.cancel()),
        ]))],
        ephemeral: true,
        ..Reply::default()
    }))
}

/// The button that says yes.
pub(super) async fn apply(call: &Call, press: &Press) -> Done {
    let waiting = take(call, press)?;
    let (_, changes) = call.change_from(waiting.from_version, &waiting.patch).await?;
    Ok(Answer::Update(Reply::private(call.words.imported(changes.len()))))
}

/// The button that says no.
pub(super) fn cancel(call: &Call, press: &Press) -> Done {
    // Whether it was still there makes no difference.
    drop(take(call, press));
    Ok(Answer::Update(Reply::private(call.words.cancelled())))
}

fn take(call: &Call, press: &Press) -> Result<Waiting, Refused> {
    let key = press.number().ok_or(Refused::UnknownCommand)?;
    let (guild, user) = (call.interaction.guild, call.interaction.member.id);
    call.services
        .imports
        .take(key, guild, user)
        .ok_or(Refused::Expired)
}

fn too_large() -> Refused {
    Refused::because(|words| words.import_too_large(u64::try_from(FILE_LEN_MAX >> 10).expect("small")))
}

/// The channels that changes choose.
fn channels(changes: &[FieldChange]) -> impl Iterator<Item = (Field, ChannelId)> {
    changes
        .iter()
        .filter(|change| change.field.form() == Form::Channel)
        .filter_map(|change| Some((change.field, change.after.as_deref()?.parse().ok()?)))
}

/// The roles that changes would have the bot hand out.
fn roles_of_levels(changes: &[FieldChange]) -> Vec<RoleId> {
    let chosen = changes
        .iter()
        .filter(|change| change.field == Field::ActivityLevelRoles);
    chosen
        .filter_map(|change| change.after.as_deref())
        .flat_map(|text| {
            let settings = GuildSettings::of_stored([(Field::ActivityLevelRoles, text)]);
            settings.level_roles().into_iter().map(|(_, role)| role)
        })
        .collect()
}

/// What a file asks for.
fn read(file: &[u8]) -> Result<Patch, Refused> {
    let not_ours = || Refused::because(Words::import_no_export);
    let json: Value = serde_json::from_slice(file).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Refused::because(move |words| words.import_no_json(line, column))
    })?;
    let object: &Map<String, Value> = json.as_object().ok_or_else(not_ours)?;
    match object.get("droas") {
        Some(Value::Number(form)) if form.as_u64() == Some(FORM) => {}
        Some(Value::Number(form)) => {
            let form = form.to_string();
            return Err(Refused::because(move |words| words.import_too_new(&form)));
        }
        _ => return Err(not_ours()),
    }
    let settings = object
        .get("settings")
        .and_then(Value::as_object)
        .ok_or_else(not_ours)?;
    let mut patch = Patch::new();
    for (name, value) in settings {
        let Ok(field) = name.parse::<Field>() else {
            let name = shown::inline(name, 40);
            return Err(Refused::because(move |words| words.import_unknown_field(&name)));
        };
        patch = match value {
            Value::String(text) => patch.set(field, text),
            Value::Null => patch.unset(field),
            _ => {
                return Err(Refused::because(move |words| {
                    words.import_no_text(words.field(field))
                }));
            }
        };
    }
    Ok(patch)
}

#[cfg(test)]
mod tests {
    use domain::language::Language;

    use super::*;

    fn refused(file: &str) -> String {
        read(file.as_bytes())
            .expect_err(file)
            .sentence(Words(Language::English))
    }

    #[test]
    fn file_is_read_whole_or_refused_with_what_is_wrong() {
        let patch = read(br#"{"droas":1,"settings":{"language":"ja","card.title":null}}"#).expect("sound");
        assert_eq!(
            patch.changes().collect::<Vec<_>>(),
            [(Field::Language, Some("ja")), (Field::CardTitle, None)]
        );
        for (file, what) in [
            ("{\"droas\": 1,\n oh", "line 2"),
            ("[]", "no export"),
            ("{}", "no export"),
            (r#"{"droas":"1","settings":{}}"#, "no export"),
            (r#"{"droas":1}"#, "no export"),
            (r#"{"droas":2,"settings":{}}"#, "form 2"),
            (
                r#"{"droas":1,"settings":{"moon`@everyone":"x"}}"#,
                "moonˋ@everyone",
            ),
            (r#"{"droas":1,"settings":{"language":7}}"#, "**Language**"),
        ] {
            let sentence = refused(file);
            assert!(sentence.contains(what), "{file}: {sentence}");
            assert!(sentence.contains("Nothing was changed"), "{sentence}");
        }
    }

    #[test]
    fn deeply_nested_file_is_refused() {
        let bomb = "[".repeat(100_000);
        assert!(refused(&bomb).contains("no JSON"));
    }

    #[test]
    fn imports_wait_for_their_own_person_and_not_for_ever() {
        let imports = Imports::default();
        let now = UnixMs(1_000);
        for key in 0..100 {
            imports.put(
                Waiting {
                    key,
                    guild: GuildId(1),
                    user: UserId(2),
                    until: now + FRESH_FOR,
                    from_version: 0,
                    patch: Patch::new(),
                },
                now,
            );
        }
        assert!(imports.take(99, GuildId(1), UserId(3)).is_none());
        assert!(imports.take(99, GuildId(4), UserId(2)).is_none());
        assert!(
            imports.take(0, GuildId(1), UserId(2)).is_none(),
            "forgotten for newer ones"
        );
        assert!(imports.take(99, GuildId(1), UserId(2)).is_some());
        assert!(imports.take(99, GuildId(1), UserId(2)).is_none(), "twice");
    }
}
