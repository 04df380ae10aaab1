//! A server, and databases on it.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::installed;
use crate::programs::{Programs, run};
use crate::watcher::Watcher;

/// Of the only user, who may do everything. It holds what means something in a URL.
const PASSWORD: &str = "p@ss/w:rd? #1%";
const PASSWORD_IN_URL: &str = "p%40ss%2Fw%3Ard%3F%20%231%25";
const USER: &str = "droas";

/// Whatever a killed server had written, the operating system still has: nothing needs to reach the disk.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
fsync = off
full_page_writes = off
shared_buffers = 32MB
max_wal_size = 256MB
log_min_messages = warning
timezone = 'UTC'
";

/// A running server, which ends when this is dropped.
pub struct Server {
    programs: &'static Programs,
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
    _watcher: Watcher,
}

impl Server {
    /// Makes a server and starts it. `None` where the programs are not installed.
    ///
    /// # Panics
    /// When the programs do not work.
    pub fn start() -> Option<Self> {
        let programs = installed()?;
        let folder = tempfile::Builder::new()
            .prefix("pgtest-")
            .tempdir_in(programs.temporary())
            .expect("a temporary folder")
            // The watcher removes it.
            .keep();
        let watcher = Watcher::watch(&folder);
        programs.hand_over(&folder);
        let data = folder.join("data");
        let password = folder.join("password");
        fs::write(&password, PASSWORD).expect("our own folder");
        programs.hand_over(&password);
        run(programs
            .server("initdb")
            .args([
                "--no-sync",
                "--encoding=UTF8",
                "--no-locale",
                "--auth=scram-sha-256",
            ])
            .args(["--username", USER])
            .arg("--pwfile")
            .arg(&password)
            .arg("--pgdata")
            .arg(&data));
        let settings = data.join("postgresql.auto.conf");
        fs::write(&settings, SETTINGS).expect("our own folder");
        let server = Self {
            programs,
            port: free_port(),
            folder,
            databases: AtomicU32::new(0),
            _watcher: watcher,
        };
        server.start_again();
        Some(server)
    }

    /// Its port on 127.0.0.1, the same over all its lives.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Adds lines to its settings and files beside them, by name and text, and starts it anew with them.
    pub fn configure(&self, settings: &str, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.data().join(name);
            fs::write(&path, text).expect("our own folder");
            // The server takes no key that others might read.
            fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("our own file");
            self.programs.hand_over(&path);
        }
        fs::write(
            self.data().join("postgresql.auto.conf"),
            format!("{SETTINGS}\n{settings}\n"),
        )
        .expect("our own folder");
        self.stop();
        self.start_again();
    }

    /// The folder of all that it writes, which is removed with it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Makes an empty database.
    pub fn database(&self) -> Database<'_> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test{number}");
        self.run_client("createdb", &[&name]);
        Database { server: self, name }
    }

    /// The URL of a database that may not exist.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    /// Starts a server that was stopped or killed, and returns when it takes connections.
    pub fn start_again(&self) {
        let options = format!("-p {}", self.port);
        let log = self.folder.join("log");
        run(self
            .control("start", &["-w", "-t", "60"])
            .arg("--options")
            .arg(options)
            .arg("--log")
            .arg(log));
    }

    /// Ends it in order: its clients are sent away, and everything is written down.
    pub fn stop(&self) {
        run(&mut self.control("stop", &["-w", "-m", "fast"]));
    }

    /// Ends it as a crash would, all its processes at once, and returns when they have ended.
    pub fn kill(&self) {
        run(&mut self.control("stop", &["-w", "-m", "immediate"]));
    }

    fn control(&self, action: &str, arguments: &[&str]) -> Command {
        let mut command = self.programs.server("pg_ctl");
        command
            .arg(action)
            .args(arguments)
            .arg("--silent")
            .arg("--pgdata")
            .arg(self.data());
        command
    }

    fn run_client(&self, program: &str, arguments: &[&str]) {
        let port = self.port.to_string();
        run(self
            .programs
            .client(program)
            .args(["--host", "127.0.0.1", "--port", &port, "--username", USER])
            .args(arguments)
            .env("PGPASSWORD", PASSWORD));
    }
}

/// A database on a server, which is dropped with this.
pub struct Database<'a> {
    server: &'a Server,
    name: String,
}

impl Database<'_> {
    /// Its URL, with user and password.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A server that a failing test left stopped has nothing to drop.
        if !std::thread::panicking() {
            self.server.run_client("dropdb", &["--force", &self.name]);
        }
    }
}

/// A port that is free at the moment, below those that the kernel gives to whoever connects: the server must get it again
/// after each stop. Programs begin their search at places of their own.
fn free_port() -> u16 {
    static STEP: AtomicU32 = AtomicU32::new(0);
    loop {
        let step = STEP.fetch_add(1, Ordering::Relaxed);
        let place = (std::process::id().wrapping_mul(61) + step) % 16_000;
        let port = 16_000 + u16::try_from(place).expect("small");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
