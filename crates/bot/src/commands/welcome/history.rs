//! `/welcome history`: the last welcomes, and what became of each.

use discord::{Answer, CommandOption, Reply};
use domain::id::WelcomeId;
use domain::welcome::{Welcome, WelcomeState};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::pages::{self, Page};
use crate::commands::press::Press;
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;

/// Lines on a page.
const PAGE_LEN: usize = 10;

/// How far back one can turn.
const WELCOMES_MAX: usize = 200;

/// The most characters of a name: as many as Discord's own have.
const NAME_CHARS_MAX: usize = 32;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["history", "歷史", "历史", "履歴"],
        [
            "The last welcomes, and what became of each",
            "最近的歡迎，以及每一則的結果",
            "最近的欢迎，以及每一条的结果",
            "最近の歓迎メッセージと、それぞれの結果",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    Ok(Answer::Message(page(call, None).await?))
}

/// A button: to older ones, or back to the newest.
pub(super) async fn turn(call: &Call, press: &Press) -> Done {
    let before = pages::before(press)?.map(WelcomeId);
    Ok(Answer::Update(page(call, before).await?))
}

async fn page(call: &Call, before: Option<WelcomeId>) -> Result<Reply, Refused> {
    let guild = call.interaction.guild;
    let store = &call.services.store;
    let all = call.read(store.history(guild, WELCOMES_MAX)).await?;
    let waiting = call.read(store.in_screening(guild)).await?;
    let older = all
        .iter()
        .filter(|welcome| before.is_none_or(|before| welcome.id < before));
    let shown: Vec<&Welcome> = older.clone().take(PAGE_LEN).collect();
    let has_more = older.count() > shown.len();
    let words = call.words;
    let lines: Vec<String> = shown
        .iter()
        .map(|welcome| line(call, welcome, waiting.contains(&welcome.member.id)))
        .collect();
    let text = match (lines.is_empty(), before) {
        (false, _) => lines.join("\n"),
        (true, None) => words.no_welcomes(),
        (true, Some(_)) => words.no_older_welcomes(),
    };
    let page = Page {
        action: "welcome.history",
        title: words.last_welcomes(),
        text,
        has_newer: before.is_some(),
        older_than: shown.last().filter(|_| has_more).map(|last| last.id.0),
    };
    Ok(page.reply(call))
}

/// `2 minutes ago · 小林 (<@1>) · greeted`. The name is the one that they joined with: they may have left, and a mention
/// shows nothing then.
fn line(call: &Call, welcome: &Welcome, in_screening: bool) -> String {
    let name = shown::code(welcome.member.shown_name(), NAME_CHARS_MAX);
    format!(
        "{} · {name} <@{}> · {}",
        shown::ago(welcome.joined_at),
        welcome.member.id,
        outcome(call, welcome, in_screening)
    )
}

fn outcome(call: &Call, welcome: &Welcome, in_screening: bool) -> String {
    let words: Words = call.words;
    match &welcome.state {
        WelcomeState::Sent {
            message: Some(message),
            channel,
            ..
        } => words.welcome_sent(&shown::link(welcome.guild, *channel, *message)),
        WelcomeState::Sent { channel, .. } => words.welcome_sent_in(&shown::channel(*channel)),
        WelcomeState::Skipped(reason) => words.welcome_skipped(words.skipped(*reason)),
        WelcomeState::Pending if in_screening => words.welcome_waits_for_screening(),
        WelcomeState::Pending if welcome.next_attempt_at > call.now => {
            words.welcome_waits_until(&shown::ago(welcome.next_attempt_at))
        }
        WelcomeState::Pending => words.welcome_waits(),
        WelcomeState::Sending => match welcome.channel {
            Some(channel) => words.welcome_in_doubt(&shown::channel(channel)),
            None => words.welcome_waits(),
        },
    }
}
