//! Which charts there are.

use std::time::{Duration, Instant};

use maud::{Markup, html};

use super::chart::{Chart, Line, Point, Unit};
use super::said;
use crate::history::{History, Moment, quantile};

/// How many points a line has at most.
const POINTS_MAX: usize = 120;

/// The shortest time that a chart shows.
const RANGE_MIN: Duration = Duration::from_secs(60);

/// How far back the charts go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Range {
    /// One hour.
    #[default]
    Hour,
    /// Six hours: all that is kept.
    SixHours,
}

impl Range {
    const ALL: [Self; 2] = [Self::Hour, Self::SixHours];

    fn name(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::SixHours => "6h",
        }
    }

    /// Reads what the page's address says.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.name() == name)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Hour => "1 hour",
            Self::SixHours => "6 hours",
        }
    }

    fn lasts(self) -> Duration {
        match self {
            Self::Hour => Duration::from_secs(3_600),
            Self::SixHours => Duration::from_secs(6 * 3_600),
        }
    }
}

/// Moments one after the other, with their numbers.
type Moments<'a> = [&'a (u64, Moment)];

/// What is made of moments.
type Reckoned<'a> = dyn Fn(&Moments<'_>) -> Option<f64> + 'a;

/// All charts, of a time that ends now.
pub(crate) fn charts(history: &History, now: Instant, range: Range) -> Vec<Chart> {
    let shown: Vec<&(u64, Moment)> = history.since(now, range.lasts()).collect();
    let known = shown.first().map_or(Duration::ZERO, |(_, first)| {
        now.saturating_duration_since(first.at) + first.lasted
    });
    let lasts = known.clamp(RANGE_MIN, range.lasts());
    let in_a_point = shown.len().div_ceil(POINTS_MAX).max(1) as u64;
    // Which moments make a point together does not change when a new one comes.
    let portions: Vec<(f64, &Moments<'_>)> = shown
        .chunk_by(|(one, _), (next, _)| one / in_a_point == next / in_a_point)
        .map(|portion| {
            let newest = portion.last().map_or(now, |(_, moment)| moment.at);
            let age = now.saturating_duration_since(newest);
            let x = (1.0 - age.as_secs_f64() / lasts.as_secs_f64()).clamp(0.0, 1.0);
            (x, portion)
        })
        .collect();
    let begins = format!("{} ago", said::span(lasts));
    let bounds = history.bounds();
    let line = |name, value: &Reckoned<'_>, stands: &Reckoned<'_>| Line {
        name,
        value: stands(&shown),
        points: portions
            .iter()
            .map(|(x, moments)| Point {
                x: *x,
                y: value(moments),
            })
            .collect(),
    };
    let handled =
        |q| move |moments: &Moments<'_>| within(&bounds.handling, moments, |moment| &moment.handling, q);
    let joined =
        |q| move |moments: &Moments<'_>| within(&bounds.joining, moments, |moment| &moment.joining, q);
    let newest = |of: fn(&Moment) -> Option<u64>| {
        move |moments: &Moments<'_>| moments.last().and_then(|(_, moment)| of(moment)).map(number)
    };
    let most = |of: fn(&Moment) -> Option<u64>| {
        move |moments: &Moments<'_>| {
            moments
                .iter()
                .filter_map(|(_, moment)| of(moment))
                .max()
                .map(number)
        }
    };
    let waiting = |moment: &Moment| moment.waiting;
    let memory = |moment: &Moment| moment.memory;
    vec![
        Chart {
            title: "Events handled within",
            note: "From an event's arrival to the commit that holds it. Promised: 99 % within 500 ms.",
            unit: Unit::Seconds,
            lines: vec![
                line("half", &handled(0.5), &handled(0.5)),
                line("99 %", &handled(0.99), &handled(0.99)),
            ],
            promised: Some(0.5),
            begins: begins.clone(),
        },
        Chart {
            title: "Welcomes posted within",
            note: "From a join to its welcome standing in the channel. Promised: 3 s, as long as Discord lets us.",
            unit: Unit::Seconds,
            lines: vec![
                line("half", &joined(0.5), &joined(0.5)),
                line("95 %", &joined(0.95), &joined(0.95)),
            ],
            promised: Some(3.0),
            begins: begins.clone(),
        },
        Chart {
            title: "Events",
            note: "Events of Discord's that were handled, on average.",
            unit: Unit::PerSecond,
            lines: vec![line("on average", &events_per_second, &events_per_second)],
            promised: None,
            begins: begins.clone(),
        },
        Chart {
            title: "Welcomes posted",
            note: "Members who were greeted, on average.",
            unit: Unit::PerMinute,
            lines: vec![line("on average", &sent_per_minute, &sent_per_minute)],
            promised: None,
            begins: begins.clone(),
        },
        Chart {
            title: "Welcomes waiting",
            note: "To be posted, or begun with an outcome that is not known yet; over all processes.",
            unit: Unit::Count,
            lines: vec![line("now", &most(waiting), &newest(waiting))],
            promised: None,
            begins: begins.clone(),
        },
        Chart {
            title: "Memory",
            note: "Physical memory of this process.",
            unit: Unit::Bytes,
            lines: vec![line("now", &most(memory), &newest(memory))],
            promised: None,
            begins,
        },
    ]
}

/// What `q` of all lie within.
fn within(bounds: &[f64], moments: &Moments<'_>, counts: impl Fn(&Moment) -> &[u32], q: f64) -> Option<f64> {
    let mut sums = vec![0; bounds.len()];
    for (_, moment) in moments {
        for (sum, count) in sums.iter_mut().zip(counts(moment)) {
            *sum += u64::from(*count);
        }
    }
    quantile(bounds, &sums, q)
}

fn events_per_second(moments: &Moments<'_>) -> Option<f64> {
    let events = moments.iter().flat_map(|(_, moment)| moment.handling.iter());
    per_second(moments, events.map(|count| u64::from(*count)).sum())
}

fn sent_per_minute(moments: &Moments<'_>) -> Option<f64> {
    let sent = moments.iter().map(|(_, moment)| moment.sent).sum();
    per_second(moments, sent).map(|rate| rate * 60.0)
}

fn per_second(moments: &Moments<'_>, count: u64) -> Option<f64> {
    let lasted: Duration = moments.iter().map(|(_, moment)| moment.lasted).sum();
    (!lasted.is_zero()).then(|| number(count) / lasted.as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "a pixel is less exact")]
fn number(count: u64) -> f64 {
    count as f64
}

/// The charts, and the choice of how far back they go.
pub(super) fn section(charts: &[Chart], range: Range) -> Markup {
    html! {
        section aria-labelledby="charts" {
            div.heading {
                h2 #charts { "How it has been" }
                nav aria-label="How far back the charts go" {
                    @for one in Range::ALL {
                        a id=(format!("range-{}", one.name())) href=(format!("/?range={}", one.name()))
                            aria-current=[(one == range).then_some("true")] { (one.words()) }
                    }
                }
            }
            div.charts {
                @for chart in charts { (chart.shown()) }
            }
        }
    }
}

#[cfg(test)]
mod tests;
