//! What lies behind a panel, as frosted glass shows it.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use fearless_simd::{Level, dispatch};

use crate::paint::{Canvas, Rect};

/// The picture is blurred by way of one that is this many times smaller.
const SCALE: u32 = 14;

/// What all weights of a row come to.
const ONE: f32 = 256.0;

/// A blurred part of a canvas: as wide as it is, and of so few rows that those between them are best made when they are
/// drawn.
pub(super) struct Blurred {
    /// RGBX, `rows` rows of `width` pixels.
    wide: Vec<u8>,
    width: usize,
    rows: usize,
    height: usize,
    /// The colours of the smaller picture, RGBX.
    small: Vec<u8>,
}

impl Blurred {
    /// Blurs what lies at a place of a canvas.
    pub(super) fn new(canvas: &Canvas, resizer: &mut Resizer, place: Rect) -> Self {
        let (width, height) = (place.width().cast_unsigned(), place.height().cast_unsigned());
        let whole = ImageRef::new(
            canvas.width_px.cast_unsigned(),
            canvas.height_px.cast_unsigned(),
            &canvas.rgbx,
            PixelType::U8x4,
        )
        .expect("a canvas has as many pixels as its sides say");
        let smaller = |scale| Image::new(width.div_ceil(scale), height.div_ceil(scale), PixelType::U8x4);
        let (mut half_way, mut small) = (smaller(SCALE / 2), smaller(SCALE));
        let mut wide = Image::new(width, small.height(), PixelType::U8x4);
        let by = |filter| {
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
            options.use_alpha(false)
        };
        // The wide filter would look at each pixel six times; what is left after means of squares is as smooth.
        let means =
            by(FilterType::Box).crop(place.left.into(), place.top.into(), width.into(), height.into());
        resizer
            .resize(&whole, &mut half_way, &means)
            .expect("the panel lies on the canvas");
        let smooth = by(FilterType::Gaussian);
        resizer
            .resize(&half_way, &mut small, &smooth)
            .expect("both have the same pixel type");
        // Across first, for the few rows that there are.
        resizer
            .resize(&small, &mut wide, &smooth)
            .expect("both have the same pixel type");
        Self {
            width: width as usize,
            rows: small.height() as usize,
            height: height as usize,
            wide: wide.into_vec(),
            small: small.into_vec(),
        }
    }

    /// The colours that lie behind the panel, of each of which there is much.
    pub(super) fn colors(&self) -> impl Iterator<Item = [u8; 3]> {
        let (pixels, _) = self.small.as_chunks::<4>();
        pixels.iter().map(|&[red, green, blue, _]| [red, green, blue])
    }

    /// Writes one of its rows, of as many pixels as it is wide.
    ///
    /// A row is made of the three that are next to it, by the B-spline of second degree, whose spread is that of the
    /// Gaussian that everything else here is smoothed with.
    pub(super) fn row(&self, y: usize, row: &mut [[u8; 4]]) {
        let at = (y as f32 + 0.5) / self.height as f32 * self.rows as f32 - 0.5;
        let nearest = (at + 0.5).floor();
        let off = at - nearest;
        let (above, below) = (0.5 * (0.5 - off) * (0.5 - off), 0.5 * (0.5 + off) * (0.5 + off));
        let (above, below) = ((above * ONE + 0.5) as u16, (below * ONE + 0.5) as u16);
        let last = self.rows as i32 - 1;
        let rows = [-1, 0, 1].map(|step| {
            let index = (nearest as i32 + step).clamp(0, last) as usize;
            &self.wide[index * self.width * 4..][..self.width * 4]
        });
        let weights = [above, ONE as u16 - above - below, below];
        dispatch!(Level::new(), _simd => mixed(rows, weights, row.as_flattened_mut()));
    }
}

/// A plain loop, which `dispatch!` chooses the instructions for. The weights come to 256, so all fits into sixteen bits, also
/// with the half that rounds to nearest.
#[inline(always)]
fn mixed([above, middle, below]: [&[u8]; 3], weights: [u16; 3], row: &mut [u8]) {
    let [of_above, of_middle, of_below] = weights;
    let around = above.iter().zip(middle).zip(below);
    for (byte, ((&above, &middle), &below)) in row.iter_mut().zip(around) {
        let sum = u16::from(above) * of_above + u16::from(middle) * of_middle + u16::from(below) * of_below;
        *byte = ((sum + 128) >> 8) as u8;
    }
}
