//! Decoded samples.

use super::Eighths;
use super::fit;

/// A decoded picture: luma alone, or luma, Cb and Cr, which may have fewer samples.
pub struct Planes {
    pub(super) width_px: u16,
    pub(super) height_px: u16,
    pub(super) planes: Vec<Plane>,
}

/// A part of a picture, in pixels of its own size, however small it was decoded. All of it lies within the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// From the picture's left side to the part's.
    pub left: f64,
    /// From the picture's top to the part's.
    pub top: f64,
    /// More than 0.
    pub width: f64,
    /// More than 0.
    pub height: f64,
}

impl Planes {
    /// The pixels of a part of the picture at another size: opaque RGBX8 of `width_px` x `height_px`, sRGB, rows from the top,
    /// the fourth bytes being 255.
    ///
    /// Luma and chroma are scaled before they become colours (bicubic, as wide as the shrinking asks for), so that chroma
    /// of half the size need not be made larger first.
    ///
    /// # Panics
    /// When a side is 0, or the part does not lie within the picture.
    pub fn rgbx(&self, part: Part, width_px: u32, height_px: u32) -> Vec<u8> {
        assert!(width_px > 0 && height_px > 0, "a picture has a pixel");
        let within =
            |from: f64, len: f64, all: u16| from >= 0.0 && len > 0.0 && from + len <= f64::from(all) + 1e-6;
        assert!(
            within(part.left, part.width, self.width_px) && within(part.top, part.height, self.height_px),
            "the part lies within the picture"
        );
        fit::rgbx(self, part, width_px as usize, height_px as usize)
    }
}

/// The samples of a component. They are kept column by column: so both transforming and scaling across can work on many
/// rows at once.
pub(super) struct Plane {
    /// From -128 to 127, as two's complements.
    pub(super) samples: Vec<u8>,
    /// Samples from one column to the next, a multiple of [`LANES`].
    pub(super) stride: usize,
    points: usize,
    /// Samples for a pixel of the picture's own size.
    pub(super) across: f64,
    pub(super) down: f64,
    /// How many columns and rows belong to the picture, if only in part.
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// Samples that are worked on at a time.
pub(super) const LANES: usize = 32;
/// Columns of a block are written whole, whatever they have of samples.
const SPILL: usize = 8;

impl Plane {
    pub(super) fn new(
        [block_columns, block_rows]: [usize; 2],
        eighths: Eighths,
        [width, height]: [f64; 2],
        [across, down]: [f64; 2],
    ) -> Self {
        let points = usize::from(eighths.count());
        let stride = (block_rows * points + SPILL).next_multiple_of(LANES);
        Self {
            samples: vec![0; block_columns * points * stride],
            stride,
            points,
            across,
            down,
            columns: (width * across).ceil() as usize,
            rows: (height * down).ceil() as usize,
        }
    }

    /// Where a block begins.
    #[inline(always)]
    pub(super) fn place(&self, block_column: usize, block_row: usize) -> usize {
        (block_column * self.stride + block_row) * self.points
    }

    /// Writes the column of a block that begins at a place, and something below it. Blocks must come from top to bottom.
    #[inline(always)]
    pub(super) fn put_column(&mut self, place: usize, x: usize, column: [u8; 8]) {
        let at = place + x * self.stride;
        self.samples[at..at + 8].copy_from_slice(&column);
    }

    /// A column from a row on, as far as it goes.
    #[inline(always)]
    pub(super) fn column(&self, x: usize, row: usize) -> &[u8] {
        &self.samples[x * self.stride + row..(x + 1) * self.stride]
    }
}
