//! What a card stands on, prepared once: everything that does not change from member to member is drawn already.

mod built_in;
mod contrast;
mod panel;

use std::fmt;
use std::sync::{Arc, OnceLock};

use fast_image_resize::Resizer;

use crate::decode::{self, DecodeError};
use crate::layout::{CARD_HEIGHT_PX, CARD_WIDTH_PX, PANEL_TINT};
use crate::paint::Canvas;
use crate::pixels::Pixels;

/// A prepared background. Cheap to clone; holds [`Background::BYTES`] however often it is cloned.
#[derive(Clone)]
pub struct Background {
    base: Arc<Canvas>,
}

impl Background {
    /// The memory that a background holds, for caches that count bytes.
    pub const BYTES: usize = CARD_WIDTH_PX as usize * CARD_HEIGHT_PX as usize * 4;

    /// The background that is built in: drawn at the first call, shared from then on.
    pub fn built_in() -> Self {
        static BUILT_IN: OnceLock<Background> = OnceLock::new();
        BUILT_IN
            .get_or_init(|| Self::prepare(&built_in::pixels()))
            .clone()
    }

    /// Prepares a picture: decodes it, scales it so that it covers the card, lays the panel over it. Transparent
    /// parts become dark. Takes 10 to 30 ms for a large picture, so it does not belong on a thread that others wait
    /// for.
    ///
    /// `bytes` is PNG, JPEG, WebP or GIF (first frame), told apart by content; at most
    /// [`crate::PICTURE_BYTES_MAX`] bytes and [`crate::PICTURE_SIDE_MAX_PX`] a side.
    ///
    /// # Errors
    /// [`DecodeError`] says what is wrong with the bytes; keep the earlier background, or use [`Background::built_in`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self::prepare(&decode::decode(bytes)?))
    }

    fn prepare(picture: &Pixels) -> Self {
        let mut resizer = Resizer::new();
        let fitted = if (picture.width_px, picture.height_px) == (CARD_WIDTH_PX, CARD_HEIGHT_PX) {
            picture.rgba.clone()
        } else {
            picture.cover(&mut resizer, CARD_WIDTH_PX, CARD_HEIGHT_PX).rgba
        };
        let mut canvas = flattened(fitted, picture.opaque);
        panel::lay(&mut canvas, &mut resizer);
        Self {
            base: Arc::new(canvas),
        }
    }

    pub(crate) fn base(&self) -> &Canvas {
        &self.base
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background").finish_non_exhaustive()
    }
}

fn flattened(rgba: Vec<u8>, opaque: bool) -> Canvas {
    let (width_px, height_px) = (CARD_WIDTH_PX.cast_signed(), CARD_HEIGHT_PX.cast_signed());
    if opaque {
        return Canvas::new(width_px, height_px, rgba);
    }
    let [red, green, blue] = PANEL_TINT;
    let mut canvas = Canvas::new(
        width_px,
        height_px,
        [red, green, blue, 255].repeat(rgba.len() / 4),
    );
    let (pixels, _) = rgba.as_chunks::<4>();
    canvas.blend(canvas.bounds(), canvas.bounds(), |at| pixels[at]);
    canvas
}

#[cfg(test)]
mod tests {
    use super::contrast::ratio;
    use super::*;
    use crate::layout::{ACCENT, COLUMN, SOFT, WHITE};

    /// A picture of the card's size out of a colour for each pixel.
    fn picture(color: impl Fn(u32, u32) -> [u8; 4], opaque: bool) -> Pixels {
        let rgba = (0..CARD_HEIGHT_PX).flat_map(|y| (0..CARD_WIDTH_PX).map(move |x| (x, y)));
        Pixels::new(
            CARD_WIDTH_PX,
            CARD_HEIGHT_PX,
            rgba.flat_map(|(x, y)| color(x, y)).collect(),
            opaque,
        )
    }

    /// The worst contrast ratio of any text to any pixel that it may stand on.
    fn worst_ratio(background: &Background) -> f32 {
        let mut base = background.base().clone();
        let behind: Vec<_> = (COLUMN.top + 20..COLUMN.bottom - 20)
            .flat_map(|y| base.row_mut(y, COLUMN.left, COLUMN.right).to_vec())
            .map(|[red, green, blue, _]| [red, green, blue].map(f32::from))
            .collect();
        [WHITE, ACCENT, SOFT]
            .into_iter()
            .flat_map(|text| {
                behind
                    .iter()
                    .map(move |&behind| ratio(text.map(f32::from), behind))
            })
            .fold(f32::INFINITY, f32::min)
    }

    #[test]
    fn text_is_legible_on_any_background() {
        let white = picture(|_, _| [255; 4], true);
        let stripes = picture(
            |x, _| {
                if x / 40 % 2 == 0 {
                    [255, 255, 0, 255]
                } else {
                    [0, 0, 0, 255]
                }
            },
            true,
        );
        let noise = picture(
            |x, y| {
                [
                    (x * 31 + y * 17) as u8,
                    (x * y) as u8,
                    ((x * 7) ^ (y * 13)) as u8,
                    255,
                ]
            },
            true,
        );
        let clear = picture(|_, _| [255, 255, 255, 0], false);
        for (name, picture) in [
            ("white", white),
            ("stripes", stripes),
            ("noise", noise),
            ("clear", clear),
        ] {
            let worst = worst_ratio(&Background::prepare(&picture));
            assert!(worst >= 4.5, "{name}: {worst}");
        }
        let worst = worst_ratio(&Background::built_in());
        assert!(worst >= 4.5, "built in: {worst}");
    }

    #[test]
    fn picture_covers_the_card_and_keeps_its_middle() {
        // Three vertical bands, three times as wide as the card's shape: only the middle one stays.
        let bands = Pixels::new(
            900,
            150,
            (0..900 * 150)
                .flat_map(|at| [[200, 0, 0, 255], [0, 200, 0, 255], [0, 0, 200, 255]][at % 900 / 300])
                .collect(),
            true,
        );
        let background = Background::prepare(&bands);
        let mut base = background.base().clone();
        for (x, y) in [(8, 0), (base.width_px - 9, base.height_px - 1)] {
            assert_eq!(base.row_mut(y, x, x + 1), [[0, 200, 0, 255]], "({x}, {y})");
        }
    }

    #[test]
    fn built_in_background_is_drawn_once() {
        assert!(Arc::ptr_eq(
            &Background::built_in().base,
            &Background::built_in().base
        ));
    }
}
