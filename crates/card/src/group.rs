//! The group card: greets many people at once.

use bytes::Bytes;

use crate::background::Background;
use crate::brush::Brush;
use crate::layout::{LineLook, Panel, bold, spaced};
use crate::paint::Rect;
use crate::palette::Tone;
use crate::scene::Frame;
use crate::style::Alignment;

/// The most people that a group card shows.
pub const GROUP_LEN_MAX: usize = 30;

pub(crate) const FRAME: Frame = Frame {
    width_px: 1024,
    height_px: 512,
    panel: Panel::Glass {
        place: Rect::new(36, 36, 952, 440),
        radius_px: 36.0,
    },
    avatar: None,
};

const HEADING: Rect = Rect::new(76, 60, 872, 84);
const TITLE: LineLook = LineLook::new(spaced(20.0, 14.0), Tone::Accent, 0.0).without_descent();
const SUBTITLE: LineLook = LineLook::new(bold(40.0, 22.0), Tone::Text, 14.0);
const GRID: Rect = Rect::new(64, 158, 896, 302);
const SIDE_MAX_PX: f32 = 168.0;

/// What a group card shows. Texts as on a [`crate::WelcomeCard`].
#[derive(Clone, Debug)]
pub struct GroupCard {
    /// A word or two of welcome, small: `WELCOME`.
    pub title: String,
    /// To whom and where: `12 new members of The Tea House`.
    pub subtitle: String,
    /// Who has come; the first [`GROUP_LEN_MAX`] are shown.
    pub people: Vec<Person>,
    /// What it all stands on, prepared for [`crate::Scene::Group`].
    pub background: Background,
}

/// Somebody on a picture of many.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their shown name.
    pub name: String,
    /// Their picture as it came; `None`, or one that cannot be read, draws one of our own.
    pub avatar: Option<Bytes>,
}

/// How many people stand beside and below each other, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grid {
    columns: usize,
    rows: usize,
    side_px: i32,
    name_px: f32,
}

impl Grid {
    /// The one with the largest avatars.
    fn of(people: usize) -> Self {
        let mut best = Self::with_columns(people, people.max(1));
        for columns in 1..people {
            let grid = Self::with_columns(people, columns);
            if grid.side_px > best.side_px {
                best = grid;
            }
        }
        best
    }

    fn with_columns(people: usize, columns: usize) -> Self {
        let rows = people.div_ceil(columns).max(1);
        let cell_width = GRID.width() as f32 / columns as f32;
        let cell_height = GRID.height() as f32 / rows as f32;
        // A name's line and the gaps take some 0.42 of the side, and never less than small print needs.
        let side = (cell_width * 0.82)
            .min(cell_height / 1.42)
            .min(cell_height - 30.0)
            .clamp(8.0, SIDE_MAX_PX);
        Self {
            columns,
            rows,
            side_px: side as i32,
            name_px: (side * 0.2).clamp(15.0, 28.0),
        }
    }
}

pub(crate) fn draw(brush: &mut Brush<'_>, card: &GroupCard) {
    brush.block(
        HEADING,
        Alignment::Center,
        [(TITLE, card.title.as_str()), (SUBTITLE, card.subtitle.as_str())],
    );
    let people = &card.people[..card.people.len().min(GROUP_LEN_MAX)];
    let grid = Grid::of(people.len());
    let look = LineLook::new(bold(grid.name_px, 12.0), Tone::Text, 0.0);
    let cell_width = GRID.width() as f32 / grid.columns as f32;
    let cell_height = GRID.height() as f32 / grid.rows as f32;
    let name_height = (grid.name_px * 1.3) as i32;
    let gap = (grid.side_px / 14).max(4);
    for (row, people) in people.chunks(grid.columns).enumerate() {
        let indent = (GRID.width() as f32 - cell_width * people.len() as f32) / 2.0;
        let content = grid.side_px + gap + name_height;
        let top = GRID.top + (row as f32 * cell_height + (cell_height - content as f32) / 2.0) as i32;
        for (column, person) in people.iter().enumerate() {
            let left = GRID.left as f32 + indent + column as f32 * cell_width;
            let avatar = Rect::new(
                (left + (cell_width - grid.side_px as f32) / 2.0) as i32,
                top,
                grid.side_px,
                grid.side_px,
            );
            brush.avatar(avatar, person.avatar.as_deref(), &person.name);
            let name = Rect::new(
                left as i32 + 3,
                avatar.bottom + gap,
                cell_width as i32 - 6,
                name_height,
            );
            brush.block(name, Alignment::Center, [(look, person.name.as_str())]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_place_that_is_their_own() {
        for people in 1..=GROUP_LEN_MAX {
            let grid = Grid::of(people);
            assert!(grid.columns * grid.rows >= people, "{people}: {grid:?}");
            let cell = (
                GRID.width() / grid.columns as i32,
                GRID.height() / grid.rows as i32,
            );
            assert!(grid.side_px <= cell.0, "{people}: {grid:?}");
            assert!(
                grid.side_px + (grid.name_px * 1.3) as i32 + 4 <= cell.1,
                "{people}: {grid:?}"
            );
            assert!(grid.side_px >= 48, "{people}: {grid:?}");
        }
    }
}
