//! RGB into luma and chroma: BT.601 over the full range, as JFIF 1.02 defines it.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i16x16, i32x8, u8x32, u32x8};

/// Two blocks of 8 x 8 samples side by side: eight rows of sixteen lanes. Samples are twice what T.81 feeds to the
/// transform, from -256 to 255: 0 is the middle, and the lowest bit is a half that rounding would have cost.
pub(crate) type Pair<S> = [i16x16<S>; 8];

/// In a square: two rows of two luma blocks, then the two chroma blocks.
pub(crate) const PAIRS: usize = 3;

/// The first fifteen of a factor's bits after the point.
const fn factor(value: f64) -> i16 {
    (value * 32768.0 + 0.5).floor() as i16
}

/// Pairs of factors for pairs of 16-bit lanes: red and blue, then green and [`ONE`].
struct Factors {
    red_blue: u32,
    green_one: u32,
}

impl Factors {
    const fn new(red: f64, green: f64, blue: f64, one: i32) -> Self {
        Self {
            red_blue: pair(factor(red), factor(blue)),
            green_one: pair(factor(green), one as i16),
        }
    }
}

const fn pair(low: i16, high: i16) -> u32 {
    low.cast_unsigned() as u32 | (high.cast_unsigned() as u32) << 16
}

/// Stands beside green, so that one multiplication more adds what rounds, and what moves 0..=255 to have 0 in the middle.
const ONE: i32 = 256;
/// Fifteen bits after the point, of which one stays.
const LUMA_SHIFT: u32 = 14;
const LUMA: Factors = Factors::new(0.299, 0.587, 0.114, ((1 << 13) - (128 << 15)) / ONE);
/// As for luma, and it is the sum of four pixels.
const CHROMA_SHIFT: u32 = 16;
const CB: Factors = Factors::new(-0.168_736, -0.331_264, 0.5, (1 << 15) / (4 * ONE));
const CR: Factors = Factors::new(0.5, -0.418_688, -0.081_312, (1 << 15) / (4 * ONE));

/// The samples of a square of 16 x 16 px whose rows begin `stride` bytes apart.
#[inline(always)]
pub(crate) fn convert<S: Simd>(simd: S, rgbx: &[u8], stride: usize) -> [Pair<S>; PAIRS] {
    let mut pairs = [[i16x16::splat(simd, 0); 8]; PAIRS];
    for y in 0..8 {
        let (above, below) = (
            Row::load(simd, &rgbx[2 * y * stride..][..64]),
            Row::load(simd, &rgbx[(2 * y + 1) * stride..][..64]),
        );
        let luma = &mut pairs[y / 4];
        luma[y % 4 * 2] = above.luma(simd);
        luma[y % 4 * 2 + 1] = below.luma(simd);
        let [cb, cr] = above.chroma_with(simd, below);
        pairs[2][y] = cb.narrow(cr);
    }
    pairs
}

/// Sixteen pixels as 16-bit lanes: red and blue in turn, and green and [`ONE`] in turn.
#[derive(Clone, Copy)]
struct Row<S: Simd> {
    red_blue: [u32x8<S>; 2],
    green_one: [u32x8<S>; 2],
}

impl<S: Simd> Row<S> {
    #[inline(always)]
    fn load(simd: S, rgbx: &[u8]) -> Self {
        let pixels = [&rgbx[..32], &rgbx[32..64]].map(
            #[inline(always)]
            |half| u8x32::from_slice(simd, half).bitcast::<u32x8<S>>(),
        );
        Self {
            red_blue: pixels.map(
                #[inline(always)]
                |rgbx| rgbx & 0x00FF_00FF,
            ),
            green_one: pixels.map(
                #[inline(always)]
                |rgbx| ((rgbx >> 8) & 0xFF) | (ONE.cast_unsigned() << 16),
            ),
        }
    }

    #[inline(always)]
    fn luma(self, simd: S) -> i16x16<S> {
        let [left, right] = [0, 1].map(
            #[inline(always)]
            |half| weigh(simd, self.red_blue[half], self.green_one[half], &LUMA) >> LUMA_SHIFT,
        );
        left.narrow(right)
    }

    /// Eight samples each of Cb and Cr, of this row and the one below.
    #[inline(always)]
    fn chroma_with(self, simd: S, below: Self) -> [i32x8<S>; 2] {
        // No lane overflows: four times 255, four times `ONE`.
        let red_blue = sum_of_squares(self.red_blue, below.red_blue);
        let green_one = sum_of_squares(self.green_one, below.green_one);
        [&CB, &CR].map(
            #[inline(always)]
            |factors| weigh(simd, red_blue, green_one, factors) >> CHROMA_SHIFT,
        )
    }
}

/// Sums squares of two by two lanes.
#[inline(always)]
fn sum_of_squares<S: Simd>(above: [u32x8<S>; 2], below: [u32x8<S>; 2]) -> u32x8<S> {
    let (left, right) = (above[0] + below[0], above[1] + below[1]);
    left.unzip_low(right) + left.unzip_high(right)
}

#[inline(always)]
fn weigh<S: Simd>(simd: S, red_blue: u32x8<S>, green_one: u32x8<S>, factors: &Factors) -> i32x8<S> {
    dot(simd, red_blue, factors.red_blue) + dot(simd, green_one, factors.green_one)
}

#[inline(always)]
fn dot<S: Simd>(simd: S, lanes: u32x8<S>, factors: u32) -> i32x8<S> {
    let (lanes, factors): (i16x16<S>, i16x16<S>) = (lanes.bitcast(), u32x8::splat(simd, factors).bitcast());
    lanes.pairwise_dot_product(factors)
}
