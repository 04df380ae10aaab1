//! `droas loadtest activity`: messages are counted, many at once, by the store and by what others do in its place.

mod baseline;
mod clocks;
mod crew;
mod lock;
mod ours;
mod process;
mod report;
mod round;
mod seen;
mod workload;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use serde::Serialize;

use crate::logging;
use baseline::Baseline;
use report::Report;
use round::Contender;
use workload::Load;

pub(crate) use process::run as run_worker;

/// Messages are counted, many at once: every one of them acknowledged, and recounted at the end
///
/// Each operation is one message of a random member, with its score and the count of its day; each worker waits until one
/// is stored before it begins the next. What is measured beside the store are a connection for each operation in
/// rollback-journal mode that reads and then writes (naive), and a connection for each worker with a write-ahead log,
/// prepared UPSERTs and a transaction for each operation (tuned). The exit status is 1 when an operation of the store's
/// failed, or when a single count or score in it is not what was sent.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many messages are counted
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    ops: u32,
    /// How many count at once
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=500))]
    workers: u32,
    /// How many guilds there are
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    guilds: u32,
    /// How many users there are, each of whom may write in every guild
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    users: u32,
    /// What a worker is. A file belongs to one process of droas, so that over one its workers stay in this process
    #[arg(long, value_name = "MODE", value_enum, default_value_t = Mode::Thread)]
    mode: Mode,
    /// What is measured beside the store, on the same messages; several with commas between them
    #[arg(long, value_name = "WHICH", value_enum, value_delimiter = ',')]
    baseline: Vec<Beside>,
    /// The whole is repeated, all of them in turn, and of speeds and ratios the median is told
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
    /// A folder, in which files are made and removed again, or the postgres:// URL of a database, which keeps the counts
    /// of a few made-up guilds [default: the folder of temporary files]
    #[arg(long, value_name = "PLACE")]
    database: Option<String>,
    /// Another process locks the database for so long in the middle of it
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=600))]
    locked_for: Option<u32>,
    /// Draws other members; the same seed draws the same ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Print the figures as JSON, for machines
    #[arg(long)]
    json: bool,
    /// Also write the table to this file
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// What a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// A thread, or a task of the async runtime
    Thread,
    /// A process
    Process,
}

/// The baselines as they are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Beside {
    /// A connection for each operation, rollback journal, reads and then writes; waits 5 s for locks
    Naive,
    /// The same, waiting for no lock
    Naive0,
    /// A connection for each worker, write-ahead log, UPSERT, a transaction for each operation
    Tuned,
    /// All of them
    All,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    logging::start_quiet();
    let contenders = contenders(&args)?;
    let load = Load::new(args.ops, args.guilds, args.users, args.workers, args.seed)
        .in_phases(if args.locked_for.is_some() { 2 } else { 1 });
    let mut report = Report::new(&args, &load);
    for round in 0..args.rounds {
        // Who comes first has the machine as others left it: each does once in a while.
        let first = round as usize % contenders.len();
        let (later, earlier) = contenders.split_at(first);
        for contender in earlier.iter().chain(later) {
            report.add(
                contender,
                contender.round(&load, args.mode, args.locked_for).await?,
            );
        }
    }
    let report = report.finish();
    if let Some(file) = &args.markdown {
        std::fs::write(file, format!("{report}\n"))
            .with_context(|| format!("the table cannot be written to {}", file.display()))?;
    }
    super::tell(&report, args.json)
}

/// Ours first, then what is measured beside it.
fn contenders(args: &Args) -> anyhow::Result<Vec<Contender>> {
    let place = args.database.as_deref();
    let server = place.filter(|place| place.starts_with("postgres://") || place.starts_with("postgresql://"));
    let Some(url) = server else {
        let folder = place.map_or_else(std::env::temp_dir, PathBuf::from);
        if !folder.is_dir() {
            bail!(
                "{} is not a folder; name one in which files can be made, or a postgres:// URL",
                folder.display()
            );
        }
        let beside = baselines(&args.baseline);
        let beside = beside.into_iter().map(|baseline| Contender::Baseline {
            baseline,
            folder: folder.clone(),
        });
        let ours = Contender::OursInFile {
            folder: folder.clone(),
        };
        return Ok(std::iter::once(ours).chain(beside).collect());
    };
    if !args.baseline.is_empty() || args.locked_for.is_some() {
        bail!("--baseline and --locked-for are about files; leave them out over a server");
    }
    url.parse::<store::PostgresUrl>()
        .context("the URL names no database")?;
    Ok(vec![Contender::OursOnServer { url: url.to_owned() }])
}

fn baselines(asked: &[Beside]) -> Vec<Baseline> {
    let wanted = |which| asked.contains(&Beside::All) || asked.contains(&which);
    [
        (Beside::Naive0, Baseline::Naive0),
        (Beside::Naive, Baseline::Naive),
        (Beside::Tuned, Baseline::Tuned),
    ]
    .into_iter()
    .filter_map(|(which, baseline)| wanted(which).then_some(baseline))
    .collect()
}
