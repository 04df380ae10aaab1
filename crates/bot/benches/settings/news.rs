//! How long until other processes have what one has changed.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use domain::settings::{Field, Patch};
use store::SettingsNews;

use crate::database::Database;
use crate::figures::{clock, percentile, print};
use crate::guilds;

const LISTENERS: usize = 2;
const CHANGES: u64 = 1_000;
/// Untouched by the other measurements.
const GUILD: u64 = 999_999;

/// Changes one guild's settings again and again, each time once all others have the last change.
pub(crate) fn measure(database: &Database) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let store = runtime.block_on(database.open());
    let settings = guilds::settings(&store, 32 << 20);
    let mut listeners: Vec<_> = (0..LISTENERS).map(|_| Listener::start(database)).collect();
    let (mut since_asked, mut since_answered) = (Vec::new(), Vec::new());
    for n in 0..CHANGES {
        let patch = Patch::new().set(Field::FarewellChannel, (n + 1).to_string());
        let asked = clock();
        let changed = runtime.block_on(settings.change(guilds::guild(GUILD), 2 + n, &patch, None));
        let answered = clock();
        let version = changed.expect("nobody else changes them").version;
        for listener in &mut listeners {
            let arrived = listener.has(version);
            since_asked.push(arrived - asked);
            since_answered.push(arrived.saturating_sub(answered));
        }
    }
    for mut listener in listeners {
        assert!(listener.0.wait().expect("it was started").success());
    }
    for (what, mut times) in [
        ("from asking for the change", since_asked),
        ("from its answer", since_answered),
    ] {
        let [p50, p99, longest] = [50, 99, 100].map(|percent| percentile(&mut times, percent).as_micros());
        print(&format!(
            "| {what} | {} | {p50} | {p99} | {longest} |",
            times.len()
        ));
    }
    runtime.block_on(store.close());
}

/// Another process, which has the settings in its cache and says when it has others.
pub(crate) fn listen(database: &Database) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let store = database.open().await;
        let mut news = store.settings_changes();
        let settings = guilds::settings(&store, 32 << 20);
        let guild = guilds::guild(GUILD);
        loop {
            let version = settings.get(guild).await.expect("readable").version;
            print(&format!("{version} {}", clock().as_nanos()));
            if version == 2 + CHANGES {
                break;
            }
            // As the bot does it.
            match news.next().await {
                SettingsNews::Changed { guild, .. } => settings.invalidate(guild),
                SettingsNews::MayHaveMissed => settings.invalidate(guild),
            }
        }
        store.close().await;
    });
}

struct Listener(Child, BufReader<std::process::ChildStdout>);

impl Listener {
    /// Returns when it listens.
    fn start(database: &Database) -> Self {
        let mut child = Command::new(env::current_exe().expect("this program"))
            .args(["--part", "listen", database.argument()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program runs");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        let mut listener = Self(child, said);
        listener.has(2);
        listener
    }

    /// When it had this version.
    fn has(&mut self, version: u64) -> Duration {
        loop {
            let mut line = String::new();
            self.1.read_line(&mut line).expect("it says something");
            let (has, at) = line
                .trim_end()
                .split_once(' ')
                .expect("a version and a time of a process that lives");
            if has.parse() == Ok(version) {
                return Duration::from_nanos(at.parse().expect("nanoseconds"));
            }
        }
    }
}
