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
