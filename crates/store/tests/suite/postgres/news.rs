//! News of settings between processes.

use std::env;
use std::io::Write;
use std::process::Stdio;

use domain::id::UserId;
use domain::settings::{Field, Patch};
use domain::time::UnixMs;
use store::{SettingsChange, SettingsNews, SettingsOutcome, Store};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Duration, timeout};

use super::{admin, fresh, options};
use crate::contract::words::*;

/// The URL of the database, for a process that listens.
const LISTENS_TO: &str = "STORE_TEST_LISTENS_TO";

/// News must not be later than this.
const LATE: Duration = Duration::from_secs(5);

/// Another process, which says what it hears.
struct Listening {
    _process: Child,
    says: Lines<BufReader<ChildStdout>>,
}

impl Listening {
    async fn start(url: &str) -> Self {
        let mut process = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "postgres::news::process_that_listens", "--nocapture"])
            .env(LISTENS_TO, url)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("started");
        let stdout = process.stdout.take().expect("piped");
        let mut listening = Self {
            _process: process,
            says: BufReader::new(stdout).lines(),
        };
        while !listening.line().await.ends_with("listening") {}
        listening
    }

    async fn line(&mut self) -> String {
        let line = self.says.next_line().await.expect("readable");
        line.expect("it lives as long as this")
    }

    /// Waits until it says so.
    async fn says(&mut self, what: &str) {
        let said = async { while self.line().await != what {} };
        let in_time = timeout(LATE, said).await;
        in_time.unwrap_or_else(|_| panic!("it does not hear {what:?} in {LATE:?}"));
    }
}

/// Not a test of its own: what the other processes do.
#[tokio::test]
async fn process_that_listens() {
    let Ok(url) = env::var(LISTENS_TO) else { return };
    let store = open(&options(&url)).await;
    let mut changes = store.settings_changes();
    let mut out = std::io::stdout();
    writeln!(out, "\nlistening").expect("a reader");
    loop {
        match changes.next().await {
            SettingsNews::Changed { guild, version } => writeln!(out, "{guild} {version}").expect("a reader"),
            SettingsNews::MayHaveMissed => writeln!(out, "missed").expect("a reader"),
        }
    }
}

async fn change(store: &Store, from_version: u64) -> u64 {
    let asked = SettingsChange {
        guild: TEA,
        from_version,
        patch: Patch::new().set(Field::WelcomeChannel, (from_version + 1).to_string()),
        by: Some(UserId(1)),
        at: UnixMs(0),
    };
    match store.change_settings(asked).await.expect("written") {
        SettingsOutcome::Changed(after, _) => after.version,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_settings_reach_three_processes_also_after_their_connections_broke() {
    let Some(fresh) = fresh() else { return };
    let store = open(fresh.options()).await;
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(Listening::start(&fresh.url()).await);
    }
    let mut version = 0;
    for _ in 0..20 {
        version = change(&store, version).await;
        for process in &mut processes {
            process.says(&format!("{TEA} {version}")).await;
        }
    }

    let admin = admin(&fresh.url()).await;
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE application_name = 'droas' AND datname = current_database()";
    let count: i64 = admin.query_one(ended, &[]).await.expect("ended").get(0);
    assert!(count > 3, "each process listens");
    for process in &mut processes {
        // Then it compares versions.
        process.says("missed").await;
    }
    while store.settings(TEA).await.is_err() {}
    let version = change(&store, version).await;
    for process in &mut processes {
        process.says(&format!("{TEA} {version}")).await;
    }
}
