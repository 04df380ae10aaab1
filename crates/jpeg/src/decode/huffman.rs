//! Huffman tables, as a decoder needs them (T.81, annexes C and F.2.2).

use super::Unread;

/// Codes of up to so many bits are found by one look. Longer ones are rare, and a larger table would not stay in the
/// nearest cache with all else.
const LOOK_BITS: u32 = 10;

/// What begins some coded data: how many zeros precede a value, and how many bits the value and its code have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Step(u16);

impl Step {
    /// No code begins with these bits, or one of more than [`LOOK_BITS`].
    const NONE: Self = Self(0);

    fn new(symbol: u8, code_len: u32) -> Self {
        let (zeros, size) = (u16::from(symbol >> 4), u16::from(symbol & 15));
        Self(zeros << 9 | size << 5 | (code_len as u16 + size))
    }

    /// What [`Table::step`] gives where no code is. It skips nothing.
    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// 0 to 15.
    #[inline(always)]
    pub(super) fn zeros(self) -> usize {
        usize::from(self.0 >> 9)
    }

    /// How many bits the value has, 0 to 15.
    #[inline(always)]
    pub(super) fn size(self) -> u32 {
        u32::from(self.0 >> 5 & 15)
    }

    /// How many bits code and value have, at most 31.
    #[inline(always)]
    pub(super) fn len(self) -> u32 {
        u32::from(self.0 & 31)
    }

    /// The value whose code these bits begin with. Of a negative one, the bits are those of the value less one, so its
    /// first bit is zero (T.81, table F.1 and figure F.12).
    #[inline(always)]
    pub(super) fn value(self, waiting: u64) -> i32 {
        let size = self.size();
        let bits = waiting << ((self.len() - size) & 63);
        // In two shifts, since a value of no bits would need one by 64.
        let magnitude = ((bits >> 1) >> (63 - size)) as i32;
        let negative = !(bits.cast_signed() >> 63) as i32;
        magnitude + (negative & (1 - (1 << size)))
    }
}

/// A table.
pub(super) struct Table {
    looks: [Step; 1 << LOOK_BITS],
    /// By length: the first word of 16 bits that begins with no code of this length or a shorter one.
    ends: [u32; 17],
    /// By length: what to add to a code to get its symbol's place.
    offsets: [i32; 17],
    symbols: [u8; 256],
}

impl Table {
    /// A table of as many codes of 1 to 16 bits as `counts` says, for these symbols in order. `allowed` says which
    /// symbols may be among them.
    pub(super) fn new(
        counts: &[u8; 16],
        symbols: &[u8],
        allowed: impl Fn(u8) -> bool,
    ) -> Result<Self, Unread> {
        if !symbols.iter().all(|&symbol| allowed(symbol)) {
            return Err(Unread::OtherKind);
        }
        let mut table = Self {
            looks: [Step::NONE; 1 << LOOK_BITS],
            ends: [0; 17],
            offsets: [0; 17],
            symbols: [0; 256],
        };
        table
            .symbols
            .get_mut(..symbols.len())
            .ok_or(Unread::Damaged)?
            .copy_from_slice(symbols);
        let (mut code, mut at) = (0_u32, 0_usize);
        for (len, &count) in (1_u32..).zip(counts) {
            table.offsets[len as usize] = at as i32 - code.cast_signed();
            for _ in 0..count {
                let symbol = *symbols.get(at).ok_or(Unread::Damaged)?;
                if code >= 1 << len {
                    return Err(Unread::Damaged);
                }
                if len <= LOOK_BITS {
                    let begins = code << (LOOK_BITS - len);
                    let ends = (code + 1) << (LOOK_BITS - len);
                    table.looks[begins as usize..ends as usize].fill(Step::new(symbol, len));
                }
                code += 1;
                at += 1;
            }
            table.ends[len as usize] = code << (16 - len);
            code <<= 1;
        }
        Ok(table)
    }

    /// What these bits begin with; [`Step::is_none`] when it is no code.
    #[inline(always)]
    pub(super) fn step(&self, waiting: u64) -> Step {
        let step = self.looks[(waiting >> (64 - LOOK_BITS)) as usize];
        if step.is_none() {
            self.long_step(waiting)
        } else {
            step
        }
    }

    #[cold]
    #[inline(never)]
    fn long_step(&self, waiting: u64) -> Step {
        let word = (waiting >> 48) as u32;
        for len in LOOK_BITS + 1..=16 {
            if word < self.ends[len as usize] {
                let place = (word >> (16 - len)).cast_signed() + self.offsets[len as usize];
                let symbol = usize::try_from(place)
                    .ok()
                    .and_then(|place| self.symbols.get(place));
                return symbol.map_or(Step::NONE, |&symbol| Step::new(symbol, len));
            }
        }
        Step::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{AC_LUMA, TABLES};

    #[test]
    fn what_the_encoder_writes_is_found() {
        let (_, table) = &TABLES[1];
        let read = Table::new(&table.counts, table.symbols, |_| true).expect("a sound table");
        for &symbol in table.symbols {
            let size = u32::from(symbol & 15);
            let code = AC_LUMA[usize::from(symbol)];
            for value in [0, 1, (1 << size) - 1, 1 << size >> 1] {
                let value = value & ((1 << size) - 1);
                let waiting = u64::from(code.followed_by(value).bits()) << (64 - code.count());
                let step = read.step(waiting);
                assert_eq!((step.zeros(), step.size()), (usize::from(symbol >> 4), size));
                assert_eq!(step.len(), code.count());
                let expected = if size == 0 || value >> (size - 1) == 1 {
                    value.cast_signed()
                } else {
                    value.cast_signed() - (1 << size) + 1
                };
                assert_eq!(step.value(waiting), expected, "{symbol:02x}, {value:b}");
            }
        }
        assert!(read.step(u64::MAX).is_none());
    }

    #[test]
    fn tables_of_too_many_codes_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert_eq!(
            Table::new(&counts, &[1, 2, 3], |_| true).err(),
            Some(Unread::Damaged)
        );
        counts[0] = 2;
        assert_eq!(Table::new(&counts, &[1], |_| true).err(), Some(Unread::Damaged));
        assert_eq!(
            Table::new(&counts, &[1, 12], |symbol| symbol < 12).err(),
            Some(Unread::OtherKind)
        );
        assert!(Table::new(&counts, &[1, 2], |_| true).is_ok());
    }
}
