//! Where things stand: descriptions that the rest of the crate interprets. A welcome layout is one value of
//! [`WelcomeLayout`]; the other pictures' numbers stand beside the code that places what they repeat.

mod welcome;

use cosmic_text::fontdb::Weight;

use crate::paint::Rect;
use crate::palette::Tone;
use crate::style::{Alignment, Layout};
use crate::text::Style;

/// What lies between the background and the text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Panel {
    /// Frosted glass with round corners and a shadow.
    Glass { place: Rect, radius_px: f32 },
    /// A veil over the picture: as dense as the text needs in `place`, thinning out over `reach_px` around it.
    Veil { place: Rect, reach_px: f32 },
}

/// The description of a welcome card.
#[derive(Debug)]
pub(crate) struct WelcomeLayout {
    pub(crate) width_px: i32,
    pub(crate) height_px: i32,
    pub(crate) panel: Panel,
    /// A square.
    pub(crate) avatar: Rect,
    /// The first one is the main one, whose alignment a style may change.
    pub(crate) blocks: &'static [BlockLayout],
}

/// Lines of text, one below the other, in the middle of their place's height.
#[derive(Debug)]
pub(crate) struct BlockLayout {
    /// Lines begin and end within it.
    pub(crate) place: Rect,
    pub(crate) alignment: Alignment,
    pub(crate) lines: &'static [LineLayout],
}

/// A line: what it says and how it is set. A line without text takes no room.
#[derive(Debug)]
pub(crate) struct LineLayout {
    pub(crate) slot: Slot,
    pub(crate) look: LineLook,
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Title,
    Name,
    Subtitle,
    Badge,
}

/// How a line is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineLook {
    pub(crate) style: Style,
    pub(crate) tone: Tone,
    /// Room below the baseline, in parts of the size that the line came to.
    pub(crate) below_em: f32,
    /// Room between the line before and this one's.
    pub(crate) gap_px: f32,
    /// It stands in a capsule of this height.
    pub(crate) pill_height_px: Option<i32>,
}

impl LineLook {
    pub(crate) const fn new(style: Style, tone: Tone, gap_px: f32) -> Self {
        Self {
            style,
            tone,
            below_em: 0.24,
            gap_px,
            pill_height_px: None,
        }
    }

    /// Small capitals: nothing of them reaches below the baseline.
    pub(crate) const fn without_descent(self) -> Self {
        Self {
            below_em: 0.0,
            ..self
        }
    }

    pub(crate) const fn in_pill(self, height_px: i32) -> Self {
        Self {
            pill_height_px: Some(height_px),
            ..self
        }
    }
}

pub(crate) const fn bold(size_px: f32, floor_px: f32) -> Style {
    Style {
        weight: Weight::BOLD,
        size_px,
        floor_px,
        tracking_em: 0.0,
    }
}

pub(crate) const fn regular(size_px: f32, floor_px: f32) -> Style {
    Style {
        weight: Weight::NORMAL,
        ..bold(size_px, floor_px)
    }
}

/// For short words in capitals.
pub(crate) const fn spaced(size_px: f32, floor_px: f32) -> Style {
    Style {
        tracking_em: 0.2,
        ..bold(size_px, floor_px)
    }
}

impl Layout {
    pub(crate) fn description(self) -> &'static WelcomeLayout {
        match self {
            Self::Classic => &welcome::CLASSIC,
            Self::Centered => &welcome::CENTERED,
            Self::Poster => &welcome::POSTER,
            Self::Ribbon => &welcome::RIBBON,
        }
    }
}
