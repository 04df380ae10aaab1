//! The chart: how much there was on each of some days.

use crate::activity::Figure;
use crate::background::Background;
use crate::brush::Brush;
use crate::layout::{LineLook, Panel, bold, regular, spaced};
use crate::paint::{Rect, inside, rounded_distance};
use crate::palette::Tone;
use crate::scene::Frame;
use crate::style::Alignment;

/// The most columns that a chart has.
pub const CHART_LEN_MAX: usize = 62;

/// The most figures that stand beside a chart's heading, and the room that each has.
const FIGURES_MAX: usize = 3;
const FIGURE_WIDTH_PX: i32 = 152;

pub(crate) const FRAME: Frame = Frame {
    width_px: 1024,
    height_px: 560,
    panel: Panel::Glass {
        place: Rect::new(32, 32, 960, 496),
        radius_px: 36.0,
    },
    avatar: None,
};

const HEADING: Rect = Rect::new(72, 54, 880, 96);
const TITLE: LineLook = LineLook::new(spaced(20.0, 14.0), Tone::Accent, 0.0).without_descent();
const SUBTITLE: LineLook = LineLook::new(bold(42.0, 22.0), Tone::Text, 14.0);
const VALUES_ON_PX: i32 = 102;
const LABELS_ON_PX: i32 = 129;
const VALUE: LineLook = LineLook::new(bold(32.0, 18.0), Tone::Text, 0.0).without_descent();
const LABEL: LineLook = LineLook::new(regular(19.0, 13.0), Tone::Soft, 0.0);
/// Where the columns stand. The label of the highest one is above it, that of the mean beside it.
const PLOT: Rect = Rect::new(72, 206, 792, 248);
const PEAK_HEIGHT_PX: i32 = 32;
const PEAK_WIDTH_PX: i32 = 160;
const PEAK: LineLook = LineLook::new(bold(22.0, 14.0), Tone::Text, 0.0).without_descent();
const MEAN: LineLook = LineLook::new(regular(20.0, 13.0), Tone::Soft, 0.0).without_descent();
const MEAN_PLACE: Rect = Rect::new(872, 0, 96, 32);
const MEAN_ALPHA: f32 = 0.75;
const DASH_PX: i32 = 9;
const DASH_EVERY_PX: i32 = 16;
const MARKS: Rect = Rect::new(36, 464, 888, 40);
const MARK_WIDTH_PX: i32 = 120;
const MARK: LineLook = LineLook::new(regular(19.0, 13.0), Tone::Soft, 0.0).without_descent();
/// How much of its share of the width a column has, the rest being the gap to the next one.
const COLUMN_PART: f32 = 0.7;
const COLUMN_WIDTH_MAX_PX: i32 = 64;
/// A day with anything at all shows this much.
const COLUMN_HEIGHT_MIN_PX: i32 = 4;

/// What a chart shows. Texts as on a [`crate::WelcomeCard`].
#[derive(Clone, Debug)]
pub struct Chart {
    /// What is counted, small: `MESSAGES A DAY`.
    pub title: String,
    /// Whose it is: the guild's name.
    pub subtitle: String,
    /// What stands beside these two, such as the total; the first three.
    pub figures: Vec<Figure>,
    /// The columns, from the left; the first [`CHART_LEN_MAX`]. The highest reaches the top.
    pub values: Vec<u64>,
    /// What is written over the highest column (the first of them, where several are): `1,204`. Nothing where all are 0.
    pub peak: String,
    /// What is written beside the dashed line at the mean of all columns: `⌀ 411`.
    pub mean: String,
    /// What is written under some columns.
    pub marks: Vec<ChartMark>,
    /// What it all stands on, prepared for [`crate::Scene::Chart`].
    pub background: Background,
}

/// What is written under a column.
#[derive(Clone, Debug)]
pub struct ChartMark {
    /// Which, from 0; one that there is not is passed over.
    pub column: usize,
    /// A date.
    pub label: String,
}

pub(crate) fn draw(brush: &mut Brush<'_>, chart: &Chart) {
    let figures = &chart.figures[..chart.figures.len().min(FIGURES_MAX)];
    let figures_left = HEADING.right - FIGURE_WIDTH_PX * figures.len() as i32;
    let heading = Rect {
        right: figures_left,
        ..HEADING
    };
    brush.block(
        heading,
        Alignment::Left,
        [(TITLE, chart.title.as_str()), (SUBTITLE, chart.subtitle.as_str())],
    );
    for (left, figure) in (figures_left..).step_by(FIGURE_WIDTH_PX as usize).zip(figures) {
        let place = Rect::new(left + 20, HEADING.top, FIGURE_WIDTH_PX - 20, HEADING.height());
        brush.line_on(place, Alignment::Right, VALUES_ON_PX, VALUE, &figure.value);
        brush.line_on(place, Alignment::Right, LABELS_ON_PX, LABEL, &figure.label);
    }
    let values = &chart.values[..chart.values.len().min(CHART_LEN_MAX)];
    let columns = Columns::of(values);
    for (index, value) in values.iter().enumerate() {
        column(brush, columns.place(index, *value));
    }
    let baseline = Rect::new(PLOT.left, PLOT.bottom, PLOT.width(), 2);
    let (text, alpha) = (brush.palette.text, brush.palette.pill_alpha);
    brush.canvas.fill(baseline, text, |_, _| 2.0 * alpha);
    for mark in chart.marks.iter().filter(|mark| mark.column < values.len()) {
        let place = Rect {
            top: MARKS.top,
            bottom: MARKS.bottom,
            ..columns.around(mark.column, MARK_WIDTH_PX, MARKS)
        };
        brush.block(place, Alignment::Center, [(MARK, mark.label.as_str())]);
    }
    if columns.largest > 0 {
        mean(brush, columns.height_px(columns.mean), &chart.mean);
        let bounds = Rect {
            right: MEAN_PLACE.right,
            ..MARKS
        };
        let place = Rect {
            top: PLOT.top - PEAK_HEIGHT_PX,
            bottom: PLOT.top,
            ..columns.around(columns.peak, PEAK_WIDTH_PX, bounds)
        };
        brush.block(place, Alignment::Center, [(PEAK, chart.peak.as_str())]);
    }
}

/// A column with round shoulders that stands on the baseline.
fn column(brush: &mut Brush<'_>, place: Rect) {
    let radius = (place.width() as f32 / 3.0).min(8.0);
    let standing = Rect {
        bottom: place.bottom + radius.ceil() as i32,
        ..place
    };
    brush.canvas.gradient(place, brush.palette.ring, |x, y| {
        let across = (x - PLOT.left as f32) / PLOT.width() as f32;
        (inside(rounded_distance(standing, radius, x, y)), across)
    });
}

/// A dashed line over the columns, and its label beside them.
fn mean(brush: &mut Brush<'_>, height_px: i32, label: &str) {
    let y = PLOT.bottom - height_px;
    let line = Rect::new(PLOT.left, y - 1, PLOT.width(), 2);
    let text = brush.palette.text;
    brush.canvas.fill(line, text, |x, _| {
        let along = (x as i32 - PLOT.left) % DASH_EVERY_PX;
        if along < DASH_PX { MEAN_ALPHA } else { 0.0 }
    });
    let half = MEAN_PLACE.height() / 2;
    let place = Rect {
        top: y - half,
        bottom: y + half,
        ..MEAN_PLACE
    };
    brush.block(place, Alignment::Left, [(MEAN, label)]);
}

/// Where columns stand.
#[derive(Debug)]
struct Columns {
    len: i32,
    width_px: i32,
    largest: u64,
    mean: f64,
    /// The first of the largest.
    peak: usize,
}

impl Columns {
    fn of(values: &[u64]) -> Self {
        let len = values.len().max(1);
        let largest = values.iter().copied().max().unwrap_or(0);
        let each = PLOT.width() as f32 / len as f32;
        Self {
            len: len as i32,
            width_px: ((each * COLUMN_PART) as i32).clamp(2, COLUMN_WIDTH_MAX_PX),
            largest,
            mean: values.iter().map(|value| *value as f64).sum::<f64>() / len as f64,
            peak: values.iter().position(|value| *value == largest).unwrap_or(0),
        }
    }

    fn height_px(&self, value: f64) -> i32 {
        (f64::from(PLOT.height()) * value / self.largest.max(1) as f64).round() as i32
    }

    fn center(&self, index: usize) -> i32 {
        PLOT.left + PLOT.width() * (2 * index as i32 + 1) / (2 * self.len)
    }

    /// Flat for nothing, and never so low that it cannot be told from nothing.
    fn place(&self, index: usize, value: u64) -> Rect {
        let height = match value {
            0 => 0,
            _ => self.height_px(value as f64).max(COLUMN_HEIGHT_MIN_PX),
        };
        let left = self.center(index) - self.width_px / 2;
        Rect::new(left, PLOT.bottom - height, self.width_px, height)
    }

    /// A place of a width around a column, which `bounds` may push to a side.
    fn around(&self, index: usize, width_px: i32, bounds: Rect) -> Rect {
        let left = self.center(index) - width_px / 2;
        let left = left.clamp(bounds.left, bounds.right - width_px);
        Rect::new(left, 0, width_px, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_apart_and_within_the_plot_however_many_there_are() {
        for len in [1, 2, 7, 30, 31, CHART_LEN_MAX] {
            let values: Vec<u64> = (0..len as u64).map(|day| day * day * 1_000_000).collect();
            let columns = Columns::of(&values);
            let places: Vec<Rect> = (0..len)
                .map(|index| columns.place(index, values[index]))
                .collect();
            assert!(
                places[0].left >= PLOT.left && places[len - 1].right <= PLOT.right,
                "{len}"
            );
            assert!(places.iter().all(|place| place.top >= PLOT.top), "{len}");
            for pair in places.windows(2) {
                assert!(pair[0].right < pair[1].left, "{len}: {pair:?}");
                assert!(pair[1].top <= pair[0].top, "{len}: {pair:?}");
            }
        }
    }

    #[test]
    fn one_message_among_a_million_is_seen_and_none_is_not() {
        let columns = Columns::of(&[1_000_000, 1, 0]);
        assert_eq!(columns.place(0, 1_000_000).height(), PLOT.height());
        assert_eq!(columns.place(1, 1).height(), COLUMN_HEIGHT_MIN_PX);
        assert_eq!(columns.place(2, 0).height(), 0);
        let huge = Columns::of(&[u64::MAX, u64::MAX]);
        assert_eq!(huge.place(1, u64::MAX).height(), PLOT.height());
        assert_eq!(
            (
                Columns::of(&[]).largest,
                Columns::of(&[0, 0]).place(1, 0).height()
            ),
            (0, 0)
        );
    }

    #[test]
    fn labels_stay_on_the_panel_beside_the_first_and_the_last_column() {
        let columns = Columns::of(&[1; CHART_LEN_MAX]);
        for index in [0, CHART_LEN_MAX - 1] {
            let place = columns.around(index, MARK_WIDTH_PX, MARKS);
            assert!(
                place.left >= MARKS.left && place.right <= MARKS.right,
                "{place:?}"
            );
        }
    }
}
