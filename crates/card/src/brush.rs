//! What every picture is drawn with: text, bars and avatars in the colours of a palette.

use fast_image_resize::Resizer;

use crate::avatar::{self, Masks};
use crate::decode::{self, DecodeError};
use crate::layout::{BlockLayout, LineLayout, LineLook, Slot};
use crate::paint::{Canvas, Rect, inside, rounded_distance};
use crate::palette::Palette;
use crate::style::{Alignment, AvatarShape};
use crate::text::{Line, Typesetter};

/// How far the height of digits and capitals reaches above the baseline, in parts of the size.
const CAPITALS_EM: f32 = 0.714;

/// Room above the baseline of a line that stands in no capsule, in parts of the size.
const ABOVE_EM: f32 = 0.74;
/// How far up and down a line may draw, in parts of the size.
const HEIGHT_EM: f32 = 1.02;
const DEPTH_EM: f32 = 0.48;

/// The tools that outlive a card.
pub(crate) struct Tools {
    pub(crate) typesetter: Typesetter,
    pub(crate) resizer: Resizer,
    pub(crate) masks: Masks,
}

/// The tools, at work on a canvas.
pub(crate) struct Brush<'a> {
    pub(crate) canvas: &'a mut Canvas,
    pub(crate) tools: &'a mut Tools,
    pub(crate) palette: &'a Palette,
    pub(crate) shape: AvatarShape,
}

/// A line that was fitted, and where its baseline lies below the block's top.
struct Placed {
    line: Line,
    look: LineLook,
    baseline: f32,
}

impl Brush<'_> {
    /// Draws a block of a layout; `text` says what stands in each slot.
    pub(crate) fn layout<'t>(
        &mut self,
        block: &BlockLayout,
        alignment: Alignment,
        text: impl Fn(Slot) -> &'t str,
    ) {
        let lines = block
            .lines
            .iter()
            .map(|LineLayout { slot, look }| (*look, text(*slot)));
        self.block(block.place, alignment, lines);
    }

    /// Draws lines one below the other in the middle of the height of a place. Distances between baselines follow the sizes that the lines came to, so that a
    /// shrunk line leaves no hole; a line without text takes no room.
    pub(crate) fn block<'t>(
        &mut self,
        place: Rect,
        alignment: Alignment,
        lines: impl IntoIterator<Item = (LineLook, &'t str)>,
    ) {
        let mut placed: Vec<Placed> = Vec::new();
        let mut height = 0.0;
        for (look, text) in lines {
            let padding = look.pill_height_px.unwrap_or(0) as f32;
            let Some(line) = self
                .tools
                .typesetter
                .fit(text, look.style, place.width() as f32 - padding)
            else {
                continue;
            };
            if !placed.is_empty() {
                height += look.gap_px;
            }
            let (above, below) = match look.pill_height_px {
                Some(pill) => {
                    let above = (pill as f32 + CAPITALS_EM * line.size_px) / 2.0;
                    (above, pill as f32 - above)
                }
                None => (
                    ABOVE_EM * line.size_px,
                    (look.below_em * line.size_px).max(deep_ink(&line)),
                ),
            };
            placed.push(Placed {
                baseline: height + above,
                line,
                look,
            });
            height += above + below;
        }
        let top = place.top as f32 + (place.height() as f32 - height) / 2.0;
        for Placed { line, look, baseline } in placed {
            self.line(place, alignment, (top + baseline).round(), &line, look);
        }
    }

    /// Draws a line on a baseline of its own, so that lines beside each other stand level whatever they say and however
    /// much they had to shrink. `place` says where it begins and ends.
    pub(crate) fn line_on(
        &mut self,
        place: Rect,
        alignment: Alignment,
        baseline: i32,
        look: LineLook,
        text: &str,
    ) {
        let fitted = self.tools.typesetter.fit(text, look.style, place.width() as f32);
        if let Some(line) = fitted {
            self.line(place, alignment, baseline as f32, &line, look);
        }
    }

    fn line(&mut self, place: Rect, alignment: Alignment, baseline: f32, line: &Line, look: LineLook) {
        let padding = look.pill_height_px.unwrap_or(0) / 2;
        let width = line.width_px.ceil() as i32 + 2 * padding;
        let left = match alignment {
            Alignment::Left => place.left,
            Alignment::Center => place.left + (place.width() - width) / 2,
            Alignment::Right => place.right - width,
        };
        let clip = match look.pill_height_px {
            Some(height) => {
                let above = (height as f32 + CAPITALS_EM * line.size_px) / 2.0;
                let pill = Rect::new(left, (baseline - above).round() as i32, width, height);
                self.capsule(pill, self.palette.text, self.palette.pill_alpha);
                pill
            }
            None => row(place, baseline, line.size_px),
        };
        let color = self.palette.tone(look.tone);
        self.tools
            .typesetter
            .draw(self.canvas, clip, line, (left + padding) as f32, baseline, color);
    }

    /// A bar that is filled from the left, `share` being 0.0 to 1.0.
    pub(crate) fn bar(&mut self, place: Rect, share: f32) {
        self.capsule(place, self.palette.text, self.palette.pill_alpha);
        let share = if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        };
        if share == 0.0 {
            return;
        }
        // A full capsule at least: less of it would not be round.
        let width = ((place.width() as f32 * share) as i32).max(place.height());
        let filled = Rect::new(place.left, place.top, width, place.height());
        let radius = place.height() as f32 / 2.0;
        self.canvas.gradient(filled, self.palette.ring, |x, y| {
            let across = (x - place.left as f32) / place.width() as f32;
            (inside(rounded_distance(filled, radius, x, y)), across)
        });
    }

    fn capsule(&mut self, place: Rect, color: [u8; 3], alpha: f32) {
        let radius = place.height() as f32 / 2.0;
        self.canvas.fill(place, color, |x, y| {
            alpha * inside(rounded_distance(place, radius, x, y))
        });
    }

    /// Draws somebody's picture, or one of our own when there is none or it cannot be read; says why it cannot.
    pub(crate) fn avatar(&mut self, place: Rect, picture: Option<&[u8]>, name: &str) -> Option<DecodeError> {
        let Tools {
            typesetter,
            resizer,
            masks,
        } = &mut *self.tools;
        let mask = masks.get(place.width(), self.shape);
        let side = place.width().cast_unsigned();
        let refused = match picture.map(|bytes| decode::decode_to_cover(bytes, &[(side, side)])) {
            Some(Ok(picture)) => {
                avatar::draw(self.canvas, resizer, place, mask, &picture);
                return None;
            }
            Some(Err(error)) => Some(error),
            None => None,
        };
        avatar::draw_default(self.canvas, typesetter, place, mask, name);
        refused
    }
}

/// How far down a line reaches that some scripts and emoji would carry into the next one, as far as it is drawn at all.
fn deep_ink(line: &Line) -> f32 {
    (line.ink.bottom as f32).min(DEPTH_EM * line.size_px) - 0.06 * line.size_px
}

/// Where a line may draw: as far up and down as scripts with tall stacks reach, and no farther, however many marks
/// somebody piles up.
fn row(place: Rect, baseline: f32, size_px: f32) -> Rect {
    let overhang = (size_px * 0.12) as i32;
    Rect {
        left: place.left - overhang,
        top: (baseline - HEIGHT_EM * size_px) as i32,
        right: place.right + overhang,
        bottom: (baseline + DEPTH_EM * size_px) as i32,
    }
}
