//! Our cards. The only place of this bench that uses the crate's interface.

use std::fs;
use std::path::Path;

use card::{Background, CardStyle, Format, Painter, Scene, WelcomeCard};

use crate::figures::{Figures, Way, cpu_time, memory_kib};

pub(crate) fn format(name: &str) -> Format {
    match name {
        "jpeg" => Format::Jpeg,
        "png" => Format::Png,
        other => panic!("we write no {other}"),
    }
}

pub(crate) fn background(picture: &[u8]) -> Background {
    Background::decode(picture, Scene::Welcome, &CardStyle::default()).expect("a sound picture")
}

/// The card that all draw.
pub(crate) fn card(background: Background, avatar: Vec<u8>) -> WelcomeCard {
    WelcomeCard {
        title: "WELCOME".to_owned(),
        name: "Ada 小林".to_owned(),
        subtitle: "joined The Tea House".to_owned(),
        badge: "Member #1,234".to_owned(),
        avatar: Some(avatar.into()),
        background,
    }
}

/// The card without a letter.
pub(crate) fn without_text(card: &WelcomeCard) -> WelcomeCard {
    WelcomeCard {
        title: String::new(),
        name: String::new(),
        subtitle: String::new(),
        badge: String::new(),
        ..card.clone()
    }
}

pub(crate) fn draw(painter: &mut Painter, card: &WelcomeCard) -> Vec<u8> {
    let picture = painter.welcome(card).expect("a card");
    assert_eq!(picture.avatar_refused, None);
    picture.bytes
}

/// Draws cards in a process of its own, as the peers do, and prints what it cost.
pub(crate) fn run(way: Way, format_name: &str, cards: usize, inputs: &Path, out: &Path) {
    let read = |name: &str| fs::read(inputs.join(name)).expect("the inputs were written");
    let picture = read("background.jpg");
    let mut painter = Painter::with_format(format(format_name));
    let mut card = card(background(&picture), read("avatar.png"));
    let mut bytes = draw(&mut painter, &card);
    let start = cpu_time();
    let cards_ns = (0..cards)
        .map(|_| {
            let began = cpu_time();
            if way == Way::Cold {
                card.background = background(&picture);
            }
            bytes = draw(&mut painter, &card);
            nanoseconds(cpu_time() - began)
        })
        .collect();
    fs::write(out, &bytes).expect("the folder of the build can be written");
    let figures = Figures {
        start_ns: nanoseconds(start),
        cards_ns,
        bytes: bytes.len() as u64,
        anonymous_kib: memory_kib("RssAnon"),
        peak_kib: memory_kib("VmHWM"),
    };
    println!("{}", serde_json::to_string(&figures).expect("plain figures"));
}

fn nanoseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).expect("less than centuries")
}
