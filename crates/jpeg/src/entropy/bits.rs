//! Bits into bytes.

use super::tables::Code;

/// Appends bits to a file. A byte of ones is followed by one of zeros, so that it is not taken for a marker.
pub(crate) struct BitWriter<'a> {
    file: &'a mut Vec<u8>,
    /// The lowest `64 - free` bits wait to be written. What stands above them has been.
    waiting: u64,
    free: u32,
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(file: &'a mut Vec<u8>) -> Self {
        Self {
            file,
            waiting: 0,
            free: 64,
        }
    }

    #[inline(always)]
    pub(crate) fn put_code(&mut self, code: Code) {
        let (bits, count) = (u64::from(code.bits()), code.count());
        if count <= self.free {
            self.waiting = self.waiting << count | bits;
            self.free -= count;
        } else {
            let left = count - self.free;
            self.write_word(self.waiting << self.free | bits >> left);
            self.waiting = bits;
            self.free = 64 - left;
        }
    }

    #[inline(always)]
    fn write_word(&mut self, word: u64) {
        let inverse = !word;
        // Some byte of the inverse is zero: only there does the subtraction borrow into a bit that was not set.
        let has_ones = inverse.wrapping_sub(0x0101_0101_0101_0101) & !inverse & 0x8080_8080_8080_8080 != 0;
        if has_ones {
            self.write_bytes(&word.to_be_bytes());
        } else {
            self.file.extend_from_slice(&word.to_be_bytes());
        }
    }

    #[cold]
    fn write_bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.file.push(byte);
            if byte == 0xFF {
                self.file.push(0);
            }
        }
    }

    /// Fills the last byte with ones, and writes what waits.
    pub(crate) fn finish(mut self) {
        let count = 64 - self.free;
        if count > 0 {
            let word = self.waiting << self.free | ((1 << self.free) - 1);
            self.write_bytes(&word.to_be_bytes()[..count.div_ceil(8) as usize]);
        }
    }
}
