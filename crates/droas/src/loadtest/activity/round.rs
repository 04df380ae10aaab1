//! One go of one contender: a database is made, the load goes over it, and what is stored is counted again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use hdrhistogram::Histogram;
use store::Place;

use super::baseline::{self, Baseline};
use super::crew::{Crew, Phase};
use super::process::{Assignment, Processes};
use super::workload::Load;
use super::{Mode, lock, ours};
use crate::loadtest::exactness::{Expected, Miscounted};

/// Who counts, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Contender {
    OursInFile { folder: PathBuf },
    OursOnServer { url: String },
    Baseline { baseline: Baseline, folder: PathBuf },
}

/// How a go went.
pub(super) struct Round {
    /// From the first operation's beginning to the last one's end.
    pub(super) took: Duration,
    /// Of all processes of this program.
    pub(super) cpu: Duration,
    /// Microseconds.
    pub(super) latencies: Histogram<u64>,
    /// The operations that were not stored, and why.
    pub(super) failed: BTreeMap<u32, String>,
    pub(super) writes_per_transaction: Option<f64>,
    /// Of the file when all have closed it.
    pub(super) database_bytes: Option<u64>,
    pub(super) wrong: Miscounted,
}

impl Contender {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::OursInFile { .. } | Self::OursOnServer { .. } => "droas",
            Self::Baseline { baseline, .. } => baseline.name(),
        }
    }

    /// What it is, for people.
    pub(super) fn what(&self, mode: Mode) -> &'static str {
        match (self, mode) {
            (Self::OursInFile { .. }, _) => "one process, a task for each worker, group commit",
            (Self::OursOnServer { .. }, Mode::Thread) => "PostgreSQL, one process, a task for each worker",
            (Self::OursOnServer { .. }, Mode::Process) => "PostgreSQL, a process for each worker",
            (Self::Baseline { baseline, .. }, _) => baseline.what(),
        }
    }

    /// Goes once over the load. With `locked_for` seconds, another process locks the database before the second of its two
    /// phases, and lets go while that lasts.
    pub(super) async fn round(
        &self,
        load: &Load,
        mode: Mode,
        locked_for: Option<u32>,
    ) -> anyhow::Result<Round> {
        let folder = self.folder()?;
        let file = folder
            .as_ref()
            .map(|folder| folder.path().join("activity.sqlite"));
        let mut crew = self.crew(load, mode, file.as_deref()).await?;
        let mut round = Round {
            took: Duration::ZERO,
            cpu: Duration::ZERO,
            latencies: Histogram::new(3).expect("three digits are allowed"),
            failed: BTreeMap::new(),
            writes_per_transaction: None,
            database_bytes: None,
            wrong: Miscounted::default(),
        };
        for phase in load.phases() {
            let holder = match (&file, locked_for) {
                (Some(file), Some(seconds)) if phase == 1 => {
                    let lasting = Duration::from_secs(seconds.into());
                    Some(tokio::task::block_in_place(|| lock::begin(file, lasting))?)
                }
                _ => None,
            };
            round.add(crew.phase(phase).await?);
            if let Some(holder) = holder {
                tokio::task::block_in_place(|| holder.end())?;
            }
        }
        round.writes_per_transaction = crew.writes_per_transaction();
        crew.close().await?;
        round.database_bytes = file.as_deref().map(size).transpose()?;
        let acknowledged = load
            .all()
            .filter(|operation| !round.failed.contains_key(&operation.number));
        let expected = Expected::of(acknowledged.map(|message| (message.guild, message.user, message.at)));
        let counted = match self {
            Self::Baseline { .. } => baseline::recount(&of_file(file)).context("the baseline's counts")?,
            Self::OursInFile { .. } => ours::recount(Place::File(of_file(file)), load, &expected).await?,
            Self::OursOnServer { url } => ours::recount(server(url)?, load, &expected).await?,
        };
        round.wrong = expected.against(&counted);
        Ok(round)
    }

    /// A new folder for the file, where there is one.
    fn folder(&self) -> anyhow::Result<Option<tempfile::TempDir>> {
        let (Self::OursInFile { folder } | Self::Baseline { folder, .. }) = self else {
            return Ok(None);
        };
        tempfile::Builder::new()
            .prefix("droas-loadtest-")
            .tempdir_in(folder)
            .map(Some)
            .with_context(|| format!("no file can be made in {}", folder.display()))
    }

    async fn crew(&self, load: &Load, mode: Mode, file: Option<&Path>) -> anyhow::Result<Crew> {
        let file = || of_file(file.map(Path::to_owned));
        let processes = |assignment: &dyn Fn(u32) -> Assignment| {
            let started = || Processes::start((0..load.workers).map(assignment));
            anyhow::Ok(Crew::Processes(tokio::task::block_in_place(started)?))
        };
        match (self, mode) {
            (Self::OursInFile { .. }, _) => Crew::tasks(Place::File(file()), load).await,
            (Self::OursOnServer { url }, Mode::Thread) => Crew::tasks(server(url)?, load).await,
            (Self::OursOnServer { url }, Mode::Process) => {
                // Its schema is made before they all want it at once.
                Crew::tasks(server(url)?, load).await?.close().await?;
                processes(&|worker| Assignment::OnServer {
                    url: url.clone(),
                    load: load.clone(),
                    worker,
                })
            }
            (Self::Baseline { baseline, .. }, _) => {
                let file = file();
                baseline
                    .make(&file)
                    .context("the baseline's database cannot be made")?;
                match mode {
                    Mode::Thread => Crew::threads(*baseline, &file, load),
                    Mode::Process => processes(&|worker| Assignment::InFile {
                        baseline: *baseline,
                        file: file.clone(),
                        load: load.clone(),
                        worker,
                    }),
                }
            }
        }
    }
}

impl Round {
    fn add(&mut self, Phase { seen, cpu }: Phase) {
        let begun = seen.iter().map(|seen| seen.begun).min().unwrap_or_default();
        let ended = seen.iter().map(|seen| seen.ended).max().unwrap_or_default();
        self.took += ended - begun;
        self.cpu += cpu;
        for seen in seen {
            self.latencies
                .add(seen.latencies)
                .expect("the histogram grows by itself");
            self.failed.extend(seen.failed);
        }
    }
}

fn of_file(file: Option<PathBuf>) -> PathBuf {
    file.expect("whoever counts in a file has one")
}

fn server(url: &str) -> anyhow::Result<Place> {
    Ok(Place::Server(url.parse().context("the URL names no database")?))
}

/// The file, with the log that may have stayed beside it.
fn size(file: &Path) -> anyhow::Result<u64> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::metadata(log).map_or(0, |found| found.len());
    Ok(std::fs::metadata(file)?.len() + log)
}
