//! Backups that the bot makes by itself, over its starts.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::programs::{Bot, Home, Simulator};

/// Longer than anything takes. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

fn folder(home: &Home) -> PathBuf {
    home.database().with_file_name("backups")
}

/// The backups that have their names, oldest first.
fn made(home: &Home) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(home)).into_iter().flatten().flatten();
    let mut made: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
        .collect();
    made.sort();
    made
}

/// Asks the bot how its backups are until they are as expected.
fn backups_when(home: &Home, bot: &Bot, expected: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let output = home.call_ctl(&["status", "--json"]);
        let status: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        if expected(&status["backups"]) {
            return status["backups"].clone();
        }
        assert!(begun.elapsed() < PATIENCE, "{output:?}\n{}", bot.log());
    }
}

/// A home whose bot loses patience soon, so that a minute is half a second.
fn hasty(simulator: &Simulator) -> Home {
    let mut home = Home::of(simulator);
    home.set("DROAS_RUN_HASTE", "120");
    home
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bot_backs_itself_up_and_goes_on_from_the_newest_file_after_it_was_killed() {
    let simulator = Simulator::start(31);
    let home = hasty(&simulator);
    let mut bot = home.start_bot();
    let first = backups_when(&home, &bot, |backups| backups["last_made_at_ms"].is_i64());
    assert_eq!((&first["error"], &first["failures"]), (&Value::Null, &0.into()));
    let files = made(&home);
    assert_eq!(files.len(), 1);
    let db = Connection::open(&files[0]).expect("opens");
    let sound: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("readable");
    assert_eq!(sound, "ok");
    drop(db);
    bot.kill();

    // What a bot leaves that dies while it makes one.
    let mut unfinished = files[0].clone().into_os_string();
    unfinished.push(".0123456789abcdef.partial");
    let unfinished = PathBuf::from(unfinished);
    fs::write(&unfinished, "half a backup").expect("written");
    for _ in 0..2 {
        let mut bot = home.start_bot();
        let known = backups_when(&home, &bot, |backups| backups["every_s"].is_u64());
        assert_eq!(known["last_made_at_ms"], first["last_made_at_ms"], "by its file");
        bot.kill();
    }
    assert!(!unfinished.exists());
    assert_eq!(made(&home), files, "none is due");

    // Time passes: the file is two days old.
    let old = folder(&home).join("droas-20261101T000000.000Z.sqlite");
    fs::rename(&files[0], &old).expect("renamed");
    let mut bot = home.start_bot();
    let newest = backups_when(&home, &bot, |backups| {
        backups["last_made_at_ms"].as_i64() > first["last_made_at_ms"].as_i64()
    });
    assert!(newest["last_size_bytes"].as_u64() > Some(0), "{newest}");
    assert_eq!(made(&home).len(), 2, "{:?}", made(&home));
    assert!(old.exists());
    let status = bot.terminate().await;
    assert!(status.success(), "{}", bot.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backup_that_cannot_be_made_is_told_and_made_when_it_can() {
    let simulator = Simulator::start(32);
    let home = hasty(&simulator);
    fs::write(folder(&home), "a file where the folder should be").expect("written");
    let bot = home.start_bot();
    let told = backups_when(&home, &bot, |backups| backups["error"].is_string());
    assert_eq!(told["last_made_at_ms"], Value::Null);
    let sentence = told["error"].as_str().expect("a sentence");
    for part in ["could not be written", "a file stands where a folder is needed"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    assert!(bot.log().contains("no backup could be made"), "{}", bot.log());
    fs::remove_file(folder(&home)).expect("removed");
    let mended = backups_when(&home, &bot, |backups| backups["last_made_at_ms"].is_i64());
    assert_eq!(mended["error"], Value::Null);
    assert!(mended["failures"].as_u64() >= Some(1), "{mended}");
    assert_eq!(made(&home).len(), 1);
}
