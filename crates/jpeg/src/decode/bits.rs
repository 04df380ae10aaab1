//! Coded data, bit by bit.

use super::Unread;

/// What [`Bits`] may look at behind the end.
const PADDING: [u8; 8] = [0; 8];

/// Copies coded data up to the next marker, without the zeros that keep its bytes of ones from being taken for markers,
/// and pads it. Returns what stands from the marker on.
pub(super) fn unstuff<'a>(coded: &'a [u8], plain: &mut Vec<u8>) -> Result<&'a [u8], Unread> {
    plain.clear();
    let mut rest = coded;
    loop {
        let ones = find_ones(rest).ok_or(Unread::Damaged)?;
        plain.extend_from_slice(&rest[..ones]);
        match rest.get(ones + 1) {
            Some(0) => {
                plain.push(0xFF);
                rest = &rest[ones + 2..];
            }
            Some(_) => {
                plain.extend_from_slice(&PADDING);
                return Ok(&rest[ones..]);
            }
            None => return Err(Unread::Damaged),
        }
    }
}

/// Where the first byte of ones is; eight are looked at in one go.
fn find_ones(bytes: &[u8]) -> Option<usize> {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let inverse = !u64::from_le_bytes(*word);
        // Only at and above a byte that is zero in the inverse does the subtraction leave a mark, so the lowest one is it.
        let marks = inverse.wrapping_sub(0x0101_0101_0101_0101) & !inverse & 0x8080_8080_8080_8080;
        if marks != 0 {
            return Some(index * 8 + marks.trailing_zeros() as usize / 8);
        }
    }
    let ones = tail.iter().position(|&byte| byte == 0xFF)?;
    Some(words.len() * 8 + ones)
}

/// Reads unstuffed data. Behind its end there are zeros, and [`Bits::check`] tells that they were read.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    padded: &'a [u8],
    /// The byte that [`Bits::refill`] begins at.
    next: usize,
    /// The next bits, from the highest. Below the first `count` stand some of those that follow, or zeros.
    waiting: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(padded: &'a [u8]) -> Self {
        Self {
            padded,
            next: 0,
            waiting: 0,
            count: 0,
        }
    }

    /// Makes at least 56 bits wait.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let bytes = self.padded.get(self.next..).and_then(<[u8]>::first_chunk);
        let following = u64::from_be_bytes(bytes.copied().unwrap_or_default());
        // The bits that were there already come once more, at the same place.
        self.waiting |= following >> self.count;
        self.next += ((63 - self.count) >> 3) as usize;
        self.count |= 56;
    }

    /// The next bits, from the highest; at least as many as [`Bits::refill`] says, less what was skipped since.
    #[inline(always)]
    pub(super) fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Goes on behind some of the waiting bits.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.waiting <<= count;
        self.count -= count;
    }

    /// Whether all that was read was there.
    #[inline(always)]
    pub(super) fn check(&self) -> Result<(), Unread> {
        if self.read_bits() <= self.len_bits() {
            Ok(())
        } else {
            Err(Unread::Damaged)
        }
    }

    /// Whether all that was there was read, but for the bits that fill the last byte.
    pub(super) fn check_end(&self) -> Result<(), Unread> {
        self.check()?;
        if self.len_bits() - self.read_bits() < 8 {
            Ok(())
        } else {
            Err(Unread::Damaged)
        }
    }

    fn read_bits(&self) -> usize {
        self.next * 8 - self.count as usize
    }

    fn len_bits(&self) -> usize {
        (self.padded.len() - PADDING.len()) * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_is_taken_out_up_to_the_next_marker() {
        let mut plain = Vec::new();
        for before in 0..20 {
            let mut coded = vec![0xFE; before];
            coded.extend_from_slice(&[0xFF, 0x00, 0x01, 0xFF, 0x00, 0xFF, 0x00, 0x80, 0xFF, 0xD9, 7]);
            let rest = unstuff(&coded, &mut plain).expect("a marker ends it");
            assert_eq!(rest, [0xFF, 0xD9, 7]);
            assert_eq!(plain[..before], vec![0xFE; before]);
            assert_eq!(plain[before..plain.len() - 8], [0xFF, 0x01, 0xFF, 0xFF, 0x80]);
        }
        for unended in [&[][..], &[1, 2, 3], &[1, 0xFF], &[0xFF, 0], &[0; 40]] {
            assert_eq!(unstuff(unended, &mut plain), Err(Unread::Damaged), "{unended:?}");
        }
    }

    #[test]
    fn bits_come_in_order_and_those_behind_the_end_are_noticed() {
        let bytes: Vec<u8> = (0..40_u8).map(|at| at.wrapping_mul(37)).collect();
        let mut plain = bytes.clone();
        plain.extend_from_slice(&PADDING);
        let all: Vec<u64> = bytes
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |bit| u64::from(byte >> bit & 1)))
            .collect();
        let mut bits = Bits::new(&plain);
        let mut at = 0;
        for count in (1..=24).cycle() {
            if at + count > all.len() {
                break;
            }
            bits.refill();
            let wanted = all[at..at + count].iter().fold(0, |value, bit| value << 1 | bit);
            assert_eq!(bits.waiting() >> (64 - count), wanted, "{count} bits at {at}");
            bits.skip(count as u32);
            at += count;
            assert!(bits.check().is_ok());
            assert_eq!(bits.check_end().is_ok(), all.len() - at < 8);
        }
        for _ in 0..100 {
            bits.refill();
            bits.skip(31);
        }
        assert_eq!(
            (bits.check(), bits.check_end()),
            (Err(Unread::Damaged), Err(Unread::Damaged))
        );
    }
}
