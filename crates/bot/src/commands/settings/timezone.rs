//! `/settings timezone`.

use discord::{Answer, Choice, CommandOption, Localizations, OptionKind, Options};
use domain::settings::{Field, Patch, SettingError};
use domain::zone::Zone;

use crate::commands::call::{Call, Done};
use crate::commands::definitions::{option, sub_command};
use crate::commands::refused::{self, Refused};
use crate::commands::shown;

/// As many as Discord shows.
const OFFERED_MAX: usize = 25;
/// In a sentence.
const SUGGESTED_MAX: usize = 5;

/// What people type who do not think in the database's names.
const OTHER_NAMES: [(&str, &str); 14] = [
    ("台北", "Asia/Taipei"),
    ("臺北", "Asia/Taipei"),
    ("台灣", "Asia/Taipei"),
    ("臺灣", "Asia/Taipei"),
    ("台湾", "Asia/Taipei"),
    ("香港", "Asia/Hong_Kong"),
    ("澳門", "Asia/Macau"),
    ("北京", "Asia/Shanghai"),
    ("上海", "Asia/Shanghai"),
    ("中国", "Asia/Shanghai"),
    ("日本", "Asia/Tokyo"),
    ("東京", "Asia/Tokyo"),
    ("大阪", "Asia/Tokyo"),
    ("新加坡", "Asia/Singapore"),
];

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["timezone", "時區", "时区", "タイムゾーン"],
        [
            "The zone of times and dates in messages",
            "訊息中時間與日期所使用的時區",
            "消息中时间与日期所使用的时区",
            "メッセージの日時に使うタイムゾーン",
        ],
        vec![option(
            ["zone", "時區", "时区", "タイムゾーン"],
            [
                "A name such as Asia/Taipei; type to search",
                "像 Asia/Taipei 這樣的名稱，輸入文字可搜尋",
                "像 Asia/Shanghai 这样的名称，输入文字可搜索",
                "Asia/Tokyo のような名前（入力すると検索できます）",
            ],
            OptionKind::Text {
                required: true,
                len_min: None,
                len_max: Some(64),
                choices: Vec::new(),
                autocomplete: true,
            },
        )],
    )
}

pub(super) async fn run(call: &Call, options: &Options) -> Done {
    let zone = options.text("zone").ok_or(Refused::OptionMissing("zone"))?;
    let patch = Patch::new().set(Field::TimeZone, zone);
    match call.change(&patch).await {
        Ok((_, changes)) => Ok(call.stored_reply(call.words, &changes)),
        Err(Refused::Setting(error @ SettingError::NotATimeZone(_))) => {
            let near = like(zone, SUGGESTED_MAX);
            Err(Refused::because(move |words| {
                let mut sentence = refused::setting(words, &error);
                if !near.is_empty() {
                    let names = words.list(near.iter().map(|zone| format!("`{zone}`")));
                    sentence.push(' ');
                    sentence.push_str(&words.time_zones_like_it(&names));
                }
                sentence
            }))
        }
        Err(refused) => Err(refused),
    }
}

/// What is offered to somebody who has typed this.
pub(crate) fn offer(typed: &str) -> Answer {
    let choices = like(typed, OFFERED_MAX).into_iter().map(|zone| Choice {
        name: zone.clone(),
        name_localizations: Localizations::new(),
        value: zone,
    });
    Answer::Choices(choices.collect())
}

/// Zones that somebody may mean, the likeliest first.
fn like(typed: &str, len_max: usize) -> Vec<String> {
    let typed = shown::inline(typed, 64);
    let known = OTHER_NAMES.iter().find(|(name, _)| *name == typed);
    if let Some((_, zone)) = known {
        return vec![(*zone).to_owned()];
    }
    let wanted = typed.to_lowercase().replace(' ', "_");
    let mut ranked: Vec<(usize, String)> = Zone::names()
        .filter_map(|zone| Some((rank(&wanted, &zone)?, zone)))
        .collect();
    ranked.sort_unstable();
    ranked.truncate(len_max);
    ranked.into_iter().map(|(_, zone)| zone).collect()
}

/// How unlike a zone is to what is wanted; `None` where it is not like it at all.
fn rank(wanted: &str, zone: &str) -> Option<usize> {
    let zone = zone.to_lowercase();
    let city = zone.rsplit('/').next().unwrap_or(&zone);
    let wanted_city = wanted.rsplit('/').next().unwrap_or(wanted);
    if zone == wanted || city == wanted {
        Some(0)
    } else if city.starts_with(wanted) {
        Some(1)
    } else if zone.starts_with(wanted) {
        Some(2)
    } else if zone.contains(wanted) {
        Some(3)
    } else if wanted_city.len() >= 4 && slips(wanted_city, city) <= 2 {
        Some(4 + slips(wanted_city, city))
    } else {
        None
    }
}

/// How many letters differ, are missing or are too many.
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, char) in one.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, letter) in other.iter().enumerate() {
            let changed = above[column] + usize::from(char != *letter);
            current.push(changed.min(above[column + 1] + 1).min(current[column] + 1));
        }
        above = current;
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_what_people_type() {
        for (typed, first) in [
            ("taipei", "Asia/Taipei"),
            ("Asia/Taipie", "Asia/Taipei"),
            ("new york", "America/New_York"),
            ("東京", "Asia/Tokyo"),
            ("asia/tok", "Asia/Tokyo"),
            ("Berln", "Europe/Berlin"),
        ] {
            assert_eq!(like(typed, 5).first().map(String::as_str), Some(first), "{typed}");
        }
        assert_eq!(like("", 25).len(), 25);
        assert_eq!(like("zzzzzzzzzz", 25), Vec::<String>::new());
        assert!(like(&"名".repeat(100_000), 25).is_empty());
    }

    #[test]
    fn everything_that_is_offered_is_a_zone() {
        for typed in ["a", "europe", "utc"] {
            for zone in like(typed, OFFERED_MAX) {
                assert!(Field::TimeZone.canonical(&zone).is_ok(), "{zone}");
            }
        }
    }
}
