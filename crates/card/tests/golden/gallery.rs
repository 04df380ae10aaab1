//! The pictures that are looked at: each layout in each script and theme, and the other pictures in each theme.

use card::{
    ActivityCard, AvatarShape, Background, CardStyle, Chart, ChartMark, Color, Figure, GroupCard, Layout,
    Leaderboard, LeaderboardRow, Painter, Person, Picture, Ring, Scene, Theme, WelcomeCard,
};

/// A name in a script, and the guild's.
struct Script {
    name: &'static str,
    member: &'static str,
    guild: &'static str,
}

const fn script(name: &'static str, member: &'static str, guild: &'static str) -> Script {
    Script { name, member, guild }
}

/// One for each way in which text can go wrong.
const SCRIPTS: [Script; 9] = [
    script("latin", "Zoë Łukasiewicz", "The Tea House"),
    script("han", "小林 さくら", "茶室"),
    script("hangul", "김민지", "찻집"),
    script("arabic", "محمد الفارسي", "مجلس الشاي"),
    script("hebrew", "שלום Ada כהן", "בית התה"),
    script("devanagari", "प्रिया शर्मा", "चाय घर"),
    script("thai", "สมชาย ใจดี", "โรงน้ำชา"),
    script("emoji", "👩‍👩‍👧‍👦 🇹🇼 ❤️ 👍🏽", "🎉 𝓟𝓪𝓻𝓽𝔂 🎉"),
    script(
        "long",
        "Wolfeschlegelsteinhausenbergerdorff Z̸̢̛a̵̡̛l̷̨̫g̴̢͔o̵̡̢",
        "A guild whose name goes on and on until it cannot be shown any longer",
    ),
];

/// A picture and its name.
pub(crate) struct Exhibit {
    pub(crate) name: String,
    pub(crate) draw: Box<dyn Fn(&mut Painter) -> Picture>,
}

/// All of them, in the order in which they hang.
pub(crate) fn exhibits() -> Vec<Exhibit> {
    let mut all = Vec::new();
    for &layout in Layout::ALL {
        for &theme in Theme::ALL {
            let style = CardStyle {
                layout,
                theme,
                ..CardStyle::default()
            };
            let background = scenery(Scene::Welcome, &style);
            for script in &SCRIPTS {
                let card = welcome(script, background.clone());
                all.push(Exhibit {
                    name: format!("{layout}-{theme}-{}", script.name),
                    draw: Box::new(move |painter| painter.welcome(&card).expect("a card")),
                });
            }
        }
    }
    for &theme in Theme::ALL {
        let style = CardStyle {
            theme,
            ..CardStyle::default()
        };
        all.extend(others(&style));
    }
    all.push(chosen());
    all
}

fn welcome(script: &Script, background: Background) -> WelcomeCard {
    WelcomeCard {
        title: "WELCOME".to_owned(),
        name: script.member.to_owned(),
        subtitle: format!("joined \u{2068}{}\u{2069}", script.guild),
        badge: "Member #1,234".to_owned(),
        avatar: Some(portrait().into()),
        background,
    }
}

/// The pictures that are no welcome cards.
fn others(style: &CardStyle) -> Vec<Exhibit> {
    let theme = style.theme;
    let mut all = Vec::new();
    for len in [2, 7, 30] {
        let card = GroupCard {
            title: "WELCOME".to_owned(),
            subtitle: format!("{len} new members of The Tea House"),
            people: people().take(len).collect(),
            background: scenery(Scene::Group, style),
        };
        all.push(Exhibit {
            name: format!("group-{theme}-{len}"),
            draw: Box::new(move |painter| painter.group(&card).expect("a card")),
        });
    }
    let card = ActivityCard {
        name: "小林 さくら".to_owned(),
        level: "Veteran".to_owned(),
        score: 68.0,
        figures: [("#3", "Rank"), ("17", "Today"), ("1,204", "This month")]
            .map(|(value, label)| Figure {
                value: value.to_owned(),
                label: label.to_owned(),
            })
            .into(),
        avatar: Some(portrait().into()),
        background: scenery(Scene::Activity, style),
    };
    all.push(Exhibit {
        name: format!("activity-{theme}"),
        draw: Box::new(move |painter| painter.activity(&card).expect("a card")),
    });
    let card = Leaderboard {
        title: "MESSAGES THIS MONTH".to_owned(),
        subtitle: "The Tea House".to_owned(),
        rows: (1..=10)
            .zip(people())
            .map(|(rank, person)| LeaderboardRow {
                rank,
                person,
                value: (1300 / rank).to_string(),
                share: 1.0 / rank as f32,
            })
            .collect(),
        background: scenery(Scene::Leaderboard, style),
    };
    all.push(Exhibit {
        name: format!("leaderboard-{theme}"),
        draw: Box::new(move |painter| painter.leaderboard(&card).expect("a card")),
    });
    let chart = chart(style);
    all.push(Exhibit {
        name: format!("chart-{theme}"),
        draw: Box::new(move |painter| painter.chart(&chart).expect("a chart")),
    });
    all
}

/// A month with its weekends, a day off and a feast.
fn chart(style: &CardStyle) -> Chart {
    let values: Vec<u64> = (0..30_u64)
        .map(|day| match day {
            4 => 0,
            5 => 1,
            19 => 1204,
            _ if day % 7 < 2 => 180 + 13 * day,
            _ => 420 + day * 37 % 160,
        })
        .collect();
    let mean = values.iter().sum::<u64>() / 30;
    Chart {
        title: "MESSAGES A DAY".to_owned(),
        subtitle: "The Tea House".to_owned(),
        figures: [("12,345", "Total"), ("86", "Members")]
            .map(|(value, label)| Figure {
                value: value.to_owned(),
                label: label.to_owned(),
            })
            .into(),
        peak: "1,204".to_owned(),
        mean: format!("⌀ {mean}"),
        marks: (1..30)
            .step_by(7)
            .map(|column| ChartMark {
                column,
                label: format!("Nov {}", column + 1),
            })
            .collect(),
        values,
        background: scenery(Scene::Chart, style),
    }
}

/// Everything that can be chosen, chosen.
fn chosen() -> Exhibit {
    let style = CardStyle {
        accent: Some(Color::new(255, 176, 32)),
        panel: Some(Color::new(64, 12, 40)),
        text: Some(Color::new(255, 232, 220)),
        panel_opacity: "80%".parse().ok(),
        avatar_shape: AvatarShape::Rounded,
        ring: Ring::Accent,
        alignment: "right".parse().ok(),
        ..CardStyle::default()
    };
    let card = WelcomeCard {
        avatar: None,
        ..welcome(&SCRIPTS[0], scenery(Scene::Welcome, &style))
    };
    Exhibit {
        name: "classic-chosen".to_owned(),
        draw: Box::new(move |painter| painter.welcome(&card).expect("a card")),
    }
}

/// The vivid theme takes its colours from a picture, so it gets one; the others stand on what is built in.
fn scenery(scene: Scene, style: &CardStyle) -> Background {
    match style.theme {
        Theme::Vivid => Background::decode(&dunes(), scene, style).expect("our own picture"),
        _ => Background::built_in(scene, style),
    }
}

fn people() -> impl Iterator<Item = Person> {
    SCRIPTS.iter().cycle().enumerate().map(|(index, script)| Person {
        name: script.member.to_owned(),
        avatar: index.is_multiple_of(2).then(|| portrait().into()),
    })
}

/// Dunes under an evening sky.
fn dunes() -> Vec<u8> {
    png(1024, 512, |x, y| {
        let ridge = |height: f32, swing: f32, waves: f32, phase: f32| {
            height + swing * (waves * x + phase).sin() + 0.4 * swing * (2.3 * waves * x + phase).cos()
        };
        let sun = 1.0 - ((x - 1.45).powi(2) + (y - 0.34).powi(2)).sqrt() / 0.13;
        let layers = [
            (ridge(0.52, 0.05, 3.1, 0.3), [226.0, 132.0, 84.0]),
            (ridge(0.66, 0.06, 2.2, 1.9), [178.0, 82.0, 62.0]),
            (ridge(0.84, 0.05, 2.9, 4.0), [104.0, 40.0, 48.0]),
        ];
        let mut color = [
            250.0 - 60.0 * (0.5 - y),
            196.0 - 150.0 * (0.5 - y),
            150.0 + 40.0 * (0.5 - y),
        ];
        if sun > 0.0 {
            color = [255.0, 238.0, 200.0];
        }
        for (ridge, dune) in layers {
            if y > ridge {
                let shade = 1.0 - 0.5 * (y - ridge);
                color = dune.map(|channel: f32| channel * shade);
            }
        }
        color
    })
}

/// Somebody against the light.
fn portrait() -> Vec<u8> {
    png(256, 256, |x, y| {
        let (x, y) = (x - 0.5, y - 0.5);
        let head = (x * x + (y + 0.08) * (y + 0.08)).sqrt() < 0.19;
        let shoulders = ((x / 1.25).powi(2) + (y - 0.52).powi(2)).sqrt() < 0.34;
        let hair = (x * x + (y + 0.13) * (y + 0.13)).sqrt() < 0.21 && y < -0.08;
        if hair {
            [58.0, 36.0, 44.0]
        } else if head {
            [240.0, 194.0, 166.0]
        } else if shoulders {
            [66.0, 104.0, 168.0]
        } else {
            [246.0 - 120.0 * y, 214.0 + 60.0 * x, 132.0 + 90.0 * y]
        }
    })
}

/// A PNG out of a colour for each place; `x` and `y` in parts of the height.
fn png(width: u32, height: u32, color: impl Fn(f32, f32) -> [f32; 3]) -> Vec<u8> {
    let unit = 1.0 / height as f32;
    let rgb: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x as f32 * unit, y as f32 * unit)))
        .flat_map(|(x, y)| color(x, y).map(|channel| channel.clamp(0.0, 255.0) as u8))
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder
        .write_header()
        .expect("a header")
        .write_image_data(&rgb)
        .expect("as many pixels as the header says");
    bytes
}
