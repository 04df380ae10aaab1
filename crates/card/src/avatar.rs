//! The disc on the left: the member's picture, or their initial.

use fast_image_resize::Resizer;
use unicode_segmentation::UnicodeSegmentation;

use crate::layout::{AVATAR, INITIAL, WHITE};
use crate::paint::{Canvas, Rect, inside, rounded_distance};
use crate::pixels::Pixels;
use crate::text::Typesetter;

/// How much of the disc an initial may fill.
const INITIAL_WIDTH_PX: f32 = 150.0;

/// Colours of default avatars, from the left top to the right bottom.
const PALETTE: [([u8; 3], [u8; 3]); 6] = [
    ([124, 92, 255], [72, 52, 180]),
    ([18, 170, 160], [10, 96, 120]),
    ([240, 98, 146], [160, 44, 120]),
    ([66, 133, 244], [36, 72, 176]),
    ([245, 146, 66], [190, 76, 50]),
    ([96, 178, 92], [36, 112, 88]),
];

/// The share of each pixel of [`AVATAR`] that lies in the disc, 0 to 255, row by row. Never changes.
pub(crate) struct Disc(Vec<u8>);

impl Disc {
    pub(crate) fn new() -> Self {
        let radius = AVATAR.width() as f32 / 2.0;
        let rows = AVATAR.top..AVATAR.bottom;
        Self(
            rows.flat_map(|y| (AVATAR.left..AVATAR.right).map(move |x| (x, y)))
                .map(|(x, y)| {
                    let distance = rounded_distance(AVATAR, radius, x as f32 + 0.5, y as f32 + 0.5);
                    (inside(distance) * 255.0 + 0.5) as u8
                })
                .collect(),
        )
    }
}

/// Draws a picture into the disc.
pub(crate) fn draw(canvas: &mut Canvas, resizer: &mut Resizer, disc: &Disc, picture: &Pixels) {
    let fitted = picture.cover(
        resizer,
        AVATAR.width().cast_unsigned(),
        AVATAR.height().cast_unsigned(),
    );
    let (pixels, _) = fitted.rgba.as_chunks::<4>();
    canvas.blend(AVATAR, AVATAR, |at| {
        let [red, green, blue, alpha] = pixels[at];
        [
            red,
            green,
            blue,
            (u16::from(alpha) * u16::from(disc.0[at]) / 255) as u8,
        ]
    });
}

/// Draws a picture of our own for somebody who has none: the first letter of their name (or what stands for one) on a
/// colour that stays theirs, or a figure when the name shows nothing.
pub(crate) fn draw_default(canvas: &mut Canvas, typesetter: &mut Typesetter, disc: &Disc, name: &str) {
    let (from, to) = PALETTE[name.bytes().fold(7_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    }) % 6];
    let width = AVATAR.width() as usize;
    canvas.blend(AVATAR, AVATAR, |at| {
        let part = (at % width + at / width) as f32 / (2 * width) as f32;
        let [red, green, blue] = std::array::from_fn(|c| {
            (f32::from(from[c]) + (f32::from(to[c]) - f32::from(from[c])) * part) as u8
        });
        [red, green, blue, disc.0[at]]
    });
    let initial = name.graphemes(true).find_map(|grapheme| {
        let line = typesetter.fit(&grapheme.to_uppercase(), INITIAL, INITIAL_WIDTH_PX)?;
        let ink = typesetter.ink(&line)?;
        Some((line, ink))
    });
    match initial {
        Some((line, ink)) => {
            let x = centre(AVATAR.left, AVATAR.right) - centre(ink.left, ink.right);
            let y = centre(AVATAR.top, AVATAR.bottom) - centre(ink.top, ink.bottom);
            typesetter.draw(canvas, AVATAR, &line, x, y, WHITE);
        }
        None => figure(canvas, disc),
    }
}

/// Head and shoulders.
fn figure(canvas: &mut Canvas, disc: &Disc) {
    let (left, top, side) = (AVATAR.left, AVATAR.top, AVATAR.width());
    let head = Rect::new(
        left + side * 34 / 100,
        top + side * 20 / 100,
        side * 32 / 100,
        side * 32 / 100,
    );
    let shoulders = Rect::new(
        left + side * 18 / 100,
        top + side * 60 / 100,
        side * 64 / 100,
        side * 64 / 100,
    );
    for part in [head, shoulders] {
        let radius = part.width() as f32 / 2.0;
        canvas.fill(part.intersection(AVATAR), WHITE, |x, y| {
            let at = (y as i32 - AVATAR.top) * side + (x as i32 - AVATAR.left);
            0.85 * inside(rounded_distance(part, radius, x, y)) * f32::from(disc.0[at as usize]) / 255.0
        });
    }
}

fn centre(from: i32, to: i32) -> f32 {
    (from + to) as f32 / 2.0
}
