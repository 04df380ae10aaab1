//! Lines of text: shaped, fitted to a width, drawn.

mod clean;
mod glyphs;

#[cfg(test)]
mod tests;

use cosmic_text::fontdb::Weight;
use cosmic_text::{
    Align, Attrs, AttrsList, CacheKeyFlags, Family, FontSystem, Hinting, LayoutGlyph, LayoutLine,
    PhysicalGlyph, ShapeLine, Shaping, Wrap,
};
use unicode_segmentation::UnicodeSegmentation;

use self::glyphs::GlyphCache;
use crate::fonts;
use crate::paint::{Canvas, Rect};

/// How a line is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    /// The size wanted.
    pub(crate) size_px: f32,
    /// The size below which the text is cut rather than shrunk.
    pub(crate) floor_px: f32,
    /// Space added after each cluster, in parts of the size.
    pub(crate) tracking_em: f32,
}

/// A line that fits.
pub(crate) struct Line {
    glyphs: Vec<LayoutGlyph>,
    /// The size that it came to.
    pub(crate) size_px: f32,
    /// From the first glyph's origin to the last one's end.
    pub(crate) width_px: f32,
    /// The box around what it draws when its first glyph's origin lies at (0, 0).
    pub(crate) ink: Rect,
}

/// Shapes and draws text. Costs some 8 MB once every script has been seen, so there are few of them.
pub(crate) struct Typesetter {
    fonts: FontSystem,
    glyphs: GlyphCache,
}

impl Typesetter {
    pub(crate) fn new() -> Self {
        Self {
            fonts: fonts::font_system(),
            glyphs: GlyphCache::default(),
        }
    }

    /// Fits a text into a width: whole pixels smaller down to the style's floor, then cut at the border of a grapheme,
    /// with an ellipsis. `None` when nothing of it can be seen.
    pub(crate) fn fit(&mut self, text: &str, style: Style, width_px: f32) -> Option<Line> {
        let (text, shaped) = self.shape_known(clean::clean(text), style);
        let wanted = layout(&shaped, style.size_px);
        let size_px = if wanted.w <= width_px {
            style.size_px
        } else {
            (style.size_px * width_px / wanted.w).floor().max(style.floor_px)
        };
        let fitted = layout(&shaped, size_px);
        let line = if fitted.w <= width_px {
            fitted
        } else {
            self.shortened(&text, style, width_px).unwrap_or(fitted)
        };
        Some(Line {
            ink: self.ink(&line.glyphs)?,
            width_px: line.w,
            size_px,
            glyphs: line.glyphs,
        })
    }

    /// Draws a line with its first glyph's origin at `x` on the baseline `y`. Nothing is drawn outside of `clip`.
    pub(crate) fn draw(
        &mut self,
        canvas: &mut Canvas,
        clip: Rect,
        line: &Line,
        x: f32,
        y: f32,
        color: [u8; 3],
    ) {
        for glyph in &line.glyphs {
            let PhysicalGlyph { cache_key, x, y } = glyph.physical((x, y), 1.0);
            if let Some(image) = self.glyphs.get(&mut self.fonts, cache_key) {
                canvas.blend_glyph(clip, x, y, image, color);
            }
        }
    }

    /// `None` when nothing is drawn.
    fn ink(&mut self, glyphs: &[LayoutGlyph]) -> Option<Rect> {
        let mut ink: Option<Rect> = None;
        for glyph in glyphs {
            let PhysicalGlyph { cache_key, x, y } = glyph.physical((0.0, 0.0), 1.0);
            if let Some(glyph) = self
                .glyphs
                .get(&mut self.fonts, cache_key)
                .and_then(|image| glyphs::ink(image, x, y))
            {
                ink = Some(ink.map_or(glyph, |ink| ink.union(glyph)));
            }
        }
        ink
    }

    /// The longest start of a text, graphemes whole, that fits with an ellipsis at the style's floor; `None` when not
    /// even one grapheme does.
    fn shortened(&mut self, text: &str, style: Style, width_px: f32) -> Option<LayoutLine> {
        let ends: Vec<usize> = text
            .grapheme_indices(true)
            .map(|(start, _)| start)
            .skip(1)
            .collect();
        let (mut fits, mut too_long) = (0, ends.len());
        let mut best = None;
        while fits < too_long {
            let middle = fits.midpoint(too_long);
            let shaped = self.shape(&format!("{}\u{2026}", text[..ends[middle]].trim_end()), style);
            let line = layout(&shaped, style.floor_px);
            if line.w <= width_px {
                best = Some(line);
                fits = middle + 1;
            } else {
                too_long = middle;
            }
        }
        best
    }

    /// Whether a font has each character of a text.
    pub(crate) fn knows(&mut self, text: &str, weight: Weight) -> bool {
        let style = Style {
            weight,
            size_px: 32.0,
            floor_px: 32.0,
            tracking_em: 0.0,
        };
        self.shape_known(text.to_owned(), style).0 == text
    }

    /// Shapes a text without what no font has: a gap is kinder than a box.
    fn shape_known(&mut self, text: String, style: Style) -> (String, ShapeLine) {
        let shaped = self.shape(&text, style);
        let words = shaped.spans.iter().flat_map(|span| &span.words);
        let unknown: Vec<_> = words
            .flat_map(|word| &word.glyphs)
            .filter(|glyph| glyph.glyph_id == 0)
            .map(|glyph| glyph.start..glyph.end)
            .collect();
        if unknown.is_empty() {
            return (text, shaped);
        }
        let known: String = text
            .char_indices()
            .filter(|(at, _)| !unknown.iter().any(|range| range.contains(at)))
            .map(|(_, c)| c)
            .collect();
        let shaped = self.shape(&known, style);
        (known, shaped)
    }

    fn shape(&mut self, text: &str, style: Style) -> ShapeLine {
        let attrs = Attrs::new()
            .family(Family::Name(fonts::FAMILY))
            .weight(style.weight)
            .letter_spacing(style.tracking_em)
            .cache_key_flags(CacheKeyFlags::DISABLE_HINTING);
        // Tabs have become spaces, so their width does not matter.
        ShapeLine::new(
            &mut self.fonts,
            text,
            &AttrsList::new(&attrs),
            Shaping::Advanced,
            1,
        )
    }
}

fn layout(shaped: &ShapeLine, size_px: f32) -> LayoutLine {
    let lines = shaped.layout(
        size_px,
        None,
        Wrap::None,
        Some(Align::Left),
        None,
        Hinting::Disabled,
    );
    lines.into_iter().next().unwrap_or(LayoutLine {
        w: 0.0,
        max_ascent: 0.0,
        max_descent: 0.0,
        line_height_opt: None,
        glyphs: Vec::new(),
        decorations: Vec::new(),
    })
}
