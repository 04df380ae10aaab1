use std::io::Cursor;

use jpeg::{Eighths, Planes};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::source::{Samples, Source};
use super::{DecodeError, JPEG_SCANS_MAX, SourceFormat, check_sides, orientation, with_alpha};
use crate::pixels::Pixels;

/// Our own decoder works on so many samples at a time, and would fill what slimmer pictures lack of them, at their whole
/// length.
const SIDE_MIN_PX: u32 = 32;

/// Decodes a JPEG; as much of it as covering the boxes takes, or all of it. Strictly: the lenient way fills what is
/// missing of a truncated file with grey.
///
/// The headers are always read by zune-jpeg, which says what is wrong with them. The usual kinds are then decoded by our
/// own `jpeg`, in a third of the time; the others, and whatever that finds wrong, by zune-jpeg.
pub(super) fn decode(bytes: &[u8], boxes_px: Option<&[(u32, u32)]>) -> Result<Source, DecodeError> {
    let broken = |error: zune_jpeg::errors::DecodeErrors| SourceFormat::Jpeg.broken(error);
    if let Some(reason) = unreadable(bytes) {
        return Err(SourceFormat::Jpeg.broken(reason));
    }
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGBA)
        .jpeg_set_max_scans(JPEG_SCANS_MAX)
        // The decoder's own limits are off: ours comes before anything is decoded, and names the size.
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let info = decoder
        .info()
        .ok_or_else(|| SourceFormat::Jpeg.broken("it has no header"))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_sides(SourceFormat::Jpeg, width, height)?;
    let orientation = decoder.exif().map_or(1, |exif| orientation::of_exif(exif));
    if let Some(planes) = planes(bytes, (width, height), orientation, boxes_px) {
        return Ok(Source::Samples(Samples::new(planes, width, height, orientation)));
    }
    let four_inks = matches!(
        decoder.input_colorspace(),
        Some(ColorSpace::CMYK | ColorSpace::YCCK)
    );
    if four_inks {
        // zune-jpeg 0.5.15 mixes up the pixels of CMYK when they are to have an alpha. It settles how it converts while it
        // reads the headers, so options that change after them make it panic: begin anew.
        let options = options.jpeg_set_out_colorspace(ColorSpace::RGB);
        decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    }
    let data = decoder.decode().map_err(broken)?;
    let rgba = if four_inks { with_alpha(&data) } else { data };
    if rgba.len() != width as usize * height as usize * 4 {
        return Err(SourceFormat::Jpeg.broken("its colours are of a kind that is not read"));
    }
    let pixels = Pixels::new(width, height, rgba, true);
    Ok(Source::Pixels(orientation::upright(pixels, orientation)))
}

/// The samples of a JPEG of these sides, at the smallest size that covers the boxes without being made larger again; `None`
/// when it is not one of the usual kinds, or not sound.
fn planes(
    bytes: &[u8],
    (width, height): (u32, u32),
    orientation: u16,
    boxes_px: Option<&[(u32, u32)]>,
) -> Option<Planes> {
    if width.min(height) < SIDE_MIN_PX {
        return None;
    }
    let picture = jpeg::Picture::new(bytes).ok()?;
    if (picture.width_px().into(), picture.height_px().into()) != (width, height) {
        return None;
    }
    let covering = |&(box_width, box_height): &(u32, u32)| {
        let (box_width, box_height) = orientation::turned(orientation, box_width, box_height);
        let share = |of: u32, all: u32| f64::from(of) / f64::from(all);
        share(box_width, width).max(share(box_height, height))
    };
    let eighths = boxes_px.map_or(Eighths::ALL, |boxes| {
        Eighths::at_least(boxes.iter().map(covering).fold(0.0, f64::max))
    });
    picture.planes(eighths).ok()
}

/// Why a JPEG is not even begun, where zune-jpeg would not say so: it is of a kind that hardly any program writes, or its
/// end is missing (the last blocks are then made up, also by the strict way).
///
/// Goes from marker to marker up to the first scan (ITU-T T.81, table B.1). What it cannot follow is left to the decoder.
fn unreadable(bytes: &[u8]) -> Option<&'static str> {
    let mut rest = bytes.get(2..)?;
    loop {
        let (&[first, marker, high, low], _) = rest.split_first_chunk::<4>()?;
        if first != 0xff {
            return None;
        }
        match marker {
            0xc3 => return Some("it is a lossless one, which is not read"),
            0xc5..=0xc7 => return Some("it is a hierarchical one, which is not read"),
            0xc9..=0xcb | 0xcd..=0xcf => return Some("it is an arithmetic-coded one, which is not read"),
            0xda => {
                // Within a scan no data looks like a marker.
                let ended = rest.array_windows().rev().any(|pair| *pair == [0xff, 0xd9]);
                return (!ended).then_some("its end is missing");
            }
            // A byte that fills.
            0xff => rest = &rest[1..],
            _ => rest = rest.get(2 + usize::from(u16::from_be_bytes([high, low]))..)?,
        }
    }
}
