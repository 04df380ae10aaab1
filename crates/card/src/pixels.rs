//! A decoded picture, and fitting it to a size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// A decoded picture: straight-alpha RGBA8, sRGB, rows from the top, no padding. Neither side is zero.
pub(crate) struct Pixels {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) rgba: Vec<u8>,
    /// Every alpha is 255 for certain.
    pub(crate) opaque: bool,
}

/// From this scale on a picture shrinks so far that it cannot look blurred.
const SHRINKS: f32 = 1.5;

impl Pixels {
    pub(crate) fn new(width_px: u32, height_px: u32, rgba: Vec<u8>, opaque: bool) -> Self {
        debug_assert_eq!(rgba.len(), width_px as usize * height_px as usize * 4);
        Self {
            width_px,
            height_px,
            rgba,
            opaque,
        }
    }

    /// Scales the picture so that it covers `width_px` x `height_px`, and cuts off what is over, on both sides alike.
    pub(crate) fn cover(&self, resizer: &mut Resizer, width_px: u32, height_px: u32) -> Self {
        let source = ImageRef::new(self.width_px, self.height_px, &self.rgba, PixelType::U8x4)
            .expect("the pixels match their sides");
        let mut fitted = Image::new(width_px, height_px, PixelType::U8x4);
        // Far smaller pictures are as good with the filter that looks at half as many pixels.
        let scale = (self.width_px as f32 / width_px as f32).min(self.height_px as f32 / height_px as f32);
        let filter = if scale >= SHRINKS {
            FilterType::Hamming
        } else if scale >= 1.0 {
            FilterType::CatmullRom
        } else {
            // A filter that is zero one pixel away from its middle makes fast_image_resize 6.1.0 panic where the middle of
            // the first pixel meets that of one before.
            FilterType::Mitchell
        };
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(filter))
            .fit_into_destination(None)
            .use_alpha(!self.opaque);
        resizer
            .resize(&source, &mut fitted, &options)
            .expect("both pictures have the same pixel type");
        Self::new(width_px, height_px, fitted.into_vec(), self.opaque)
    }
}
