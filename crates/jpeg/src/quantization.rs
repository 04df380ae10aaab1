//! What each coefficient is divided by, and the order in which they are written.

/// By column, then row; each row twice, for two blocks side by side.
pub(crate) type Reciprocals = [[i16; 16]; 8];

/// The quantizers of a quality.
pub(crate) struct Tables {
    pub(crate) luma: Table,
    pub(crate) chroma: Table,
}

pub(crate) struct Table {
    /// Row by row, as T.81 prints them.
    pub(crate) quantizers: [u8; 64],
    /// What to multiply with instead of dividing, as fractions of 32,768.
    pub(crate) reciprocals: Reciprocals,
}

impl Tables {
    pub(crate) fn of_quality(quality: u8) -> Self {
        let quality = u32::from(quality.clamp(1, 100));
        let percent = if quality < 50 {
            5000 / quality
        } else {
            200 - 2 * quality
        };
        Self {
            luma: Table::new(&LUMA, percent),
            chroma: Table::new(&CHROMA, percent),
        }
    }
}

impl Table {
    fn new(base: &[u8; 64], percent: u32) -> Self {
        let quantizers =
            base.map(|quantizer| ((u32::from(quantizer) * percent + 50) / 100).clamp(1, 255) as u8);
        let mut reciprocals = [[0; 16]; 8];
        for (column, reciprocals) in reciprocals.iter_mut().enumerate() {
            for (lane, reciprocal) in reciprocals.iter_mut().enumerate() {
                let row = lane % 8;
                let quantizer = f64::from(quantizers[row * 8 + column]);
                let gain = GAIN * GAINS[row] * GAINS[column];
                *reciprocal = (32768.0 / (quantizer * gain)).round() as i16;
            }
        }
        Self {
            quantizers,
            reciprocals,
        }
    }
}

/// By how much the transform leaves a coefficient too large: samples come doubled, and two passes make eight.
const GAIN: f64 = 16.0;
/// And by its row and its column: 1, then the cosine of k sixteenths of pi, times the square root of two.
const GAINS: [f64; 8] = [
    1.0,
    1.387_039_845,
    1.306_562_965,
    1.175_875_602,
    1.0,
    0.785_694_958,
    0.541_196_100,
    0.275_899_379,
];

/// T.81, table K.1.
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, //
    12, 12, 14, 19, 26, 58, 60, 55, //
    14, 13, 16, 24, 40, 57, 69, 56, //
    14, 17, 22, 29, 51, 87, 80, 62, //
    18, 22, 37, 56, 68, 109, 103, 77, //
    24, 35, 55, 64, 81, 104, 113, 92, //
    49, 64, 78, 87, 103, 121, 120, 101, //
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// T.81, table K.2.
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, //
    18, 21, 26, 66, 99, 99, 99, 99, //
    24, 26, 56, 99, 99, 99, 99, 99, //
    47, 66, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99,
];

/// Where the coefficients stand, row by row, in the order in which they are written (T.81, figure 5): along the
/// diagonals, to and fro, beginning to the right.
pub(crate) const ZIGZAG: [u8; 64] = {
    let mut order = [0; 64];
    let (mut row, mut column) = (0_u8, 0_u8);
    let mut at = 0;
    while at < 64 {
        order[at] = row * 8 + column;
        let up = (row + column) % 2 == 0;
        if up && column == 7 {
            row += 1;
        } else if up && row == 0 {
            column += 1;
        } else if up {
            row -= 1;
            column += 1;
        } else if row == 7 {
            column += 1;
        } else if column == 0 {
            row += 1;
        } else {
            row += 1;
            column -= 1;
        }
        at += 1;
    }
    order
};

/// For a column of a block and a set of its rows: the set of the same coefficients in zigzag order. So eight look-ups put
/// a block's nonzero coefficients in order, and no coefficient is moved.
pub(crate) static ZIGZAG_MASKS: [[u64; 256]; 8] = {
    let mut masks = [[0; 256]; 8];
    let mut at = 0;
    while at < 64 {
        let (row, column) = (ZIGZAG[at] / 8, ZIGZAG[at] % 8);
        let mut set = 0;
        while set < 256 {
            if set >> row & 1 == 1 {
                masks[column as usize][set] |= 1 << at;
            }
            set += 1;
        }
        at += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_are_written_along_the_diagonals() {
        assert_eq!(ZIGZAG[..10], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
        assert_eq!(ZIGZAG[54..], [39, 46, 53, 60, 61, 54, 47, 55, 62, 63]);
        let mut sorted = ZIGZAG;
        sorted.sort_unstable();
        assert!(
            sorted
                .iter()
                .enumerate()
                .all(|(at, &place)| usize::from(place) == at)
        );
    }

    #[test]
    fn quality_scales_the_standards_tables() {
        assert_eq!(Tables::of_quality(50).luma.quantizers, LUMA);
        assert_eq!(Tables::of_quality(100).chroma.quantizers, [1; 64]);
        assert_eq!(Tables::of_quality(90).luma.quantizers[..4], [3, 2, 2, 3]);
        assert_eq!(Tables::of_quality(0).luma.quantizers, [255; 64]);
    }
}
