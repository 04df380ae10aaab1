//! The welcome card: who has come, where to, as the how-manieth.

use bytes::Bytes;

use crate::background::Background;
use crate::brush::Brush;
use crate::decode::DecodeError;
use crate::layout::Slot;
use crate::style::CardStyle;

/// What a welcome card shows. Each text may hold any script and any characters; it is shrunk, then cut where it is too
/// long, and takes no room when nothing of it can be seen.
#[derive(Clone, Debug)]
pub struct WelcomeCard {
    /// A word or two of welcome, small: `WELCOME`.
    pub title: String,
    /// The member's shown name, large.
    pub name: String,
    /// Below it: `joined The Tea House`.
    pub subtitle: String,
    /// In a capsule: `Member #1,234`.
    pub badge: String,
    /// The member's picture as it came: PNG, JPEG, WebP or GIF, any size within the limits of
    /// [`crate::DecodeError`]. `None` draws one of our own.
    pub avatar: Option<Bytes>,
    /// What it all stands on, prepared for [`crate::Scene::Welcome`]; it brings the style.
    pub background: Background,
}

pub(crate) fn draw(brush: &mut Brush<'_>, card: &WelcomeCard, style: &CardStyle) -> Option<DecodeError> {
    let layout = style.layout.description();
    for (index, block) in layout.blocks.iter().enumerate() {
        let alignment = style.alignment.filter(|_| index == 0).unwrap_or(block.alignment);
        brush.layout(block, alignment, |slot| match slot {
            Slot::Title => &card.title,
            Slot::Name => &card.name,
            Slot::Subtitle => &card.subtitle,
            Slot::Badge => &card.badge,
        });
    }
    brush.avatar(layout.avatar, card.avatar.as_deref(), &card.name)
}
