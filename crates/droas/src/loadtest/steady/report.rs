//! The figures of a run.

use std::fmt;

use serde::Serialize;

use super::flatness::{FLAT_BELOW_MIB_PER_H, Line};
use crate::loadtest::Outcome;
use crate::loadtest::build::Build;
use crate::loadtest::exactness::Miscounted;
use crate::loadtest::greeted::Greeted;

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) build: Build,
    pub(super) guilds: u32,
    /// Who write, in each guild.
    pub(super) members: u32,
    pub(super) messages_per_second: u32,
    pub(super) joins_per_second: u32,
    pub(super) messages: usize,
    pub(super) joins: usize,
    #[serde(flatten)]
    pub(super) greeted: Greeted,
    pub(super) miscounted: Miscounted,
    /// Everything was counted and everybody greeted before patience ended.
    pub(super) in_time: bool,
    /// Answers of 429 that the bot had earned.
    pub(super) earned_429: u64,
    pub(super) at_rest: Phase,
    pub(super) under_load: Phase,
}

/// What the bot had at one moment.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Sample {
    /// From the begin of the first phase.
    pub(super) at_s: f64,
    /// All of its memory, with pages of files that it shares (program, fonts, database).
    pub(super) resident_mib: f64,
    /// What is its own alone.
    pub(super) anonymous_mib: f64,
    /// What it has spent on processors since it started.
    pub(super) cpu_s: f64,
}

/// A part of the run in which the same goes on.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Phase {
    /// Of one core, 100 being all of it.
    pub(super) cpu_percent: f64,
    /// None when the phase was too short to tell.
    pub(super) resident: Option<Line>,
    /// As above.
    pub(super) anonymous: Option<Line>,
    pub(super) samples: Vec<Sample>,
}

impl Phase {
    /// Of its samples, of which there is at least one.
    pub(super) fn of(samples: Vec<Sample>) -> Self {
        let line = |of: fn(&Sample) -> f64| {
            let points: Vec<_> = samples.iter().map(|sample| (sample.at_s, of(sample))).collect();
            Line::through(&points)
        };
        let (first, last) = (samples[0], samples[samples.len() - 1]);
        Self {
            cpu_percent: 100.0 * (last.cpu_s - first.cpu_s) / (last.at_s - first.at_s).max(0.001),
            resident: line(|sample| sample.resident_mib),
            anonymous: line(|sample| sample.anonymous_mib),
            samples,
        }
    }
}

impl Outcome for Report {
    fn fault(&self) -> Option<String> {
        if !self.greeted.is_flawless() {
            return Some(self.greeted.to_string());
        }
        if !self.miscounted.is_nothing() {
            return Some(self.miscounted.to_string());
        }
        (!self.in_time).then(|| "the bot had not stored everything when patience ended".to_owned())
    }
}

/// A Markdown table, which a terminal shows well enough.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} guilds with {} members each; under load {} messages and {} joins a second. droas {}, {}.\n",
            self.guilds,
            self.members,
            self.messages_per_second,
            self.joins_per_second,
            self.build.version,
            self.build.kind()
        )?;
        writeln!(
            f,
            "| phase | minutes | CPU of one core | memory | MiB first | least | most | last | MiB an hour | flat |\n\
             |---|---|---|---|---|---|---|---|---|---|"
        )?;
        for (name, phase) in [("at rest", &self.at_rest), ("under load", &self.under_load)] {
            row(
                f,
                name,
                phase,
                "resident",
                |sample| sample.resident_mib,
                phase.resident,
            )?;
            row(
                f,
                name,
                phase,
                "its own",
                |sample| sample.anonymous_mib,
                phase.anonymous,
            )?;
        }
        write!(
            f,
            "\nFlat: with 95 % confidence less than {FLAT_BELOW_MIB_PER_H} MiB an hour, after the first fifth of a phase.\n\n\
             {} messages: {} members miscounted, {} messages lost, {} too many. {} joins: {} greeted once, {} not, {} twice. \
             429s earned: {}.",
            self.messages,
            self.miscounted.members,
            self.miscounted.lost,
            self.miscounted.surplus,
            self.joins,
            self.greeted.once,
            self.greeted.lost,
            self.greeted.sent_twice,
            self.earned_429
        )
    }
}

fn row(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    phase: &Phase,
    memory: &str,
    of: fn(&Sample) -> f64,
    line: Option<Line>,
) -> fmt::Result {
    let (first, last) = (phase.samples[0], phase.samples[phase.samples.len() - 1]);
    let all = || phase.samples.iter().map(of);
    let (steep, flat) = line.map_or(("too short to tell".to_owned(), "-"), |line| {
        (
            format!("{:+.1} ± {:.1}", line.mib_per_h, line.uncertain_by),
            if line.flat { "yes" } else { "no" },
        )
    });
    writeln!(
        f,
        "| {name} | {:.1} | {:.1} % | {memory} | {:.1} | {:.1} | {:.1} | {:.1} | {steep} | {flat} |",
        (last.at_s - first.at_s) / 60.0,
        phase.cpu_percent,
        of(&first),
        all().fold(f64::INFINITY, f64::min),
        all().fold(0.0, f64::max),
        of(&last),
    )
}
