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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::background::Background;
    use crate::decode::DecodeError;
    use crate::layout::{AVATAR, COLUMN};
    use crate::paint::Rect;

    fn card(name: &str, guild_name: &str) -> WelcomeCard {
        WelcomeCard {
            name: name.to_owned(),
            guild_name: guild_name.to_owned(),
            member_number: Some(1234),
            avatar: None,
            background: Background::built_in(),
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

    fn pixel(painter: &Painter, x: i32, y: i32) -> [u8; 3] {
        let at = ((y * painter.canvas.width_px + x) * 4) as usize;
        [
            painter.canvas.rgbx[at],
            painter.canvas.rgbx[at + 1],
            painter.canvas.rgbx[at + 2],
        ]
    }

    /// The pixels that differ from the background's, outside of these boxes.
    fn strays(painter: &Painter, background: &Background, allowed: &[Rect]) -> usize {
        let (drawn, _) = painter.canvas.rgbx.as_chunks::<4>();
        let (base, _) = background.base().rgbx.as_chunks::<4>();
        let width = painter.canvas.width_px as usize;
        let outside = |at: usize| {
            let (x, y) = ((at % width) as i32, (at / width) as i32);
            !allowed
                .iter()
                .any(|place| (place.left..place.right).contains(&x) && (place.top..place.bottom).contains(&y))
        };
        (0..drawn.len())
            .filter(|&at| drawn[at] != base[at] && outside(at))
            .count()
    }

    #[test]
    fn same_card_gives_the_same_bytes_whatever_was_drawn_before() {
        let mut painter = Painter::new();
        let first = painter.welcome(&card("小林", "The Tea House")).expect("a card");
        painter.welcome(&card("محمد 👩‍👩‍👧‍👦", "مجلس")).expect("a card");
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
    fn avatar_fills_its_disc_and_nothing_else() {
        let mut painter = Painter::new();
        let mut card = card("", "");
        card.member_number = None;
        card.avatar = Some(green_png().into());
        painter.compose(&card);
        assert_eq!(painter.avatar(&card), None);
        let middle = (AVATAR.top + AVATAR.bottom) / 2;
        assert_eq!(pixel(&painter, AVATAR.left + 60, middle), [0, 200, 0]);
        assert_eq!(
            pixel(&painter, AVATAR.right - 60, middle),
            crate::layout::PLATE,
            "transparent on the right"
        );
        assert_eq!(pixel(&painter, AVATAR.left + 2, AVATAR.top + 2), {
            let base = card.background.base();
            let at = (((AVATAR.top + 2) * base.width_px + AVATAR.left + 2) * 4) as usize;
            [base.rgbx[at], base.rgbx[at + 1], base.rgbx[at + 2]]
        });
        assert_eq!(strays(&painter, &card.background, &[AVATAR, COLUMN]), 0);
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
            let mut card = card(blank, blank);
            card.member_number = None;
            assert_eq!(painter.welcome(&card).expect("a card").avatar_refused, None);
        }
    }

    #[test]
    fn marks_piled_up_stay_in_their_line() {
        let mut painter = Painter::new();
        let card = card(&format!("Z{}", "\u{30d}\u{316}".repeat(100)), "Tea");
        painter.compose(&card);
        let wide = Rect {
            left: COLUMN.left - 12,
            right: COLUMN.right + 12,
            ..COLUMN
        };
        assert_eq!(strays(&painter, &card.background, &[wide]), 0);
        // Above the greeting the panel is as it was.
        let above = Rect {
            bottom: COLUMN.top + 60,
            ..wide
        };
        let below = Rect {
            top: COLUMN.top + 60,
            ..wide
        };
        assert!(above.height() > 0);
        assert_eq!(strays(&painter, &card.background, &[below]), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// Whatever somebody is called, their name stays in the column, and nothing panics.
        #[test]
        fn no_name_leaves_its_place(
            name in prop_oneof![
                "\\PC{0,32}",
                prop::collection::vec(any::<char>(), 0..40).prop_map(|chars| chars.into_iter().collect::<String>()),
                "[\u{590}-\u{6ff}a-z0-9 \u{202a}-\u{202e}\u{2066}-\u{2069}\u{300}-\u{36f}]{0,80}",
                "[\u{1f3f4}\u{200d}\u{fe0f}\u{1f1e6}-\u{1f1ff}\u{1f468}-\u{1f469}\u{e0061}-\u{e007f}]{0,40}",
            ],
            guild_name in "\\PC{0,100}",
        ) {
            thread_local!(static PAINTER: std::cell::RefCell<Painter> = std::cell::RefCell::new(Painter::new()));
            PAINTER.with_borrow_mut(|painter| {
                let card = card(&name, &guild_name);
                painter.compose(&card);
                painter.avatar(&card);
                let wide = Rect { left: COLUMN.left - 12, right: COLUMN.right + 12, ..COLUMN };
                prop_assert_eq!(strays(painter, &card.background, &[wide, AVATAR]), 0);
                Ok(())
            })?;
        }
    }
}
