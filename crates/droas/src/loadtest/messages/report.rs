//! The figures of a run.

use std::fmt;

use serde::Serialize;

use crate::loadtest::build::Build;
use crate::loadtest::exactness::Miscounted;
use crate::loadtest::{Outcome, table};
use crate::measured::Latency;

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) build: Build,
    pub(super) messages: usize,
    pub(super) guilds: u32,
    /// In each guild.
    pub(super) members: u32,
    /// The pace; 0: as many as the bot takes.
    pub(super) per_second: u32,
    /// Messages that were seen to be stored in time.
    pub(super) stored: usize,
    pub(super) in_time: bool,
    /// From the first message to the commit of the last one.
    pub(super) took_s: f64,
    pub(super) messages_per_s: f64,
    /// Commits that were seen; the database was looked at a thousand times a second.
    pub(super) commits: usize,
    /// From the message by Discord's clock to the commit of what it counts for, to a millisecond.
    pub(super) event_to_commit_ms: Latency,
    /// Of the bot, while the messages came; none where the system does not tell, as below.
    pub(super) cpu_s: Option<f64>,
    pub(super) cpu_us_per_message: Option<f64>,
    /// The most memory that the bot had had when the messages began.
    pub(super) memory_before_mib: Option<f64>,
    /// The most that it had at any time.
    pub(super) peak_memory_mib: Option<f64>,
    pub(super) miscounted: Miscounted,
}

impl Outcome for Report {
    fn fault(&self) -> Option<String> {
        if !self.miscounted.is_nothing() {
            return Some(self.miscounted.to_string());
        }
        (!self.in_time).then(|| {
            format!(
                "the bot had stored {} of {} messages when patience ended",
                self.stored, self.messages
            )
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |number: Option<f64>, unit: &str| {
            number.map_or("not told by this system".to_owned(), |number| {
                format!("{number:.1} {unit}")
            })
        };
        let latency = &self.event_to_commit_ms;
        let pace = match self.per_second {
            0 => "as many as the bot takes".to_owned(),
            pace => format!("{pace} a second"),
        };
        let rows = [
            (
                "messages",
                format!(
                    "{}, {pace}, of {} members in each of {} guilds",
                    self.messages, self.members, self.guilds
                ),
            ),
            (
                "members miscounted; messages lost; too many",
                format!(
                    "{}; {}; {}",
                    self.miscounted.members, self.miscounted.lost, self.miscounted.surplus
                ),
            ),
            ("messages stored a second", format!("{:.0}", self.messages_per_s)),
            ("all stored after", format!("{:.2} s", self.took_s)),
            (
                "event to commit, p50 / p95 / p99 / longest",
                format!(
                    "{:.0} / {:.0} / {:.0} / {:.0} ms",
                    latency.p50, latency.p95, latency.p99, latency.longest
                ),
            ),
            ("commits seen", self.commits.to_string()),
            ("bot's CPU", known(self.cpu_s, "s")),
            ("bot's CPU for a message", known(self.cpu_us_per_message, "µs")),
            ("bot's peak memory before", known(self.memory_before_mib, "MiB")),
            ("bot's peak memory", known(self.peak_memory_mib, "MiB")),
        ];
        table::write(f, self.build, &rows)
    }
}
