//! The real program, which can be killed.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use sim::config::SimConfig;
use sim::driver::Sim;
use store::{Place, Store, StoreOptions};
use tempfile::TempDir;

/// `droas run`, and where it keeps its data. It dies with this. Over a server there may be two of it, of which the second one
/// stands by.
pub(crate) struct Program {
    folder: TempDir,
    /// The URL of its database; `None` for a file of its own.
    server: Option<String>,
    /// The one that is at work, and behind it the one that stands by.
    running: Vec<Running>,
    starts: u32,
}

struct Running {
    child: Child,
    /// Each start has a log of its own.
    log: PathBuf,
}

impl Program {
    pub(crate) fn new(server: Option<String>) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            server,
            running: Vec::new(),
            starts: 0,
        }
    }

    /// Starts it; where one runs, another that stands by.
    pub(crate) fn start(&mut self, sim: &Sim) {
        self.starts += 1;
        let log = self.folder.path().join(format!("log-{}", self.starts));
        // Over a server nothing but the socket lies in it, of which each has its own.
        let folder = match &self.server {
            Some(_) => self.folder.path().join(self.starts.to_string()),
            None => self.folder.path().to_owned(),
        };
        std::fs::create_dir_all(&folder).expect("a folder");
        let child = Command::new(env!("CARGO_BIN_EXE_droas"))
            .arg("run")
            .current_dir(folder)
            .env("DISCORD_TOKEN", SimConfig::default().token)
            .env("DROAS_DISCORD_API_URL", sim.api_base())
            .env("DROAS_DISCORD_CDN_URL", sim.cdn_base())
            .env("DROAS_DISCORD_GATEWAY_URL", sim.gateway_url())
            .env("DROAS_WEB_LISTEN", "")
            // After a cut it connects again at once.
            .env("DROAS_RUN_HASTE", "20")
            .envs(self.server.iter().map(|url| ("DROAS_DATABASE_URL", url)))
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a log file"))
            .spawn()
            .expect("the bot starts");
        self.running.push(Running { child, log });
    }

    /// Whether there is one at work.
    pub(crate) fn runs(&self) -> bool {
        !self.running.is_empty()
    }

    /// Whether the one that is at work has stood by before.
    pub(crate) fn has_taken_over(&self) -> bool {
        self.story().contains("this one takes over")
    }

    /// SIGKILL to the one that is at work. The one that stands by is at work from then on.
    pub(crate) fn kill(&mut self) {
        let mut bot = self.running.remove(0);
        let ended = bot.child.try_wait().expect("it can be asked");
        assert_eq!(ended, None, "it ended by itself: {}", bot.story());
        bot.child.kill().expect("it can be killed");
        bot.child.wait().expect("it can be waited for");
        assert!(!bot.story().contains("panicked at"), "{}", bot.story());
    }

    /// SIGTERM to all, and waits for their end.
    pub(crate) fn stop(&mut self) {
        // Whoever stands by first, so that it stays so.
        while let Some(mut bot) = self.running.pop() {
            let told = Command::new("kill")
                .args(["-TERM", &bot.child.id().to_string()])
                .status()
                .expect("there is a kill program");
            let ended = bot.child.wait().expect("it can be waited for");
            assert!(told.success() && ended.success(), "{}", bot.story());
            assert!(!bot.story().contains("panicked at"), "{}", bot.story());
        }
    }

    /// The most memory that it has had since it started, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let pid = self.running.first().expect("the bot runs").child.id();
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

    /// What was logged by the one that is at work, since it started.
    pub(crate) fn story(&self) -> String {
        self.running.first().map_or(String::new(), Running::story)
    }
}

impl Running {
    fn story(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
