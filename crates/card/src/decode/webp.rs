use std::io::Cursor;

use image_webp::WebPDecoder;

use super::{DecodeError, SourceFormat, check_sides, orientation, with_alpha};
use crate::pixels::Pixels;

/// Decodes a WebP, lossy or lossless; of an animated one, the first frame.
pub(super) fn decode(bytes: &[u8]) -> Result<Pixels, DecodeError> {
    let broken = |error: image_webp::DecodingError| SourceFormat::WebP.broken(error);
    // The decoder makes up the last pixels of a file that is cut off close to its end.
    let claimed = bytes.get(4..8).and_then(<[u8]>::first_chunk::<4>);
    if claimed.is_some_and(|&len| u32::from_le_bytes(len) as usize > bytes.len() - 8) {
        return Err(SourceFormat::WebP.broken("its end is missing"));
    }
    check_inner_sides(bytes.get(12..).unwrap_or_default())?;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    // How long a chunk may say that it is: it is allocated before it is read.
    decoder.set_memory_limit(bytes.len());
    let (width, height) = decoder.dimensions();
    check_sides(SourceFormat::WebP, width, height)?;
    // An orientation that cannot be read is none; the picture itself may be sound.
    let orientation = decoder
        .exif_metadata()
        .ok()
        .flatten()
        .map_or(1, |exif| orientation::of_exif(&exif));
    let opaque = !decoder.has_alpha();
    let size = decoder
        .output_buffer_size()
        .ok_or_else(|| SourceFormat::WebP.broken("its size overflows"))?;
    let mut data = vec![0; size];
    decoder.read_image(&mut data).map_err(broken)?;
    let rgba = if opaque { with_alpha(&data) } else { data };
    Ok(orientation::upright(
        Pixels::new(width, height, rgba, opaque),
        orientation,
    ))
}

/// Checks the sides that each frame names in its own bitstream: the decoder allocates by those before it compares
/// them to the container's.
fn check_inner_sides(mut chunks: &[u8]) -> Result<(), DecodeError> {
    while let Some((header, rest)) = chunks.split_first_chunk::<8>() {
        let [name @ .., a, b, c, d] = *header;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        let body = &rest[..length.min(rest.len())];
        match &name {
            // Key frame: 3 bytes of tag, 3 of start code, then 14 bits for each side.
            b"VP8 " => {
                if let Some(&[a, b, c, d]) = body.get(6..10) {
                    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
                    check_sides(SourceFormat::WebP, side(a, b), side(c, d))?;
                }
            }
            // One byte of signature, then 14 bits for each side less one.
            b"VP8L" => {
                if let Some(&[a, b, c, d]) = body.get(1..5) {
                    let bits = u32::from_le_bytes([a, b, c, d]);
                    check_sides(
                        SourceFormat::WebP,
                        (bits & 0x3fff) + 1,
                        ((bits >> 14) & 0x3fff) + 1,
                    )?;
                }
            }
            // A frame of an animation: 16 bytes about it, then chunks of its own.
            b"ANMF" => check_inner_sides(body.get(16..).unwrap_or_default())?,
            _ => {}
        }
        chunks = rest.get(length.saturating_add(length & 1)..).unwrap_or_default();
    }
    Ok(())
}
