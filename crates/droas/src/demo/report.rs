//! What became of the community, counted from what the simulator saw and not from what the bot believes.

use std::collections::HashMap;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use serde::Serialize;

use crate::measured::Latency;

/// A join, and what the channel shows of it.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// When they joined, microseconds.
    pub(super) joined_at_us: i64,
    /// They left again.
    pub(super) left: bool,
    /// When each message that welcomes them was posted, microseconds.
    pub(super) posted_at_us: Vec<i64>,
}

/// The demo's outcome.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    /// The seed that plays the same community again.
    pub(super) seed: u64,
    /// Members who joined.
    pub(super) joins: usize,
    /// Of those, how many have a welcome.
    pub(super) welcomed: usize,
    /// Members who left again before they were welcomed.
    pub(super) left_unwelcomed: usize,
    /// Joins that were told again and refused.
    pub(super) duplicates_refused: u64,
    /// Members who stayed and have no welcome.
    pub(super) lost: usize,
    /// Members with more than one welcome.
    pub(super) sent_twice: usize,
    /// Connections that were killed.
    pub(super) connections_killed: u64,
    /// Sessions that went on afterwards.
    pub(super) sessions_resumed: u64,
    /// From the join to the post.
    pub(super) latency_ms: Latency,
    /// Pictures that were written.
    pub(super) cards: usize,
    /// Where they lie.
    pub(super) folder: String,
}

/// What an arrival came to.
pub(super) struct Counts {
    pub(super) welcomed: usize,
    pub(super) left_unwelcomed: usize,
    pub(super) lost: usize,
    pub(super) sent_twice: usize,
    pub(super) latency_ms: Latency,
}

/// Counts arrivals by what became of them.
pub(super) fn count<K>(arrivals: &HashMap<K, Arrival>) -> Counts {
    let number = |of: fn(&Arrival) -> bool| arrivals.values().filter(|arrival| of(arrival)).count();
    let latencies_us = arrivals
        .values()
        .filter_map(|arrival| Some(arrival.posted_at_us.iter().min()? - arrival.joined_at_us));
    Counts {
        welcomed: number(|arrival| !arrival.posted_at_us.is_empty()),
        left_unwelcomed: number(|arrival| arrival.left && arrival.posted_at_us.is_empty()),
        lost: number(|arrival| !arrival.left && arrival.posted_at_us.is_empty()),
        sent_twice: number(|arrival| arrival.posted_at_us.len() > 1),
        latency_ms: Latency::of(latencies_us),
    }
}

impl Report {
    /// Each member got what they should.
    pub(super) fn is_flawless(&self) -> bool {
        self.lost == 0 && self.sent_twice == 0
    }

    /// The report for a person.
    pub(super) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        let latency = self.latency_ms;
        let rows = [
            ("members who joined", self.joins.to_string()),
            ("welcomed", self.welcomed.to_string()),
            ("left before they were welcomed", self.left_unwelcomed.to_string()),
            (
                "joins told twice and refused",
                self.duplicates_refused.to_string(),
            ),
            ("welcomes lost", self.lost.to_string()),
            ("welcomes sent twice", self.sent_twice.to_string()),
            (
                "connections killed, sessions resumed",
                format!("{}, {}", self.connections_killed, self.sessions_resumed),
            ),
            (
                "from join to post: p50, p95, p99",
                format!(
                    "{:.0} ms, {:.0} ms, {:.0} ms",
                    latency.p50, latency.p95, latency.p99
                ),
            ),
        ];
        for (name, value) in rows {
            table.add_row([name.to_owned(), value]);
        }
        if let Some(values) = table.column_mut(1) {
            values.set_cell_alignment(CellAlignment::Right);
        }
        format!("{table}\n{} cards lie in {}", self.cards, self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(left: bool, posted_at_us: &[i64]) -> Arrival {
        Arrival {
            joined_at_us: 1_000,
            left,
            posted_at_us: posted_at_us.to_vec(),
        }
    }

    #[test]
    fn lost_and_doubled_welcomes_are_counted() {
        let arrivals = HashMap::from([
            (1, arrival(false, &[3_000])),
            (2, arrival(false, &[])),
            (3, arrival(true, &[])),
            (4, arrival(true, &[2_000])),
            (5, arrival(false, &[5_000, 6_000])),
        ]);
        let counts = count(&arrivals);
        assert_eq!(
            (
                counts.welcomed,
                counts.left_unwelcomed,
                counts.lost,
                counts.sent_twice
            ),
            (3, 1, 1, 1)
        );
        assert_eq!(counts.latency_ms.p50.round(), 2.0);
    }
}
