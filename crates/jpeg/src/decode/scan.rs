//! Coded data into blocks of coefficients, and those into planes (T.81, annex F.2).

use fearless_simd::{Level, dispatch};

use super::bits::{Bits, unstuff};
use super::frame::{Component, Frame};
use super::huffman::Table;
use super::inverse::{Batch, Inverse, PLACES};
use super::planes::{Plane, Planes};
use super::{Eighths, Unread};

/// A picture being read.
pub(super) struct Scan<'a> {
    frame: &'a Frame,
    /// How many squares there are.
    columns: usize,
    rows: usize,
    tracks: Vec<Track<'a>>,
}

/// A component being read.
struct Track<'a> {
    component: &'a Component,
    dc: &'a Table,
    ac: &'a Table,
    previous_dc: i32,
    /// What was read and is not in the plane yet.
    batch: Batch,
    inverse: Inverse,
    plane: Plane,
}

impl<'a> Scan<'a> {
    pub(super) fn new(frame: &'a Frame, eighths: Eighths) -> Self {
        let most = |side: fn(&Component) -> usize| frame.components.iter().map(side).max().unwrap_or(1);
        let (across, down) = (most(|one| one.across), most(|one| one.down));
        let (width, height) = (usize::from(frame.width_px), usize::from(frame.height_px));
        let (columns, rows) = (width.div_ceil(8 * across), height.div_ceil(8 * down));
        let tracks = frame.components.iter().map(|component| {
            let samples = |of: usize, all: usize| of as f64 / all as f64 * f64::from(eighths.count()) / 8.0;
            Track {
                component,
                dc: table(&frame.dc_tables[component.dc_table]),
                ac: table(&frame.ac_tables[component.ac_table]),
                previous_dc: 0,
                batch: Batch::new(),
                inverse: Inverse::new(&component.quantizers, eighths),
                plane: Plane::new(
                    [columns * component.across, rows * component.down],
                    eighths,
                    [width as f64, height as f64],
                    [samples(component.across, across), samples(component.down, down)],
                ),
            }
        });
        Self {
            frame,
            columns,
            rows,
            tracks: tracks.collect(),
        }
    }

    /// Reads all of it, up to the end of the picture.
    pub(super) fn read(mut self, coded: &[u8]) -> Result<Planes, Unread> {
        let mcus = self.columns * self.rows;
        let run_mcus = if self.frame.restart_mcus == 0 {
            mcus
        } else {
            self.frame.restart_mcus
        };
        let mut plain = Vec::with_capacity(coded.len());
        let mut rest = coded;
        for (run, start) in (0..mcus).step_by(run_mcus).enumerate() {
            rest = unstuff(rest, &mut plain)?;
            let end = (start + run_mcus).min(mcus);
            dispatch!(Level::new(), _simd => self.read_run(&plain, start, end))?;
            let (&[_, marker], after) = rest.split_first_chunk().ok_or(Unread::Damaged)?;
            match marker {
                0xD9 if end == mcus => {}
                0xD0..=0xD7 if end < mcus && usize::from(marker & 7) == run % 8 => {}
                _ => return Err(Unread::OtherKind),
            }
            rest = after;
        }
        let planes = self.tracks.into_iter().map(|mut track| {
            track.transform();
            track.plane
        });
        Ok(Planes {
            width_px: self.frame.width_px,
            height_px: self.frame.height_px,
            planes: planes.collect(),
        })
    }

    // Inlined, so that the instructions chosen by `dispatch!` hold for it: shifts by a variable are cheaper with newer ones.
    #[inline(always)]
    fn read_run(&mut self, padded: &[u8], start: usize, end: usize) -> Result<(), Unread> {
        for track in &mut self.tracks {
            track.previous_dc = 0;
        }
        let mut bits = Bits::new(padded);
        let (mut column, mut row) = (start % self.columns, start / self.columns);
        for _ in start..end {
            for track in &mut self.tracks {
                track.read_mcu(&mut bits, column, row)?;
            }
            bits.check()?;
            column += 1;
            if column == self.columns {
                (column, row) = (0, row + 1);
            }
        }
        bits.check_end()
    }
}

impl Track<'_> {
    #[inline(always)]
    fn read_mcu(&mut self, bits: &mut Bits<'_>, column: usize, row: usize) -> Result<(), Unread> {
        let (across, down) = (self.component.across, self.component.down);
        for y in 0..down {
            for x in 0..across {
                let (coefficients, half) = self.batch.next();
                let last = read_block(bits, self.dc, self.ac, &mut self.previous_dc, coefficients, half)?;
                let place = self.plane.place(column * across + x, row * down + y);
                if self.batch.push(last, place) {
                    self.transform();
                }
            }
        }
        Ok(())
    }

    fn transform(&mut self) {
        self.inverse.run(&mut self.batch, &mut self.plane);
    }
}

fn table(table: &Option<Box<Table>>) -> &Table {
    table.as_deref().expect("the frame was read with it")
}

/// Reads a block into the left (0) or right (1) half of `coefficients`, all of which are zero, and returns where the last
/// one stands in zigzag order.
#[inline(always)]
fn read_block(
    bits: &mut Bits<'_>,
    dc: &Table,
    ac: &Table,
    previous_dc: &mut i32,
    coefficients: &mut [i16; 128],
    half: usize,
) -> Result<usize, Unread> {
    // A copy, which stays in registers.
    let mut ours = *bits;
    // No place is past 119, so that the mask changes none; it spares a check.
    let mut put = |at: usize, value: i32| {
        coefficients[(usize::from(PLACES[at & 63]) + 8 * half) & 127] = value as i16;
    };
    ours.refill();
    let look = dc.look(ours.waiting());
    if look.is_none() {
        return Err(Unread::Damaged);
    }
    *previous_dc = previous_dc.wrapping_add(look.first(ours.waiting()));
    ours.skip(look.len());
    put(0, *previous_dc);
    let mut at = 0;
    // Each round looks twice: a code of 16 bits and a value of 10, twice, are fewer than what waits, and more than two codes
    // within one look with their values.
    'block: loop {
        ours.refill();
        for _ in 0..2 {
            let waiting = ours.waiting();
            let look = ac.look(waiting);
            if look.is_rare() {
                if look.zeros() < 15 || at + 16 > 62 {
                    return Err(Unread::Damaged);
                }
                ours.skip(look.len());
                at += 16;
                continue;
            }
            at += look.zeros() + 1;
            if at >= 63 {
                if at > 63 {
                    return Err(Unread::Damaged);
                }
                // What follows belongs to another block.
                put(at, look.first(waiting));
                ours.skip(look.len_of_first());
                break 'block;
            }
            let second = at + look.to_second();
            if second > 63 {
                return Err(Unread::Damaged);
            }
            // Where there is no second one, a zero is put where the first one comes; and where the block ends at once, a zero
            // where there is one.
            put(second, look.second(waiting));
            put(at, look.first(waiting));
            ours.skip(look.len());
            at = second;
            if look.ends() || at == 63 {
                at -= usize::from(look.size() == 0);
                break 'block;
            }
        }
    }
    *bits = ours;
    Ok(at)
}
