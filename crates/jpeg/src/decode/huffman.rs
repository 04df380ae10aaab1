//! Huffman tables, as a decoder needs them (T.81, annexes C and F.2.2).

use super::Unread;

/// So many bits are looked at at once. Longer codes are rare, and larger tables would not stay in the nearest cache with
/// all else.
const LOOK_BITS: u32 = 11;

/// What begins some coded data: a code with the value that follows it, and the next one as well when its code is among
/// the bits that were looked at. Each code says how many zeros precede its value and how many bits that has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Look(u32);

impl Look {
    /// No code begins with these bits, or a longer one than was looked at.
    const NONE: Self = Self(0);

    fn one(symbol: u8, code_len: u32) -> Self {
        let (zeros, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        let len = code_len + size;
        // Of a block's first coefficient, this would be the size 0; there nobody asks.
        let ends = u32::from(symbol == 0);
        Self(ends << 28 | len << 22 | zeros << 9 | size << 5 | len)
    }

    /// Whether it is neither a value nor an end: sixteen zeros, after which something follows, or no code at all.
    #[inline(always)]
    pub(super) fn is_rare(self) -> bool {
        // No size, and no end.
        self.0 & (1 << 28 | 15 << 5) == 0
    }

    /// Two in one, of which the second may also be the end of the block.
    fn and(self, next: Self) -> Self {
        let len = self.len_of_first() + next.len_of_first();
        let first = self.0 & 0x1FFF;
        if next.size() > 0 {
            Self(first | (next.zeros() as u32 + 1) << 13 | next.size() << 18 | len << 22)
        } else {
            Self(first | len << 22 | 1 << 28)
        }
    }

    /// What [`Table::look`] gives where no code is. It has no length.
    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// How many zeros precede the first value, 0 to 15.
    #[inline(always)]
    pub(super) fn zeros(self) -> usize {
        (self.0 >> 9 & 15) as usize
    }

    /// How many bits the first value has, 0 to 15.
    #[inline(always)]
    pub(super) fn size(self) -> u32 {
        self.0 >> 5 & 15
    }

    /// How many bits the first code and its value have, at most 31.
    #[inline(always)]
    pub(super) fn len_of_first(self) -> u32 {
        self.0 & 31
    }

    /// How many bits all have, at most 31.
    #[inline(always)]
    pub(super) fn len(self) -> u32 {
        self.0 >> 22 & 63
    }

    /// How far behind the first value the second one is, 1 to 16; 0 when there is none.
    #[inline(always)]
    pub(super) fn to_second(self) -> usize {
        (self.0 >> 13 & 31) as usize
    }

    /// Whether the rest of the block is zero, behind the first value or from there on if that has no bits.
    #[inline(always)]
    pub(super) fn ends(self) -> bool {
        self.0 >> 28 == 1
    }

    /// The first value.
    #[inline(always)]
    pub(super) fn first(self, waiting: u64) -> i32 {
        value(waiting, self.len_of_first(), self.size())
    }

    /// The second value, 0 when there is none.
    #[inline(always)]
    pub(super) fn second(self, waiting: u64) -> i32 {
        value(waiting, self.len(), self.0 >> 18 & 15)
    }
}

/// The value of so many bits before `end`. Of a negative one they are those of the value less one, so that its first bit
/// is zero (T.81, table F.1 and figure F.12).
#[inline(always)]
fn value(waiting: u64, end: u32, size: u32) -> i32 {
    let bits = waiting << ((end - size) & 63);
    let negative = !bits.cast_signed() >> 63;
    // In two shifts, since a value of no bits would need one by 64.
    let magnitude = ((bits ^ negative.cast_unsigned()) >> 1) >> (!size & 63);
    ((magnitude.cast_signed() ^ negative) - negative) as i32
}

/// A table.
pub(super) struct Table {
    looks: [Look; 1 << LOOK_BITS],
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
            looks: [Look::NONE; 1 << LOOK_BITS],
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
                    table.looks[begins as usize..ends as usize].fill(Look::one(symbol, len));
                }
                code += 1;
                at += 1;
            }
            table.ends[len as usize] = code << (16 - len);
            code <<= 1;
        }
        Ok(table)
    }

    /// The table for values that follow each other: one look finds two where both codes are short.
    pub(super) fn in_pairs(mut self) -> Self {
        let single = self.looks;
        for (bits, look) in (0_usize..).zip(&mut self.looks) {
            let len = look.len_of_first();
            if look.size() == 0 || len >= LOOK_BITS {
                continue;
            }
            // The bits behind the first value; what is shifted in is not known.
            let next = single[bits << len & (single.len() - 1)];
            let code_len = next.len_of_first() - next.size();
            let is_sixteen_zeros = next.size() == 0 && next.zeros() > 0;
            if !next.is_none() && !is_sixteen_zeros && len + code_len <= LOOK_BITS {
                *look = look.and(next);
            }
        }
        self
    }

    /// What these bits begin with; [`Look::is_none`] when it is no code.
    #[inline(always)]
    pub(super) fn look(&self, waiting: u64) -> Look {
        let look = self.looks[(waiting >> (64 - LOOK_BITS)) as usize];
        if look.is_none() {
            self.look_far(waiting)
        } else {
            look
        }
    }

    #[cold]
    #[inline(never)]
    fn look_far(&self, waiting: u64) -> Look {
        let word = (waiting >> 48) as u32;
        for len in LOOK_BITS + 1..=16 {
            if word < self.ends[len as usize] {
                let place = (word >> (16 - len)).cast_signed() + self.offsets[len as usize];
                let symbol = usize::try_from(place)
                    .ok()
                    .and_then(|place| self.symbols.get(place));
                return symbol.map_or(Look::NONE, |&symbol| Look::one(symbol, len));
            }
        }
        Look::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{AC_LUMA, TABLES};

    /// A code of the encoder's with these bits behind it.
    fn coded(symbol: u8, value: u32) -> (u64, u32) {
        let code = AC_LUMA[usize::from(symbol)];
        (u64::from(code.followed_by(value).bits()), code.count())
    }

    fn signed(value: u32, size: u32) -> i32 {
        if size == 0 || value >> (size - 1) == 1 {
            value.cast_signed()
        } else {
            value.cast_signed() - (1 << size) + 1
        }
    }

    #[test]
    fn what_the_encoder_writes_is_found_alone_and_in_pairs() {
        let (_, table) = &TABLES[1];
        let read = || Table::new(&table.counts, table.symbols, |_| true).expect("a sound table");
        let (single, pairs) = (read(), read().in_pairs());
        let mut found_pairs = 0;
        for &symbol in table.symbols {
            let size = u32::from(symbol & 15);
            for value in [0, 1, (1 << size) - 1, 1 << size >> 1].map(|value| value & ((1 << size) - 1)) {
                let (bits, len) = coded(symbol, value);
                let look = single.look(bits << (64 - len));
                assert_eq!((look.zeros(), look.size()), (usize::from(symbol >> 4), size));
                assert_eq!((look.len(), look.to_second(), look.ends()), (len, 0, symbol == 0));
                assert_eq!(
                    look.first(bits << (64 - len)),
                    signed(value, size),
                    "{symbol:02x}, {value:b}"
                );
                for &next in table.symbols {
                    let next_size = u32::from(next & 15);
                    let next_value = 0b01_0101_0101 & ((1 << next_size) - 1);
                    let (next_bits, next_len) = coded(next, next_value);
                    let waiting = bits << (64 - len) | next_bits << (64 - len - next_len);
                    let look = pairs.look(waiting);
                    assert_eq!((look.zeros(), look.size()), (usize::from(symbol >> 4), size));
                    assert_eq!(
                        (look.len_of_first(), look.first(waiting)),
                        (len, signed(value, size))
                    );
                    if look.len() == len {
                        assert_eq!(
                            (look.second(waiting), look.to_second(), look.ends()),
                            (0, 0, symbol == 0)
                        );
                        continue;
                    }
                    found_pairs += 1;
                    assert_eq!(look.len(), len + next_len);
                    assert_eq!(look.ends(), next == 0);
                    if next != 0 {
                        assert_eq!(look.to_second(), usize::from(next >> 4) + 1);
                        assert_eq!(look.second(waiting), signed(next_value, next_size));
                    }
                }
            }
        }
        assert!(found_pairs > 100);
        assert!(single.look(u64::MAX).is_none() && pairs.look(u64::MAX).is_none());
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
