//! The real program, which can be killed.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use sim::config::SimConfig;
use sim::driver::Sim;
use store::{Place, Store, StoreOptions};
use tempfile::TempDir;

/// `droas run`, and where it keeps its data. It dies with this.
pub(crate) struct Program {
    folder: TempDir,
    /// The URL of its database; `None` for a file of its own.
    server: Option<String>,
    child: Option<Child>,
    starts: u32,
}

impl Program {
    pub(crate) fn new(server: Option<String>) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            server,
            child: None,
            starts: 0,
        }
    }

    pub(crate) fn start(&mut self, sim: &Sim) {
        self.starts += 1;
        let child = Command::new(env!("CARGO_BIN_EXE_droas"))
            .arg("run")
            .current_dir(self.folder.path())
            .env("DISCORD_TOKEN", SimConfig::default().token)
            .env("DROAS_DISCORD_API_URL", sim.api_base())
            .env("DROAS_DISCORD_CDN_URL", sim.cdn_base())
            .env("DROAS_DISCORD_GATEWAY_URL", sim.gateway_url())
            // After a cut it connects again at once.
            .env("DROAS_RUN_HASTE", "20")
            .envs(self.server.iter().map(|url| ("DROAS_DATABASE_URL", url)))
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(self.log()).expect("a log file"))
            .spawn()
            .expect("the bot starts");
        self.child = Some(child);
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().expect("the bot runs");
        let ended = child.try_wait().expect("it can be asked");
        assert_eq!(ended, None, "it ended by itself: {}", self.story());
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
        assert!(!self.story().contains("panicked at"), "{}", self.story());
    }

    /// SIGTERM, and waits for the end.
    pub(crate) fn stop(&mut self) {
        let mut child = self.child.take().expect("the bot runs");
        let told = Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()
            .expect("there is a kill program");
        let ended = child.wait().expect("it can be waited for");
        assert!(told.success() && ended.success(), "{}", self.story());
        assert!(!self.story().contains("panicked at"), "{}", self.story());
    }

    /// The most memory that it has had since it started, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let pid = self.child.as_ref().expect("the bot runs").id();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.expect("a peak").trim().trim_end_matches(" kB");
        kib.parse().expect("a number")
    }

    /// Its database, while it does not run.
    pub(crate) async fn store(&self) -> Store {
        let place = match &self.server {
            Some(url) => Place::Server(url.parse().expect("a URL")),
            None => Place::File(self.folder.path().join("droas.sqlite")),
        };
        Store::open(&StoreOptions::in_place(place)).await.expect("sound")
    }

    /// What it has logged since it started.
    pub(crate) fn story(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
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
