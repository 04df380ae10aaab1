//! `/settings audit`: who changed what, in pages.

use discord::{Answer, CommandOption, Reply};
use domain::settings::AuditEntry;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::pages::{self, Page};
use crate::commands::press::Press;
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;

/// Lines on a page.
const PAGE_LEN: usize = 10;

/// The most characters of each text, so that the longest page fits into an embed.
const TEXT_CHARS_MAX: usize = 60;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["audit", "紀錄", "记录", "履歴"],
        [
            "Who changed which setting, and when",
            "誰在什麼時候變更了哪些設定",
            "谁在什么时候更改了哪些设置",
            "誰がいつどの設定を変更したか",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    let reply = page(call, None).await?;
    Ok(Answer::Message(reply))
}

/// A button: to older lines, or back to the newest.
pub(super) async fn turn(call: &Call, press: &Press) -> Done {
    let reply = page(call, pages::before(press)?).await?;
    Ok(Answer::Update(reply))
}

async fn page(call: &Call, before: Option<u64>) -> Result<Reply, Refused> {
    let guild = call.interaction.guild;
    // One more, to know whether there is another page.
    let mut entries = call
        .read(call.services.settings.audit(guild, before, PAGE_LEN + 1))
        .await?;
    let has_more = entries.len() > PAGE_LEN;
    entries.truncate(PAGE_LEN);
    let words = call.words;
    let lines: Vec<String> = entries.iter().map(|entry| line(words, entry)).collect();
    let text = match (lines.is_empty(), before) {
        (false, _) => lines.join("\n"),
        (true, None) => words.no_changes(),
        (true, Some(_)) => words.no_older_changes(),
    };
    let page = Page {
        action: "settings.audit",
        title: words.history_of_changes(),
        text,
        has_newer: before.is_some(),
        older_than: entries.last().filter(|_| has_more).map(|last| last.id),
    };
    Ok(page.reply(call))
}

fn line(words: Words, entry: &AuditEntry) -> String {
    format!(
        "{} {} · {}",
        shown::ago(entry.at),
        shown::who(words, entry.by),
        shown::change(words, &entry.change, TEXT_CHARS_MAX)
    )
}
