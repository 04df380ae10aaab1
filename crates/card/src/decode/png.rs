use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};

use super::{DECODER_BYTES_MAX, DecodeError, SourceFormat, check_sides, orientation};
use crate::pixels::Pixels;

/// Decodes a PNG of any colour type and depth. Text and colour profiles are skipped: both may be compressed bombs.
pub(super) fn decode(bytes: &[u8]) -> Result<Pixels, DecodeError> {
    let broken = |error: png::DecodingError| SourceFormat::Png.broken(error);
    let mut decoder = Decoder::new_with_limits(
        Cursor::new(bytes),
        Limits {
            bytes: DECODER_BYTES_MAX,
        },
    );
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);

    let header = decoder.read_header_info().map_err(broken)?;
    let (width, height) = (header.width, header.height);
    check_sides(SourceFormat::Png, width, height)?;

    let mut reader = decoder.read_info().map_err(broken)?;
    let info = reader.info();
    let opaque =
        info.trns.is_none() && !matches!(info.color_type, ColorType::Rgba | ColorType::GrayscaleAlpha);
    let orientation = info.exif_metadata.as_deref().map_or(1, orientation::of_exif);
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| SourceFormat::Png.broken("its size overflows"))?;
    let mut data = vec![0; size];
    let frame = reader.next_frame(&mut data).map_err(broken)?;
    data.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        ColorType::Rgba => data,
        ColorType::GrayscaleAlpha => data
            .as_chunks()
            .0
            .iter()
            .flat_map(|&[grey, alpha]| [grey, grey, grey, alpha])
            .collect(),
        other => return Err(SourceFormat::Png.broken(format_args!("{other:?} pixels were not expected"))),
    };
    Ok(orientation::upright(
        Pixels::new(frame.width, frame.height, rgba, opaque),
        orientation,
    ))
}
