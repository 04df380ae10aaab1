//! Figures of one name, and how they are made.

use bot::latency::{Buckets, Histogram};

use super::{Sample, Samples};

/// Figures of one name.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: &'static str,
    /// A sentence without its full stop.
    pub(super) help: &'static str,
    pub(super) samples: Samples,
}

/// The labels of a figure, and its value.
pub(super) type Labelled<T> = (Vec<(&'static str, String)>, T);

pub(super) fn counter(name: &'static str, help: &'static str, value: u64) -> Family {
    counters(name, help, [(Vec::new(), value)])
}

pub(super) fn gauge(name: &'static str, help: &'static str, value: f64) -> Family {
    gauges(name, help, [(Vec::new(), value)])
}

pub(super) fn counters(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = Labelled<u64>>,
) -> Family {
    Family {
        name,
        help,
        samples: Samples::Counters(labelled(samples)),
    }
}

pub(super) fn gauges(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = Labelled<f64>>,
) -> Family {
    Family {
        name,
        help,
        samples: Samples::Gauges(labelled(samples)),
    }
}

/// What only grows, in fractions.
pub(super) fn sum(name: &'static str, help: &'static str, value: f64) -> Family {
    Family {
        name,
        help,
        samples: Samples::Sums(labelled([(Vec::new(), value)])),
    }
}

pub(super) fn histogram(name: &'static str, help: &'static str, histogram: &Histogram) -> Family {
    histograms(name, help, [(Vec::new(), histogram.snapshot())])
}

pub(super) fn histograms(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = Labelled<Buckets>>,
) -> Family {
    Family {
        name,
        help,
        samples: Samples::Histograms(labelled(samples)),
    }
}

fn labelled<T>(samples: impl IntoIterator<Item = Labelled<T>>) -> Vec<Sample<T>> {
    let sample = |(labels, value)| Sample { labels, value };
    samples.into_iter().map(sample).collect()
}
