//! How a camera was held: EXIF's orientation, 1 to 8.

use crate::pixels::Pixels;

/// The tag's number in TIFF 6.0 and EXIF 2.3.
const ORIENTATION_TAG: u16 = 0x0112;

/// Reads the orientation from EXIF data (a TIFF header and what follows); 1, upright, where there is none.
pub(super) fn of_exif(exif: &[u8]) -> u16 {
    find(exif).filter(|value| (1..=8).contains(value)).unwrap_or(1)
}

fn find(exif: &[u8]) -> Option<u16> {
    // JPEG and some writers of WebP and PNG put this before the TIFF header.
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let big_endian = match tiff.get(..4)? {
        b"II*\0" => false,
        b"MM\0*" => true,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    };
    let bytes = *tiff.get(4..)?.first_chunk::<4>()?;
    let directory = if big_endian {
        u32::from_be_bytes(bytes)
    } else {
        u32::from_le_bytes(bytes)
    } as usize;
    let entries = usize::from(u16_at(directory)?);
    // An entry: tag, type, count (4 bytes), value (4 bytes).
    (0..entries)
        .map_while(|index| directory.checked_add(2 + index * 12))
        .find(|&entry| u16_at(entry) == Some(ORIENTATION_TAG))
        .and_then(|entry| u16_at(entry.checked_add(8)?))
}

/// The sides of a picture that is turned so, or back.
pub(super) fn turned(orientation: u16, width_px: u32, height_px: u32) -> (u32, u32) {
    if orientation >= 5 {
        (height_px, width_px)
    } else {
        (width_px, height_px)
    }
}

/// Turns and mirrors a picture so that it stands upright.
pub(super) fn upright(pixels: Pixels, orientation: u16) -> Pixels {
    let (width, height) = (pixels.width_px as usize, pixels.height_px as usize);
    // Where the pixel at (x, y) of the upright picture lies in the stored one.
    let source: fn(usize, usize, usize, usize) -> (usize, usize) = match orientation {
        2 => |x, y, width, _| (width - 1 - x, y),
        3 => |x, y, width, height| (width - 1 - x, height - 1 - y),
        4 => |x, y, _, height| (x, height - 1 - y),
        5 => |x, y, _, _| (y, x),
        6 => |x, y, _, height| (y, height - 1 - x),
        7 => |x, y, width, height| (width - 1 - y, height - 1 - x),
        8 => |x, y, width, _| (width - 1 - y, x),
        _ => return pixels,
    };
    let (out_width_px, out_height_px) = turned(orientation, pixels.width_px, pixels.height_px);
    let (stored, _) = pixels.rgba.as_chunks::<4>();
    let mut rgba = Vec::with_capacity(pixels.rgba.len());
    for y in 0..out_height_px as usize {
        for x in 0..out_width_px as usize {
            let (from_x, from_y) = source(x, y, width, height);
            rgba.extend_from_slice(&stored[from_y * width + from_x]);
        }
    }
    Pixels::new(out_width_px, out_height_px, rgba, pixels.opaque)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 x 2, numbered 1 to 6 in their red channel.
    fn numbered() -> Pixels {
        Pixels::new(3, 2, (1..=6).flat_map(|red| [red, 0, 0, 255]).collect(), true)
    }

    fn reds(pixels: &Pixels) -> (u32, Vec<u8>) {
        (pixels.width_px, pixels.rgba.iter().step_by(4).copied().collect())
    }

    #[test]
    fn each_orientation_is_undone() {
        for (orientation, width, expected) in [
            (1, 3, [1, 2, 3, 4, 5, 6]),
            (2, 3, [3, 2, 1, 6, 5, 4]),
            (3, 3, [6, 5, 4, 3, 2, 1]),
            (4, 3, [4, 5, 6, 1, 2, 3]),
            (5, 2, [1, 4, 2, 5, 3, 6]),
            (6, 2, [4, 1, 5, 2, 6, 3]),
            (7, 2, [6, 3, 5, 2, 4, 1]),
            (8, 2, [3, 6, 2, 5, 1, 4]),
        ] {
            assert_eq!(
                reds(&upright(numbered(), orientation)),
                (width, expected.to_vec()),
                "{orientation}"
            );
        }
    }

    #[test]
    fn both_byte_orders_are_read_and_nonsense_is_upright() {
        let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(of_exif(little), 6);
        assert_eq!(of_exif(big), 8);
        assert_eq!(of_exif(&little[..20]), 1);
        assert_eq!(of_exif(b"II*\0\xff\xff\xff\xff"), 1);
        assert_eq!(of_exif(b""), 1);
    }
}
