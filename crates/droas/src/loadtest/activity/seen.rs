//! What workers saw: how long each operation took, and which failed.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::clocks;
use super::workload::Operation;

/// What a worker saw in one phase.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// By the clock that all processes share.
    pub(super) begun: Duration,
    pub(super) ended: Duration,
    /// Microseconds, of operations that failed too: somebody waited for them as well.
    pub(super) latencies: Histogram<u64>,
    /// The numbers of those that were not stored, and why.
    pub(super) failed: BTreeMap<u32, String>,
}

impl Seen {
    pub(super) fn begin() -> Self {
        let now = clocks::monotonic();
        Self {
            begun: now,
            ended: now,
            latencies: Histogram::new(3).expect("three digits are allowed"),
            failed: BTreeMap::new(),
        }
    }

    /// Notes how an operation ended that was begun when the one before it had ended.
    pub(super) fn note(&mut self, operation: &Operation, outcome: Result<(), String>) {
        let now = clocks::monotonic();
        let took_us = u64::try_from((now - self.ended).as_micros()).unwrap_or(u64::MAX);
        self.ended = now;
        self.latencies
            .record(took_us)
            .expect("the histogram grows by itself");
        if let Err(kind) = outcome {
            self.failed.insert(operation.number, kind);
        }
    }
}

/// A phase as one process tells it to another.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Told {
    begun: Duration,
    ended: Duration,
    /// Each duration that occurred, and how often.
    latencies: Vec<(u64, u64)>,
    failed: BTreeMap<u32, String>,
    /// Of the process, while the phase lasted.
    pub(super) cpu: Duration,
}

impl Told {
    pub(super) fn of(seen: Seen, cpu: Duration) -> Self {
        let occurred = seen.latencies.iter_recorded();
        Self {
            begun: seen.begun,
            ended: seen.ended,
            latencies: occurred
                .map(|step| (step.value_iterated_to(), step.count_at_value()))
                .collect(),
            failed: seen.failed,
            cpu,
        }
    }
}

impl From<Told> for Seen {
    fn from(told: Told) -> Self {
        let mut latencies = Histogram::new(3).expect("three digits are allowed");
        for (value, count) in told.latencies {
            latencies
                .record_n(value, count)
                .expect("the histogram grows by itself");
        }
        Self {
            begun: told.begun,
            ended: told.ended,
            latencies,
            failed: told.failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{GuildId, UserId};
    use domain::time::UnixMs;

    use super::*;

    #[test]
    fn phase_reads_as_it_was_told() {
        let mut seen = Seen::begin();
        for number in 0..3 {
            let operation = Operation {
                number,
                guild: GuildId(1),
                user: UserId(2),
                at: UnixMs(3),
            };
            let outcome = if number == 1 {
                Err("busy".to_owned())
            } else {
                Ok(())
            };
            seen.note(&operation, outcome);
        }
        let told = serde_json::to_string(&Told::of(seen.clone(), Duration::from_millis(5))).expect("JSON");
        let heard: Told = serde_json::from_str(&told).expect("a phase");
        assert_eq!(heard.cpu, Duration::from_millis(5));
        let heard = Seen::from(heard);
        assert_eq!((heard.begun, heard.ended), (seen.begun, seen.ended));
        assert_eq!(heard.latencies, seen.latencies);
        assert_eq!(heard.failed.keys().collect::<Vec<_>>(), [&1]);
    }
}
