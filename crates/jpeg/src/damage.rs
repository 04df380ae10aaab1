//! Which parts of a picture are no longer as they were.

use std::ops::Range;

use crate::run::Grid;

/// The runs of a picture that must be encoded anew. Begins with none of them marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    grid: Grid,
    width_px: u16,
    height_px: u16,
    /// A bit for each run, from the lowest of the first word. Bits past the last run are never set.
    words: Vec<u64>,
}

impl Damage {
    /// No damage to a picture of `width_px` x `height_px`. One without a pixel has no runs either.
    pub fn new(width_px: u16, height_px: u16) -> Self {
        let grid = Grid::new(width_px, height_px);
        Self {
            grid,
            width_px,
            height_px,
            words: vec![0; grid.runs().div_ceil(64)],
        }
    }

    pub(crate) fn width_px(&self) -> u16 {
        self.width_px
    }

    pub(crate) fn height_px(&self) -> u16 {
        self.height_px
    }

    /// Marks a box of pixels; `right` and `bottom` lie outside of it. What of it lies outside of the picture is ignored,
    /// and a box whose sides are in the wrong order is empty.
    pub fn mark(&mut self, left: i32, top: i32, right: i32, bottom: i32) {
        let (left, right) = (left.max(0), right.min(self.width_px.into()));
        let (top, bottom) = (top.max(0), bottom.min(self.height_px.into()));
        if left >= right || top >= bottom {
            return;
        }
        // Not negative, as they lie inside of the picture.
        let mcu = |px: i32| px.cast_unsigned() as usize / Grid::MCU_PX;
        for row in mcu(top)..=mcu(bottom - 1) {
            let first = self.grid.run_at(mcu(left), row);
            let last = self.grid.run_at(mcu(right - 1), row);
            for run in first..=last {
                self.words[run / 64] |= 1 << (run % 64);
            }
        }
    }

    /// Marks the whole picture.
    pub fn mark_all(&mut self) {
        self.mark(0, 0, self.width_px.into(), self.height_px.into());
    }

    /// Takes all marks back.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// How much of the picture is marked, 0.0 to 1.0.
    pub fn share(&self) -> f32 {
        let marked: u32 = self.words.iter().map(|word| word.count_ones()).sum();
        marked as f32 / self.grid.runs().max(1) as f32
    }

    /// All runs in order, as the longest spans that are marked as a whole or not at all.
    pub(crate) fn spans(&self) -> impl Iterator<Item = (bool, Range<usize>)> {
        let runs = self.grid.runs();
        let mut next = 0;
        std::iter::from_fn(move || {
            let start = next;
            if start == runs {
                return None;
            }
            let marked = self.is_marked(start);
            while next < runs && self.is_marked(next) == marked {
                next += 1;
            }
            Some((marked, start..next))
        })
    }

    fn is_marked(&self, run: usize) -> bool {
        self.words[run / 64] >> (run % 64) & 1 == 1
    }
}
