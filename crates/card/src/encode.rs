//! Canvases into files.

use std::io::Cursor;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::paint::Canvas;
use crate::picture::CardError;

/// Clean at three times its size, and an eighth of a PNG's bytes.
const JPEG_QUALITY: u8 = 90;

/// What a picture is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JPEG: some 60 kB a card.
    #[default]
    Jpeg,
    /// PNG, compressed quickly: some 550 kB a card, and not one pixel changed.
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

/// What pictures are drawn on, with its JPEG once that pays.
pub(crate) struct Base {
    pub(crate) canvas: Canvas,
    /// A picture was encoded that was drawn on it.
    used: AtomicBool,
    /// From the second picture on: encoding all of the base costs as much as it saves in the first one.
    jpeg: OnceLock<jpeg::Prepared>,
}

impl Base {
    pub(crate) fn new(mut canvas: Canvas) -> Self {
        canvas.settle();
        Self {
            canvas,
            used: AtomicBool::new(false),
            jpeg: OnceLock::new(),
        }
    }

    /// The memory that it holds.
    pub(crate) fn bytes(&self) -> usize {
        let jpeg = self.jpeg.get().map_or(0, jpeg::Prepared::memory_bytes);
        size_of::<Self>() + self.canvas.rgbx.capacity() + jpeg
    }

    fn encode_jpeg(&self, canvas: &Canvas) -> Vec<u8> {
        if !self.used.swap(true, Ordering::Relaxed) {
            return jpeg::encode(canvas.view(), JPEG_QUALITY);
        }
        self.jpeg
            .get_or_init(|| jpeg::Prepared::new(self.canvas.view(), JPEG_QUALITY))
            .encode(canvas.view(), &canvas.damage())
    }
}

/// Encodes a copy of the base's canvas that was drawn on since.
pub(crate) fn encode(canvas: &Canvas, base: &Base, format: Format) -> Result<Vec<u8>, CardError> {
    match format {
        Format::Jpeg => Ok(base.encode_jpeg(canvas)),
        Format::Png => png(canvas).map_err(|error| CardError::Encoder {
            format,
            reason: error.to_string(),
        }),
    }
}

fn png(canvas: &Canvas) -> Result<Vec<u8>, png::EncodingError> {
    let (pixels, _) = canvas.rgbx.as_chunks::<4>();
    let rgb: Vec<u8> = pixels
        .iter()
        .flat_map(|&[red, green, blue, _]| [red, green, blue])
        .collect();
    let side = i32::cast_unsigned;
    write_png(
        side(canvas.width_px),
        side(canvas.height_px),
        png::ColorType::Rgb,
        &rgb,
    )
}

/// A PNG of eight bits for each channel, compressed quickly.
pub(crate) fn write_png(
    width_px: u32,
    height_px: u32,
    color: png::ColorType,
    channels: &[u8],
) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Cursor::new(Vec::with_capacity(1024 * 1024));
    let mut encoder = png::Encoder::new(&mut bytes, width_px, height_px);
    encoder.set_color(color);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(channels)?;
    writer.finish()?;
    Ok(bytes.into_inner())
}
