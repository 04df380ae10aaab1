//! Quantized blocks into bits: Huffman codes of baseline JPEG (T.81, annex F.1.2).

mod bits;
mod tables;

pub(crate) use bits::BitWriter;
pub(crate) use tables::{AC_CHROMA, AC_LUMA, DC_CHROMA, DC_LUMA, TABLES};

use tables::Codes;

use crate::dct::Quantized;
use crate::quantization::ZIGZAG;

/// The rest of the block is zero.
const END_OF_BLOCK: usize = 0x00;
/// Sixteen zeros, after which something follows.
const SIXTEEN_ZEROS: usize = 0xF0;

/// Where each coefficient of the left one of two blocks stands in [`Quantized::coefficients`], in the order in which they
/// are written.
static PLACES: [u8; 64] = {
    let mut places = [0; 64];
    let mut at = 0;
    while at < 64 {
        places[at] = ZIGZAG[at] % 8 * 16 + ZIGZAG[at] / 8;
        at += 1;
    }
    places
};

/// Writes the left (0) or the right (1) one of two blocks. `previous_dc` is that of the component's block before, and
/// becomes this one's.
#[inline(always)]
pub(crate) fn write_block(
    blocks: &Quantized,
    half: usize,
    previous_dc: &mut i32,
    dc_codes: &Codes,
    ac_codes: &Codes,
    bits: &mut BitWriter<'_>,
) {
    // No place is past 119, so that the mask changes none; it spares a check.
    let coefficient = |at: usize| i32::from(blocks.coefficients[(usize::from(PLACES[at]) + 8 * half) & 127]);
    let dc = coefficient(0);
    write_value(dc - *previous_dc, 0, dc_codes, bits);
    *previous_dc = dc;

    let mut nonzero = blocks.nonzero[half] & !1;
    let mut next = 1;
    while nonzero != 0 {
        let at = nonzero.trailing_zeros() as usize;
        nonzero &= nonzero - 1;
        let mut zeros = at - next;
        next = at + 1;
        while zeros >= 16 {
            bits.put_code(ac_codes[SIXTEEN_ZEROS]);
            zeros -= 16;
        }
        write_value(coefficient(at & 63), zeros, ac_codes, bits);
    }
    if next < 64 {
        bits.put_code(ac_codes[END_OF_BLOCK]);
    }
}

/// Writes how many zeros precede a value and how many bits it has, as one code, then those bits. Of a negative value they
/// are those of the value less one: so the first bit tells the sign.
#[inline(always)]
fn write_value(value: i32, zeros: usize, codes: &Codes, bits: &mut BitWriter<'_>) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let low = (value + (value >> 31)).cast_unsigned() & ((1 << size) - 1);
    let code = codes[(zeros << 4 | size as usize) & 0xFF];
    bits.put_code(code.followed_by(low));
}
