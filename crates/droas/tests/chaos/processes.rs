//! The real program, which can be killed.

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use sim::driver::Sim;
use tempfile::TempDir;

use crate::canary;
use crate::plan::Plan;
use crate::scene::REQUESTS_PER_SECOND;
use crate::subject::{HASTE, database_in};

/// Its number is the same on every Unix.
const SIGTERM: i32 = 15;

/// `droas run`, and where it keeps its data. It dies with this.
pub(crate) struct Program {
    folder: TempDir,
    database: PathBuf,
    child: Option<Child>,
    after_screening: bool,
    group_from: usize,
    starts: u32,
}

impl Program {
    pub(crate) fn new(plan: &Plan) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            database: database_in(folder.path()),
            folder,
            child: None,
            after_screening: plan.after_screening,
            group_from: plan.group_from,
            starts: 0,
        })
    }

    pub(crate) fn start(&mut self, sim: &Sim) -> anyhow::Result<()> {
        self.starts += 1;
        let child = Command::new(env!("CARGO_BIN_EXE_droas"))
            .arg("run")
            .current_dir(self.folder.path())
            .env("DISCORD_TOKEN", canary::TOKEN)
            .env("DROAS_WEB_TOKEN", canary::WEB_TOKEN)
            .env(
                "DROAS_WELCOME_MESSAGE",
                format!("{} {{mention}} {{guild}}", canary::TEXT),
            )
            .env("DROAS_DISCORD_API_URL", sim.api_base())
            .env("DROAS_DISCORD_CDN_URL", sim.cdn_base())
            .env("DROAS_DISCORD_GATEWAY_URL", sim.gateway_url())
            .env("DROAS_WEB_LISTEN", "")
            .env("DROAS_RUN_HASTE", HASTE.to_string())
            .env(
                "DROAS_DISCORD_REQUESTS_PER_SECOND",
                REQUESTS_PER_SECOND.to_string(),
            )
            .env("DROAS_WELCOME_GROUP_FROM", self.group_from.to_string())
            .env("DROAS_WELCOME_AFTER_SCREENING", self.after_screening.to_string())
            // All that it can be made to say.
            .env("RUST_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(self.log())?)
            .spawn()?;
        self.child = Some(child);
        Ok(())
    }

    /// SIGTERM, and waits for the end. Before it has said a word it does not listen yet, and ends as any program does.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("no bot runs")?;
        let told = Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()?;
        let status = tokio::task::spawn_blocking(move || child.wait()).await??;
        let was_silent = std::fs::metadata(self.log())?.len() == 0;
        let ended_well = status.success() || was_silent && status.signal() == Some(SIGTERM);
        if !told.success() || !ended_well {
            bail!("the bot ended with {status}: {}", self.story());
        }
        self.has_not_panicked()
    }

    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("no bot runs")?;
        if let Some(status) = child.try_wait()? {
            bail!("the bot ended by itself with {status}: {}", self.story());
        }
        child.kill()?;
        child.wait()?;
        self.has_not_panicked()
    }

    pub(crate) fn database(&self) -> &Path {
        &self.database
    }

    /// The last lines of the log.
    pub(crate) fn story(&self) -> String {
        const LINES: usize = 60;
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }

    fn has_not_panicked(&self) -> anyhow::Result<()> {
        let log = std::fs::read_to_string(self.log())?;
        if log.contains("panicked at") {
            bail!("the bot panicked: {log}");
        }
        canary::sings_not(&log)
    }

    /// Each start has a log of its own.
    fn log(&self) -> PathBuf {
        self.folder.path().join(format!("log-{}", self.starts))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
