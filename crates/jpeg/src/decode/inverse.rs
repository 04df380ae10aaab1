//! Coefficients into samples: dequantization and the inverse transform, of two blocks at a time.
//!
//! Of a block of 8 x 8 coefficients the first N x N make N x N samples by the transform of N points (Duhamel and Guillemot,
//! 1990; libjpeg scales so): what the frequencies that are left out would have added, the smaller picture cannot show.

use std::f64::consts::PI;

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, i16x16, u8x32};

use super::Eighths;
use super::planes::Plane;
use crate::dct::{scale, transpose};
use crate::quantization::ZIGZAG;

/// So many bits after the point have the samples while they are computed. The largest coefficient is 1024 (T.81, A.3.3), so
/// that sixteen bits hold twice of it; what damaged files make overflow becomes noise.
const FRACTION_BITS: u32 = 4;
/// What a batch holds of a component fits into the nearest cache with those of the others.
const BATCH_LEN: usize = 16;

/// Where each coefficient of the left one of two blocks stands in a batch, in zigzag order.
pub(super) static PLACES: [u8; 64] = {
    let mut places = [0; 64];
    let mut at = 0;
    while at < 64 {
        places[at] = ZIGZAG[at] / 8 * 16 + ZIGZAG[at] % 8;
        at += 1;
    }
    places
};

/// Blocks on their way into a plane.
pub(super) struct Batch {
    /// Two blocks each: by row, then by block, then by column.
    coefficients: [[i16; 128]; BATCH_LEN / 2],
    /// Where the last coefficient of each block stands, in zigzag order.
    lasts: [usize; BATCH_LEN],
    /// Where each block begins in the plane.
    places: [usize; BATCH_LEN],
    len: usize,
}

impl Batch {
    pub(super) fn new() -> Self {
        Self {
            coefficients: [[0; 128]; BATCH_LEN / 2],
            lasts: [0; BATCH_LEN],
            places: [0; BATCH_LEN],
            len: 0,
        }
    }

    /// Where the next block is to be put: all zeros, and whether it is the left (0) or the right one (1).
    #[inline(always)]
    pub(super) fn next(&mut self) -> (&mut [i16; 128], usize) {
        (
            &mut self.coefficients[self.len / 2 % (BATCH_LEN / 2)],
            self.len % 2,
        )
    }

    /// Counts the block that was put there; true when there is no room for more.
    #[inline(always)]
    pub(super) fn push(&mut self, last: usize, place: usize) -> bool {
        self.lasts[self.len % BATCH_LEN] = last;
        self.places[self.len % BATCH_LEN] = place;
        self.len += 1;
        self.len == BATCH_LEN
    }
}

/// The way from a component's coefficients to its samples.
pub(super) struct Inverse {
    points: usize,
    /// What coefficients are multiplied with, in the order of a batch.
    factors: [i16; 128],
    /// By sample, then by coefficient: its share, as a fraction of 32,768, in all lanes. The second half of the samples
    /// mirrors the first.
    waves: [[[i16; 16]; 8]; 4],
}

impl Inverse {
    pub(super) fn new(quantizers: &[u8; 64], eighths: Eighths) -> Self {
        let points = usize::from(eighths.count());
        let mut factors = [0; 128];
        for (&at, &zigzag) in PLACES.iter().zip(&ZIGZAG) {
            let factor = i16::from(quantizers[usize::from(zigzag)]) << FRACTION_BITS;
            factors[usize::from(at)] = factor;
            factors[usize::from(at) + 8] = factor;
        }
        let wave = |sample: usize, frequency: usize| {
            let turn = (2 * sample + 1) as f64 * frequency as f64 * PI / (2 * points) as f64;
            let norm = if frequency == 0 { 0.125_f64.sqrt() } else { 0.5 };
            [(turn.cos() * norm * 32768.0).round() as i16; 16]
        };
        Self {
            points,
            factors,
            waves: std::array::from_fn(|sample| std::array::from_fn(|frequency| wave(sample, frequency))),
        }
    }

    /// Empties a batch into a plane.
    pub(super) fn run(&self, batch: &mut Batch, plane: &mut Plane) {
        dispatch!(Level::new(), simd => match self.points {
            1 => self.run_with::<_, 1>(simd, batch, plane),
            2 => self.run_with::<_, 2>(simd, batch, plane),
            3 => self.run_with::<_, 3>(simd, batch, plane),
            4 => self.run_with::<_, 4>(simd, batch, plane),
            5 => self.run_with::<_, 5>(simd, batch, plane),
            6 => self.run_with::<_, 6>(simd, batch, plane),
            7 => self.run_with::<_, 7>(simd, batch, plane),
            _ => self.run_with::<_, 8>(simd, batch, plane),
        });
        batch.len = 0;
    }

    #[inline(always)]
    fn run_with<S: Simd, const N: usize>(&self, simd: S, batch: &mut Batch, plane: &mut Plane) {
        let blocks = batch.lasts.chunks_exact(2).zip(batch.places.chunks_exact(2));
        for (pair, (coefficients, (lasts, places))) in batch.coefficients.iter_mut().zip(blocks).enumerate() {
            let Some(left @ 1..) = batch.len.checked_sub(2 * pair) else {
                break;
            };
            let places = &places[..left.min(2)];
            if lasts == [0, 0] {
                self.put_flat::<N>(coefficients, places, plane);
            } else {
                let columns = self.transform::<S, N>(simd, coefficients);
                for (half, &place) in places.iter().enumerate() {
                    for (x, column) in columns.iter().take(N).enumerate() {
                        plane.put_column(place, x, column[half]);
                    }
                }
            }
            *coefficients = [0; 128];
        }
    }

    /// Blocks of one colour each.
    #[inline(always)]
    fn put_flat<const N: usize>(&self, coefficients: &[i16; 128], places: &[usize], plane: &mut Plane) {
        for (half, &place) in places.iter().enumerate() {
            let dc = i32::from(coefficients[8 * half].wrapping_mul(self.factors[0]));
            let sample = ((dc + (4 << FRACTION_BITS)) >> (3 + FRACTION_BITS)).clamp(-128, 127) as u8;
            for x in 0..N {
                plane.put_column(place, x, [sample; 8]);
            }
        }
    }

    /// N columns of both blocks, of which the first N samples mean something.
    #[inline(always)]
    fn transform<S: Simd, const N: usize>(&self, simd: S, coefficients: &[i16; 128]) -> [[[u8; 8]; 2]; 8] {
        let mut rows = [i16x16::splat(simd, 0); 8];
        for (v, row) in rows.iter_mut().enumerate().take(N) {
            let read = i16x16::from_slice(simd, &coefficients[v * 16..][..16]);
            *row = read * i16x16::from_slice(simd, &self.factors[v * 16..][..16]);
        }
        let down = self.pass::<S, N>(simd, rows);
        let columns = self.pass::<S, N>(simd, transpose(simd, down));
        let mut samples = [[[0; 8]; 2]; 8];
        for x in (0..N).step_by(2) {
            let (one, next) = (rounded(columns[x]), rounded(columns[(x + 1) % 8]));
            let bytes: u8x32<S> = one.saturating_narrow(next).bitcast();
            let bytes = bytes.to_array();
            let (blocks, _) = bytes.as_chunks::<8>();
            samples[x] = [blocks[0], blocks[1]];
            samples[(x + 1) % 8] = [blocks[2], blocks[3]];
        }
        samples
    }

    /// The transform over the first N coefficients of each lane.
    #[inline(always)]
    fn pass<S: Simd, const N: usize>(&self, simd: S, input: [i16x16<S>; 8]) -> [i16x16<S>; 8] {
        let mut output = [i16x16::splat(simd, 0); 8];
        for sample in 0..N.div_ceil(2) {
            // Cosines of even frequencies are the same in both halves, those of odd ones differ in their sign.
            let mut sums = [i16x16::splat(simd, 0); 2];
            for frequency in 0..N {
                let wave = i16x16::load_array_ref(simd, &self.waves[sample][frequency]);
                sums[frequency % 2] += scale(simd, input[frequency], wave);
            }
            let [even, odd] = sums;
            output[sample] = even + odd;
            if sample != N - 1 - sample {
                output[N - 1 - sample] = even - odd;
            }
        }
        output
    }
}

#[inline(always)]
fn rounded<S: Simd>(samples: i16x16<S>) -> i16x16<S> {
    (samples + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS
}
