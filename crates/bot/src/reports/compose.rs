//! The message that reports a day.

use discord::{Attachment, NewMessage};
use domain::guild::GuildFacts;
use domain::language::Language;
use domain::report::Report;
use domain::settings::StoredSettings;

use super::Reporter;
use super::post::Day;
use crate::commands::Words;
use crate::portrait::{BoardLine, BoardWords};

/// Puts the message together, in the guild's language. It mentions members, so that their names are shown, and tells
/// nobody of it. Where no picture can be had the words go alone.
pub(super) async fn message(
    reporter: &Reporter,
    report: &Report,
    facts: &GuildFacts,
    stored: &StoredSettings,
    day: &Day,
) -> NewMessage {
    let language = stored.settings.language();
    let words = Words(language.unwrap_or_else(|| Language::of_locale(&facts.locale)));
    NewMessage {
        content: content(words, report, day),
        nonce: Some(report.nonce()),
        attachment: picture(reporter, words, report, facts, stored, day).await,
        ..NewMessage::default()
    }
}

async fn picture(
    reporter: &Reporter,
    words: Words,
    report: &Report,
    facts: &GuildFacts,
    stored: &StoredSettings,
    day: &Day,
) -> Option<Attachment> {
    let users: Vec<_> = day.first.iter().map(|ranked| ranked.user).collect();
    let now = reporter.clock.now();
    let members = reporter.people.of(report.guild, &users, now).await;
    let longest = day.first.first()?.messages.max(1) as f64;
    let lines = day.first.iter().zip(members).map(|(ranked, member)| BoardLine {
        rank: ranked.rank,
        name: member.as_ref().map_or_else(
            || words.somebody_unknown(),
            |member| member.shown_name().to_owned(),
        ),
        member,
        value: words.count(ranked.messages),
        share: ranked.messages as f64 / longest,
    });
    let date = report.day.to_string();
    let said = BoardWords {
        title: words.report_card_title(&date),
        subtitle: facts.name.clone(),
        description: words.report_card_description(&facts.name, &date),
    };
    let look = reporter.plans.look(&stored.settings);
    reporter
        .portraits
        .leaderboard(report.guild, &look, said, lines.collect())
        .await
}

/// Whether a message of ours is the report of a day, whatever the guild's language was. Its nonce says so better.
pub(super) fn is_of(content: &str, day: domain::day::Day) -> bool {
    let first = content.lines().next().unwrap_or_default().trim();
    Language::ALL
        .into_iter()
        .any(|language| first == heading(Words(language), day))
}

fn heading(words: Words, day: domain::day::Day) -> String {
    words.report_heading(&day.to_string())
}

fn content(words: Words, report: &Report, day: &Day) -> String {
    let mut lines = vec![heading(words, report.day)];
    lines.extend(day.first.iter().map(|ranked| {
        let place = match ranked.rank {
            1 => "🥇".to_owned(),
            2 => "🥈".to_owned(),
            3 => "🥉".to_owned(),
            rank => format!("**{rank}.**"),
        };
        format!("{place} <@{}> · {}", ranked.user, words.count(ranked.messages))
    }));
    lines.push(words.report_totals(&words.count(day.messages), &words.count(day.members)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use domain::activity::score::Score;
    use domain::id::{GuildId, UserId};
    use domain::report::ReportState;
    use domain::time::UnixMs;
    use store::Ranked;

    use super::*;

    const FRIDAY: domain::day::Day = domain::day::Day(20_777);

    fn report() -> Report {
        Report {
            guild: GuildId(1),
            day: FRIDAY,
            due_at: UnixMs(0),
            state: ReportState::Pending,
            channel: None,
            attempts: 0,
            first_attempt_at: None,
            next_attempt_at: UnixMs(0),
        }
    }

    fn day(count: u64) -> Day {
        Day {
            first: (1..=count)
                .map(|rank| Ranked {
                    rank,
                    user: UserId(u64::MAX - rank),
                    score: Score::ZERO,
                    messages: u64::from(u32::MAX),
                })
                .collect(),
            messages: u64::MAX,
            members: u64::MAX,
        }
    }

    #[test]
    fn report_fits_a_message_and_is_known_by_its_first_line_in_every_language() {
        for language in Language::ALL {
            let content = content(Words(language), &report(), &day(10));
            assert!(content.chars().count() <= 2000, "{language}");
            assert!(is_of(&content, FRIDAY), "{content}");
            assert!(!is_of(&content, FRIDAY.plus(1)), "{content}");
        }
        assert!(!is_of("", FRIDAY));
        assert!(!is_of(&format!("{FRIDAY}"), FRIDAY));
    }

    #[test]
    fn report_names_the_first_ones_with_their_counts() {
        let day = Day {
            messages: 31,
            members: 12,
            ..day(4)
        };
        let content = content(Words(Language::English), &report(), &day);
        let lines: Vec<&str> = content.lines().collect();
        assert_eq!(lines[0], "📊 **Most active on 2026-11-20**");
        assert_eq!(lines[1], "🥇 <@18446744073709551614> · 4,294,967,295");
        assert!(lines[4].starts_with("**4.** <@"), "{}", lines[4]);
        assert_eq!(lines[5], "Messages in all: **31** · Members who wrote: **12**");
    }
}
