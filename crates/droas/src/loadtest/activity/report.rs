//! The figures of a run.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::round::{Contender, Round};
use super::workload::Load;
use super::{Args, Mode};
use crate::loadtest::Outcome;
use crate::loadtest::build::Build;
use crate::loadtest::exactness::Miscounted;
use crate::measured::Latency;

/// What a run came to.
#[derive(Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    build: Build,
    mode: Mode,
    workers: u32,
    guilds: u32,
    users: u32,
    seed: u64,
    rounds: u32,
    locked_for_s: Option<u32>,
    /// Ours first, then the baselines.
    contenders: Vec<Figures>,
    #[serde(skip)]
    collected: Vec<(Contender, Vec<Round>)>,
    #[serde(skip)]
    operations_a_round: u32,
}

/// One contender, over all rounds.
#[derive(Serialize)]
struct Figures {
    name: &'static str,
    what: &'static str,
    operations: u64,
    acknowledged: u64,
    success_percent: f64,
    /// How many failed, by the kind of failure.
    errors: BTreeMap<String, u64>,
    /// Of all operations, failed ones too.
    latency_ms: Latency,
    /// Acknowledged ones; the median of the rounds.
    ops_per_s: f64,
    rounds_ops_per_s: Vec<f64>,
    /// Of this program's processes, for each acknowledged operation.
    cpu_us_per_op: f64,
    cpu_s: f64,
    /// None where it is not known.
    writes_per_transaction: Option<f64>,
    /// Of the file at the end; none of a server.
    database_bytes: Option<u64>,
    miscounted: Miscounted,
    /// How many times as many operations a second ours acknowledged; the median over the rounds, in each of which they
    /// came one after the other.
    times: f64,
}

impl Report {
    pub(super) fn new(args: &Args, load: &Load) -> Self {
        Self {
            build: Build::ours(),
            mode: args.mode,
            workers: load.workers,
            guilds: load.guilds,
            users: load.users,
            seed: load.seed,
            rounds: args.rounds,
            locked_for_s: args.locked_for,
            contenders: Vec::new(),
            collected: Vec::new(),
            operations_a_round: load.operations,
        }
    }

    pub(super) fn add(&mut self, contender: &Contender, round: Round) {
        match self.collected.iter_mut().find(|(one, _)| one == contender) {
            Some((_, rounds)) => rounds.push(round),
            None => self.collected.push((contender.clone(), vec![round])),
        }
    }

    /// Puts the rounds together.
    pub(super) fn finish(mut self) -> Self {
        let ours: Vec<f64> = self
            .collected
            .iter()
            .filter(|(contender, _)| !matches!(contender, Contender::Baseline { .. }))
            .flat_map(|(_, rounds)| rounds.iter().map(|round| self.speed(round)))
            .collect();
        self.contenders = self
            .collected
            .iter()
            .map(|(contender, rounds)| self.figures(contender, rounds, &ours))
            .collect();
        self
    }

    fn speed(&self, round: &Round) -> f64 {
        let acknowledged = f64::from(self.operations_a_round) - round.failed.len() as f64;
        acknowledged / round.took.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    fn figures(&self, contender: &Contender, rounds: &[Round], ours: &[f64]) -> Figures {
        let mut latencies = Histogram::<u64>::new(3).expect("three digits are allowed");
        let mut errors = BTreeMap::<String, u64>::new();
        let mut miscounted = Miscounted::default();
        let mut cpu = Duration::ZERO;
        for round in rounds {
            latencies
                .add(&round.latencies)
                .expect("the histogram grows by itself");
            for kind in round.failed.values() {
                *errors.entry(kind.clone()).or_default() += 1;
            }
            miscounted += round.wrong;
            cpu += round.cpu;
        }
        let operations = u64::from(self.operations_a_round) * rounds.len() as u64;
        let acknowledged = operations - errors.values().sum::<u64>();
        let speeds: Vec<f64> = rounds.iter().map(|round| self.speed(round)).collect();
        let times = ours
            .iter()
            .zip(&speeds)
            .map(|(ours, theirs)| ours / theirs.max(f64::MIN_POSITIVE))
            .collect();
        Figures {
            name: contender.name(),
            what: contender.what(self.mode),
            operations,
            acknowledged,
            success_percent: 100.0 * acknowledged as f64 / operations as f64,
            errors,
            latency_ms: Latency::of_us(&latencies),
            ops_per_s: median(speeds.clone()),
            rounds_ops_per_s: speeds,
            cpu_us_per_op: cpu.as_secs_f64() * 1e6 / (acknowledged as f64).max(1.0),
            cpu_s: cpu.as_secs_f64(),
            writes_per_transaction: rounds.last().and_then(|round| round.writes_per_transaction),
            database_bytes: rounds.last().and_then(|round| round.database_bytes),
            miscounted,
            times: median(times),
        }
    }
}

impl Outcome for Report {
    /// Of our own counting.
    fn fault(&self) -> Option<String> {
        let ours = self.contenders.first().expect("ours is always among them");
        let failed = ours.operations - ours.acknowledged;
        if failed == 0 && ours.miscounted.is_nothing() {
            return None;
        }
        Some(format!("{failed} operations failed, and {}", ours.miscounted))
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// A Markdown table, which a terminal shows well enough.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} workers in {} mode, {} operations in each of {} rounds, {} users in {} guilds{}\n",
            self.build,
            self.workers,
            match self.mode {
                Mode::Thread => "thread",
                Mode::Process => "process",
            },
            self.operations_a_round,
            self.rounds,
            self.users,
            self.guilds,
            self.locked_for_s.map_or(String::new(), |seconds| format!(
                ", locked by another process for {seconds} s in the middle"
            )),
        )?;
        writeln!(
            f,
            "| who | acknowledged | errors | p50 ms | p95 ms | p99 ms | longest ms | ops/s | ours, times | CPU µs an op | \
             ops a transaction | MiB | members miscounted |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
        )?;
        for figures in &self.contenders {
            writeln!(f, "{figures}")?;
        }
        writeln!(f)?;
        for (index, figures) in self.contenders.iter().enumerate() {
            let end = if index + 1 == self.contenders.len() {
                "."
            } else {
                "; "
            };
            write!(f, "{}: {}{end}", figures.name, figures.what)?;
        }
        Ok(())
    }
}

/// A row of the table.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors: Vec<_> = self
            .errors
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let errors = if errors.is_empty() {
            "0".to_owned()
        } else {
            errors.join(", ")
        };
        let known = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.1}"));
        let latency = &self.latency_ms;
        write!(
            f,
            "| {} | {:.2} % | {errors} | {:.2} | {:.2} | {:.2} | {:.0} | {:.0} | {:.1} | {:.1} | {} | {} | {} |",
            self.name,
            self.success_percent,
            latency.p50,
            latency.p95,
            latency.p99,
            latency.longest,
            self.ops_per_s,
            self.times,
            self.cpu_us_per_op,
            known(self.writes_per_transaction),
            known(self.database_bytes.map(|bytes| bytes as f64 / f64::from(1 << 20))),
            self.miscounted.members,
        )
    }
}
