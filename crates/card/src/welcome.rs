//! The welcome card: who has come, where to, as the how-manieth.

use bytes::Bytes;

use crate::background::Background;
use crate::layout::{
    ACCENT, COLUMN, GREETING, GUILD, NAME, NUMBER, PANEL, PILL_ALPHA, PILL_HEIGHT_PX, PILL_PADDING_PX, SOFT,
    WHITE,
};
use crate::paint::{Canvas, Rect, inside, rounded_distance};
use crate::text::{Line, Style, Typesetter};

/// What a welcome card shows.
#[derive(Clone, Debug)]
pub struct WelcomeCard {
    /// The member's shown name: any script, any characters. Shrunk, then cut where it is too long; the line is left out
    /// when nothing of it can be seen.
    pub name: String,
    /// The guild's name, likewise.
    pub guild_name: String,
    /// The how-manieth member they are; `None` leaves the line out.
    pub member_number: Option<u64>,
    /// The member's picture as it came: PNG, JPEG, WebP or GIF, any size within the limits of
    /// [`crate::DecodeError`]. `None` draws one of our own.
    pub avatar: Option<Bytes>,
    /// What it all stands on.
    pub background: Background,
}

/// The lines of a card, from the top. What is `None` takes no room.
struct Lines {
    greeting: Option<Line>,
    name: Option<Line>,
    guild: Option<Line>,
    number: Option<Line>,
}

/// Draws the text column of a card.
pub(crate) fn draw_text(canvas: &mut Canvas, typesetter: &mut Typesetter, card: &WelcomeCard) {
    let width = COLUMN.width() as f32;
    let mut fit = |text: &str, style: Style, width: f32| typesetter.fit(text, style, width);
    let guild_name = card.guild_name.trim();
    let lines = Lines {
        greeting: fit("WELCOME", GREETING, width),
        name: fit(&card.name, NAME, width),
        // Isolates, so that a name written from right to left does not turn the line around.
        guild: if guild_name.is_empty() {
            None
        } else {
            fit(&format!("joined \u{2068}{guild_name}\u{2069}"), GUILD, width)
        },
        number: card.member_number.and_then(|number| {
            fit(
                &format!("Member #{}", grouped(number)),
                NUMBER,
                width - 2.0 * PILL_PADDING_PX as f32,
            )
        }),
    };
    lines.draw(canvas, typesetter);
}

impl Lines {
    /// Draws the lines as one block in the middle of the panel's height. Distances between baselines follow the sizes
    /// that the lines came to, so that a shrunk name leaves no hole.
    fn draw(&self, canvas: &mut Canvas, typesetter: &mut Typesetter) {
        let mut steps = Vec::with_capacity(4);
        let mut height = 0.0;
        for (line, color, above, below) in [
            (&self.greeting, ACCENT, 0.72, 0.0),
            (&self.name, WHITE, 0.82, 0.24),
            (&self.guild, SOFT, 0.76, 0.24),
        ] {
            if let Some(line) = line {
                let gap = if steps.is_empty() { 0.0 } else { 24.0 };
                let baseline = height + gap + above * line.size_px;
                steps.push((line, color, baseline));
                height = baseline + below * line.size_px;
            }
        }
        let pill_gap = 26.0;
        let whole = height
            + if self.number.is_some() {
                pill_gap + PILL_HEIGHT_PX as f32
            } else {
                0.0
            };
        let top = ((PANEL.top + PANEL.bottom) as f32 - whole) / 2.0;
        for (line, color, baseline) in steps {
            let y = (top + baseline).round();
            typesetter.draw(canvas, row(y, line.size_px), line, COLUMN.left as f32, y, color);
        }
        if let Some(line) = &self.number {
            pill(canvas, typesetter, line, (top + height + pill_gap).round() as i32);
        }
    }
}

/// Where a line may draw: as far up and down as scripts with tall stacks reach, and no farther, however many marks
/// somebody piles up.
fn row(baseline: f32, size_px: f32) -> Rect {
    let overhang = (size_px * 0.12) as i32;
    Rect {
        left: COLUMN.left - overhang,
        top: (baseline - 1.02 * size_px) as i32,
        right: COLUMN.right + overhang,
        bottom: (baseline + 0.48 * size_px) as i32,
    }
}

fn pill(canvas: &mut Canvas, typesetter: &mut Typesetter, line: &Line, top: i32) {
    let place = Rect::new(
        COLUMN.left,
        top,
        line.width_px.ceil() as i32 + 2 * PILL_PADDING_PX,
        PILL_HEIGHT_PX,
    );
    let radius = PILL_HEIGHT_PX as f32 / 2.0;
    canvas.fill(place, WHITE, |x, y| {
        PILL_ALPHA * inside(rounded_distance(place, radius, x, y))
    });
    // Digits and capitals are 0.714 of the size high.
    let baseline = (place.top as f32 + (PILL_HEIGHT_PX as f32 + 0.714 * line.size_px) / 2.0).round();
    typesetter.draw(
        canvas,
        place,
        line,
        (COLUMN.left + PILL_PADDING_PX) as f32,
        baseline,
        WHITE,
    );
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (number, expected) in [(0, "0"), (999, "999"), (1234, "1,234"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expected);
        }
    }
}
