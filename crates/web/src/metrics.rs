//! Figures for Prometheus, in the text format of OpenMetrics.
//!
//! They are put together anew for each reading, out of what the bot counts anyhow: nothing is counted twice, and nothing
//! grows. Names follow Prometheus's own advice (its documentation, "Metric and label naming", read in August 2026).

mod families;
mod family;
mod process;
mod traffic;

use std::fmt;

use bot::control::Status;
use bot::latency::{Buckets, Latencies};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text::encode};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use family::Family;

/// What the text is.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All figures.
pub(crate) fn text(status: &Status, latencies: &Latencies, version: &'static str) -> String {
    let mut registry = Registry::with_prefix("droas");
    registry.register_collector(Box::new(Page(families::all(status, latencies, version))));
    let mut text = String::new();
    encode(&mut text, &registry).expect("a string takes everything");
    text
}

/// Physical memory of this process in bytes; `None` where the system does not tell.
pub(crate) fn resident_memory() -> Option<u64> {
    process::memory().map(|memory| memory.resident)
}

#[derive(Debug)]
enum Samples {
    /// Only grow.
    Counters(Vec<Sample<u64>>),
    /// Go up and down.
    Gauges(Vec<Sample<f64>>),
    /// Only grow, and have fractions.
    Sums(Vec<Sample<f64>>),
    /// How often something took how long.
    Histograms(Vec<Sample<Buckets>>),
}

#[derive(Debug)]
struct Sample<T> {
    labels: Vec<(&'static str, String)>,
    value: T,
}

/// All families.
#[derive(Debug)]
struct Page(Vec<Family>);

impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for family in &self.0 {
            let kind = match &family.samples {
                Samples::Counters(_) | Samples::Sums(_) => MetricType::Counter,
                Samples::Gauges(_) => MetricType::Gauge,
                Samples::Histograms(_) => MetricType::Histogram,
            };
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, kind)?;
            match &family.samples {
                Samples::Counters(samples) => {
                    for Sample { labels, value } in samples {
                        of(&mut metric, labels, |metric| {
                            metric.encode_counter::<NoLabelSet, u64, f64>(value, None)
                        })?;
                    }
                }
                Samples::Gauges(samples) => {
                    for Sample { labels, value } in samples {
                        of(&mut metric, labels, |metric| metric.encode_gauge(value))?;
                    }
                }
                Samples::Sums(samples) => {
                    for Sample { labels, value } in samples {
                        of(&mut metric, labels, |metric| {
                            metric.encode_counter::<NoLabelSet, f64, f64>(value, None)
                        })?;
                    }
                }
                Samples::Histograms(samples) => {
                    for Sample { labels, value } in samples {
                        of(&mut metric, labels, |metric| {
                            metric.encode_histogram::<NoLabelSet>(
                                value.sum_s,
                                value.count(),
                                &value.buckets,
                                None,
                            )
                        })?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Encodes a sample with its labels.
fn of(
    metric: &mut MetricEncoder<'_>,
    labels: &[(&'static str, String)],
    encode: impl FnOnce(&mut MetricEncoder<'_>) -> fmt::Result,
) -> fmt::Result {
    if labels.is_empty() {
        return encode(metric);
    }
    let labels: Vec<(&str, &str)> = labels
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    encode(&mut metric.encode_family(&labels)?)
}

#[cfg(test)]
pub(crate) mod tests;
