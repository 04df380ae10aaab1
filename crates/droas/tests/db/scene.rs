//! A folder with a database, and the commands that an operator calls there.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::day::Day;
use domain::effect::{Effect, NewEpisode};
use domain::guild::GuildFacts;
use domain::id::{GuildId, UserId, WelcomeId};
use domain::member::Member;
use domain::shard::ShardKey;
use domain::time::UnixMs;
use domain::welcome::SkipReason;
use rusqlite::Connection;
use serde_json::Value;
use store::{Batch, Checkpoint, CheckpointChange, Store, StoreOptions};
use tempfile::TempDir;

/// The exit status for what a person must mend.
pub(crate) const NEEDS_MENDING: i32 = 2;
pub(crate) const TEA: GuildId = GuildId(700_000_000_000_000_001);
pub(crate) const NOW: UnixMs = UnixMs(1_795_000_000_000);

fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let name = |entry: io::Result<DirEntry>| {
        let name = entry.expect("an entry").file_name();
        name.into_string().expect("our name")
    };
    let mut names: Vec<_> = fs::read_dir(folder)?.map(name).collect();
    names.sort();
    Ok(names)
}

pub(crate) struct Scene {
    pub(crate) folder: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("readable")
    }

    pub(crate) fn files(&self) -> Vec<String> {
        names_in(self.folder.path()).expect("the folder is there")
    }

    /// The names in the folder of backups; none where there is no folder.
    pub(crate) fn backups(&self) -> Vec<String> {
        names_in(&self.path("backups")).unwrap_or_default()
    }

    pub(crate) async fn store(&self) -> Store {
        Store::open(&StoreOptions::at(self.path("droas.sqlite")))
            .await
            .expect("opens")
    }

    /// A database with a guild, a welcome that waits, one that was held back, and a session.
    pub(crate) async fn filled(&self) {
        let store = self.store().await;
        fill(&store).await;
        store.close().await;
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_droas"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear();
        command
    }

    pub(crate) fn droas(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.droas(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The sentence with which it ends, and only a person can mend why.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        sentence(&self.droas(arguments), NEEDS_MENDING)
    }
}

pub(crate) fn sentence(output: &Output, status: i32) -> String {
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "one sentence: {stderr}");
    assert!(
        stderr.starts_with("droas: ") && !stderr.contains("panicked"),
        "{stderr}"
    );
    assert!(output.stdout.is_empty());
    stderr
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

pub(crate) async fn commit(store: &Store, effects: Vec<Effect>) {
    let batch = Batch {
        at: NOW,
        effects,
        checkpoint: None,
    };
    store.commit(batch).await.expect("committed");
}

pub(crate) fn waiting() -> WelcomeId {
    WelcomeId::new(NOW, 1)
}

pub(crate) async fn fill(store: &Store) {
    let guild = GuildFacts {
        id: TEA,
        name: "Tea".to_owned(),
        locale: "zh-TW".to_owned(),
        system_channel: None,
        member_count: Some(5),
    };
    let episode = |user: u32, skip| {
        Effect::BeginEpisode(NewEpisode {
            id: WelcomeId::new(NOW, user),
            guild: TEA,
            member: Member {
                id: UserId(u64::from(user)),
                username: "anna".to_owned(),
                global_name: None,
                nick: None,
                discriminator: 0,
                avatar: None,
                guild_avatar: None,
                bot: false,
            },
            joined_at: NOW,
            queued_at: NOW,
            skip,
            screening: false,
            found: false,
        })
    };
    let watch = Effect::WatchJoins {
        guild: TEA,
        since: NOW,
    };
    let effects = vec![
        Effect::StoreGuild(guild),
        watch,
        episode(1, None),
        episode(2, Some(SkipReason::Bot)),
    ];
    let checkpoint = Checkpoint {
        shard: ShardKey { id: 0, count: 1 },
        session_id: "session".to_owned(),
        resume_url: "wss://gateway.example".to_owned(),
        sequence: 7,
        recent_messages: Vec::new(),
    };
    let batch = Batch {
        at: NOW,
        effects,
        checkpoint: Some(CheckpointChange::Save(checkpoint)),
    };
    store.commit(batch).await.expect("committed");
}

/// A message of one of a thousand members: a day and its month grow together.
pub(crate) fn message(number: u64) -> Effect {
    let at = NOW + Duration::from_secs(number);
    Effect::CountActivity(vec![MemberActivity {
        guild: TEA,
        user: UserId(1 + number % 1000),
        days: vec![(Day(20_775), 1)],
        runs: vec![Run::one(at, Weight::Normal)],
        rules: ScoreRules::default(),
    }])
}

pub(crate) fn number(path: &Path, sql: &str) -> i64 {
    let db = Connection::open(path).expect("opens");
    db.query_row(sql, [], |row| row.get(0)).expect("a number")
}

/// Has everything counted that waits in a database, as a start does.
pub(crate) async fn settle(path: &Path) {
    let store = Store::open(&StoreOptions::at(path)).await.expect("opens");
    store.close().await;
}
