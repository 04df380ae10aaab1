//! Processes of this program that work for a load test. They are told what to do on standard input, a line each time, and
//! answer on standard output; they end with their input.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use store::Place;

use super::baseline::Baseline;
use super::crew::{Crew, Phase, Threads};
use super::lock;
use super::ours::Tasks;
use super::seen::{Seen, Told};
use super::workload::Load;
use crate::printed;

/// What a process is there for: the first line that it is told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Assignment {
    /// To count over a server, with a store of its own.
    OnServer { url: String, load: Load, worker: u32 },
    /// To count in a file, as a baseline does.
    InFile {
        baseline: Baseline,
        file: PathBuf,
        load: Load,
        worker: u32,
    },
    /// To lock a file for so long.
    Hold { file: PathBuf, lasting: Duration },
}

/// What is said when a process is where it was told to be, and what it is told to go on.
pub(super) const READY: &str = "ready";
const GO: &str = "go";

/// Another process, which ends with this.
pub(super) struct Helper {
    child: Child,
    tell: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Helper {
    /// Starts one.
    pub(super) fn start(assignment: &Assignment) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program does not know where it lies")?;
        let mut child = Command::new(program)
            .args(["loadtest", "worker"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("another process cannot be started")?;
        let tell = child.stdin.take().expect("it is piped");
        let hear = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut helper = Self { child, tell, hear };
        helper.tell(&serde_json::to_string(assignment)?)?;
        Ok(helper)
    }

    /// Waits until it says a word.
    pub(super) fn wait_for(&mut self, word: &str) -> anyhow::Result<()> {
        let said = self.hear()?;
        if said != word {
            bail!("a process of the load test said {said:?} in place of {word:?}");
        }
        Ok(())
    }

    /// Lets it end by itself.
    pub(super) fn end(mut self) -> anyhow::Result<()> {
        let status = self.child.wait()?;
        if !status.success() {
            bail!("a process of the load test ended with {status}");
        }
        Ok(())
    }

    fn tell(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(self.tell, "{line}").context("a process of the load test has ended")
    }

    fn hear(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.hear.read_line(&mut line)? == 0 {
            bail!("a process of the load test has ended; what it said stands above");
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Workers that are processes.
pub(super) struct Processes(Vec<Helper>);

impl Processes {
    /// Starts them all, and waits until each has opened the database.
    pub(super) fn start(assignments: impl Iterator<Item = Assignment>) -> anyhow::Result<Self> {
        let started: anyhow::Result<_> = assignments.map(|one| Helper::start(&one)).collect();
        let mut processes = Self(started?);
        for helper in &mut processes.0 {
            helper.wait_for(READY)?;
        }
        Ok(processes)
    }

    pub(super) fn phase(&mut self) -> anyhow::Result<Phase> {
        for helper in &mut self.0 {
            helper.tell(GO)?;
        }
        let mut all = Phase {
            seen: Vec::new(),
            cpu: Duration::ZERO,
        };
        for helper in &mut self.0 {
            let told: Told = serde_json::from_str(&helper.hear()?)?;
            all.cpu += told.cpu;
            all.seen.push(Seen::from(told));
        }
        Ok(all)
    }

    pub(super) fn end(self) -> anyhow::Result<()> {
        self.0.into_iter().try_for_each(Helper::end)
    }
}

/// Is such a process.
pub(crate) async fn run() -> anyhow::Result<()> {
    let assignment = heard()?.context("what to do has to be said on standard input")?;
    let (mut crew, load) = match serde_json::from_str(&assignment)? {
        Assignment::OnServer { url, load, worker } => {
            let place = Place::Server(url.parse().context("the URL names no database")?);
            let tasks = Tasks::open(place, &load, vec![worker]).await?;
            (Crew::Tasks(tasks), load)
        }
        Assignment::InFile {
            baseline,
            file,
            load,
            worker,
        } => {
            let threads = Threads::open(baseline, &file, &load, vec![worker])?;
            (Crew::Threads(threads), load)
        }
        Assignment::Hold { file, lasting } => return lock::hold(&file, lasting, || say(READY)),
    };
    say(READY)?;
    for phase in load.phases() {
        if heard()?.is_none() {
            break;
        }
        let Phase { seen, cpu } = crew.phase(phase).await?;
        for seen in seen {
            say(&serde_json::to_string(&Told::of(seen, cpu))?)?;
        }
    }
    crew.close().await
}

fn say(line: &str) -> anyhow::Result<()> {
    printed::line(line)
}

fn heard() -> anyhow::Result<Option<String>> {
    std::io::stdin().lines().next().transpose().map_err(Into::into)
}
