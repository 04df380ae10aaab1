//! Glyphs that were drawn before.

use std::collections::HashMap;

use cosmic_text::{CacheKey, FontSystem, SwashCache, SwashContent, SwashImage};

use crate::paint::Rect;

/// The most bytes of glyphs that are kept; past it all go at once. A card of Latin text draws 30 kB of them.
pub(super) const CACHE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What an entry costs besides its pixels.
const ENTRY_BYTES: usize = size_of::<CacheKey>() + size_of::<Option<SwashImage>>();

/// Rasterised glyphs by font, size and fraction of a pixel. The rasteriser's own cache has no bound.
pub(super) struct GlyphCache {
    swash: SwashCache,
    images: HashMap<CacheKey, Option<SwashImage>>,
    bytes: usize,
}

impl Default for GlyphCache {
    fn default() -> Self {
        Self {
            swash: SwashCache::new(),
            images: HashMap::new(),
            bytes: 0,
        }
    }
}

impl GlyphCache {
    /// A glyph's picture; `None` when the font draws nothing for it.
    pub(super) fn get(&mut self, fonts: &mut FontSystem, key: CacheKey) -> Option<&SwashImage> {
        if !self.images.contains_key(&key) {
            let image = self.swash.get_image_uncached(fonts, key);
            if self.bytes > CACHE_BYTES_MAX {
                self.images.clear();
                self.bytes = 0;
            }
            self.bytes += ENTRY_BYTES + image.as_ref().map_or(0, |image| image.data.len());
            self.images.insert(key, image);
        }
        self.images.get(&key)?.as_ref()
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The box of a glyph at (x, y) around the pixels that are not quite transparent.
pub(super) fn ink(image: &SwashImage, x: i32, y: i32) -> Option<Rect> {
    let (stride, alpha) = match image.content {
        SwashContent::Mask => (1, 0),
        SwashContent::Color | SwashContent::SubpixelMask => (4, 3),
    };
    let width = image.placement.width as usize;
    if width == 0
        || !image
            .data
            .iter()
            .skip(alpha)
            .step_by(stride)
            .any(|&alpha| alpha > 0)
    {
        return None;
    }
    let (left, top) = (x + image.placement.left, y - image.placement.top);
    let (width, height) = (
        image.placement.width.cast_signed(),
        image.placement.height.cast_signed(),
    );
    Some(Rect {
        left,
        top,
        right: left + width,
        bottom: top + height,
    })
}
