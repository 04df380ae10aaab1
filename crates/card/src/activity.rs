//! The activity card: how active somebody is.

use bytes::Bytes;

use crate::background::Background;
use crate::brush::Brush;
use crate::decode::DecodeError;
use crate::layout::{LineLook, Panel, bold, regular};
use crate::paint::Rect;
use crate::palette::Tone;
use crate::scene::Frame;
use crate::style::Alignment;

/// The most figures that an activity card shows.
pub const FIGURES_MAX: usize = 4;

const AVATAR: Rect = Rect::new(72, 88, 208, 208);

pub(crate) const FRAME: Frame = Frame {
    width_px: 1024,
    height_px: 384,
    panel: Panel::Glass {
        place: Rect::new(28, 28, 968, 328),
        radius_px: 32.0,
    },
    avatar: Some(AVATAR),
};

const HEADING: Rect = Rect::new(328, 52, 440, 106);
const NAME: LineLook = LineLook::new(bold(54.0, 26.0), Tone::Text, 0.0);
const LEVEL: LineLook = LineLook::new(bold(25.0, 17.0), Tone::Accent, 12.0);
const SCORE: Rect = Rect::new(784, 52, 168, 106);
const SCORE_LOOK: LineLook = LineLook::new(bold(72.0, 40.0), Tone::Text, 0.0).without_descent();
const BAR: Rect = Rect::new(328, 180, 624, 26);
const FIGURES: Rect = Rect::new(328, 228, 624, 96);
const VALUES_ON_PX: i32 = 274;
const LABELS_ON_PX: i32 = 303;
const VALUE: LineLook = LineLook::new(bold(38.0, 20.0), Tone::Text, 0.0).without_descent();
const LABEL: LineLook = LineLook::new(regular(21.0, 14.0), Tone::Soft, 0.0);

/// What an activity card shows. Texts as on a [`crate::WelcomeCard`].
#[derive(Clone, Debug)]
pub struct ActivityCard {
    /// The member's shown name.
    pub name: String,
    /// Their level, in words: `Veteran · level 3`.
    pub level: String,
    /// 0 to 100; what lies outside, or is no number, counts as the nearest bound or 0.
    pub score: f32,
    /// What stands below the bar, such as rank, today's and this month's messages; the first [`FIGURES_MAX`].
    pub figures: Vec<Figure>,
    /// The member's picture; see [`crate::WelcomeCard::avatar`].
    pub avatar: Option<Bytes>,
    /// What it all stands on, prepared for [`crate::Scene::Activity`].
    pub background: Background,
}

/// A number and what it is.
#[derive(Clone, Debug)]
pub struct Figure {
    /// `#3`, `1,204`.
    pub value: String,
    /// `Rank`, `This month`.
    pub label: String,
}

pub(crate) fn draw(brush: &mut Brush<'_>, card: &ActivityCard) -> Option<DecodeError> {
    let score = if card.score.is_finite() {
        card.score.clamp(0.0, 100.0)
    } else {
        0.0
    };
    brush.block(
        HEADING,
        Alignment::Left,
        [(NAME, card.name.as_str()), (LEVEL, card.level.as_str())],
    );
    brush.block(
        SCORE,
        Alignment::Right,
        // Rounded down: whoever is shown to have reached something has reached it.
        [(SCORE_LOOK, format!("{:.0}", score.floor()).as_str())],
    );
    brush.bar(BAR, score / 100.0);
    let figures = &card.figures[..card.figures.len().min(FIGURES_MAX)];
    let width = FIGURES.width() / figures.len().max(1) as i32;
    for (left, figure) in (FIGURES.left..).step_by(width as usize).zip(figures) {
        let place = Rect::new(left, FIGURES.top, width - 16, FIGURES.height());
        brush.line_on(place, Alignment::Left, VALUES_ON_PX, VALUE, &figure.value);
        brush.line_on(place, Alignment::Left, LABELS_ON_PX, LABEL, &figure.label);
    }
    brush.avatar(AVATAR, card.avatar.as_deref(), &card.name)
}
