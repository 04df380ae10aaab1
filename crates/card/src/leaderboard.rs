//! The leaderboard: the ten who are ahead.

use crate::background::Background;
use crate::brush::Brush;
use crate::group::Person;
use crate::layout::{LineLook, Panel, bold, spaced};
use crate::paint::Rect;
use crate::palette::Tone;
use crate::scene::Frame;
use crate::style::Alignment;

/// The most rows that a leaderboard has.
pub const LEADERBOARD_LEN_MAX: usize = 10;

pub(crate) const FRAME: Frame = Frame {
    width_px: 1024,
    height_px: 816,
    panel: Panel::Glass {
        place: Rect::new(32, 32, 960, 752),
        radius_px: 36.0,
    },
    avatar: None,
};

const HEADING: Rect = Rect::new(72, 52, 880, 96);
const TITLE: LineLook = LineLook::new(spaced(20.0, 14.0), Tone::Accent, 0.0).without_descent();
const SUBTITLE: LineLook = LineLook::new(bold(42.0, 24.0), Tone::Text, 14.0);
const ROWS_TOP_PX: i32 = 158;
const ROW_HEIGHT_PX: i32 = 61;
const AVATAR_SIDE_PX: i32 = 48;
const RANK: LineLook = LineLook::new(bold(26.0, 14.0), Tone::Soft, 0.0).without_descent();
const LEADING_RANK: LineLook = LineLook::new(bold(26.0, 14.0), Tone::Accent, 0.0).without_descent();
const NAME: LineLook = LineLook::new(bold(27.0, 17.0), Tone::Text, 0.0).without_descent();
const VALUE: LineLook = LineLook::new(bold(26.0, 16.0), Tone::Text, 0.0).without_descent();
const BAR_HEIGHT_PX: i32 = 16;

/// What a leaderboard shows. Texts as on a [`crate::WelcomeCard`].
#[derive(Clone, Debug)]
pub struct Leaderboard {
    /// What is counted, small: `MESSAGES THIS MONTH`.
    pub title: String,
    /// Whose it is: the guild's name.
    pub subtitle: String,
    /// From the top; the first [`LEADERBOARD_LEN_MAX`] are shown.
    pub rows: Vec<LeaderboardRow>,
    /// What it all stands on, prepared for [`crate::Scene::Leaderboard`].
    pub background: Background,
}

/// Somebody's place.
#[derive(Clone, Debug)]
pub struct LeaderboardRow {
    /// Their place, 1 being the first; the same for people who are level.
    pub rank: u32,
    /// Who.
    pub person: Person,
    /// What they have: `1,204`.
    pub value: String,
    /// How long their bar is: 0.0 to 1.0 of the longest.
    pub share: f32,
}

pub(crate) fn draw(brush: &mut Brush<'_>, card: &Leaderboard) {
    brush.block(
        HEADING,
        Alignment::Left,
        [(TITLE, card.title.as_str()), (SUBTITLE, card.subtitle.as_str())],
    );
    for (index, row) in card.rows.iter().take(LEADERBOARD_LEN_MAX).enumerate() {
        let top = ROWS_TOP_PX + index as i32 * ROW_HEIGHT_PX;
        let cell = |left, width| Rect::new(left, top, width, ROW_HEIGHT_PX);
        let mut text = |place, alignment, look, text: &str| {
            brush.block(place, alignment, [(look, text)]);
        };
        let rank_look = if row.rank <= 3 { LEADING_RANK } else { RANK };
        text(
            cell(64, 64),
            Alignment::Center,
            rank_look,
            &format!("{}", row.rank),
        );
        text(cell(212, 340), Alignment::Left, NAME, &row.person.name);
        text(cell(828, 124), Alignment::Right, VALUE, &row.value);
        let middle = |height| top + (ROW_HEIGHT_PX - height) / 2;
        brush.bar(
            Rect::new(572, middle(BAR_HEIGHT_PX), 240, BAR_HEIGHT_PX),
            row.share,
        );
        let avatar = Rect::new(140, middle(AVATAR_SIDE_PX), AVATAR_SIDE_PX, AVATAR_SIDE_PX);
        brush.avatar(avatar, row.person.avatar.as_deref(), &row.person.name);
    }
}
