//! `/activity leaderboard`: who is ahead, ten a page.

use std::fmt;
use std::str::FromStr;

use discord::{
    ActionRow, Answer, Attachment, Button, ButtonStyle, CommandOption, Component, Embed, Options, Permission,
    Reply,
};
use domain::activity::rules::ActivityRules;
use domain::activity::score::Score;
use domain::day::Day;
use domain::id::UserId;
use store::{Board, Ranked};

use super::show::NAME_CHARS_MAX;
use crate::commands::call::{Call, Done};
use crate::commands::definitions::{choice, offered, option, sub_command};
use crate::commands::press::Press;
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::{Texts, Words};
use crate::portrait::{BoardLine, BoardWords};

/// Lines on a page.
const PAGE_LEN: usize = card::LEADERBOARD_LEN_MAX;

/// The most pages: what lies behind them is found by sorting more and more members.
const PAGES_MAX: u64 = 100;

/// The most characters of what a picture shows, said for those who cannot see it.
const DESCRIPTION_CHARS_MAX: usize = 1000;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Score,
    Today,
    Month,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Score, Self::Today, Self::Month];

    fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Today => "today",
            Self::Month => "month",
        }
    }

    fn offered(self) -> Texts {
        match self {
            Self::Score => ["score", "分數", "分数", "得点"],
            Self::Today => [
                "messages today",
                "今天的訊息數",
                "今天的消息数",
                "今日のメッセージ数",
            ],
            Self::Month => [
                "messages this month",
                "本月的訊息數",
                "本月的消息数",
                "今月のメッセージ数",
            ],
        }
    }

    fn title(self, words: Words) -> String {
        match self {
            Self::Score => words.board_of_scores(),
            Self::Today => words.board_of_today(),
            Self::Month => words.board_of_month(),
        }
    }
}

/// A page of a leaderboard, as its buttons name it: `month.picture.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    kind: Kind,
    as_picture: bool,
    /// From 0.
    page: u64,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.as_picture { "picture" } else { "text" };
        write!(f, "{}.{form}.{}", self.kind.name(), self.page)
    }
}

/// Nobody wrote this.
struct NotAsked;

impl FromStr for Asked {
    type Err = NotAsked;

    fn from_str(text: &str) -> Result<Self, NotAsked> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(NotAsked);
        let name = part()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        Ok(Self {
            kind: kind.ok_or(NotAsked)?,
            as_picture: match part()? {
                "picture" => true,
                "text" => false,
                _ => return Err(NotAsked),
            },
            page: part()?.parse::<u32>().map_err(|_| NotAsked)?.into(),
        })
    }
}

pub(super) fn definition() -> CommandOption {
    let boards = Kind::ALL.map(|kind| offered(kind.name(), kind.offered()));
    sub_command(
        ["leaderboard", "排行榜", "排行榜", "ランキング"],
        [
            "Who is most active",
            "誰最活躍",
            "谁最活跃",
            "いちばんアクティブなメンバー",
        ],
        vec![
            option(
                ["board", "榜單", "榜单", "種類"],
                [
                    "What counts; the score when nothing is chosen",
                    "依什麼排名，不選則依分數",
                    "按什么排名，不选则按分数",
                    "何で競うか（選ばなければ得点）",
                ],
                choice(false, boards.into()),
            ),
            option(
                ["as", "形式", "形式", "形式"],
                [
                    "How it is shown; a picture when nothing is chosen",
                    "以圖片或文字顯示，不選則為圖片",
                    "以图片或文字显示，不选则为图片",
                    "画像か文字か（選ばなければ画像）",
                ],
                choice(
                    false,
                    vec![
                        offered("picture", ["picture", "圖片", "图片", "画像"]),
                        offered("text", ["text", "文字", "文字", "文字"]),
                    ],
                ),
            ),
        ],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let board = options.text("board").unwrap_or("score");
    let form = options.text("as").unwrap_or("picture");
    let asked: Asked = format!("{board}.{form}.0")
        .parse()
        .map_err(|_: NotAsked| Refused::OptionMissing("board"))?;
    Ok(Answer::Message(page(call, asked).await?))
}

/// A button: to another page.
pub(super) async fn turn(call: &Call, press: &Press) -> Done {
    let asked = press.argument.parse();
    let asked = asked.map_err(|_: NotAsked| Refused::UnknownCommand)?;
    Ok(Answer::Update(page(call, asked).await?))
}

async fn page(call: &Call, asked: Asked) -> Result<Reply, Refused> {
    let (guild, words, store) = (call.interaction.guild, call.words, &call.services.store);
    call.services
        .people
        .note(guild, &call.interaction.member, call.now);
    let rules = ActivityRules::of(&call.stored.settings);
    let today = Day::at(call.now, &rules.zone);
    let board = match asked.kind {
        Kind::Score => Board::Score,
        Kind::Today => Board::Day(today),
        Kind::Month => Board::Month(today.month()),
    };
    let mut above = Vec::new();
    if !rules.enabled {
        above.push(words.counting_is_off());
    }
    let count = call.read(store.ranked_count(guild, board, call.now)).await?;
    // It may have become shorter since its buttons were made.
    let last = (count.saturating_sub(1) / PAGE_LEN as u64).min(PAGES_MAX - 1);
    let asked = Asked {
        page: asked.page.min(last),
        ..asked
    };
    let from = |skip: u64, len| call.read(store.leaderboard(guild, board, call.now, &rules.score, skip, len));
    let lines = from(asked.page * PAGE_LEN as u64, PAGE_LEN).await?;
    if lines.is_empty() {
        above.push(words.nobody_on_board());
        return Ok(said(above));
    }
    let longest = match asked.kind {
        Kind::Score => Score::MAX.as_points(),
        Kind::Today | Kind::Month if asked.page == 0 => amount(asked.kind, &lines[0]),
        Kind::Today | Kind::Month => {
            let first = from(0, 1).await?;
            amount(asked.kind, first.first().unwrap_or(&lines[0]))
        }
    };
    let own = own_place(call, &lines, board, &rules, asked.kind).await?;
    above.extend(own);
    if last > 0 {
        above.push(words.page_of(asked.page + 1, last + 1));
    }
    let lines = named(call, asked.kind, &lines, longest).await;
    let components = buttons(call, asked, last);
    let title = asked.kind.title(words);
    if asked.as_picture
        && call.interaction.app_permissions.has(Permission::AttachFiles)
        && let Some(picture) = picture(call, title.clone(), lines.1).await
    {
        return Ok(Reply {
            attachments: vec![picture],
            components,
            ..said(above)
        });
    }
    Ok(Reply {
        embeds: vec![Embed {
            title: Some(shown::clipped(&format!("{title} · {}", call.facts.name), 250)),
            description: Some(lines.0.join("\n")),
            ..Embed::default()
        }],
        components,
        ..said(above)
    })
}

fn said(lines: Vec<String>) -> Reply {
    Reply {
        content: lines.join("\n"),
        ..Reply::default()
    }
}

/// What bars are as long as.
fn amount(kind: Kind, ranked: &Ranked) -> f64 {
    match kind {
        Kind::Score => ranked.score.as_points(),
        Kind::Today | Kind::Month => ranked.messages as f64,
    }
}

fn value(words: Words, kind: Kind, ranked: &Ranked) -> String {
    match kind {
        Kind::Score => ranked.score.to_string(),
        Kind::Today | Kind::Month => words.count(ranked.messages),
    }
}

/// Where the caller stands; nothing where this page shows it.
async fn own_place(
    call: &Call,
    lines: &[Ranked],
    board: Board,
    rules: &ActivityRules,
    kind: Kind,
) -> Result<Option<String>, Refused> {
    let (caller, words) = (call.interaction.member.id, call.words);
    if lines.iter().any(|line| line.user == caller) {
        return Ok(None);
    }
    let store = &call.services.store;
    let place = store.place_on_board(call.interaction.guild, caller, board, call.now, &rules.score);
    Ok(Some(match call.read(place).await? {
        Some(place) => words.own_place(&words.count(place.rank), &value(words, kind, &place)),
        None => words.not_on_board(),
    }))
}

/// The lines of a page as text, and for a picture.
async fn named(call: &Call, kind: Kind, lines: &[Ranked], longest: f64) -> (Vec<String>, Vec<BoardLine>) {
    let words = call.words;
    let users: Vec<UserId> = lines.iter().map(|line| line.user).collect();
    let guild = call.interaction.guild;
    let people = call.services.people.of(guild, &users, call.now).await;
    let drawn = lines.iter().zip(people).map(|(line, member)| BoardLine {
        rank: line.rank,
        name: match &member {
            Some(member) => member.shown_name().to_owned(),
            None => words.somebody_unknown(),
        },
        member,
        value: value(words, kind, line),
        share: amount(kind, line) / longest.max(f64::MIN_POSITIVE),
    });
    let drawn: Vec<BoardLine> = drawn.collect();
    let written = drawn.iter().zip(users).map(|(line, user)| {
        let name = shown::code(&line.name, NAME_CHARS_MAX);
        format!(
            "**{}.** {name} <@{user}> · **{}**",
            words.count(line.rank),
            line.value
        )
    });
    (written.collect(), drawn)
}

async fn picture(call: &Call, title: String, lines: Vec<BoardLine>) -> Option<Attachment> {
    let services = &call.services;
    let read_out = lines
        .iter()
        .map(|line| format!("{}. {} {}", line.rank, line.name, line.value));
    let read_out = call.words.list(read_out);
    let description = call.words.described(&title, &read_out);
    let said = BoardWords {
        title,
        subtitle: call.facts.name.clone(),
        description: shown::clipped(&description, DESCRIPTION_CHARS_MAX),
    };
    let look = services.plans.look(&call.stored.settings);
    let portraits = &services.portraits;
    portraits
        .leaderboard(call.interaction.guild, &look, said, lines)
        .await
}

/// To the pages before and behind this one, where there are any.
fn buttons(call: &Call, asked: Asked, last: u64) -> Vec<Component> {
    let button = |page: u64, label: String| {
        let to = Asked { page, ..asked };
        let press = Press::new("activity.leaderboard", call.interaction.member.id, call.now, to);
        Button::new(ButtonStyle::Secondary, press.custom_id(), label)
    };
    let mut buttons = Vec::new();
    if asked.page > 0 {
        buttons.push(button(asked.page - 1, call.words.previous_page()));
    }
    if asked.page < last {
        buttons.push(button(asked.page + 1, call.words.next_page()));
    }
    if buttons.is_empty() {
        return Vec::new();
    }
    vec![Component::ActionRow(ActionRow::Buttons(buttons))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_read_back_from_its_button_and_nonsense_is_not() {
        for kind in Kind::ALL {
            for as_picture in [false, true] {
                let asked = Asked {
                    kind,
                    as_picture,
                    page: u32::MAX.into(),
                };
                let text = asked.to_string();
                assert!(text.len() <= 30, "{text}");
                assert_eq!(text.parse().ok(), Some(asked));
            }
        }
        for nonsense in [
            "",
            "score",
            "score.text",
            "score.text.-1",
            "moon.text.1",
            "score.song.1",
        ] {
            assert!(nonsense.parse::<Asked>().is_err(), "{nonsense}");
        }
    }
}
