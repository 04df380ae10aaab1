//! `/activity stats`: how much is written here, day by day.

use card::{Chart, ChartMark, Figure};
use discord::{Answer, Attachment, CommandOption, Permission, Reply};
use domain::activity::rules::ActivityRules;
use domain::day::Day;
use store::{Board, DayTotal};

use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::refused::Refused;
use crate::commands::words::Words;

/// So many days are shown, today being the last.
const DAYS: i32 = 30;

/// A date stands under each so-manieth day, counted back from today.
const MARK_EVERY: usize = 7;

/// How many members are named where there is no picture.
const NAMED_MAX: usize = 3;

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["stats", "統計", "统计", "統計"],
        [
            "How much was written here on each of the last 30 days",
            "最近 30 天這裡每天的訊息數",
            "最近 30 天这里每天的消息数",
            "この 30 日間の毎日のメッセージ数",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    let (guild, words, store) = (call.interaction.guild, call.words, &call.services.store);
    let rules = ActivityRules::of(&call.stored.settings);
    let today = Day::at(call.now, &rules.zone);
    let first = today.plus(1 - DAYS);
    let totals = call.read(store.messages_by_day(guild, first..=today)).await?;
    let mut lines = Vec::new();
    if !rules.enabled {
        lines.push(words.counting_is_off());
    }
    let Some(days) = Days::of(first, &totals) else {
        lines.push(words.nothing_in_days(DAYS));
        return Ok(Answer::Message(said(lines)));
    };
    let sentence = days.sentence(words);
    if let Some(picture) = picture(call, &days, &sentence).await {
        return Ok(Answer::Message(Reply {
            attachments: vec![picture],
            ..said(lines)
        }));
    }
    lines.push(sentence);
    lines.extend(most_active(call, &rules, today).await?);
    Ok(Answer::Message(said(lines)))
}

fn said(lines: Vec<String>) -> Reply {
    Reply {
        content: lines.join("\n"),
        ..Reply::default()
    }
}

/// What was written on each day.
struct Days {
    first: Day,
    /// Of each day, in order.
    messages: Vec<u64>,
    total: u64,
    /// The first of the busiest.
    peak: usize,
    /// How many members wrote on a day, in the mean of those with messages.
    members: u64,
}

impl Days {
    /// `None` where nothing was written at all.
    fn of(first: Day, totals: &[DayTotal]) -> Option<Self> {
        let of_day = |day: Day| totals.iter().find(|total| total.day == day);
        let messages: Vec<u64> = (0..DAYS)
            .map(|later| of_day(first.plus(later)).map_or(0, |total| total.messages))
            .collect();
        let largest = messages.iter().copied().max().filter(|most| *most > 0)?;
        let members: u64 = totals.iter().map(|total| total.members).sum();
        Some(Self {
            first,
            total: messages.iter().sum(),
            peak: messages
                .iter()
                .position(|count| *count == largest)
                .expect("it is one of them"),
            messages,
            members: rounded(members, totals.len() as u64),
        })
    }

    fn mean(&self) -> u64 {
        rounded(self.total, self.messages.len() as u64)
    }

    fn day(&self, index: usize) -> Day {
        self.first.plus(i32::try_from(index).unwrap_or(i32::MAX))
    }

    fn sentence(&self, words: Words) -> String {
        words.days_described(
            self.messages.len(),
            &words.count(self.total),
            &words.count(self.mean()),
            &self.day(self.peak).to_string(),
            &words.count(self.messages[self.peak]),
        )
    }
}

/// A part, to the nearest whole number.
fn rounded(sum: u64, count: u64) -> u64 {
    sum.saturating_add(count / 2) / count.max(1)
}

/// The picture; `None` where there can be none.
async fn picture(call: &Call, days: &Days, sentence: &str) -> Option<Attachment> {
    if !call.interaction.app_permissions.has(Permission::AttachFiles) {
        return None;
    }
    let words = call.words;
    let figures = [
        (days.total, words.figure_messages()),
        (days.members, words.figure_members_a_day()),
    ];
    let len = days.messages.len();
    let marks = (0..len)
        .rev()
        .step_by(MARK_EVERY)
        .map(|column| ChartMark {
            column,
            label: words.short_day(days.day(column)),
        })
        .collect();
    let name = &call.facts.name;
    let services = &call.services;
    let look = services.plans.look(&call.stored.settings);
    let chart = |background| Chart {
        title: words.chart_title(),
        subtitle: name.clone(),
        figures: figures
            .into_iter()
            .map(|(value, label)| Figure {
                value: words.count(value),
                label,
            })
            .collect(),
        values: days.messages.clone(),
        peak: words.count(days.messages[days.peak]),
        mean: words.chart_mean(&words.count(days.mean())),
        marks,
        background,
    };
    let description = words.described(name, sentence);
    services
        .portraits
        .chart(call.interaction.guild, &look, description, chart)
        .await
}

/// Who wrote most this month.
async fn most_active(call: &Call, rules: &ActivityRules, today: Day) -> Result<Vec<String>, Refused> {
    let (store, words) = (&call.services.store, call.words);
    let board = Board::Month(today.month());
    let found = store.leaderboard(
        call.interaction.guild,
        board,
        call.now,
        &rules.score,
        0,
        NAMED_MAX,
    );
    let found = call.read(found).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let named = found
        .iter()
        .map(|ranked| format!("<@{}> ({})", ranked.user, words.count(ranked.messages)));
    Ok(vec![words.most_active(&words.list(named))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(day: i32, messages: u64) -> DayTotal {
        DayTotal {
            day: Day(day),
            messages,
            members: 2,
        }
    }

    #[test]
    fn days_without_messages_count_in_the_mean() {
        let days = Days::of(Day(100), &[total(101, 60), total(129, 30)]).expect("some");
        assert_eq!((days.messages.len(), days.total, days.mean()), (30, 90, 3));
        assert_eq!((days.peak, days.messages[0], days.messages[29]), (1, 0, 30));
        assert_eq!(days.members, 2, "nobody is no part of a mean");
        assert!(Days::of(Day(100), &[]).is_none());
    }
}
