//! Canvases into files.

use std::io::Cursor;

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use crate::paint::Canvas;

/// Clean at three times its size, and an eighth of a PNG's bytes.
const JPEG_QUALITY: u8 = 90;

/// What a picture is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JPEG: some 80 kB a card.
    #[default]
    Jpeg,
    /// PNG, compressed quickly: some 650 kB a card, and not one pixel changed.
    Png,
}

impl Format {
    /// The media type, such as `image/jpeg`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The usual end of file names, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// What kind of file it is.
    pub format: Format,
    /// Its width.
    pub width_px: u32,
    /// Its height.
    pub height_px: u32,
    /// Why the avatar that was given is not on it (one of our own is); `None` when all is well.
    pub avatar_refused: Option<crate::DecodeError>,
}

/// Why a card could not be drawn: an encoder failed, which no input is known to bring about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the card cannot be written as {}: {reason}", format.media_type())]
pub struct CardError {
    format: Format,
    reason: String,
}

pub(crate) fn encode(canvas: &Canvas, format: Format) -> Result<Vec<u8>, CardError> {
    let failed = |reason: String| CardError { format, reason };
    match format {
        Format::Jpeg => jpeg(canvas).map_err(|error| failed(error.to_string())),
        Format::Png => png(canvas).map_err(|error| failed(error.to_string())),
    }
}

fn jpeg(canvas: &Canvas) -> Result<Vec<u8>, jpeg_encoder::EncodingError> {
    let mut bytes = Vec::with_capacity(128 * 1024);
    let mut encoder = Encoder::new(&mut bytes, JPEG_QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // Taking one pixel of four instead frays the edges of coloured text.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(
        &canvas.rgbx,
        side(canvas.width_px),
        side(canvas.height_px),
        ColorType::Rgba,
    )?;
    Ok(bytes)
}

fn png(canvas: &Canvas) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Cursor::new(Vec::with_capacity(1024 * 1024));
    let mut encoder = png::Encoder::new(
        &mut bytes,
        side(canvas.width_px).into(),
        side(canvas.height_px).into(),
    );
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let (pixels, _) = canvas.rgbx.as_chunks::<4>();
    let rgb: Vec<u8> = pixels
        .iter()
        .flat_map(|&[red, green, blue, _]| [red, green, blue])
        .collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(bytes.into_inner())
}

fn side(px: i32) -> u16 {
    u16::try_from(px).expect("cards are smaller than 65,536 px")
}
