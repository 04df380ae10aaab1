//! Pixels as the encoder gets them.

/// A picture to encode: opaque RGBX8, sRGB, rows from the top, no padding between them. The fourth byte of a pixel is not
/// read.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(crate) rgbx: &'a [u8],
    pub(crate) width_px: u16,
    pub(crate) height_px: u16,
}

impl<'a> View<'a> {
    /// A picture of `width_px` x `height_px`, 1 to 65,535 each: JPEG has 16 bits for a side.
    ///
    /// # Panics
    ///
    /// When a side is 0, or `rgbx` is not `width_px * height_px * 4` bytes long.
    pub fn new(rgbx: &'a [u8], width_px: u16, height_px: u16) -> Self {
        assert!(width_px > 0 && height_px > 0, "a picture has a pixel");
        assert_eq!(
            rgbx.len(),
            usize::from(width_px) * usize::from(height_px) * 4,
            "the pixels match the sides"
        );
        Self {
            rgbx,
            width_px,
            height_px,
        }
    }
}
