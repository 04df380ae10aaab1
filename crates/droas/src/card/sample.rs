//! What `droas card` draws: the member of the options, among people of our own invention.

use std::str::FromStr;

use anyhow::Context;
use bot::clock::{Clock, SystemClock};
use bot::{CardDesign, CardWords};
use bytes::Bytes;
use card::{
    ActivityCard, Background, CardError, Chart, ChartMark, Figure, GroupCard, Leaderboard, LeaderboardRow,
    Painter, Person, Scene, WelcomeCard,
};
use domain::id::UserId;
use domain::language::Language;
use domain::template::{Template, Values};
use domain::zone::Zone;

use super::Args;

/// Which picture is drawn.
#[derive(Clone, Copy)]
pub(super) struct Picture(Scene);

impl FromStr for Picture {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "welcome" => Ok(Self(Scene::Welcome)),
            "group" => Ok(Self(Scene::Group)),
            "activity" => Ok(Self(Scene::Activity)),
            "leaderboard" => Ok(Self(Scene::Leaderboard)),
            "chart" => Ok(Self(Scene::Chart)),
            _ => Err("use welcome, group, activity, leaderboard or chart".to_owned()),
        }
    }
}

/// A picture, ready to be drawn.
pub(super) enum Sample {
    Welcome(WelcomeCard),
    Group(GroupCard),
    Activity(ActivityCard),
    Leaderboard(Leaderboard),
    Chart(Chart),
}

/// People who are not the member.
const OTHERS: [&str; 12] = [
    "Grace Hopper",
    "小林 さくら",
    "محمد الفارسي",
    "Zoë 🌸",
    "김민지",
    "Łukasz",
    "Đặng Ngọc Ánh",
    "प्रिया शर्मा",
    "Жанна",
    "สมชาย",
    "שלום",
    "Ωmega",
];

/// Puts the picture together that the options ask for, on what `prepare` makes for it.
pub(super) fn sample(
    args: &Args,
    avatar: Option<Bytes>,
    prepare: impl FnOnce(Scene) -> anyhow::Result<Background>,
) -> anyhow::Result<Sample> {
    let Picture(scene) = args.picture;
    let background = prepare(scene)?;
    let member = Person {
        name: args.name.clone(),
        avatar: avatar.clone(),
    };
    let people = |len: usize| -> Vec<Person> {
        let others = OTHERS.iter().cycle().map(|&name| Person {
            name: name.to_owned(),
            avatar: None,
        });
        std::iter::once(member.clone()).chain(others).take(len).collect()
    };
    Ok(match scene {
        Scene::Welcome => {
            let words = CardWords {
                title: line("--title", &args.title)?,
                subtitle: line("--subtitle", &args.subtitle)?,
                badge: line("--badge", &args.badge)?,
            };
            let values = Values {
                user: UserId(0),
                name: &args.name,
                username: &args.name,
                guild: &args.guild,
                number: args.number,
                joined_at: SystemClock.now(),
                language: Language::English,
                zone: Zone::utc(),
            };
            Sample::Welcome(words.welcome(&values, avatar, background))
        }
        Scene::Group => Sample::Group(CardDesign::group_of(
            Language::English,
            &args.guild,
            people(args.people.into()),
            background,
        )),
        Scene::Activity => Sample::Activity(ActivityCard {
            name: args.name.clone(),
            level: "Veteran".to_owned(),
            score: 68.0,
            figures: [("#3", "Rank"), ("17", "Today"), ("1,204", "This month")]
                .map(|(value, label)| Figure {
                    value: value.to_owned(),
                    label: label.to_owned(),
                })
                .into(),
            avatar,
            background,
        }),
        Scene::Leaderboard => Sample::Leaderboard(Leaderboard {
            title: "MESSAGES THIS MONTH".to_owned(),
            subtitle: args.guild.clone(),
            rows: (1..)
                .zip(people(card::LEADERBOARD_LEN_MAX))
                .map(|(rank, person)| LeaderboardRow {
                    rank,
                    person,
                    value: format!("{}", 1300 / rank),
                    share: 1.0 / rank as f32,
                })
                .collect(),
            background,
        }),
        Scene::Chart => Sample::Chart(Chart {
            title: "MESSAGES A DAY".to_owned(),
            subtitle: args.guild.clone(),
            figures: [("13,875", "Messages"), ("87", "Members")]
                .map(|(value, label)| Figure {
                    value: value.to_owned(),
                    label: label.to_owned(),
                })
                .into(),
            // Weeks with quiet days in them.
            values: (0..30u64).map(|day| 120 + day * 97 % 7 * 90 + day * 5).collect(),
            peak: "805".to_owned(),
            mean: "⌀ 462".to_owned(),
            marks: (0..30)
                .step_by(7)
                .map(|column| ChartMark {
                    column,
                    label: format!("Aug {}", column + 1),
                })
                .collect(),
            background,
        }),
    })
}

fn line(option: &str, text: &str) -> anyhow::Result<Option<Template>> {
    if text.is_empty() {
        return Ok(None);
    }
    Template::parse(text).map(Some).context(option.to_owned())
}

impl Sample {
    pub(super) fn draw(&self, painter: &mut Painter) -> Result<card::Picture, CardError> {
        match self {
            Self::Welcome(card) => painter.welcome(card),
            Self::Group(card) => painter.group(card),
            Self::Activity(card) => painter.activity(card),
            Self::Leaderboard(card) => painter.leaderboard(card),
            Self::Chart(card) => painter.chart(card),
        }
    }
}
