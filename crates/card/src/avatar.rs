//! Avatars: the member's picture, or their initial.

use std::collections::HashMap;

use cosmic_text::fontdb::Weight;
use fast_image_resize::Resizer;
use unicode_segmentation::UnicodeSegmentation;

use crate::decode::Source;
use crate::paint::{Canvas, Rect, inside, rounded_distance};
use crate::style::AvatarShape;
use crate::text::{Style, Typesetter};

/// What a default avatar's letter is drawn in.
const WHITE: [u8; 3] = [255, 255, 255];

/// Colours of default avatars, from the left top to the right bottom.
const PALETTE: [([u8; 3], [u8; 3]); 6] = [
    ([124, 92, 255], [72, 52, 180]),
    ([18, 150, 142], [10, 96, 120]),
    ([228, 84, 134], [160, 44, 120]),
    ([66, 133, 244], [36, 72, 176]),
    ([226, 122, 40], [180, 66, 44]),
    ([72, 152, 70], [36, 112, 88]),
];

/// The radius of an avatar's corners.
pub(crate) fn radius(side_px: i32, shape: AvatarShape) -> f32 {
    let part = match shape {
        AvatarShape::Circle => 0.5,
        AvatarShape::Rounded => 0.24,
        AvatarShape::Square => 0.06,
    };
    side_px as f32 * part
}

/// The outlines that were asked for. There are few: one for each size of an avatar that some picture has.
#[derive(Default)]
pub(crate) struct Masks(HashMap<(i32, AvatarShape), Vec<u8>>);

impl Masks {
    /// The share of each pixel of a square that lies in the shape, 0 to 255, row by row.
    pub(crate) fn get(&mut self, side_px: i32, shape: AvatarShape) -> &[u8] {
        self.0.entry((side_px, shape)).or_insert_with(|| {
            let place = Rect::new(0, 0, side_px, side_px);
            let radius = radius(side_px, shape);
            (0..side_px)
                .flat_map(|y| (0..side_px).map(move |x| (x, y)))
                .map(|(x, y)| {
                    let distance = rounded_distance(place, radius, x as f32 + 0.5, y as f32 + 0.5);
                    (inside(distance) * 255.0 + 0.5) as u8
                })
                .collect()
        })
    }
}

/// Draws a picture into a square.
pub(crate) fn draw(canvas: &mut Canvas, resizer: &mut Resizer, place: Rect, mask: &[u8], picture: &Source) {
    let side = place.width().cast_unsigned();
    let fitted = picture.cover(resizer, side, side);
    let (pixels, _) = fitted.rgba.as_chunks::<4>();
    canvas.blend(place, place, |at| {
        let [red, green, blue, alpha] = pixels[at];
        [
            red,
            green,
            blue,
            (u16::from(alpha) * u16::from(mask[at]) / 255) as u8,
        ]
    });
}

/// Draws a picture of our own for somebody who has none: the first letter of their name (or what stands for one) on a
/// colour that stays theirs, or a figure when the name shows nothing.
pub(crate) fn draw_default(
    canvas: &mut Canvas,
    typesetter: &mut Typesetter,
    place: Rect,
    mask: &[u8],
    name: &str,
) {
    let (from, to) = PALETTE[hash(name) as usize % PALETTE.len()];
    let side = place.width() as usize;
    canvas.blend(place, place, |at| {
        let part = (at % side + at / side) as f32 / (2 * side) as f32;
        let [red, green, blue] = std::array::from_fn(|c| {
            (f32::from(from[c]) + (f32::from(to[c]) - f32::from(from[c])) * part) as u8
        });
        [red, green, blue, mask[at]]
    });
    let style = Style {
        weight: Weight::BOLD,
        size_px: (side as f32 * 0.48).round(),
        floor_px: (side as f32 * 0.16).round(),
        tracking_em: 0.0,
    };
    let initial = name
        .graphemes(true)
        .find_map(|grapheme| typesetter.fit(&grapheme.to_uppercase(), style, side as f32 * 0.6));
    match initial {
        Some(line) => {
            let x = centre(place.left, place.right) - centre(line.ink.left, line.ink.right);
            let y = centre(place.top, place.bottom) - centre(line.ink.top, line.ink.bottom);
            typesetter.draw(canvas, place, &line, x, y, WHITE);
        }
        None => figure(canvas, place, mask),
    }
}

/// FNV-1a (RFC 9923): the same for ever, which the standard library's hash does not promise.
fn hash(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    // The low bits alone, which a remainder looks at, are hardly mixed.
    hash ^ (hash >> 16)
}

/// Head and shoulders.
fn figure(canvas: &mut Canvas, place: Rect, mask: &[u8]) {
    let (left, top, side) = (place.left, place.top, place.width());
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
        canvas.fill(part.intersection(place), WHITE, |x, y| {
            let at = (y as i32 - place.top) * side + (x as i32 - place.left);
            0.85 * inside(rounded_distance(part, radius, x, y)) * f32::from(mask[at as usize]) / 255.0
        });
    }
}

fn centre(from: i32, to: i32) -> f32 {
    (from + to) as f32 / 2.0
}
