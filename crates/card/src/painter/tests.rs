//! What painters draw, and what they do with what they cannot draw.

use proptest::prelude::*;

use super::*;
use crate::activity::Figure;
use crate::decode;
use crate::group::Person;
use crate::leaderboard::LeaderboardRow;
use crate::paint::Rect;
use crate::style::{Alignment, AvatarShape, CardStyle, Layout};

fn background() -> Background {
    thread_local!(static SHARED: Background = Background::built_in(Scene::Welcome, &CardStyle::default()));
    SHARED.with(Background::clone)
}

fn card(name: &str, guild_name: &str) -> WelcomeCard {
    WelcomeCard {
        title: "WELCOME".to_owned(),
        name: name.to_owned(),
        subtitle: format!("joined {guild_name}"),
        badge: "Member #1,234".to_owned(),
        avatar: None,
        background: background(),
    }
}

/// A card with nothing but a name.
fn bare(name: &str, background: Background) -> WelcomeCard {
    WelcomeCard {
        title: String::new(),
        name: name.to_owned(),
        subtitle: String::new(),
        badge: String::new(),
        avatar: None,
        background,
    }
}

/// A green avatar that is transparent on its right.
fn green_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 64, 64);
    encoder.set_color(png::ColorType::Rgba);
    let pixels: Vec<u8> = (0..64 * 64)
        .flat_map(|at| [0, 200, 0, if at % 64 < 32 { 255 } else { 0 }])
        .collect();
    encoder
        .write_header()
        .expect("valid header")
        .write_image_data(&pixels)
        .expect("valid data");
    bytes
}

impl Painter {
    fn compose_welcome(&mut self, card: &WelcomeCard) -> Option<DecodeError> {
        let style = &card.background.prepared().style;
        self.compose(&card.background, Scene::Welcome, |brush| {
            welcome::draw(brush, card, style)
        })
        .expect("the right scene")
    }

    fn pixel(&self, x: i32, y: i32) -> [u8; 3] {
        let at = ((y * self.canvas.width_px + x) * 4) as usize;
        [
            self.canvas.rgbx[at],
            self.canvas.rgbx[at + 1],
            self.canvas.rgbx[at + 2],
        ]
    }

    /// The pixels that differ from the background's, outside of these boxes.
    fn strays(&self, background: &Background, allowed: &[Rect]) -> usize {
        self.changed(background)
            .filter(|&(x, y)| {
                !allowed.iter().any(|place| {
                    (place.left..place.right).contains(&x) && (place.top..place.bottom).contains(&y)
                })
            })
            .count()
    }

    /// The places of the pixels that differ from the background's.
    fn changed(&self, background: &Background) -> impl Iterator<Item = (i32, i32)> {
        let (drawn, _) = self.canvas.rgbx.as_chunks::<4>();
        let (base, _) = background.prepared().base.canvas.rgbx.as_chunks::<4>();
        let width = self.canvas.width_px;
        let changed: Vec<_> = (0..)
            .zip(drawn.iter().zip(base))
            .filter(|(_, (drawn, base))| drawn != base)
            .map(|(at, _)| (at % width, at / width))
            .collect();
        changed.into_iter()
    }
}

/// A box with room for what letters reach beyond it.
fn wide(place: Rect) -> Rect {
    Rect {
        left: place.left - 12,
        right: place.right + 12,
        ..place
    }
}

#[test]
fn same_card_gives_the_same_bytes_whatever_was_drawn_before() {
    let mut painter = Painter::new();
    let first = painter.welcome(&card("小林", "The Tea House")).expect("a card");
    painter.welcome(&card("محمد 👩‍👩‍👧‍👦", "مجلس")).expect("a card");
    let other = CardStyle {
        layout: Layout::Ribbon,
        ..CardStyle::default()
    };
    let small = bare("Ada", Background::built_in(Scene::Welcome, &other));
    painter.welcome(&small).expect("a smaller card");
    assert_eq!(
        painter.welcome(&card("小林", "The Tea House")).expect("a card"),
        first
    );
    assert_eq!(
        Painter::new()
            .welcome(&card("小林", "The Tea House"))
            .expect("a card"),
        first
    );
}

#[test]
fn card_on_a_background_used_before_is_byte_for_byte_the_same() {
    let background = Background::built_in(Scene::Welcome, &CardStyle::default());
    let mut painter = Painter::new();
    let card = WelcomeCard {
        background: background.clone(),
        ..card("小林 👍🏽", "The Tea House")
    };
    let pictures: Vec<_> = (0..3).map(|_| painter.welcome(&card).expect("a card")).collect();
    assert!(background.bytes() > 1024 * 512 * 4, "its encoding is kept");
    assert!(pictures.iter().all(|picture| *picture == pictures[0]));
}

#[test]
fn both_formats_are_files_of_the_size_that_they_say() {
    for format in [Format::Jpeg, Format::Png] {
        let picture = Painter::with_format(format)
            .welcome(&card("Ada", "Tea"))
            .expect("a card");
        assert_eq!(picture.format, format);
        let pixels = decode::decode(&picture.bytes).expect("a sound file");
        assert_eq!(
            (pixels.width_px, pixels.height_px),
            (picture.width_px, picture.height_px)
        );
        assert_eq!((picture.width_px, picture.height_px), (1024, 512));
    }
}

#[test]
fn avatar_fills_its_shape_and_nothing_else() {
    let place = Layout::Classic.description().avatar;
    for (shape, corner_is_filled) in [(AvatarShape::Circle, false), (AvatarShape::Square, true)] {
        let style = CardStyle {
            avatar_shape: shape,
            ..CardStyle::default()
        };
        let background = Background::built_in(Scene::Welcome, &style);
        let mut painter = Painter::new();
        let mut card = bare("", background.clone());
        card.avatar = Some(green_png().into());
        assert_eq!(painter.compose_welcome(&card), None);
        let middle = (place.top + place.bottom) / 2;
        assert_eq!(painter.pixel(place.left + 60, middle), [0, 200, 0]);
        assert_eq!(
            painter.pixel(place.right - 60, middle),
            background.prepared().palette.plate,
            "transparent on the right"
        );
        let corner = painter.pixel(place.left + 8, place.top + 8);
        assert_eq!(corner == [0, 200, 0], corner_is_filled, "{shape}: {corner:?}");
        assert_eq!(painter.strays(&background, &[place]), 0);
    }
}

#[test]
fn avatar_that_cannot_be_read_is_replaced_and_told() {
    let mut painter = Painter::new();
    let none = painter.welcome(&card("Ada", "Tea")).expect("a card");
    let mut broken = card("Ada", "Tea");
    broken.avatar = Some(b"not a picture".as_slice().into());
    let picture = painter.welcome(&broken).expect("a card all the same");
    assert_eq!(picture.avatar_refused, Some(DecodeError::UnknownFormat));
    assert_eq!(picture.bytes, none.bytes);
}

#[test]
fn card_of_nothing_is_a_card() {
    let mut painter = Painter::new();
    for blank in ["", " \u{3164}\u{200b} "] {
        let picture = painter.welcome(&bare(blank, background())).expect("a card");
        assert_eq!(picture.avatar_refused, None);
    }
}

#[test]
fn background_of_another_picture_is_refused() {
    let card = GroupCard {
        title: String::new(),
        subtitle: String::new(),
        people: Vec::new(),
        background: background(),
    };
    let error = Painter::new().group(&card).expect_err("prepared for a welcome");
    assert_eq!(
        error,
        CardError::OtherScene {
            wanted: Scene::Group,
            got: Scene::Welcome
        }
    );
}

#[test]
fn marks_piled_up_stay_in_their_line() {
    let mut painter = Painter::new();
    let card = card(&format!("Z{}", "\u{30d}\u{316}".repeat(100)), "Tea");
    painter.compose_welcome(&card);
    let layout = Layout::Classic.description();
    // Above the title the panel is as it was.
    let below = Rect {
        top: layout.blocks[0].place.top + 40,
        ..wide(layout.blocks[0].place)
    };
    assert_eq!(painter.strays(&card.background, &[below, layout.avatar]), 0);
}

#[test]
fn alignment_moves_the_text() {
    let place = Layout::Classic.description().blocks[0].place;
    let mut bounds = Vec::new();
    for &alignment in Alignment::ALL {
        let style = CardStyle {
            alignment: Some(alignment),
            ..CardStyle::default()
        };
        let background = Background::built_in(Scene::Welcome, &style);
        let mut painter = Painter::new();
        painter.compose_welcome(&bare("Ada", background.clone()));
        let text: Vec<i32> = painter
            .changed(&background)
            .map(|(x, _)| x)
            .filter(|&x| x > place.left - 20)
            .collect();
        bounds.push((
            text.iter().min().copied().expect("a name"),
            text.iter().max().copied().expect("a name"),
        ));
    }
    let [left, center, right] = bounds[..] else {
        panic!("three alignments")
    };
    assert!((left.0 - place.left).abs() < 12, "{left:?}");
    assert!((right.1 - place.right).abs() < 12, "{right:?}");
    assert!(
        ((center.0 + center.1) - (place.left + place.right)).abs() < 16,
        "{center:?}"
    );
}

#[test]
fn bar_is_as_long_as_the_score() {
    let background = Background::built_in(Scene::Activity, &CardStyle::default());
    let mut painter = Painter::new();
    let mut filled = |score| {
        let card = ActivityCard {
            name: String::new(),
            level: String::new(),
            score,
            figures: Vec::new(),
            avatar: None,
            background: background.clone(),
        };
        painter
            .compose(&background, Scene::Activity, |brush| activity::draw(brush, &card))
            .expect("the right scene");
        let y = 193;
        (328..952)
            .filter(|&x| {
                let [red, green, blue] = painter.pixel(x, y);
                red.max(green).max(blue) - red.min(green).min(blue) > 90
            })
            .count()
    };
    assert_eq!(filled(0.0), filled(f32::NAN));
    assert_eq!(filled(0.0), filled(-5.0));
    let (none, quarter, half, full) = (filled(0.0), filled(25.0), filled(50.0), filled(400.0));
    assert_eq!(none, 0);
    assert!((150..160).contains(&quarter), "{quarter}");
    assert!((306..316).contains(&half), "{half}");
    assert!(full > 615, "{full}");
}

#[test]
fn crowds_beyond_what_a_picture_holds_are_cut() {
    let person = |index: usize| Person {
        name: format!("Somebody {index}"),
        avatar: None,
    };
    let mut painter = Painter::new();
    let group = Background::built_in(Scene::Group, &CardStyle::default());
    let mut crowd = |len| {
        painter
            .group(&GroupCard {
                title: "WELCOME".to_owned(),
                subtitle: "Tea".to_owned(),
                people: (0..len).map(person).collect(),
                background: group.clone(),
            })
            .expect("a card")
    };
    assert_eq!(crowd(30), crowd(500));
    assert_ne!(crowd(29), crowd(30));
    let board = Background::built_in(Scene::Leaderboard, &CardStyle::default());
    let mut ranking = |len| {
        painter
            .leaderboard(&Leaderboard {
                title: "THIS MONTH".to_owned(),
                subtitle: "Tea".to_owned(),
                rows: (0..len)
                    .map(|index| LeaderboardRow {
                        rank: index as u32 + 1,
                        person: person(index),
                        value: "1".to_owned(),
                        share: 1.0 / (index as f32 + 1.0),
                    })
                    .collect(),
                background: board.clone(),
            })
            .expect("a card")
    };
    assert_eq!(ranking(10), ranking(50));
    assert_ne!(ranking(9), ranking(10));
    let activity = Background::built_in(Scene::Activity, &CardStyle::default());
    let mut figures = |len| {
        painter
            .activity(&ActivityCard {
                name: "Ada".to_owned(),
                level: "Veteran".to_owned(),
                score: 50.0,
                figures: vec![
                    Figure {
                        value: "1".to_owned(),
                        label: "Rank".to_owned()
                    };
                    len
                ],
                avatar: None,
                background: activity.clone(),
            })
            .expect("a card")
    };
    assert_eq!(figures(4), figures(40));
    assert_ne!(figures(0), figures(4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever somebody is called, their name stays in its place, and nothing panics.
    #[test]
    fn no_name_leaves_its_place(
        name in prop_oneof![
            "\\PC{0,32}",
            prop::collection::vec(any::<char>(), 0..40).prop_map(|chars| chars.into_iter().collect::<String>()),
            "[\u{590}-\u{6ff}a-z0-9 \u{202a}-\u{202e}\u{2066}-\u{2069}\u{300}-\u{36f}]{0,80}",
            "[\u{1f3f4}\u{200d}\u{fe0f}\u{1f1e6}-\u{1f1ff}\u{1f468}-\u{1f469}\u{e0061}-\u{e007f}]{0,40}",
        ],
        guild_name in "\\PC{0,100}",
        layout in prop::sample::select(Layout::ALL),
    ) {
        thread_local!(static PAINTER: std::cell::RefCell<(Painter, Vec<Background>)> = std::cell::RefCell::new((
            Painter::new(),
            Layout::ALL
                .iter()
                .map(|&layout| Background::built_in(Scene::Welcome, &CardStyle { layout, ..CardStyle::default() }))
                .collect(),
        )));
        PAINTER.with_borrow_mut(|(painter, backgrounds)| {
            let background = &backgrounds[layout as usize];
            let card = WelcomeCard { background: background.clone(), ..card(&name, &guild_name) };
            painter.compose_welcome(&card);
            let layout = layout.description();
            let mut allowed: Vec<Rect> = layout.blocks.iter().map(|block| wide(block.place)).collect();
            allowed.push(layout.avatar);
            prop_assert_eq!(painter.strays(background, &allowed), 0);
            Ok(())
        })?;
    }
}
