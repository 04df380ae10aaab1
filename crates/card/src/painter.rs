//! Draws cards, one after the other.

use fast_image_resize::Resizer;

use crate::avatar::{self, Disc};
use crate::decode;
use crate::encode::{self, CardError, Format, Picture};
use crate::layout::{CARD_HEIGHT_PX, CARD_WIDTH_PX};
use crate::paint::Canvas;
use crate::text::Typesetter;
use crate::welcome::{self, WelcomeCard};

/// Draws cards. Keeps what it needs again (shaped fonts, glyphs, buffers: some 20 MB at most), so make one and use it
/// for long, on one thread; [`crate::Pool`] does that.
pub struct Painter {
    format: Format,
    canvas: Canvas,
    typesetter: Typesetter,
    resizer: Resizer,
    disc: Disc,
}

impl Painter {
    /// A painter of JPEGs. Takes about a millisecond; fonts are read when a name asks for them.
    pub fn new() -> Self {
        Self::with_format(Format::default())
    }

    /// A painter that writes its cards in this format.
    pub fn with_format(format: Format) -> Self {
        let (width_px, height_px) = (CARD_WIDTH_PX.cast_signed(), CARD_HEIGHT_PX.cast_signed());
        Self {
            format,
            canvas: Canvas::new(width_px, height_px, vec![0; (width_px * height_px * 4) as usize]),
            typesetter: Typesetter::new(),
            resizer: Resizer::new(),
            disc: Disc::new(),
        }
    }

    /// Draws the welcome card, [`CARD_WIDTH_PX`] x [`CARD_HEIGHT_PX`].
    ///
    /// An avatar that cannot be read is replaced by one of our own, and [`Picture::avatar_refused`] says why. No name
    /// is an error: what cannot be shown is left out.
    ///
    /// # Errors
    /// [`CardError`]: the picture could not be encoded.
    pub fn welcome(&mut self, card: &WelcomeCard) -> Result<Picture, CardError> {
        self.compose(card);
        let avatar_refused = self.avatar(card);
        Ok(Picture {
            bytes: encode::encode(&self.canvas, self.format)?,
            format: self.format,
            width_px: CARD_WIDTH_PX,
            height_px: CARD_HEIGHT_PX,
            avatar_refused,
        })
    }

    fn compose(&mut self, card: &WelcomeCard) {
        self.canvas.rgbx.copy_from_slice(&card.background.base().rgbx);
        welcome::draw_text(&mut self.canvas, &mut self.typesetter, card);
    }

    fn avatar(&mut self, card: &WelcomeCard) -> Option<decode::DecodeError> {
        let refused = match card.avatar.as_deref().map(decode::decode) {
            Some(Ok(picture)) => {
                avatar::draw(&mut self.canvas, &mut self.resizer, &self.disc, &picture);
                return None;
            }
            Some(Err(error)) => Some(error),
            None => None,
        };
        avatar::draw_default(&mut self.canvas, &mut self.typesetter, &self.disc, &card.name);
        refused
    }
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}
