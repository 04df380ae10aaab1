//! What carries the text: frosted glass, or a veil; and the ring that awaits the avatar.

use std::ops::Range;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::avatar;
use crate::color::{floats, mix};
use crate::layout::Panel;
use crate::paint::{Canvas, DITHER_PX, Rect, dithered, inside, rounded_distance, threshold};
use crate::palette::Palette;
use crate::style::{CardStyle, Ring};

/// What lies behind the panel is blurred by way of a picture this many times smaller.
const BLUR_SCALE: u32 = 14;
const SHADOW_PX: f32 = 34.0;
const SHADOW_DROP_PX: i32 = 8;
const EDGE_WIDTH_PX: f32 = 1.5;
const EDGE_ALPHA: f32 = 0.16;

/// Lays the panel over a picture.
pub(super) fn lay(canvas: &mut Canvas, resizer: &mut Resizer, panel: Panel, palette: &Palette) {
    match panel {
        Panel::Glass { place, radius_px } => glass(canvas, resizer, place, radius_px, palette),
        Panel::Veil { place, reach_px } => veil(canvas, place, reach_px, palette),
    }
}

fn glass(canvas: &mut Canvas, resizer: &mut Resizer, place: Rect, radius: f32, palette: &Palette) {
    let (glass, opacity) = blurred(canvas, resizer, place, palette);
    shadow(canvas, place, radius, palette.shadow_alpha);
    let (glass, _) = glass.as_chunks::<4>();
    let tint = Tint::new(palette.panel, opacity);
    for y in place.top..place.bottom {
        let behind = &glass[((y - place.top) * place.width()) as usize..][..place.width() as usize];
        let inner = inner(place, radius, y);
        let row = canvas.row_mut(y, place.left, place.right);
        let (from, to) = (
            (inner.start - place.left) as usize,
            (inner.end - place.left) as usize,
        );
        tint.row(&mut row[from..to], &behind[from..to], inner.start, y);
        for x in (place.left..inner.start).chain(inner.end..place.right) {
            let distance = rounded_distance(place, radius, x as f32 + 0.5, y as f32 + 0.5);
            let part = inside(distance);
            if part == 0.0 {
                continue;
            }
            let at = (x - place.left) as usize;
            let [red, green, blue, _] = behind[at];
            let tinted = palette.through_panel([red, green, blue], opacity);
            let edge = EDGE_ALPHA * inside(-distance - EDGE_WIDTH_PX);
            let lit = mix(tinted, [255.0; 3], edge);
            let [red, green, blue, _] = row[at];
            row[at] = dithered(mix(floats([red, green, blue]), lit, part), x, y);
        }
    }
}

/// The part of a panel's row that is neither edge nor corner; empty where there is none.
fn inner(place: Rect, radius: f32, y: i32) -> Range<i32> {
    let edge = EDGE_WIDTH_PX.ceil() as i32 + 2;
    let radius = radius.ceil() as i32;
    let from_end = (y - place.top).min(place.bottom - 1 - y);
    let indent = if from_end < edge {
        place.width() / 2
    } else if from_end < radius {
        radius.max(edge)
    } else {
        edge
    };
    let indent = indent.min(place.width() / 2);
    place.left + indent..(place.right - indent).max(place.left + indent)
}

/// A colour over others, in whole numbers.
struct Tint {
    /// What is left of what lies behind, of 256.
    kept: u16,
    /// What the colour adds to each channel, of 65,536.
    added: [u16; 4],
}

impl Tint {
    fn new(color: [u8; 3], opacity: f32) -> Self {
        let hidden = (opacity * 256.0 + 0.5) as u16;
        let [red, green, blue] = color.map(|channel| u16::from(channel) * hidden);
        Self {
            kept: 256 - hidden,
            added: [red, green, blue, 255 * hidden],
        }
    }

    /// Writes what lies behind, tinted, into a row that begins at (x, y).
    fn row(&self, row: &mut [[u8; 4]], behind: &[[u8; 4]], x: i32, y: i32) {
        // What is added to each byte repeats as the thresholds do, so the loop over the bytes is a plain one.
        let added: [u16; 4 * DITHER_PX] =
            std::array::from_fn(|at| self.added[at % 4] + threshold(x.wrapping_add((at / 4) as i32), y));
        for (row, behind) in row.chunks_mut(DITHER_PX).zip(behind.chunks(DITHER_PX)) {
            let bytes = row.as_flattened_mut().iter_mut().zip(behind.as_flattened());
            for ((over, &behind), &added) in bytes.zip(&added) {
                // At most 255 * 256 + 255.
                *over = ((u16::from(behind) * self.kept + added) >> 8) as u8;
            }
        }
    }
}

/// What lies behind the panel, blurred, RGBX of the panel's size, and how opaque the panel must be over it.
fn blurred(canvas: &Canvas, resizer: &mut Resizer, place: Rect, palette: &Palette) -> (Vec<u8>, f32) {
    let (width, height) = (place.width().cast_unsigned(), place.height().cast_unsigned());
    let whole = ImageRef::new(
        canvas.width_px.cast_unsigned(),
        canvas.height_px.cast_unsigned(),
        &canvas.rgbx,
        PixelType::U8x4,
    )
    .expect("a canvas has as many pixels as its sides say");
    let mut small = Image::new(
        width.div_ceil(BLUR_SCALE),
        height.div_ceil(BLUR_SCALE),
        PixelType::U8x4,
    );
    let mut glass = Image::new(width, height, PixelType::U8x4);
    let smooth = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Gaussian))
        .use_alpha(false);
    let behind = smooth.crop(place.left.into(), place.top.into(), width.into(), height.into());
    resizer
        .resize(&whole, &mut small, &behind)
        .expect("the panel lies on the canvas");
    resizer
        .resize(&small, &mut glass, &smooth)
        .expect("both have the same pixel type");
    let (pixels, _) = small.buffer().as_chunks::<4>();
    let opacity = palette.opacity(pixels.iter().map(|&[red, green, blue, _]| [red, green, blue]));
    (glass.into_vec(), opacity)
}

/// Draws the shadow around the panel; what the panel will cover gets none.
fn shadow(canvas: &mut Canvas, panel: Rect, radius: f32, alpha: f32) {
    let reach = SHADOW_PX as i32;
    let place = Rect {
        left: panel.left - reach,
        top: panel.top - reach,
        right: panel.right + reach,
        bottom: panel.bottom + reach + SHADOW_DROP_PX,
    }
    .intersection(canvas.bounds());
    let darkness = |x: i32, y: i32| {
        let (x, y) = (x as f32 + 0.5, (y - SHADOW_DROP_PX) as f32 + 0.5);
        let distance = rounded_distance(panel, radius, x, y);
        (alpha * (1.0 - distance / SHADOW_PX).clamp(0.0, 1.0).powi(2) * 255.0 + 0.5) as u16
    };
    // Beside the panel all rows are alike, and above and below it a row is the same from corner to corner.
    let corner = radius.ceil() as i32;
    let middle = (panel.top + panel.bottom) / 2;
    let beside: Vec<u16> = (place.left..place.right).map(|x| darkness(x, middle)).collect();
    let flat = panel.left + corner..panel.right - corner;
    let mut around = beside.clone();
    for y in place.top..place.bottom {
        let is_beside = (panel.top + corner..panel.bottom - corner).contains(&(y - SHADOW_DROP_PX));
        if !is_beside {
            let level = darkness(flat.start, y);
            for (x, around) in (place.left..).zip(&mut around) {
                *around = if flat.contains(&x) { level } else { darkness(x, y) };
            }
        }
        let darkness = if is_beside { &beside } else { &around };
        let covered = if (panel.top..panel.bottom).contains(&y) {
            inner(panel, radius, y)
        } else {
            place.right..place.right
        };
        let row = canvas.row_mut(y, place.left, place.right);
        for x in (place.left..covered.start).chain(covered.end..place.right) {
            let at = (x - place.left) as usize;
            let [red, green, blue, _] = row[at];
            let [red, green, blue] = [red, green, blue]
                .map(|channel| ((u16::from(channel) * (255 - darkness[at]) + 127) / 255) as u8);
            row[at] = [red, green, blue, 255];
        }
    }
}

fn veil(canvas: &mut Canvas, place: Rect, reach: f32, palette: &Palette) {
    let visible = place.intersection(canvas.bounds());
    let mut opacity = 0.0_f32;
    for y in visible.top..visible.bottom {
        let row = canvas.row_mut(y, visible.left, visible.right);
        let needed = palette.opacity(row.iter().map(|&[red, green, blue, _]| [red, green, blue]));
        opacity = opacity.max(needed);
    }
    for y in 0..canvas.height_px {
        let width = canvas.width_px;
        let row = canvas.row_mut(y, 0, width);
        for (x, under) in (0..).zip(row) {
            let distance = rounded_distance(place, 0.0, x as f32 + 0.5, y as f32 + 0.5);
            let near = (1.0 - distance / reach).clamp(0.0, 1.0);
            if near == 0.0 {
                continue;
            }
            // Smooth at both ends, so that no edge shows.
            let part = opacity * near * near * (3.0 - 2.0 * near);
            let [red, green, blue, _] = *under;
            *under = dithered(palette.through_panel([red, green, blue], part), x, y);
        }
    }
}

/// Draws the plate that shows through transparent avatars, and the ring around it.
pub(super) fn ring(canvas: &mut Canvas, avatar: Rect, style: &CardStyle, palette: &Palette) {
    let (gap, width) = (avatar.width() as f32 / 36.0, avatar.width() as f32 / 50.0);
    let radius = avatar::radius(avatar.width(), style.avatar_shape);
    let distance = |x, y| rounded_distance(avatar, radius, x, y);
    canvas.fill(avatar, palette.plate, |x, y| inside(distance(x, y)));
    if style.ring == Ring::None {
        return;
    }
    let reach = (gap + width).ceil() as i32 + 1;
    let place = Rect {
        left: avatar.left - reach,
        top: avatar.top - reach,
        right: avatar.right + reach,
        bottom: avatar.bottom + reach,
    };
    canvas.gradient(place, palette.ring, |x, y| {
        // Measured from the outline, so that the ring runs beside it.
        let part = inside((distance(x, y) - gap - width / 2.0).abs() - width / 2.0);
        let across =
            (x - place.left as f32) / place.width() as f32 + (y - place.top as f32) / place.height() as f32;
        (part, across / 2.0)
    });
}
