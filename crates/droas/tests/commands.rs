//! The commands that need no token, as a person calls them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn droas(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_droas"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn demo_greets_everybody_once_and_leaves_their_cards() {
    let folder = folder();
    let output = droas(
        folder.path(),
        &["demo", "--joins", "12", "--seed", "3", "--json", "--out", "cards"],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&report["lost"], &report["sent_twice"]),
        (&0.into(), &0.into()),
        "{report}"
    );
    assert_eq!(
        (&report["joins"], &report["seed"]),
        (&12.into(), &3.into()),
        "{report}"
    );
    assert_eq!(report["sessions_resumed"], 1, "{report}");
    let cards: Vec<_> = std::fs::read_dir(folder.path().join("cards"))
        .expect("made")
        .collect();
    assert_eq!(report["cards"], cards.len(), "{report}");
    assert!(
        report["welcomed"].as_u64().is_some_and(|welcomed| welcomed >= 6),
        "{report}"
    );
}

#[test]
fn demo_ends_with_a_table_for_people() {
    let folder = folder();
    let output = droas(folder.path(), &["demo", "--joins", "3"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    for row in [
        "welcomes lost",
        "welcomes sent twice",
        "p50, p95, p99",
        "droas-demo",
    ] {
        assert!(table.contains(row), "{row} in {table}");
    }
}

#[test]
fn card_is_drawn_from_options() {
    let folder = folder();
    let output = droas(
        folder.path(),
        &["card", "--name", "小林", "--number", "1234", "--out", "a.jpg"],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("1024 x 512 px"));
    let picture = std::fs::read(folder.path().join("a.jpg")).expect("written");
    assert!(picture.starts_with(&[0xff, 0xd8, 0xff]), "a JPEG");
}

#[test]
fn every_choice_of_looks_changes_the_card() {
    let folder = folder();
    let draw = |options: &[&str]| {
        let output = droas(
            folder.path(),
            &[&["card", "--out", "b.png", "--number", "7"], options].concat(),
        );
        assert!(output.status.success(), "{options:?}: {}", text(&output.stderr));
        std::fs::read(folder.path().join("b.png")).expect("written")
    };
    let mut cards = vec![draw(&[])];
    assert!(cards[0].starts_with(b"\x89PNG"), "a PNG by its name");
    for options in [
        ["--layout", "centered"],
        ["--layout", "poster"],
        ["--layout", "ribbon"],
        ["--theme", "light"],
        ["--theme", "vivid"],
        ["--accent", "#ffb020"],
        ["--panel", "#400c28"],
        ["--text", "#ffe8dc"],
        ["--panel-opacity", "90%"],
        ["--avatar-shape", "rounded"],
        ["--ring", "none"],
        ["--alignment", "right"],
        ["--title", "HELLO"],
        ["--subtitle", ""],
        ["--badge", "{name} is number {number}"],
        ["--background", "b.png"],
        ["--avatar", "b.png"],
        ["--picture", "group"],
        ["--picture", "activity"],
        ["--picture", "leaderboard"],
        ["--picture", "chart"],
    ] {
        let card = draw(&options);
        assert!(!cards.contains(&card), "{options:?} changes nothing");
        cards.push(card);
    }
    assert_ne!(
        draw(&["--picture", "group", "--people", "30"]),
        draw(&["--picture", "group"])
    );
}

#[test]
fn card_tells_how_long_it_takes() {
    let folder = folder();
    let output = droas(folder.path(), &["card", "--bench", "10"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    for word in ["background prepared", "p50 ms", "p99 ms"] {
        assert!(table.contains(word), "{word} in {table}");
    }
}

#[test]
fn choice_that_there_is_not_is_told_with_those_that_there_are() {
    let folder = folder();
    for (options, told) in [
        (["--layout", "fancy"], "use classic, centered, poster or ribbon"),
        (["--accent", "reddish"], "write it as #rrggbb"),
        (["--panel-opacity", "120"], "from 0 (clear) to 100 (opaque)"),
        (["--people", "31"], "2..=30"),
        (["--title", "{nmae}"], "there is no placeholder {nmae}"),
    ] {
        let output = droas(folder.path(), &[&["card"], &options[..]].concat());
        let error = text(&output.stderr);
        assert!(!output.status.success(), "{options:?}");
        assert!(error.contains(told), "{options:?}: {error}");
    }
}

#[test]
fn card_refuses_what_is_no_picture_in_one_sentence() {
    let folder = folder();
    std::fs::write(folder.path().join("a.png"), "this is a letter").expect("written");
    for (option, file) in [("--background", "a.png"), ("--avatar", "nowhere.png")] {
        let output = droas(folder.path(), &["card", option, file]);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(file) && told.lines().count() == 1, "{told}");
        assert!(!folder.path().join("card.jpg").exists());
    }
}

#[test]
fn help_names_every_command_and_where_to_begin() {
    let folder = folder();
    let help = text(&droas(folder.path(), &["--help"]).stdout);
    for word in ["run", "ctl", "demo", "card", "config", "DISCORD_TOKEN"] {
        assert!(help.contains(word), "{word} in {help}");
    }
}

/// Commands that print, in a folder with a database. The last two fail, after they have printed and before.
const PRINTING: [&[&str]; 9] = [
    &["config"],
    &["--help"],
    &["db", "status"],
    &["db", "maintain", "--json"],
    &["import", "list"],
    &["card", "--bench", "1"],
    &["handbook", "configuration"],
    &["check", "--offline"],
    &["ctl", "status"],
];

async fn folder_with_a_database() -> tempfile::TempDir {
    let folder = folder();
    let options = store::StoreOptions::at(folder.path().join("droas.sqlite"));
    let store = store::Store::open(&options).await.expect("a new database");
    store.close().await;
    folder
}

/// A pipe that nobody reads any more.
fn broken_pipe() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer
}

#[tokio::test]
async fn command_whose_reader_has_gone_ends_as_if_all_were_read() {
    let folder = folder_with_a_database().await;
    for arguments in PRINTING {
        let read = droas(folder.path(), arguments);
        let command = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_droas"));
            command.args(arguments).current_dir(folder.path());
            command
        };
        let unread = command().stdout(broken_pipe()).output().expect("the binary runs");
        assert_eq!(unread.status.code(), read.status.code(), "{arguments:?}");
        assert_eq!(text(&unread.stderr), text(&read.stderr), "{arguments:?}");
        assert!(!text(&read.stderr).contains("panicked"), "{arguments:?}");
        // Nor does it matter where complaints go.
        let unheard = command().stderr(broken_pipe()).output().expect("the binary runs");
        assert_eq!(unheard.status.code(), read.status.code(), "{arguments:?}");
    }
}

#[tokio::test]
async fn reader_who_goes_after_the_first_line_has_read_it() {
    let folder = folder_with_a_database().await;
    let mut child = Command::new(env!("CARGO_BIN_EXE_droas"))
        .args(["db", "status"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut first = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    reader.read_line(&mut first).expect("a line");
    drop(reader);
    assert!(first.starts_with('┌'), "{first}");
    let ended = child.wait_with_output().expect("it ends");
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}

#[tokio::test]
async fn output_that_cannot_be_written_is_told_in_one_sentence() {
    let folder = folder_with_a_database().await;
    for arguments in [&["config"][..], &["db", "status"]] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("there is one");
        let refused = Command::new(env!("CARGO_BIN_EXE_droas"))
            .args(arguments)
            .current_dir(folder.path())
            .stdout(full)
            .output()
            .expect("the binary runs");
        assert_eq!(refused.status.code(), Some(1));
        let told = text(&refused.stderr);
        assert!(
            told.starts_with("droas: standard output cannot be written") && told.contains("No space left"),
            "{told}"
        );
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}
