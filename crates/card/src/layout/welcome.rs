//! The welcome cards. Everything in px from the left top corner.

use super::{BlockLayout, LineLayout, LineLook, Panel, Slot, WelcomeLayout, bold, regular, spaced};
use crate::paint::Rect;
use crate::palette::Tone;
use crate::style::Alignment;

const fn line(slot: Slot, look: LineLook) -> LineLayout {
    LineLayout { slot, look }
}

pub(super) static CLASSIC: WelcomeLayout = WelcomeLayout {
    width_px: 1024,
    height_px: 512,
    panel: Panel::Glass {
        place: Rect::new(36, 36, 952, 440),
        radius_px: 36.0,
    },
    avatar: Rect::new(88, 132, 248, 248),
    blocks: &[BlockLayout {
        place: Rect::new(390, 60, 554, 392),
        alignment: Alignment::Left,
        lines: &[
            line(
                Slot::Title,
                LineLook::new(spaced(24.0, 16.0), Tone::Accent, 0.0).without_descent(),
            ),
            line(Slot::Name, LineLook::new(bold(88.0, 34.0), Tone::Text, 30.0)),
            line(
                Slot::Subtitle,
                LineLook::new(regular(33.0, 22.0), Tone::Soft, 22.0),
            ),
            line(
                Slot::Badge,
                LineLook::new(bold(24.0, 16.0), Tone::Text, 26.0).in_pill(48),
            ),
        ],
    }],
};

pub(super) static CENTERED: WelcomeLayout = WelcomeLayout {
    width_px: 1024,
    height_px: 512,
    panel: Panel::Glass {
        place: Rect::new(96, 128, 832, 352),
        radius_px: 32.0,
    },
    avatar: Rect::new(416, 36, 192, 192),
    blocks: &[BlockLayout {
        place: Rect::new(136, 246, 752, 220),
        alignment: Alignment::Center,
        lines: &[
            line(
                Slot::Title,
                LineLook::new(spaced(20.0, 14.0), Tone::Accent, 0.0).without_descent(),
            ),
            line(Slot::Name, LineLook::new(bold(68.0, 30.0), Tone::Text, 18.0)),
            line(
                Slot::Subtitle,
                LineLook::new(regular(28.0, 19.0), Tone::Soft, 8.0),
            ),
            line(
                Slot::Badge,
                LineLook::new(bold(20.0, 14.0), Tone::Text, 14.0).in_pill(40),
            ),
        ],
    }],
};

pub(super) static POSTER: WelcomeLayout = WelcomeLayout {
    width_px: 1024,
    height_px: 512,
    panel: Panel::Veil {
        place: Rect::new(0, 272, 1024, 240),
        reach_px: 200.0,
    },
    avatar: Rect::new(56, 288, 168, 168),
    blocks: &[
        BlockLayout {
            place: Rect::new(264, 284, 500, 180),
            alignment: Alignment::Left,
            lines: &[
                line(
                    Slot::Title,
                    LineLook::new(spaced(20.0, 14.0), Tone::Accent, 0.0).without_descent(),
                ),
                line(Slot::Name, LineLook::new(bold(72.0, 30.0), Tone::Text, 18.0)),
                line(
                    Slot::Subtitle,
                    LineLook::new(regular(28.0, 19.0), Tone::Soft, 8.0),
                ),
            ],
        },
        BlockLayout {
            place: Rect::new(784, 284, 184, 172),
            alignment: Alignment::Right,
            lines: &[line(
                Slot::Badge,
                LineLook::new(bold(20.0, 13.0), Tone::Text, 0.0).in_pill(44),
            )],
        },
    ],
};

pub(super) static RIBBON: WelcomeLayout = WelcomeLayout {
    width_px: 1024,
    height_px: 320,
    panel: Panel::Glass {
        place: Rect::new(112, 76, 872, 168),
        radius_px: 84.0,
    },
    avatar: Rect::new(56, 56, 208, 208),
    blocks: &[
        BlockLayout {
            place: Rect::new(304, 84, 420, 152),
            alignment: Alignment::Left,
            lines: &[
                line(
                    Slot::Title,
                    LineLook::new(spaced(18.0, 13.0), Tone::Accent, 0.0).without_descent(),
                ),
                line(Slot::Name, LineLook::new(bold(56.0, 26.0), Tone::Text, 14.0)),
                line(
                    Slot::Subtitle,
                    LineLook::new(regular(24.0, 17.0), Tone::Soft, 6.0),
                ),
            ],
        },
        BlockLayout {
            place: Rect::new(744, 112, 192, 96),
            alignment: Alignment::Right,
            lines: &[line(
                Slot::Badge,
                LineLook::new(bold(20.0, 13.0), Tone::Text, 0.0).in_pill(44),
            )],
        },
    ],
};
