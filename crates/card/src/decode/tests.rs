mod encoders;
mod hostile;
mod mutated;

use super::*;

/// The most that decoding may hold on the heap: for each pixel the picture itself (4 bytes), the picture before it was
/// turned upright or got its alpha (4), and a JPEG's coefficients in up to four components (8); beside those the tables of
/// the decoders, and what they keep of the file.
fn heap_bytes_max(file_len: usize, pixels: u32) -> u64 {
    16 * u64::from(pixels) + 2 * file_len as u64 + 64 * 1024
}

#[test]
fn files_past_the_limit_are_not_looked_at() {
    let (_, mut bytes) = hostile::pictures().next().expect("there are some");
    bytes.resize(PICTURE_BYTES_MAX + 1, 0);
    assert_eq!(
        decode(&bytes).err(),
        Some(DecodeError::TooManyBytes {
            bytes: PICTURE_BYTES_MAX + 1
        })
    );
    bytes.pop();
    assert!(decode(&bytes).is_ok());
}

#[test]
fn truncated_files_are_broken_and_never_half_a_picture() {
    for (name, bytes) in hostile::pictures() {
        let whole = decode(&bytes).expect("a sound picture");
        if whole.rgba.len() > 48 * 32 * 4 || bytes.len() > 1000 {
            continue;
        }
        for len in 0..bytes.len() {
            // What follows the picture (an end marker, another frame) may be missing without harm to it.
            if let Ok(pixels) = decode(&bytes[..len]) {
                assert!(
                    pixels.rgba == whole.rgba,
                    "{name}, {len} of {} bytes",
                    bytes.len()
                );
            }
        }
    }
}
