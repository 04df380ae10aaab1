//! Pictures from strangers into pixels, within limits that are checked before anything large is allocated.

mod gif;
mod jpeg;
mod orientation;
mod png;
mod source;
mod webp;

#[cfg(test)]
mod tests;

pub(crate) use source::Source;

use crate::pixels::Pixels;

/// The most bytes that an encoded picture may have.
pub const PICTURE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most px that either side of a picture may have by its header. Both sides at the limit make 16 megapixels, so
/// the area needs no limit of its own.
pub const PICTURE_SIDE_MAX_PX: u32 = 4096;
/// The most scans that a progressive JPEG may have: each one costs a pass over the whole picture, however few bytes it
/// holds. Encoders write about ten.
pub const JPEG_SCANS_MAX: usize = 20;

/// The most bytes that a decoder may use beside its output: what the largest legal picture needs.
const DECODER_BYTES_MAX: usize = PICTURE_SIDE_MAX_PX as usize * PICTURE_SIDE_MAX_PX as usize * 4;

/// Why bytes are not a picture that we draw. Nothing was kept of it; the caller goes on without the picture or asks for
/// another one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Neither PNG, JPEG, WebP nor GIF by its first bytes, whatever its name says.
    #[error("this is no picture that we read; use PNG, JPEG, WebP or GIF")]
    UnknownFormat,
    /// More than [`PICTURE_BYTES_MAX`]; nothing was decoded.
    #[error("the file has {bytes} bytes; at most {PICTURE_BYTES_MAX} are read")]
    TooManyBytes {
        /// Size of the file.
        bytes: usize,
    },
    /// A side is longer than [`PICTURE_SIDE_MAX_PX`] by the header; nothing was decoded.
    #[error("the picture has {width_px} x {height_px} px; at most {PICTURE_SIDE_MAX_PX} a side are read")]
    TooLarge {
        /// Width by the header.
        width_px: u32,
        /// Height by the header.
        height_px: u32,
    },
    /// Its format is known, but the file is truncated, damaged, or of a kind that is not read.
    #[error("the {format} cannot be read: {reason}; save it again as a plain PNG or JPEG")]
    Broken {
        /// Which format.
        format: SourceFormat,
        /// What the decoder says.
        reason: String,
    },
}

/// The formats that are read, told apart by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// PNG; of an animated one, its default picture.
    Png,
    /// JPEG, baseline and progressive, also grey and CMYK.
    Jpeg,
    /// WebP; of an animated one, its first frame.
    WebP,
    /// GIF, its first frame.
    Gif,
}

impl SourceFormat {
    fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }

    fn broken(self, reason: impl std::fmt::Display) -> DecodeError {
        DecodeError::Broken {
            format: self,
            // Some decoders end their sentences with a line break or a stop, or quote them; ours goes on.
            reason: reason
                .to_string()
                .trim_matches(|end: char| end.is_whitespace() || end == '"' || end == '.')
                .to_owned(),
        }
    }
}

impl std::fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
        })
    }
}

/// Decodes a still picture, upright as its EXIF data asks for.
pub(crate) fn decode(bytes: &[u8]) -> Result<Pixels, DecodeError> {
    Ok(read(bytes, None)?.whole())
}

/// Decodes a still picture that is to cover boxes of these sizes (width, then height, in px), each for itself: not more of
/// it than is seen then.
pub(crate) fn decode_to_cover(bytes: &[u8], boxes_px: &[(u32, u32)]) -> Result<Source, DecodeError> {
    read(bytes, Some(boxes_px))
}

fn read(bytes: &[u8], boxes_px: Option<&[(u32, u32)]>) -> Result<Source, DecodeError> {
    if bytes.len() > PICTURE_BYTES_MAX {
        return Err(DecodeError::TooManyBytes { bytes: bytes.len() });
    }
    let mut pixels = match SourceFormat::sniff(bytes).ok_or(DecodeError::UnknownFormat)? {
        SourceFormat::Png => png::decode(bytes),
        SourceFormat::Jpeg => return jpeg::decode(bytes, boxes_px),
        SourceFormat::WebP => webp::decode(bytes),
        SourceFormat::Gif => gif::decode(bytes),
    }?;
    // Most avatars have an alpha channel that hides nothing. Looking costs far less than what scaling with alpha does.
    pixels.opaque = pixels.opaque || shows_all(&pixels.rgba);
    Ok(Source::Pixels(pixels))
}

/// Refuses sides that are too long. Called with what a header says, before its picture is decoded.
fn check_sides(format: SourceFormat, width_px: u32, height_px: u32) -> Result<(), DecodeError> {
    if width_px == 0 || height_px == 0 {
        return Err(format.broken("a side has no length"));
    }
    if width_px > PICTURE_SIDE_MAX_PX || height_px > PICTURE_SIDE_MAX_PX {
        return Err(DecodeError::TooLarge { width_px, height_px });
    }
    Ok(())
}

/// Whether every alpha is 255. In blocks without a branch inside, which the compiler turns into vector instructions; a
/// transparent corner ends it at once.
fn shows_all(rgba: &[u8]) -> bool {
    rgba.chunks(1024).all(|block| {
        let (pixels, _) = block.as_chunks::<4>();
        pixels.iter().fold(255, |all, &[_, _, _, alpha]| all & alpha) == 255
    })
}

/// RGB8 into opaque RGBA8.
fn with_alpha(rgb: &[u8]) -> Vec<u8> {
    let (pixels, _) = rgb.as_chunks::<3>();
    pixels
        .iter()
        .flat_map(|&[red, green, blue]| [red, green, blue, 255])
        .collect()
}
