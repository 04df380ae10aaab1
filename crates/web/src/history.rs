//! What the charts are drawn from: how the bot was every ten seconds of the last six hours. It is gone with the process;
//! who wants more asks Prometheus.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bot::control::Control;
use bot::latency::Histogram;
use tokio_util::sync::CancellationToken;

use crate::metrics::resident_memory;
use crate::site::{STATUS_WITHIN, Site};

/// How often is looked.
pub(crate) const EVERY: Duration = Duration::from_secs(10);

/// How many looks are kept: six hours of them, some 600 kB.
const LEN_MAX: usize = 2_160;

/// The last looks, oldest first.
#[derive(Debug, Default)]
pub(crate) struct History {
    moments: VecDeque<(u64, Moment)>,
    /// How many there ever were.
    count: u64,
    /// The upper bounds of the buckets that the moments count in.
    bounds: Bounds,
}

/// Upper bounds in seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) handling: Vec<f64>,
    pub(crate) joining: Vec<f64>,
}

/// What happened between two looks, and how it was at the second.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// When the second was.
    pub(crate) at: Instant,
    /// How long after the first.
    pub(crate) lasted: Duration,
    /// How many events took how long, by bucket.
    pub(crate) handling: Box<[u32]>,
    /// How many welcomes took how long, by bucket.
    pub(crate) joining: Box<[u32]>,
    /// Welcomes that were posted.
    pub(crate) sent: u64,
    /// Welcomes that are not settled; `None` when the database did not answer.
    pub(crate) waiting: Option<u64>,
    /// Physical memory in bytes; `None` where the system does not tell.
    pub(crate) memory: Option<u64>,
}

/// The counters at a look: they only grow.
struct Totals {
    at: Instant,
    handling: Vec<u64>,
    joining: Vec<u64>,
    sent: u64,
}

impl History {
    /// Those of the last `range` before `now`, each with its number from the beginning.
    pub(crate) fn since(&self, now: Instant, range: Duration) -> impl Iterator<Item = &(u64, Moment)> {
        self.moments
            .iter()
            .skip_while(move |(_, moment)| now.saturating_duration_since(moment.at) > range)
    }

    /// By what the moments count.
    pub(crate) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Adds the newest, and forgets the oldest when there are too many.
    pub(crate) fn push(&mut self, moment: Moment) {
        if self.moments.len() == LEN_MAX {
            self.moments.pop_front();
        }
        self.moments.push_back((self.count, moment));
        self.count += 1;
    }

    pub(crate) fn set_bounds(&mut self, bounds: Bounds) {
        self.bounds = bounds;
    }
}

/// Looks every so often, until `stop`.
pub(crate) async fn keep(site: Site, every: Duration, stop: CancellationToken) {
    let control = &site.control;
    let (mut before, bounds) = look(control);
    site.history().set_bounds(bounds);
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        let waiting = tokio::time::timeout(STATUS_WITHIN.min(every), control.waiting()).await;
        let (after, _) = look(control);
        let moment = Moment {
            at: after.at,
            lasted: after.at.saturating_duration_since(before.at),
            handling: added(&before.handling, &after.handling),
            joining: added(&before.joining, &after.joining),
            sent: after.sent.saturating_sub(before.sent),
            waiting: waiting.ok().and_then(Result::ok),
            memory: resident_memory(),
        };
        before = after;
        site.history().push(moment);
    }
}

fn look(control: &Control) -> (Totals, Bounds) {
    let latencies = control.latencies();
    let (handling_bounds, handling) = read(&latencies.event_handling);
    let (joining_bounds, joining) = read(&latencies.join_to_post);
    let totals = Totals {
        at: Instant::now(),
        handling,
        joining,
        sent: control.counted().welcomes_sent,
    };
    let bounds = Bounds {
        handling: handling_bounds,
        joining: joining_bounds,
    };
    (totals, bounds)
}

fn read(histogram: &Histogram) -> (Vec<f64>, Vec<u64>) {
    histogram.snapshot().buckets.into_iter().unzip()
}

fn added(before: &[u64], after: &[u64]) -> Box<[u32]> {
    let pairs = before.iter().zip(after);
    pairs
        .map(|(before, after)| u32::try_from(after.saturating_sub(*before)).unwrap_or(u32::MAX))
        .collect()
}

/// What `q` (0 to 1) of all that was counted lies at or below; `None` when nothing was. Within a bucket they are taken to
/// lie evenly, and beyond the last bound at it.
pub(crate) fn quantile(bounds: &[f64], counts: &[u64], q: f64) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a share of so many is no more exact")]
    let (total, counts) = (
        total as f64,
        counts.iter().map(|count| *count as f64).collect::<Vec<_>>(),
    );
    let wanted = q * total;
    let mut below = 0.0;
    let mut lower = 0.0;
    for (upper, count) in bounds.iter().zip(counts) {
        if count > 0.0 && below + count >= wanted {
            if upper.is_infinite() {
                return Some(lower);
            }
            return Some(lower + (upper - lower) * ((wanted - below) / count));
        }
        below += count;
        if upper.is_finite() {
            lower = *upper;
        }
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("something was counted");
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn quantiles_lie_where_the_counts_do() {
        let bounds = [0.1, 0.2, 0.5, f64::INFINITY];
        assert_eq!(quantile(&bounds, &[0, 0, 0, 0], 0.5), None);
        near(quantile(&bounds, &[10, 0, 0, 0], 0.5), 0.05);
        near(quantile(&bounds, &[5, 5, 0, 0], 0.5), 0.1);
        near(quantile(&bounds, &[0, 0, 10, 0], 0.5), 0.35);
        near(quantile(&bounds, &[99, 0, 1, 0], 0.99), 0.1);
        near(quantile(&bounds, &[98, 0, 2, 0], 0.99), 0.35);
        near(quantile(&bounds, &[0, 0, 0, 3], 0.5), 0.5);
        near(quantile(&bounds, &[1, 0, 0, 0], 1.0), 0.1);
    }

    #[test]
    fn history_forgets_its_beginning_and_shows_its_end() {
        let begun = Instant::now();
        let mut history = History::default();
        let at = |index: usize| begun + EVERY * u32::try_from(index).expect("small");
        for index in 0..LEN_MAX + 5 {
            history.push(Moment {
                at: at(index),
                lasted: EVERY,
                handling: Box::default(),
                joining: Box::default(),
                sent: index as u64,
                waiting: None,
                memory: None,
            });
        }
        let now = at(LEN_MAX + 4);
        let shown =
            |range| -> Vec<u64> { history.since(now, range).map(|(_, moment)| moment.sent).collect() };
        let all = shown(Duration::MAX);
        assert_eq!((all.len(), all[0]), (LEN_MAX, 5));
        let newest = LEN_MAX as u64 + 4;
        assert_eq!(shown(EVERY), [newest - 1, newest]);
        assert_eq!(shown(Duration::ZERO), [newest]);
    }
}
