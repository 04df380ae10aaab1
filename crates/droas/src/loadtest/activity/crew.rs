//! Workers that go through a load together, phase by phase.

use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use store::Place;

use super::baseline::{self, Baseline, Session};
use super::clocks;
use super::ours::Tasks;
use super::process::Processes;
use super::seen::Seen;
use super::workload::{Load, Operation};

/// Workers, whatever they are.
pub(super) enum Crew {
    Tasks(Tasks),
    Threads(Threads),
    Processes(Processes),
}

/// What a crew saw in a phase.
pub(super) struct Phase {
    /// One for each worker.
    pub(super) seen: Vec<Seen>,
    /// Of all processes.
    pub(super) cpu: Duration,
}

impl Crew {
    pub(super) async fn tasks(place: Place, load: &Load) -> anyhow::Result<Self> {
        let workers = (0..load.workers).collect();
        Ok(Self::Tasks(Tasks::open(place, load, workers).await?))
    }

    pub(super) fn threads(baseline: Baseline, file: &Path, load: &Load) -> anyhow::Result<Self> {
        let workers = (0..load.workers).collect();
        Ok(Self::Threads(Threads::open(baseline, file, load, workers)?))
    }

    /// Has all operations of a phase done.
    ///
    /// # Errors
    /// A process ended before it was done.
    pub(super) async fn phase(&mut self, phase: usize) -> anyhow::Result<Phase> {
        let before = clocks::cpu();
        let seen = match self {
            Self::Tasks(tasks) => tasks.phase(phase).await,
            Self::Threads(threads) => tokio::task::block_in_place(|| threads.phase(phase)),
            Self::Processes(processes) => return tokio::task::block_in_place(|| processes.phase()),
        };
        Ok(Phase {
            seen,
            cpu: clocks::cpu() - before,
        })
    }

    /// How many writes shared a transaction; known of our own in this process alone.
    pub(super) fn writes_per_transaction(&self) -> Option<f64> {
        match self {
            Self::Tasks(tasks) => Some(tasks.writes_per_transaction()),
            Self::Threads(_) | Self::Processes(_) => None,
        }
    }

    /// Closes the database.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        match self {
            Self::Tasks(tasks) => tasks.close().await,
            Self::Threads(threads) => drop(threads),
            Self::Processes(processes) => tokio::task::block_in_place(|| processes.end())?,
        }
        Ok(())
    }
}

/// Workers that are threads of this process, each with a way of its own to the database.
pub(super) struct Threads {
    workers: Vec<Worker>,
}

struct Worker {
    session: Box<dyn Session>,
    /// Its operations, phase by phase.
    work: Vec<Vec<Operation>>,
}

impl Threads {
    pub(super) fn open(
        baseline: Baseline,
        file: &Path,
        load: &Load,
        workers: Vec<u32>,
    ) -> anyhow::Result<Self> {
        let open = |worker| {
            Ok(Worker {
                session: baseline.session(file)?,
                work: load.of_worker(worker),
            })
        };
        let workers = workers.into_iter().map(open).collect::<rusqlite::Result<_>>();
        Ok(Self {
            workers: workers.context("the baseline's database cannot be opened")?,
        })
    }

    pub(super) fn phase(&mut self, phase: usize) -> Vec<Seen> {
        let all_there = Barrier::new(self.workers.len());
        thread::scope(|scope| {
            let running: Vec<_> = self
                .workers
                .iter_mut()
                .map(
                    |Worker {
                         session,
                         work: phases,
                     }| {
                        let operations = std::mem::take(&mut phases[phase]);
                        let all_there = &all_there;
                        scope.spawn(move || {
                            all_there.wait();
                            work(session.as_mut(), &operations)
                        })
                    },
                )
                .collect();
            let ended = running.into_iter().map(|worker| worker.join());
            ended.map(|seen| seen.expect("a worker does not panic")).collect()
        })
    }
}

fn work(session: &mut dyn Session, operations: &[Operation]) -> Seen {
    let mut seen = Seen::begin();
    for operation in operations {
        let outcome = session.count(operation, operation.day());
        seen.note(operation, outcome.map_err(|error| baseline::kind(&error)));
    }
    seen
}
