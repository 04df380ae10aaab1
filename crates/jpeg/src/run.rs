//! Runs: a few squares of the picture that are coded without looking at others.

use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch};

use crate::color::{self, PAIRS};
use crate::dct;
use crate::entropy::{AC_CHROMA, AC_LUMA, BitWriter, DC_CHROMA, DC_LUMA, write_block};
use crate::quantization::Tables;
use crate::view::View;

/// How a picture falls into squares (T.81 calls them MCUs: 16 x 16 px, six blocks of 8 x 8 samples) and those into runs
/// (T.81's restart intervals), both in reading order. A run may go on in the next row of squares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    columns: usize,
    rows: usize,
}

impl Grid {
    pub(crate) const MCU_PX: usize = 16;
    /// Shorter ones code less that did not change, and cost more bytes: some five for each run.
    pub(crate) const RUN_MCUS: usize = 8;

    pub(crate) fn new(width_px: u16, height_px: u16) -> Self {
        Self {
            columns: usize::from(width_px).div_ceil(Self::MCU_PX),
            rows: usize::from(height_px).div_ceil(Self::MCU_PX),
        }
    }

    /// How many runs there are.
    pub(crate) fn runs(self) -> usize {
        (self.columns * self.rows).div_ceil(Self::RUN_MCUS)
    }

    /// The run that a square belongs to.
    pub(crate) fn run_at(self, column: usize, row: usize) -> usize {
        (row * self.columns + column) / Self::RUN_MCUS
    }

    fn mcus_of(self, run: usize) -> Range<usize> {
        let start = run * Self::RUN_MCUS;
        start..(start + Self::RUN_MCUS).min(self.columns * self.rows)
    }
}

/// A picture as runs.
pub(crate) struct Runs<'a> {
    view: View<'a>,
    grid: Grid,
    pub(crate) count: usize,
}

impl<'a> Runs<'a> {
    pub(crate) fn of(view: View<'a>) -> Self {
        let grid = Grid::new(view.width_px, view.height_px);
        Self {
            view,
            grid,
            count: grid.runs(),
        }
    }

    /// Appends the runs to a file, with the markers after them.
    pub(crate) fn encode(&self, runs: Range<usize>, tables: &Tables, file: &mut Vec<u8>) {
        dispatch!(Level::new(), simd => self.encode_with(simd, runs, tables, file));
    }

    // Inlined, so that the instructions chosen by `dispatch!` hold for all of it.
    #[inline(always)]
    fn encode_with<S: Simd>(&self, simd: S, runs: Range<usize>, tables: &Tables, file: &mut Vec<u8>) {
        for run in runs {
            let mut bits = BitWriter::new(file);
            let mut previous_dc = [0; 3];
            for mcu in self.grid.mcus_of(run) {
                self.encode_mcu(simd, mcu, tables, &mut previous_dc, &mut bits);
            }
            bits.finish();
            if run + 1 < self.count {
                file.extend_from_slice(&[0xFF, 0xD0 + (run % 8) as u8]);
            }
        }
    }

    #[inline(always)]
    fn encode_mcu<S: Simd>(
        &self,
        simd: S,
        mcu: usize,
        tables: &Tables,
        previous_dc: &mut [i32; 3],
        bits: &mut BitWriter<'_>,
    ) {
        let (left, top) = (
            mcu % self.grid.columns * Grid::MCU_PX,
            mcu / self.grid.columns * Grid::MCU_PX,
        );
        let (width, height) = (usize::from(self.view.width_px), usize::from(self.view.height_px));
        let pairs = if left + Grid::MCU_PX <= width && top + Grid::MCU_PX <= height {
            color::convert(simd, &self.view.rgbx[(top * width + left) * 4..], width * 4)
        } else {
            color::convert(simd, &self.edge_mcu(left, top), Grid::MCU_PX * 4)
        };
        for (index, pair) in pairs.into_iter().enumerate() {
            let is_chroma = index + 1 == PAIRS;
            let (reciprocals, dc_codes, ac_codes) = if is_chroma {
                (&tables.chroma.reciprocals, &DC_CHROMA, &AC_CHROMA)
            } else {
                (&tables.luma.reciprocals, &DC_LUMA, &AC_LUMA)
            };
            let quantized = dct::transform(simd, pair, reciprocals);
            for half in 0..2 {
                let component = if is_chroma { 1 + half } else { 0 };
                write_block(
                    &quantized,
                    half,
                    &mut previous_dc[component],
                    dc_codes,
                    ac_codes,
                    bits,
                );
            }
        }
    }

    /// The pixels of a square that sticks out of the picture: its last column and row go on.
    #[cold]
    fn edge_mcu(&self, left: usize, top: usize) -> [u8; Grid::MCU_PX * Grid::MCU_PX * 4] {
        let (width, height) = (usize::from(self.view.width_px), usize::from(self.view.height_px));
        let mut pixels = [0; Grid::MCU_PX * Grid::MCU_PX * 4];
        for (index, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let x = (left + index % Grid::MCU_PX).min(width - 1);
            let y = (top + index / Grid::MCU_PX).min(height - 1);
            pixel.copy_from_slice(&self.view.rgbx[(y * width + x) * 4..][..4]);
        }
        pixels
    }
}
