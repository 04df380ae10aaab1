//! The forward transform and the quantization, of two blocks at a time.
//!
//! The transform is the one that Arai, Agui and Nakajima published in 1988 ("A fast DCT-SQ scheme for images"): five
//! multiplications for eight samples, because it leaves each coefficient multiplied by a factor of its own, which the
//! quantization divides out together with the quantizer.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::_mm256_mulhrs_epi16;
use std::f64::consts::FRAC_1_SQRT_2;

use fearless_simd::prelude::*;
#[cfg(target_arch = "x86_64")]
use fearless_simd::{
    Level,
    x86::{Avx2, Avx512},
};
use fearless_simd::{Simd, i16x8, i16x16};

use crate::color::Pair;
use crate::quantization::{Reciprocals, ZIGZAG_MASKS};

/// Two quantized blocks.
pub(crate) struct Quantized {
    /// By column of the block, then by block, then by row: as the second pass leaves them.
    pub(crate) coefficients: [i16; 128],
    /// Which coefficients of each block are not zero, in zigzag order from the lowest bit.
    pub(crate) nonzero: [u64; 2],
}

/// Transforms and quantizes two blocks.
///
/// Sixteen bits are enough: a sample is at most 256, a pass makes of it at most 10.06 times as much (the sum of the
/// factors that make the second coefficient), and two passes 25,900. What the rounding of the multiplications costs
/// is a twentieth of what the quantization at quality 90 does.
#[inline(always)]
pub(crate) fn transform<S: Simd>(simd: S, pair: Pair<S>, reciprocals: &Reciprocals) -> Quantized {
    let columns = pass(simd, transpose(simd, pass(simd, pair)));
    let zero = i16x16::splat(simd, 0);
    let mut coefficients = [0; 128];
    let mut nonzero = [0; 2];
    for (index, column) in columns.into_iter().enumerate() {
        let quantized = scale(simd, column, i16x16::load_array_ref(simd, &reciprocals[index]));
        quantized.store_slice(&mut coefficients[index * 16..][..16]);
        let bits = !quantized.simd_eq(zero).to_bitmask();
        let masks = &ZIGZAG_MASKS[index];
        nonzero[0] |= masks[(bits & 0xFF) as usize];
        nonzero[1] |= masks[(bits >> 8 & 0xFF) as usize];
    }
    Quantized {
        coefficients,
        nonzero,
    }
}

/// The transform over eight samples of each lane.
#[inline(always)]
fn pass<S: Simd>(simd: S, [s0, s1, s2, s3, s4, s5, s6, s7]: [i16x16<S>; 8]) -> [i16x16<S>; 8] {
    let (even, odd) = (
        [s0 + s7, s1 + s6, s2 + s5, s3 + s4],
        [s0 - s7, s1 - s6, s2 - s5, s3 - s4],
    );

    let (outer, inner) = (even[0] + even[3], even[1] + even[2]);
    let (c0, c4) = (outer + inner, outer - inner);
    let difference = even[0] - even[3];
    let turned = times(simd, even[1] - even[2] + difference, FRAC_1_SQRT_2);
    let (c2, c6) = (difference + turned, difference - turned);

    let (low, middle, high) = (odd[3] + odd[2], odd[2] + odd[1], odd[1] + odd[0]);
    let shared = times(simd, low - high, 0.382_683_433);
    let low = times(simd, low, 0.541_196_100) + shared;
    // 1.306563 is more than sixteen bits hold.
    let high = high + times(simd, high, 0.306_562_965) + shared;
    let middle = times(simd, middle, FRAC_1_SQRT_2);
    let (plus, minus) = (odd[0] + middle, odd[0] - middle);
    [c0, plus + high, c2, minus - low, c4, minus + low, c6, plus - high]
}

#[inline(always)]
fn times<S: Simd>(simd: S, lanes: i16x16<S>, factor: f64) -> i16x16<S> {
    scale(simd, lanes, i16x16::splat(simd, (factor * 32768.0) as i16))
}

/// The product with a fraction of 32,768, rounded to nearest.
#[inline(always)]
pub(crate) fn scale<S: Simd>(simd: S, lanes: i16x16<S>, fractions: i16x16<S>) -> i16x16<S> {
    // x86-64 has an instruction that does just this, which compilers do not find in the lines below.
    #[cfg(target_arch = "x86_64")]
    match simd.level() {
        Level::Avx2(avx2) => {
            let product = scale_avx2(
                avx2,
                lanes.to_array().simd_into(avx2),
                fractions.to_array().simd_into(avx2),
            );
            return i16x16::load_array(simd, product.to_array());
        }
        Level::Avx512(avx512) => {
            let product = scale_avx512(
                avx512,
                lanes.to_array().simd_into(avx512),
                fractions.to_array().simd_into(avx512),
            );
            return i16x16::load_array(simd, product.to_array());
        }
        _ => {}
    }
    let (lanes, fractions) = (lanes.to_array(), fractions.to_array());
    let mut products = [0; 16];
    for ((product, lane), fraction) in products.iter_mut().zip(lanes).zip(fractions) {
        *product = ((((i32::from(lane) * i32::from(fraction)) >> 14) + 1) >> 1) as i16;
    }
    i16x16::load_array(simd, products)
}

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    #[inline(always)]
    fn scale_avx2(avx2: Avx2, lanes: i16x16<Avx2>, fractions: i16x16<Avx2>) -> i16x16<Avx2> {
        _mm256_mulhrs_epi16(lanes.into(), fractions.into()).simd_into(avx2)
    }
);

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    #[inline(always)]
    fn scale_avx512(avx512: Avx512, lanes: i16x16<Avx512>, fractions: i16x16<Avx512>) -> i16x16<Avx512> {
        _mm256_mulhrs_epi16(lanes.into(), fractions.into()).simd_into(avx512)
    }
);

/// Turns each of the two blocks about its diagonal.
#[inline(always)]
pub(crate) fn transpose<S: Simd>(_simd: S, rows: [i16x16<S>; 8]) -> [i16x16<S>; 8] {
    let halves = rows.map(
        #[inline(always)]
        |row| row.split(),
    );
    let left = transpose_block(halves.map(
        #[inline(always)]
        |(left, _)| left,
    ));
    let right = transpose_block(halves.map(
        #[inline(always)]
        |(_, right)| right,
    ));
    std::array::from_fn(
        #[inline(always)]
        |index| left[index].combine(right[index]),
    )
}

/// Three rounds, each of which brings together what stands four rows apart.
#[inline(always)]
fn transpose_block<S: Simd>(mut rows: [i16x8<S>; 8]) -> [i16x8<S>; 8] {
    for _ in 0..3 {
        rows = [
            rows[0].zip_low(rows[4]),
            rows[0].zip_high(rows[4]),
            rows[1].zip_low(rows[5]),
            rows[1].zip_high(rows[5]),
            rows[2].zip_low(rows[6]),
            rows[2].zip_high(rows[6]),
            rows[3].zip_low(rows[7]),
            rows[3].zip_high(rows[7]),
        ];
    }
    rows
}
