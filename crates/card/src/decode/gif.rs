use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, MemoryLimit};

use super::{DECODER_BYTES_MAX, DecodeError, SourceFormat, check_sides};
use crate::pixels::Pixels;

/// Decodes the first frame of a GIF onto its transparent canvas.
pub(super) fn decode(bytes: &[u8]) -> Result<Pixels, DecodeError> {
    let broken = |error: gif::DecodingError| SourceFormat::Gif.broken(error);
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(
        NonZeroU64::new(DECODER_BYTES_MAX as u64).expect("the limit is not zero"),
    ));
    let mut decoder = options.read_info(bytes).map_err(broken)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    check_sides(SourceFormat::Gif, width, height)?;

    let frame = decoder
        .next_frame_info()
        .map_err(broken)?
        .ok_or_else(|| SourceFormat::Gif.broken("it has no frame"))?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let (frame_width, frame_height) = (usize::from(frame.width), usize::from(frame.height));
    // A frame has sides of its own, and may lie beyond its canvas.
    check_sides(SourceFormat::Gif, frame.width.into(), frame.height.into())?;
    let mut data = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut data).map_err(broken)?;

    let (canvas_width, canvas_height) = (width as usize, height as usize);
    if (left, top, frame_width, frame_height) == (0, 0, canvas_width, canvas_height) {
        return Ok(Pixels::new(width, height, data, false));
    }
    let mut rgba = vec![0; canvas_width * canvas_height * 4];
    let visible = frame_width.min(canvas_width.saturating_sub(left)) * 4;
    if visible > 0 {
        let rows = rgba.chunks_exact_mut(canvas_width * 4).skip(top);
        for (row, source) in rows.zip(data.chunks_exact(frame_width * 4)) {
            row[left * 4..left * 4 + visible].copy_from_slice(&source[..visible]);
        }
    }
    Ok(Pixels::new(width, height, rgba, false))
}
