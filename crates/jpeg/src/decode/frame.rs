//! What stands before the coded data (T.81, annex B).

use super::Unread;
use super::huffman::Table;
use crate::quantization::ZIGZAG;

/// What the headers say.
pub(super) struct Frame {
    pub(super) width_px: u16,
    pub(super) height_px: u16,
    /// Luma, then Cb and Cr where there are any.
    pub(super) components: Vec<Component>,
    /// After so many squares (T.81's MCUs) there is a marker, and all begins anew; 0 for never.
    pub(super) restart_mcus: usize,
    /// By number.
    pub(super) dc_tables: [Option<Box<Table>>; 4],
    pub(super) ac_tables: [Option<Box<Table>>; 4],
}

/// A component, and how it is coded.
pub(super) struct Component {
    id: u8,
    quantizer: usize,
    /// How many blocks a square has of it, 1 or 2 each.
    pub(super) across: usize,
    pub(super) down: usize,
    /// Row by row.
    pub(super) quantizers: [u8; 64],
    /// Numbers of tables, which are there.
    pub(super) dc_table: usize,
    pub(super) ac_table: usize,
}

impl Frame {
    /// Reads up to the coded data, and returns that with all that follows.
    pub(super) fn read(file: &[u8]) -> Result<(Self, &[u8]), Unread> {
        let mut rest = file.strip_prefix(&[0xFF, 0xD8]).ok_or(Unread::Damaged)?;
        let mut quantizers = [None; 4];
        let mut frame = Self {
            width_px: 0,
            height_px: 0,
            components: Vec::new(),
            restart_mcus: 0,
            dc_tables: [const { None }; 4],
            ac_tables: [const { None }; 4],
        };
        loop {
            let (&[ones, marker], after) = rest.split_first_chunk().ok_or(Unread::Damaged)?;
            if ones != 0xFF {
                return Err(Unread::Damaged);
            }
            if marker == 0xFF {
                // A byte that fills.
                rest = &rest[1..];
                continue;
            }
            let (segment, after) = segment(after)?;
            rest = after;
            match marker {
                0xC0 | 0xC1 => frame.read_frame(segment)?,
                0xC4 => frame.read_huffman_tables(segment)?,
                0xDB => read_quantizers(segment, &mut quantizers)?,
                0xDD => {
                    let &[high, low] = segment else {
                        return Err(Unread::Damaged);
                    };
                    frame.restart_mcus = u16::from_be_bytes([high, low]).into();
                }
                0xDA => {
                    frame.read_scan(segment, &quantizers)?;
                    return Ok((frame, rest));
                }
                // Adobe's: which colours there are. The last byte is 1 for luma and chroma, whose meaning is then the usual one.
                0xEE if segment.starts_with(b"Adobe") => {
                    if segment.get(11) != Some(&1) {
                        return Err(Unread::OtherKind);
                    }
                }
                // What programs leave for each other, and comments.
                0xE0..=0xEF | 0xFE => {}
                // Other ways of coding, heights that come later, and what nobody uses.
                _ => return Err(Unread::OtherKind),
            }
        }
    }

    fn read_frame(&mut self, segment: &[u8]) -> Result<(), Unread> {
        let (&[bits, h1, h0, w1, w0, count], components) =
            segment.split_first_chunk().ok_or(Unread::Damaged)?;
        (self.height_px, self.width_px) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
        let (components, []) = components.as_chunks::<3>() else {
            return Err(Unread::Damaged);
        };
        if components.len() != usize::from(count) || !self.components.is_empty() {
            return Err(Unread::Damaged);
        }
        if bits != 8 || self.height_px == 0 || self.width_px == 0 {
            return Err(Unread::OtherKind);
        }
        self.components = components
            .iter()
            .map(|&[id, sampling, quantizer]| Component {
                id,
                quantizer: quantizer.into(),
                across: usize::from(sampling >> 4),
                down: usize::from(sampling & 15),
                quantizers: [0; 64],
                dc_table: 0,
                ac_table: 0,
            })
            .collect();
        let sampling: Vec<_> = self.components.iter().map(|one| (one.across, one.down)).collect();
        let ids: Vec<_> = self.components.iter().map(|one| one.id).collect();
        match (&sampling[..], &ids[..]) {
            ([(1, 1)], _) | ([(1 | 2, 1 | 2), (1, 1), (1, 1)], [1, 2, 3] | [0, 1, 2]) => Ok(()),
            // Also three letters: some write "RGB" so.
            _ => Err(Unread::OtherKind),
        }
    }

    fn read_huffman_tables(&mut self, mut segment: &[u8]) -> Result<(), Unread> {
        while let Some((&[place, ref counts @ ..], after)) = segment.split_first_chunk::<17>() {
            let count = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, after) = after.split_at_checked(count).ok_or(Unread::Damaged)?;
            segment = after;
            let (class, number) = (place >> 4, usize::from(place & 15));
            // Pictures of eight bits have no larger values than these.
            let (tables, size_max) = match class {
                0 => (&mut self.dc_tables, 11),
                1 => (&mut self.ac_tables, 10),
                _ => return Err(Unread::Damaged),
            };
            let table = Table::new(counts, symbols, |symbol| {
                symbol & 15 <= size_max && (class == 1 || symbol < 16)
            })?;
            let table = if class == 1 { table.in_pairs() } else { table };
            *tables.get_mut(number).ok_or(Unread::Damaged)? = Some(Box::new(table));
        }
        if segment.is_empty() {
            Ok(())
        } else {
            Err(Unread::Damaged)
        }
    }

    fn read_scan(&mut self, segment: &[u8], quantizers: &[Option<[u8; 64]>; 4]) -> Result<(), Unread> {
        let (&count, described) = segment.split_first().ok_or(Unread::Damaged)?;
        if self.components.is_empty() || usize::from(count) != self.components.len() {
            return Err(Unread::OtherKind);
        }
        // The first and the last coefficient, and by which bits: a whole picture in one go.
        let described = described.strip_suffix(&[0, 63, 0]).ok_or(Unread::OtherKind)?;
        let (described, []) = described.as_chunks::<2>() else {
            return Err(Unread::Damaged);
        };
        if described.len() != self.components.len() {
            return Err(Unread::Damaged);
        }
        for (component, &[id, tables]) in self.components.iter_mut().zip(described) {
            if id != component.id {
                return Err(Unread::OtherKind);
            }
            let quantizers = quantizers.get(component.quantizer).copied().flatten();
            component.quantizers = quantizers.ok_or(Unread::Damaged)?;
            (component.dc_table, component.ac_table) = (usize::from(tables >> 4), usize::from(tables & 15));
            let there = |tables: &[Option<Box<Table>>; 4], number: usize| {
                tables.get(number).is_some_and(Option::is_some)
            };
            if !there(&self.dc_tables, component.dc_table) || !there(&self.ac_tables, component.ac_table) {
                return Err(Unread::Damaged);
            }
        }
        Ok(())
    }
}

/// The bytes behind a marker, without those that tell their number, and what follows.
fn segment(after: &[u8]) -> Result<(&[u8], &[u8]), Unread> {
    let (&len, _) = after.split_first_chunk().ok_or(Unread::Damaged)?;
    let (segment, rest) = after
        .split_at_checked(u16::from_be_bytes(len).into())
        .ok_or(Unread::Damaged)?;
    Ok((segment.get(2..).ok_or(Unread::Damaged)?, rest))
}

fn read_quantizers(mut segment: &[u8], quantizers: &mut [Option<[u8; 64]>; 4]) -> Result<(), Unread> {
    while let Some((&[place, ref written @ ..], after)) = segment.split_first_chunk::<65>() {
        segment = after;
        // The upper half is 1 for those of sixteen bits.
        if place > 3 {
            return Err(Unread::OtherKind);
        }
        let mut table = [0; 64];
        for (&at, &quantizer) in ZIGZAG.iter().zip(written) {
            if quantizer == 0 {
                return Err(Unread::Damaged);
            }
            table[usize::from(at)] = quantizer;
        }
        quantizers[usize::from(place)] = Some(table);
    }
    if segment.is_empty() {
        Ok(())
    } else {
        Err(Unread::OtherKind)
    }
}
