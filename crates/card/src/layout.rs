//! Where things stand on the welcome card, in px from its left top corner, and in which colours.

use cosmic_text::fontdb::Weight;

use crate::paint::Rect;
use crate::text::Style;

/// The card's width.
pub const CARD_WIDTH_PX: u32 = 1024;
/// The card's height.
pub const CARD_HEIGHT_PX: u32 = 512;

pub(crate) const PANEL: Rect = Rect::new(36, 36, 952, 440);
pub(crate) const PANEL_RADIUS_PX: f32 = 36.0;
/// The least and the most that the panel hides of what lies behind it, 0.0 to 1.0. In between, as much as legible text
/// asks for.
pub(crate) const PANEL_OPACITY_MIN: f32 = 0.58;
pub(crate) const PANEL_OPACITY_MAX: f32 = 0.96;

pub(crate) const AVATAR: Rect = Rect::new(88, 132, 248, 248);
pub(crate) const RING_GAP_PX: f32 = 7.0;
pub(crate) const RING_WIDTH_PX: f32 = 5.0;

/// What the lines of text share: they begin at its left and end at its right.
pub(crate) const COLUMN: Rect = Rect::new(390, PANEL.top, 554, PANEL.height());

pub(crate) const PANEL_TINT: [u8; 3] = [10, 13, 28];
/// What shows through transparent avatars.
pub(crate) const PLATE: [u8; 3] = [28, 32, 56];
pub(crate) const RING_FROM: [u8; 3] = [150, 130, 255];
pub(crate) const RING_TO: [u8; 3] = [84, 228, 204];
pub(crate) const WHITE: [u8; 3] = [255, 255, 255];
pub(crate) const ACCENT: [u8; 3] = [126, 232, 214];
/// The faintest text of the card: the panel is made so dense that this one can be read.
pub(crate) const SOFT: [u8; 3] = [206, 213, 234];

pub(crate) const GREETING: Style = Style {
    weight: Weight::BOLD,
    size_px: 24.0,
    floor_px: 16.0,
    tracking_em: 0.2,
};
pub(crate) const NAME: Style = Style {
    weight: Weight::BOLD,
    size_px: 88.0,
    floor_px: 34.0,
    tracking_em: 0.0,
};
pub(crate) const GUILD: Style = Style {
    weight: Weight::NORMAL,
    size_px: 33.0,
    floor_px: 22.0,
    tracking_em: 0.0,
};
pub(crate) const NUMBER: Style = Style {
    weight: Weight::BOLD,
    size_px: 24.0,
    floor_px: 16.0,
    tracking_em: 0.01,
};
/// The default avatar's letter.
pub(crate) const INITIAL: Style = Style {
    weight: Weight::BOLD,
    size_px: 120.0,
    floor_px: 40.0,
    tracking_em: 0.0,
};

/// The capsule around the member number.
pub(crate) const PILL_HEIGHT_PX: i32 = 48;
pub(crate) const PILL_PADDING_PX: i32 = 24;
pub(crate) const PILL_ALPHA: f32 = 0.13;
