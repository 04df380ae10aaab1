//! The figures of a run.

use std::fmt;

use serde::Serialize;

use super::build::Build;
use super::greeted::Greeted;
use super::{Outcome, table};
use crate::measured::Latency;

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) build: Build,
    pub(super) joins: usize,
    pub(super) guilds: u32,
    pub(super) within_s: f64,
    pub(super) failing_percent: f64,
    #[serde(flatten)]
    pub(super) greeted: Greeted,
    pub(super) success_percent: f64,
    pub(super) messages: usize,
    /// From the first join to the last welcome.
    pub(super) took_s: f64,
    /// From the join by Discord's clock to the decision that is stored in the transaction of its row.
    pub(super) event_handling_ms: Latency,
    /// From the join to the message in the channel.
    pub(super) join_to_post_ms: Latency,
    /// The quiet guilds, when there are any.
    pub(super) quiet: Option<Quiet>,
    /// Answers of 429 that the bot had earned.
    pub(super) earned_429: u64,
    /// Requests that were made to fail.
    pub(super) failed_requests: u64,
    /// The most memory that the bot had at any time; none where the system does not tell.
    pub(super) peak_memory_mib: Option<f64>,
}

/// Guilds with a join each now and then.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Quiet {
    pub(super) guilds: u32,
    pub(super) joins: usize,
    /// From join to post, before the rush.
    pub(super) alone_ms: Latency,
    /// From join to post, while others rush.
    pub(super) beside_ms: Latency,
    /// p99 beside the rush over p99 alone.
    pub(super) p99_ratio: f64,
}

impl Outcome for Report {
    fn fault(&self) -> Option<String> {
        if self.greeted.is_flawless() && self.earned_429 == 0 {
            return None;
        }
        Some(format!(
            "{}, and Discord answered 429 {} times",
            self.greeted, self.earned_429
        ))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percentiles =
            |latency: &Latency| format!("{:.0} / {:.0} / {:.0} ms", latency.p50, latency.p95, latency.p99);
        let mut rows = vec![
            (
                "joins",
                format!(
                    "{} in {} s over {} guilds, {} % of requests failing",
                    self.joins, self.within_s, self.guilds, self.failing_percent
                ),
            ),
            (
                "greeted once; lost; twice",
                format!(
                    "{}; {}; {}",
                    self.greeted.once, self.greeted.lost, self.greeted.sent_twice
                ),
            ),
            ("success", format!("{:.2} %", self.success_percent)),
            ("messages", self.messages.to_string()),
            ("all greeted after", format!("{:.1} s", self.took_s)),
            (
                "event handling, p50 / p95 / p99",
                percentiles(&self.event_handling_ms),
            ),
            (
                "join to post, p50 / p95 / p99",
                percentiles(&self.join_to_post_ms),
            ),
        ];
        if let Some(quiet) = &self.quiet {
            let of = format!("{} guilds, {} joins", quiet.guilds, quiet.joins);
            rows.push(("quiet guilds", of));
            rows.push(("quiet guilds alone, join to post", percentiles(&quiet.alone_ms)));
            rows.push(("quiet guilds beside it", percentiles(&quiet.beside_ms)));
            rows.push(("their p99, beside over alone", format!("{:.2}", quiet.p99_ratio)));
        }
        rows.push(("429s earned", self.earned_429.to_string()));
        rows.push(("requests made to fail", self.failed_requests.to_string()));
        let memory = self
            .peak_memory_mib
            .map_or("not told by this system".to_owned(), |mib| {
                format!("{mib:.0} MiB")
            });
        rows.push(("bot's peak memory", memory));
        table::write(f, self.build, &rows)
    }
}
