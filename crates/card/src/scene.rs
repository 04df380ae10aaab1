//! The pictures that there are, and what of each can be drawn before anybody is known.

use crate::layout::Panel;
use crate::paint::Rect;
use crate::style::Layout;
use crate::{activity, chart, group, leaderboard};

/// Which picture a background is prepared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scene {
    /// [`crate::WelcomeCard`], in the style's layout.
    Welcome,
    /// [`crate::GroupCard`].
    Group,
    /// [`crate::ActivityCard`].
    Activity,
    /// [`crate::Leaderboard`].
    Leaderboard,
    /// [`crate::Chart`].
    Chart,
}

/// What of a picture stays the same from card to card.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) width_px: i32,
    pub(crate) height_px: i32,
    pub(crate) panel: Panel,
    /// The place of the one avatar that has a ring, where there is one.
    pub(crate) avatar: Option<Rect>,
}

impl Frame {
    /// Width and height.
    pub(crate) fn size_px(&self) -> (u32, u32) {
        (self.width_px.cast_unsigned(), self.height_px.cast_unsigned())
    }
}

impl Scene {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Welcome,
        Self::Group,
        Self::Activity,
        Self::Leaderboard,
        Self::Chart,
    ];

    pub(crate) fn frame(self, layout: Layout) -> Frame {
        match self {
            Self::Welcome => {
                let layout = layout.description();
                Frame {
                    width_px: layout.width_px,
                    height_px: layout.height_px,
                    panel: layout.panel,
                    avatar: Some(layout.avatar),
                }
            }
            Self::Group => group::FRAME,
            Self::Activity => activity::FRAME,
            Self::Leaderboard => leaderboard::FRAME,
            Self::Chart => chart::FRAME,
        }
    }
}
