//! One chart: lines over time, as SVG that stretches to any width.

use std::fmt::Write;

use maud::{Markup, html};

use super::said;

/// The plot's own measures; it is stretched to what the page has.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;

/// A chart.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(super) title: &'static str,
    /// What is measured, in a sentence.
    pub(super) note: &'static str,
    pub(super) unit: Unit,
    /// One or two. Their points lie at the same times.
    pub(super) lines: Vec<Line>,
    /// What the values are promised to stay below.
    pub(super) promised: Option<f64>,
    /// Where the left edge lies, as people say it.
    pub(super) begins: String,
}

/// A line of a chart.
#[derive(Debug)]
pub(super) struct Line {
    /// What it shows, before its value: "half within".
    pub(super) name: &'static str,
    /// What stands for all of it.
    pub(super) value: Option<f64>,
    pub(super) points: Vec<Point>,
}

/// A value of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// When, from 0 at the left edge to 1 at the right.
    pub(super) x: f64,
    /// `None` where there is nothing to tell.
    pub(super) y: Option<f64>,
}

/// In what a chart's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    PerSecond,
    PerMinute,
    Count,
    Bytes,
}

impl Unit {
    fn said(self, value: f64) -> String {
        match self {
            Self::Seconds => said::seconds(value),
            Self::PerSecond => format!("{}/s", said::short(value)),
            Self::PerMinute => format!("{}/min", said::short(value)),
            Self::Count => said::short(value),
            Self::Bytes => said::mib(value),
        }
    }

    /// The least that the plot's height stands for, so that a breath of wind is no storm.
    fn scale_min(self) -> f64 {
        match self {
            Self::Seconds => 0.01,
            Self::PerSecond => 1.0,
            Self::PerMinute | Self::Count => 5.0,
            Self::Bytes => f64::from(16 << 20),
        }
    }

    /// The next round number from `value` on.
    fn round(self, value: f64) -> f64 {
        let one = if self == Self::Bytes {
            f64::from(1 << 20)
        } else {
            1.0
        };
        let value = value / one;
        let power = 10_f64.powf(value.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0];
        let step = steps
            .into_iter()
            .find(|step| step * power >= value * (1.0 - 1e-9));
        step.unwrap_or(10.0) * power * one
    }
}

impl Chart {
    pub(super) fn shown(&self) -> Markup {
        let scale = self.scale();
        let is_empty = self
            .lines
            .iter()
            .all(|line| line.points.iter().all(|point| point.y.is_none()));
        html! {
            figure.card.chart {
                figcaption {
                    h3 { (self.title) }
                    p.keys {
                        @for (index, line) in self.lines.iter().enumerate() {
                            span class=(format!("key k{index}")) {
                                (line.name) " " b { (self.value(line)) }
                            }
                        }
                    }
                }
                div.plot {
                    svg role="img" aria-label=(self.in_words()) viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" {
                        path.grid d=(format!("M0 {0}H{WIDTH}M0 {1}H{WIDTH}", HEIGHT / 2.0, HEIGHT)) {}
                        @if let Some(promised) = self.promised.filter(|promised| *promised <= scale) {
                            path.promised d=(format!("M0 {:.1}H{WIDTH}", height(promised, scale))) {}
                        }
                        @if let [only] = self.lines.as_slice() {
                            path.area d=(area(only, scale)) {}
                        }
                        @for (index, line) in self.lines.iter().enumerate() {
                            path class=(format!("line l{index}")) d=(stroke(line, scale)) {}
                        }
                    }
                    span.top aria-hidden="true" { (self.unit.said(scale)) }
                    @if is_empty { span.empty { "nothing yet" } }
                    span.begin aria-hidden="true" { (self.begins) }
                    span.end aria-hidden="true" { "now" }
                }
                p.note { (self.note) }
            }
        }
    }

    /// What the plot's height stands for.
    fn scale(&self) -> f64 {
        let values = self
            .lines
            .iter()
            .flat_map(|line| &line.points)
            .filter_map(|point| point.y);
        self.unit.round(values.fold(self.unit.scale_min(), f64::max))
    }

    fn value(&self, line: &Line) -> String {
        line.value.map_or("–".to_owned(), |value| self.unit.said(value))
    }

    /// For those who do not see it.
    fn in_words(&self) -> String {
        let mut words = format!("{}, from {} to now:", self.title, self.begins);
        for line in &self.lines {
            let _ = write!(words, " {} {};", line.name, self.value(line));
        }
        let values = self
            .lines
            .iter()
            .flat_map(|line| &line.points)
            .filter_map(|point| point.y);
        match values.reduce(f64::max) {
            Some(most) => {
                let _ = write!(words, " the highest point is {}", self.unit.said(most));
            }
            None => words.push_str(" nothing yet"),
        }
        words
    }
}

fn height(value: f64, scale: f64) -> f64 {
    HEIGHT * (1.0 - value / scale)
}

/// The parts of a line between which there is nothing to tell.
fn runs(line: &Line, scale: f64) -> Vec<Vec<(f64, f64)>> {
    line.points
        .chunk_by(|one, next| one.y.is_some() == next.y.is_some())
        .map(|run| {
            let placed = run
                .iter()
                .filter_map(|point| Some((point.x * WIDTH, height(point.y?, scale))));
            placed.collect::<Vec<_>>()
        })
        .filter(|run| !run.is_empty())
        .collect()
}

fn stroke(line: &Line, scale: f64) -> String {
    let mut path = String::new();
    for run in runs(line, scale) {
        push_run(&mut path, &run);
        if let [(_, _)] = run.as_slice() {
            // A point alone: a line so short that its round ends are all of it.
            path.push_str("h.01");
        }
    }
    path
}

fn area(line: &Line, scale: f64) -> String {
    let mut path = String::new();
    for run in runs(line, scale) {
        if let [(first, _), .., (last, _)] = run.as_slice() {
            push_run(&mut path, &run);
            let _ = write!(path, "L{last:.1} {HEIGHT}L{first:.1} {HEIGHT}Z");
        }
    }
    path
}

fn push_run(path: &mut String, run: &[(f64, f64)]) {
    for (index, (x, y)) in run.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: &[Option<f64>]) -> Chart {
        let last = points.len().max(2) - 1;
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let x = |index: usize| index as f64 / last as f64;
        let points = points.iter().enumerate();
        Chart {
            title: "Tea",
            note: "How much tea there is.",
            unit: Unit::Count,
            lines: vec![Line {
                name: "now",
                value: Some(3.0),
                points: points.map(|(index, y)| Point { x: x(index), y: *y }).collect(),
            }],
            promised: Some(4.0),
            begins: "1 h ago".to_owned(),
        }
    }

    #[test]
    fn line_breaks_where_nothing_is_known_and_shows_lonely_points() {
        let chart = chart(&[Some(5.0), Some(0.0), None, Some(2.5), None]);
        assert_eq!(
            stroke(&chart.lines[0], chart.scale()),
            "M0.0 0.0L150.0 120.0M450.0 60.0h.01"
        );
        assert_eq!(
            area(&chart.lines[0], chart.scale()),
            "M0.0 0.0L150.0 120.0L150.0 120L0.0 120Z"
        );
    }

    #[test]
    fn scale_is_round_and_never_small() {
        assert_eq!(chart(&[Some(0.0), Some(1.0)]).scale().to_bits(), 5_f64.to_bits());
        assert_eq!(chart(&[Some(5.1)]).scale().to_bits(), 10_f64.to_bits());
        assert_eq!(chart(&[Some(112.0)]).scale().to_bits(), 200_f64.to_bits());
        assert_eq!(Unit::Bytes.said(Unit::Bytes.round(70e6)), "100 MiB");
        assert_eq!(Unit::Seconds.said(Unit::Seconds.round(0.031)), "50 ms");
    }

    #[test]
    fn chart_is_told_in_words() {
        assert_eq!(
            chart(&[Some(1.0), Some(4.5)]).in_words(),
            "Tea, from 1 h ago to now: now 3; the highest point is 4.5"
        );
        let empty = chart(&[None]);
        assert!(empty.in_words().ends_with("nothing yet"));
        let shown = empty.shown().into_string();
        assert!(shown.contains("nothing yet</span>") && shown.contains("class=\"promised\""));
    }
}
