//! What carries the text: frosted glass, or a veil; and the ring that awaits the avatar.

use std::ops::Range;

use fast_image_resize::Resizer;
use fearless_simd::{Level, dispatch};

use super::blur::Blurred;
use crate::avatar;
use crate::color::{floats, mix};
use crate::layout::Panel;
use crate::paint::{Canvas, DITHER_PX, Rect, dithered, inside, rounded_distance, thresholds};
use crate::palette::Palette;
use crate::style::{CardStyle, Ring};

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
    let glass = Blurred::new(canvas, resizer, place);
    let opacity = palette.opacity(glass.colors());
    shadow(canvas, place, radius, palette.shadow_alpha);
    let mut behind = vec![[0; 4]; place.width() as usize];
    let tint = Tint::new(palette.panel, opacity, 0.0);
    for y in place.top..place.bottom {
        glass.row((y - place.top) as usize, &mut behind);
        let inner = inner(place, radius, y);
        let row = canvas.row_mut(y, place.left, place.right);
        let (from, to) = (
            (inner.start - place.left) as usize,
            (inner.end - place.left) as usize,
        );
        let from_end = (y - place.top).min(place.bottom - 1 - y);
        let edge = EDGE_ALPHA * inside(from_end as f32 + 0.5 - EDGE_WIDTH_PX);
        let (row_inner, behind_inner) = (&mut row[from..to], &behind[from..to]);
        if edge > 0.0 {
            Tint::new(palette.panel, opacity, edge).row(row_inner, behind_inner, inner.start, y);
        } else {
            tint.row(row_inner, behind_inner, inner.start, y);
        }
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

/// The part of a panel's row in which nothing of its outline or its edge shows.
fn inner(place: Rect, radius: f32, y: i32) -> Range<i32> {
    let edge = EDGE_WIDTH_PX.ceil() + 2.0;
    let from_end = (y - place.top).min(place.bottom - 1 - y);
    // From the corners' centres outwards, of which nothing shows up to here.
    let (up, reach) = (radius - (from_end as f32 + 0.5), radius - edge);
    let indent = if up <= 0.0 {
        edge
    } else if up < reach {
        radius - (reach * reach - up * up).sqrt()
    } else {
        radius.max(edge)
    };
    let indent = (indent.ceil() as i32).min(place.width() / 2);
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
    /// A colour, and a share of white over it, 0.0 to 1.0.
    fn new(color: [u8; 3], opacity: f32, white: f32) -> Self {
        let kept = ((1.0 - opacity) * (1.0 - white) * 256.0 + 0.5) as u16;
        let [red, green, blue] = floats(color).map(|channel| {
            let added = channel * opacity * (1.0 - white) + 255.0 * white;
            // With what is kept of 255, this is 255 at most.
            ((added * 256.0 + 0.5) as u16).min(255 * (256 - kept))
        });
        Self {
            kept,
            added: [red, green, blue, 255 * (256 - kept)],
        }
    }

    /// Writes what lies behind, tinted, into a row that begins at (x, y).
    fn row(&self, row: &mut [[u8; 4]], behind: &[[u8; 4]], x: i32, y: i32) {
        dispatch!(Level::new(), _simd => self.row_inlined(row, behind, x, y));
    }

    // Inlined, so that the instructions chosen by `dispatch!` hold for it.
    #[inline(always)]
    fn row_inlined(&self, row: &mut [[u8; 4]], behind: &[[u8; 4]], x: i32, y: i32) {
        // What is added to each byte repeats as the thresholds do, so the loop over the bytes is a plain one.
        let mut added = [self.added; DITHER_PX];
        for (added, threshold) in added.iter_mut().zip(thresholds(x, y)) {
            for channel in added {
                *channel += u16::from(threshold);
            }
        }
        for (row, behind) in row.chunks_mut(DITHER_PX).zip(behind.chunks(DITHER_PX)) {
            let bytes = row.as_flattened_mut().iter_mut().zip(behind.as_flattened());
            for ((over, &behind), &added) in bytes.zip(added.as_flattened()) {
                // At most 255 * 256 + 255.
                *over = ((u16::from(behind) * self.kept + added) >> 8) as u8;
            }
        }
    }
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
    // How much is left of each byte, of 255. Beside the panel all rows are alike, and above and below it a row is the same
    // from corner to corner.
    let kept = |x: i32, y: i32| [255 - darkness(x, y); 4];
    let corner = radius.ceil() as i32;
    let middle = (panel.top + panel.bottom) / 2;
    let beside: Vec<[u16; 4]> = (place.left..place.right).map(|x| kept(x, middle)).collect();
    let flat = panel.left + corner..panel.right - corner;
    let column = |x: i32| (x - place.left) as usize;
    let mut around = beside.clone();
    for y in place.top..place.bottom {
        let is_beside = (panel.top + corner..panel.bottom - corner).contains(&(y - SHADOW_DROP_PX));
        if !is_beside {
            around[column(flat.start)..column(flat.end)].fill(kept(flat.start, y));
            // Both sides are alike, as far as they lie on the canvas.
            for x in panel.left - reach..flat.start {
                let kept = kept(x, y);
                for x in [x, panel.left + panel.right - 1 - x] {
                    if let Some(around) = around.get_mut((x - place.left) as usize) {
                        *around = kept;
                    }
                }
            }
        }
        let kept = if is_beside { &beside } else { &around };
        let covered = if (panel.top..panel.bottom).contains(&y) {
            inner(panel, radius, y)
        } else {
            place.right..place.right
        };
        let row = canvas.row_mut(y, place.left, place.right);
        for (from, to) in [(place.left, covered.start), (covered.end, place.right)] {
            let part = column(from)..column(to);
            darken(&mut row[part.clone()], &kept[part]);
        }
    }
}

/// Keeps some 255ths of each byte, rounded to nearest.
fn darken(row: &mut [[u8; 4]], kept: &[[u16; 4]]) {
    dispatch!(Level::new(), _simd => darken_inlined(row, kept));
}

/// A plain loop, which `dispatch!` chooses the instructions for.
#[inline(always)]
fn darken_inlined(row: &mut [[u8; 4]], kept: &[[u16; 4]]) {
    for (byte, &kept) in row.as_flattened_mut().iter_mut().zip(kept.as_flattened()) {
        // Dividing by 255 without dividing; all fits into sixteen bits.
        let product = u16::from(*byte) * kept + 128;
        *byte = ((product + (product >> 8)) >> 8) as u8;
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
    let reach = (gap + width).ceil() as i32 + 1;
    let place = Rect {
        left: avatar.left - reach,
        top: avatar.top - reach,
        right: avatar.right + reach,
        bottom: avatar.bottom + reach,
    };
    let (plate, [from, to]) = (floats(palette.plate), palette.ring.map(floats));
    let visible = place.intersection(canvas.bounds());
    for y in visible.top..visible.bottom {
        let distance = |x: i32| rounded_distance(avatar, radius, x as f32 + 0.5, y as f32 + 0.5);
        // The pixels that are nearer than this. Up to the middle the shape only comes nearer, and then it goes as it came.
        let nearer = |than: f32| {
            let half = place.left..place.left + (place.width() + 1) / 2;
            let start = first(half, |x| distance(x) < than);
            start..(place.left + place.right - start).max(start)
        };
        let row = canvas.row_mut(y, visible.left, visible.right);
        let at = |x: i32| (x.clamp(visible.left, visible.right) - visible.left) as usize;
        let (soft, solid) = (nearer(0.5), nearer(-0.5));
        let [red, green, blue] = palette.plate;
        row[at(solid.start)..at(solid.end)].fill([red, green, blue, 255]);
        let mut put = |x: i32, color: [f32; 3], part: f32| {
            if (visible.left..visible.right).contains(&x) {
                let [red, green, blue, _] = row[at(x)];
                row[at(x)] = dithered(mix(floats([red, green, blue]), color, part), x, y);
            }
        };
        for x in around(soft, solid) {
            put(x, plate, inside(distance(x)));
        }
        if style.ring == Ring::None {
            continue;
        }
        for x in around(nearer(gap + width + 0.5), nearer(gap - 0.5)) {
            // Measured from the outline, so that the ring runs beside it.
            let part = inside((distance(x) - gap - width / 2.0).abs() - width / 2.0);
            let across = (x - place.left) as f32 / place.width() as f32
                + (y - place.top) as f32 / place.height() as f32;
            put(x, mix(from, to, across / 2.0), part);
        }
    }
}

/// What of a range lies outside of one in its middle.
fn around(whole: Range<i32>, middle: Range<i32>) -> impl Iterator<Item = i32> {
    (whole.start..middle.start).chain(middle.end..whole.end)
}

/// The first of a range for which something is true that is true for all that follow; its end when there is none.
fn first(range: Range<i32>, is_true: impl Fn(i32) -> bool) -> i32 {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_true(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
