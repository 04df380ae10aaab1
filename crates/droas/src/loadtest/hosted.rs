//! The bot as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use sim::config::SimConfig;
use sim::driver::Sim;
use store::{Store, StoreOptions};
use tempfile::TempDir;

/// Linux tells CPU times in hundredths of a second, whatever its own clock ticks in.
const MS_A_TICK: u64 = 10;

/// How long the bot may take for its first session, and to be done with it.
pub(super) const CONNECT_WITHIN: Duration = Duration::from_secs(60);

/// `droas run` against a simulator, with a database of its own. It dies with this.
pub(super) struct Hosted {
    child: Child,
    folder: TempDir,
}

/// The memory of a process, MiB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    /// All of it, with the pages of files that were used: the program, its fonts, the database.
    pub(super) resident_mib: f64,
    /// Without these: what is the process's own.
    pub(super) anonymous_mib: f64,
}

impl Hosted {
    /// Starts it, and waits until it has a session.
    pub(super) async fn connected(sim: &Sim) -> anyhow::Result<Self> {
        let bot = Self::start(sim)?;
        sim.wait_until(CONNECT_WITHIN, |world| world.sessions.connected() > 0)
            .await
            .context("the bot did not connect to the simulated Discord")?;
        Ok(bot)
    }

    fn start(sim: &Sim) -> anyhow::Result<Self> {
        let requests_per_second = sim.state().config.limits.rest.global.requests;
        let folder = tempfile::tempdir().context("there is no place for a temporary database")?;
        let program = std::env::current_exe().context("this program does not know where it lies")?;
        let child = Command::new(program)
            .arg("run")
            .current_dir(folder.path())
            .env("DISCORD_TOKEN", SimConfig::default().token)
            .env("DROAS_DISCORD_API_URL", sim.api_base())
            .env("DROAS_DISCORD_CDN_URL", sim.cdn_base())
            .env("DROAS_DISCORD_GATEWAY_URL", sim.gateway_url())
            .env(
                "DROAS_DISCORD_REQUESTS_PER_SECOND",
                requests_per_second.to_string(),
            )
            .env("DROAS_DATABASE_PATH", database_in(folder.path()))
            // A line for each welcome would be measured too.
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("the bot cannot be started")?;
        Ok(Self { child, folder })
    }

    /// # Errors
    /// It has ended.
    pub(super) fn is_running(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the bot ended by itself with {status}"),
        }
    }

    /// The most memory that it had at any time, MiB, with the pages of its program and fonts that were used; `None` where
    /// the system does not tell (it does on Linux).
    pub(super) fn peak_memory_mib(&self) -> Option<f64> {
        mib_of(&self.told_of_memory()?, "VmHWM:")
    }

    /// The memory that it has now; `None` where the system does not tell.
    pub(super) fn memory(&self) -> Option<Memory> {
        let told = self.told_of_memory()?;
        Some(Memory {
            resident_mib: mib_of(&told, "VmRSS:")?,
            anonymous_mib: mib_of(&told, "RssAnon:")?,
        })
    }

    fn told_of_memory(&self) -> Option<String> {
        std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()
    }

    /// What it has spent on processors so far; `None` where the system does not tell.
    pub(super) fn cpu(&self) -> Option<Duration> {
        let told = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The program's name stands in brackets and may hold anything; of what follows, the 12th and 13th are the times.
        let (_, fields) = told.rsplit_once(')')?;
        let mut fields = fields.split_ascii_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<u64>().ok();
        Some(Duration::from_millis((ticks()? + ticks()?) * MS_A_TICK))
    }

    /// Where its database lies, as long as this lives.
    pub(super) fn database(&self) -> PathBuf {
        database_in(self.folder.path())
    }

    /// Stops it in order, and opens what it has stored.
    pub(super) async fn stop(&mut self) -> anyhow::Result<Store> {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        if !told.context("the bot cannot be told to stop")?.success() {
            bail!("the bot has ended by itself");
        }
        let ended = async {
            loop {
                if let Some(status) = self.child.try_wait()? {
                    return anyhow::Ok(status);
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let status = tokio::time::timeout(Duration::from_secs(60), ended)
            .await
            .context("the bot does not stop")??;
        if !status.success() {
            bail!("the bot ended with {status}");
        }
        Ok(Store::open(&StoreOptions::at(self.database())).await?)
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line of /proc's `status`, such as `VmRSS:    1024 kB`, in MiB.
fn mib_of(status: &str, name: &str) -> Option<f64> {
    let told = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u32 = told.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(f64::from(kib) / 1024.0)
}

fn database_in(folder: &Path) -> PathBuf {
    folder.join("loadtest.sqlite")
}
