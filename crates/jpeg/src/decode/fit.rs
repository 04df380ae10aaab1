//! Planes into pixels of another size: scaling across, turning columns into rows, scaling down and mixing colours.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, i8x32, i16x16, u8x16, u8x32};

use super::planes::{LANES, Part, Plane, Planes};
use super::weights::Weights;
use crate::dct::scale;

/// Columns become rows in squares of so many samples.
const TURN: usize = 16;
/// So many bits after the point has a weighed sum.
const SUM_BITS: u32 = 7;
/// And a sample of luma or chroma while colours are mixed.
const MIX_BITS: u32 = 5;

/// A component at its final width, rows from the top, `stride` samples in each.
struct Narrowed<'a> {
    samples: Vec<u8>,
    stride: usize,
    /// Where the rows that are needed begin.
    first_row: usize,
    down: &'a Weights,
}

pub(super) fn rgbx(planes: &Planes, part: Part, width: usize, height: usize) -> Vec<u8> {
    let weights = |plane: &Plane| {
        let (left, seen_width) = (part.left * plane.across, part.width * plane.across);
        let (top, seen_height) = (part.top * plane.down, part.height * plane.down);
        [
            Weights::new(left, seen_width, plane.columns, width),
            Weights::new(top, seen_height, plane.rows, height),
        ]
    };
    // Both chromas have the same sides.
    let all: Vec<[Weights; 2]> = planes.planes.iter().take(2).map(weights).collect();
    let narrowed: Vec<Narrowed<'_>> = planes
        .planes
        .iter()
        .zip(all.iter().chain(all.last()))
        .map(|(plane, [across, down])| narrow(plane, across, down))
        .collect();
    let mut pixels = Vec::with_capacity(width * height * 4);
    dispatch!(Level::new(), simd => mix(simd, &narrowed, width, height, &mut pixels));
    pixels
}

/// Scales a plane across, as many rows of it as are seen.
fn narrow<'a>(plane: &Plane, across: &Weights, down: &'a Weights) -> Narrowed<'a> {
    let seen = down.seen();
    let first_row = seen.start / LANES * LANES;
    let rows = (seen.end - first_row).next_multiple_of(LANES);
    let stride = across.len().next_multiple_of(LANES);
    let mut samples = vec![0; stride * rows];
    let mut strip = vec![0; TURN * rows];
    dispatch!(Level::new(), simd => {
        for left in (0..across.len()).step_by(TURN) {
            for (x, column) in (left..across.len()).zip(strip.chunks_exact_mut(rows)) {
                narrow_column(simd, plane, across.of(x), first_row, column);
            }
            turn(simd, &strip, rows, &mut samples[left..], stride);
        }
    });
    Narrowed {
        samples,
        stride,
        first_row,
        down,
    }
}

// No closures from here on: they would be compiled without the instructions that `dispatch!` chose.
#[inline(always)]
fn narrow_column<S: Simd>(
    simd: S,
    plane: &Plane,
    (start, weights): (usize, &[i16]),
    first_row: usize,
    column: &mut [u8],
) {
    for (index, output) in column.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let row = first_row + index * LANES;
        let mut sums = [i16x16::splat(simd, 0); 2];
        for (x, &weight) in (start..).zip(weights) {
            weigh(simd, &plane.column(x, row)[..LANES], weight, &mut sums);
        }
        let [low, high] = sums;
        let half = 1 << (SUM_BITS - 1);
        let rounded: u8x32<S> = ((low + half) >> SUM_BITS)
            .saturating_narrow((high + half) >> SUM_BITS)
            .bitcast();
        *output = rounded.to_array();
    }
}

/// Adds the products of samples and a weight to sums.
#[inline(always)]
fn weigh<S: Simd>(simd: S, samples: &[u8], weight: i16, sums: &mut [i16x16<S>; 2]) {
    let samples: i8x32<S> = u8x32::from_slice(simd, samples).bitcast();
    let (low, high) = samples.widen();
    let weight = i16x16::splat(simd, weight);
    sums[0] += scale(simd, low << 8, weight);
    sums[1] += scale(simd, high << 8, weight);
}

/// Writes columns, each `rows` long, as rows that begin `stride` samples apart.
#[inline(always)]
fn turn<S: Simd>(simd: S, columns: &[u8], rows: usize, output: &mut [u8], stride: usize) {
    for top in (0..rows).step_by(TURN) {
        let mut square = [u8x16::splat(simd, 0); TURN];
        for (x, column) in square.iter_mut().enumerate() {
            *column = u8x16::from_slice(simd, &columns[x * rows + top..][..TURN]);
        }
        // Four rounds, each of which brings together what stands eight columns apart.
        for _ in 0..4 {
            let before = square;
            for x in 0..TURN / 2 {
                square[2 * x] = before[x].zip_low(before[x + TURN / 2]);
                square[2 * x + 1] = before[x].zip_high(before[x + TURN / 2]);
            }
        }
        for (y, row) in square.iter().enumerate() {
            row.store_slice(&mut output[(top + y) * stride..][..TURN]);
        }
    }
}

/// Scales down, and mixes colours.
#[inline(always)]
fn mix<S: Simd>(simd: S, components: &[Narrowed<'_>], width: usize, height: usize, pixels: &mut Vec<u8>) {
    for y in 0..height {
        for left in (0..width).step_by(LANES) {
            let luma = row(simd, &components[0], y, left);
            let some = if let [_, cb, cr] = components {
                mixed(simd, luma, row(simd, cb, y, left), row(simd, cr, y, left))
            } else {
                let none = [i16x16::splat(simd, 0); 2];
                mixed(simd, luma, none, none)
            };
            if width - left >= LANES {
                pixels.extend_from_slice(&some);
            } else {
                pixels.extend_from_slice(&some[..4 * (width - left)]);
            }
        }
    }
}

/// Some samples of a row at its final size, with [`MIX_BITS`] after the point.
#[inline(always)]
fn row<S: Simd>(simd: S, component: &Narrowed<'_>, y: usize, left: usize) -> [i16x16<S>; 2] {
    let (start, weights) = component.down.of(y);
    let mut sums = [i16x16::splat(simd, 0); 2];
    for (row, &weight) in (start - component.first_row..).zip(weights) {
        weigh(
            simd,
            &component.samples[row * component.stride + left..][..LANES],
            weight,
            &mut sums,
        );
    }
    [sums[0] >> (SUM_BITS - MIX_BITS), sums[1] >> (SUM_BITS - MIX_BITS)]
}

/// BT.601 over the full range, as JFIF 1.02 defines it.
#[inline(always)]
fn mixed<S: Simd>(simd: S, luma: [i16x16<S>; 2], cb: [i16x16<S>; 2], cr: [i16x16<S>; 2]) -> [u8; 4 * LANES] {
    let low = colors(simd, luma[0], cb[0], cr[0]);
    let high = colors(simd, luma[1], cb[1], cr[1]);
    let red = clamped(low[0], high[0]).split();
    let green = clamped(low[1], high[1]).split();
    let blue = clamped(low[2], high[2]).split();
    let full = u8x16::splat(simd, 255);
    let mut rgbx = [0; 4 * LANES];
    let (first, second) = rgbx.split_at_mut(2 * LANES);
    u8x16::store_four_interleaved([red.0, green.0, blue.0, full], first);
    u8x16::store_four_interleaved([red.1, green.1, blue.1, full], second);
    rgbx
}

/// Red, green and blue in whole numbers, 0 being the middle.
#[inline(always)]
fn colors<S: Simd>(simd: S, luma: i16x16<S>, cb: i16x16<S>, cr: i16x16<S>) -> [i16x16<S>; 3] {
    let luma = luma + (1 << (MIX_BITS - 1));
    let red = luma + cr + share(simd, cr, 0.402);
    let green = luma - share(simd, cb, 0.344_136) - share(simd, cr, 0.714_136);
    let blue = luma + cb + share(simd, cb, 0.772);
    [red >> MIX_BITS, green >> MIX_BITS, blue >> MIX_BITS]
}

#[inline(always)]
fn share<S: Simd>(simd: S, lanes: i16x16<S>, factor: f64) -> i16x16<S> {
    scale(simd, lanes, i16x16::splat(simd, (factor * 32768.0 + 0.5) as i16))
}

/// Making signed bytes of a channel is what clamps it; then its middle goes where it belongs.
#[inline(always)]
fn clamped<S: Simd>(low: i16x16<S>, high: i16x16<S>) -> u8x32<S> {
    let clamped: u8x32<S> = low.saturating_narrow(high).bitcast();
    clamped ^ 0x80
}

#[cfg(test)]
mod tests {
    use super::super::Eighths;
    use super::*;

    /// A picture of one column, whose pixels are these.
    fn column(samples: &[[u8; 3]]) -> Planes {
        let height = samples.len();
        let planes = (0..3).map(|component| {
            let blocks = [1, height.div_ceil(8)];
            let mut plane = Plane::new(blocks, Eighths::ALL, [1.0, height as f64], [1.0, 1.0]);
            for (y, sample) in samples.iter().enumerate() {
                plane.samples[y] = sample[component] ^ 0x80;
            }
            plane
        });
        Planes {
            width_px: 1,
            height_px: height as u16,
            planes: planes.collect(),
        }
    }

    #[test]
    fn colours_are_those_of_the_standard() {
        for red_levels in [0, 64, 128, 192, 255] {
            let samples: Vec<[u8; 3]> = (0..32 * 32)
                .map(|at| [red_levels, (at % 32 * 255 / 31) as u8, (at / 32 * 255 / 31) as u8])
                .collect();
            let all = Part {
                left: 0.0,
                top: 0.0,
                width: 1.0,
                height: samples.len() as f64,
            };
            let pixels = column(&samples).rgbx(all, 1, samples.len() as u32);
            for (sample, pixel) in samples.iter().zip(pixels.as_chunks::<4>().0) {
                let [y, cb, cr] = sample.map(f64::from);
                let exact = [
                    y + 1.402 * (cr - 128.0),
                    y - 0.344_136 * (cb - 128.0) - 0.714_136 * (cr - 128.0),
                    y + 1.772 * (cb - 128.0),
                ];
                for (exact, &got) in exact.into_iter().zip(pixel) {
                    assert!(
                        (exact.clamp(0.0, 255.0) - f64::from(got)).abs() < 0.6,
                        "{sample:?}: {pixel:?}"
                    );
                }
                assert_eq!(pixel[3], 255);
            }
        }
    }
}
