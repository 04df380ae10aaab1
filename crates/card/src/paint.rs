//! Shapes, glyphs and pictures onto a canvas.

use cosmic_text::{SwashContent, SwashImage};
use jpeg::{Damage, View};

use crate::color::{floats, mix};

/// A box of whole pixels; `right` and `bottom` lie outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Rect {
    pub(crate) const fn new(left: i32, top: i32, width: i32, height: i32) -> Self {
        Self {
            left,
            top,
            right: left + width,
            bottom: top + height,
        }
    }

    pub(crate) const fn width(self) -> i32 {
        self.right - self.left
    }

    pub(crate) const fn height(self) -> i32 {
        self.bottom - self.top
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }
}

/// What is drawn on: opaque RGBX8, rows from the top. The fourth byte of a pixel means nothing; it keeps pixels aligned
/// for the blits and the encoder.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) width_px: i32,
    pub(crate) height_px: i32,
    pub(crate) rgbx: Vec<u8>,
    /// What was drawn on since the canvas was made or became a copy.
    drawn: Vec<Rect>,
}

impl Canvas {
    pub(crate) fn new(width_px: i32, height_px: i32, rgbx: Vec<u8>) -> Self {
        assert_eq!(
            rgbx.len(),
            (width_px * height_px * 4) as usize,
            "the pixels match the sides"
        );
        Self {
            width_px,
            height_px,
            rgbx,
            drawn: Vec::new(),
        }
    }

    /// Becomes a copy of another canvas, in the memory that it has.
    pub(crate) fn copy(&mut self, other: &Self) {
        (self.width_px, self.height_px) = (other.width_px, other.height_px);
        self.rgbx.clone_from(&other.rgbx);
        self.drawn.clear();
    }

    /// As [`Canvas::copy`] for a canvas that is a copy of `other` already, but for what was drawn on it: only that is
    /// copied.
    pub(crate) fn restore(&mut self, other: &Self) {
        for place in self.drawn.drain(..) {
            for y in place.top..place.bottom {
                let start = (y * self.width_px + place.left) as usize * 4;
                let range = start..start + place.width() as usize * 4;
                self.rgbx[range.clone()].copy_from_slice(&other.rgbx[range]);
            }
        }
    }

    /// Takes what was drawn on it for granted: it is what others become copies of.
    pub(crate) fn settle(&mut self) {
        self.drawn = Vec::new();
    }

    /// What was drawn on, as the encoder takes it.
    pub(crate) fn damage(&self) -> Damage {
        let mut damage = Damage::new(side(self.width_px), side(self.height_px));
        for place in &self.drawn {
            damage.mark(place.left, place.top, place.right, place.bottom);
        }
        damage
    }

    /// The pixels as the encoder takes them.
    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.rgbx, side(self.width_px), side(self.height_px))
    }

    pub(crate) fn bounds(&self) -> Rect {
        Rect::new(0, 0, self.width_px, self.height_px)
    }

    /// The pixels of a row from `left` up to `right`; both lie within the canvas.
    pub(crate) fn row_mut(&mut self, y: i32, left: i32, right: i32) -> &mut [[u8; 4]] {
        let start = (y * self.width_px + left) as usize * 4;
        let (pixels, _) = self.rgbx[start..start + (right - left) as usize * 4].as_chunks_mut();
        pixels
    }

    /// Blends a glyph whose origin lies at (x, y): masks in the colour given, colour glyphs in their own.
    pub(crate) fn blend_glyph(&mut self, clip: Rect, x: i32, y: i32, glyph: &SwashImage, color: [u8; 3]) {
        let (left, top) = (x + glyph.placement.left, y - glyph.placement.top);
        let (width, height) = (
            glyph.placement.width.cast_signed(),
            glyph.placement.height.cast_signed(),
        );
        let place = Rect::new(left, top, width, height);
        match glyph.content {
            SwashContent::Mask => self.blend(clip, place, |at| {
                let [red, green, blue] = color;
                [red, green, blue, glyph.data[at]]
            }),
            SwashContent::Color | SwashContent::SubpixelMask => {
                let (pixels, _) = glyph.data.as_chunks::<4>();
                self.blend(clip, place, |at| pixels[at]);
            }
        }
    }

    /// Blends straight-alpha pixels over a place; `pixel` gets the index of each, row by row.
    pub(crate) fn blend(&mut self, clip: Rect, place: Rect, pixel: impl Fn(usize) -> [u8; 4]) {
        let visible = place.intersection(clip).intersection(self.bounds());
        if visible.width() <= 0 {
            return;
        }
        self.drawn.push(visible);
        for y in visible.top..visible.bottom {
            let start =
                (y - place.top) as usize * place.width() as usize + (visible.left - place.left) as usize;
            for (index, under) in self
                .row_mut(y, visible.left, visible.right)
                .iter_mut()
                .enumerate()
            {
                over(under, pixel(start + index));
            }
        }
    }

    /// Blends a shape of one colour. `coverage` gets the centre of each pixel of `place` and says how much of the pixel
    /// lies inside, 0.0 to 1.0.
    pub(crate) fn fill(&mut self, place: Rect, [r, g, b]: [u8; 3], coverage: impl Fn(f32, f32) -> f32) {
        let visible = place.intersection(self.bounds());
        if visible.width() <= 0 {
            return;
        }
        self.drawn.push(visible);
        for y in visible.top..visible.bottom {
            for (x, under) in (visible.left..).zip(self.row_mut(y, visible.left, visible.right)) {
                let alpha = coverage(x as f32 + 0.5, y as f32 + 0.5).clamp(0.0, 1.0);
                over(under, [r, g, b, (alpha * 255.0 + 0.5) as u8]);
            }
        }
    }

    /// Blends a shape whose colours run from one to another; `at` gets the centre of each pixel of `place` and says how
    /// much of the pixel lies inside and how far between the colours it is, both 0.0 to 1.0.
    pub(crate) fn gradient(
        &mut self,
        place: Rect,
        [from, to]: [[u8; 3]; 2],
        at: impl Fn(f32, f32) -> (f32, f32),
    ) {
        let visible = place.intersection(self.bounds());
        if visible.width() <= 0 {
            return;
        }
        self.drawn.push(visible);
        let (from, to) = (floats(from), floats(to));
        for y in visible.top..visible.bottom {
            for (x, under) in (visible.left..).zip(self.row_mut(y, visible.left, visible.right)) {
                let (coverage, part) = at(x as f32 + 0.5, y as f32 + 0.5);
                if coverage > 0.0 {
                    let [red, green, blue, _] = *under;
                    let color = mix(floats([red, green, blue]), mix(from, to, part), coverage);
                    *under = dithered(color, x, y);
                }
            }
        }
    }
}

fn side(px: i32) -> u16 {
    u16::try_from(px).expect("pictures are smaller than 65,536 px")
}

/// Blends a straight-alpha pixel over an opaque one.
fn over(under: &mut [u8; 4], [red, green, blue, alpha]: [u8; 4]) {
    match alpha {
        0 => {}
        255 => *under = [red, green, blue, 255],
        _ => {
            let alpha = u32::from(alpha);
            for (under, over) in under.iter_mut().zip([red, green, blue]) {
                let sum = u32::from(over) * alpha + u32::from(*under) * (255 - alpha) + 127;
                *under = (sum / 255) as u8;
            }
        }
    }
}

/// How far (x, y) lies outside of a box with round corners, in px; negative inside.
pub(crate) fn rounded_distance(place: Rect, radius: f32, x: f32, y: f32) -> f32 {
    let half_width = place.width() as f32 / 2.0;
    let half_height = place.height() as f32 / 2.0;
    let dx = (x - place.left as f32 - half_width).abs() - half_width + radius;
    let dy = (y - place.top as f32 - half_height).abs() - half_height + radius;
    // Only the corners are round; elsewhere there is no root to draw.
    let distance = if dx > 0.0 && dy > 0.0 {
        (dx * dx + dy * dy).sqrt()
    } else {
        dx.max(dy)
    };
    distance - radius
}

/// How much of a pixel lies inside of a border that is `distance` px away from its centre.
pub(crate) fn inside(distance: f32) -> f32 {
    (0.5 - distance).clamp(0.0, 1.0)
}

/// The side of the square of thresholds that is repeated over a picture; a power of two.
pub(crate) const DITHER_PX: usize = 64;

/// Thresholds for rounding, spread so evenly that gradients show no bands.
/// Interleaved gradient noise, Jorge Jimenez, "Next Generation Post Processing in Call of Duty", 2014.
static DITHER: [u8; DITHER_PX * DITHER_PX] = {
    let mut thresholds = [0; DITHER_PX * DITHER_PX];
    let mut at = 0;
    while at < thresholds.len() {
        let (x, y) = ((at % DITHER_PX) as f64, (at / DITHER_PX) as f64);
        let inner = 0.067_110_56 * x + 0.005_837_15 * y;
        let noise = 52.982_918_9 * (inner - inner as u64 as f64);
        thresholds[at] = ((noise - noise as u64 as f64) * 256.0) as u8;
        at += 1;
    }
    thresholds
};

/// The thresholds of the pixels from (x, y) on to the right, 0 to 255 each, before they repeat.
pub(crate) fn thresholds(x: i32, y: i32) -> [u8; DITHER_PX] {
    let (rows, _) = DITHER.as_chunks::<DITHER_PX>();
    let mut row = rows[in_square(y)];
    row.rotate_left(in_square(x));
    row
}

/// The threshold at a pixel, 0 to 255.
fn threshold(x: i32, y: i32) -> u8 {
    DITHER[in_square(y) * DITHER_PX + in_square(x)]
}

/// Negative places repeat the square like all others.
fn in_square(at: i32) -> usize {
    at.cast_unsigned() as usize & (DITHER_PX - 1)
}

/// Rounds a pixel with [`threshold`]; channels 0.0 to 255.0.
pub(crate) fn dithered(color: [f32; 3], x: i32, y: i32) -> [u8; 4] {
    let threshold = f32::from(threshold(x, y)) / 256.0;
    let [red, green, blue] = color.map(|channel| (channel + threshold) as u8);
    [red, green, blue, 255]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_to_a_round_box_is_that_of_its_nearest_edge() {
        let place = Rect::new(10, 10, 100, 60);
        for ((x, y), expected) in [
            ((60.0, 40.0), -30.0),
            ((60.0, 0.0), 10.0),
            ((115.0, 40.0), 5.0),
            // The corner's circle has its centre at (90, 30) and a radius of 20.
            ((90.0 + 30.0, 30.0 - 40.0), 30.0),
            ((90.0 + 3.0, 30.0 - 4.0), -15.0),
        ] {
            let distance = rounded_distance(place, 20.0, x, y);
            assert!((distance - expected).abs() < 1e-4, "({x}, {y}): {distance}");
        }
    }

    #[test]
    fn dither_keeps_the_mean_and_whole_values() {
        let mut sum = 0.0;
        for y in 0..64 {
            for x in 0..64 {
                assert_eq!(dithered([200.0, 0.0, 255.0], x, y), [200, 0, 255, 255]);
                sum += f32::from(dithered([100.25; 3], x, y)[0]);
            }
        }
        assert!((sum / 4096.0 - 100.25).abs() < 0.01, "{}", sum / 4096.0);
    }

    #[test]
    fn blending_is_exact_at_both_ends_and_clipped() {
        let mut canvas = Canvas::new(4, 1, [9, 9, 9, 255].repeat(4));
        let glyph = [
            [200, 100, 50, 0],
            [200, 100, 50, 255],
            [255, 255, 255, 128],
            [1, 2, 3, 255],
        ];
        canvas.blend(Rect::new(0, 0, 3, 1), Rect::new(-1, 0, 4, 1), |at| glyph[at]);
        let (pixels, _) = canvas.rgbx.as_chunks::<4>();
        assert_eq!(
            pixels,
            [
                [200, 100, 50, 255],
                [132, 132, 132, 255],
                [1, 2, 3, 255],
                [9, 9, 9, 255]
            ]
        );
    }
}
