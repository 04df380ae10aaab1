//! Messages counted by the store alone, many at once.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{figures, loadtest};

fn contender<'a>(report: &'a Value, name: &str) -> &'a Value {
    let all = report["contenders"].as_array().expect("a list");
    let found = all.iter().find(|contender| contender["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is not among {all:?}"))
}

/// Nothing failed, and every count and score is what was sent.
fn assert_flawless(contender: &Value, operations: u64) {
    let told = (
        &contender["operations"],
        &contender["acknowledged"],
        &contender["errors"],
    );
    assert_eq!(
        told,
        (&json!(operations), &json!(operations), &json!({})),
        "{contender}"
    );
    let nothing = json!({"members": 0, "lost": 0, "surplus": 0});
    assert_eq!(contender["miscounted"], nothing, "{contender}");
}

#[test]
fn fifty_workers_over_one_file_count_every_message_and_share_transactions() {
    let report = figures(&["activity", "--ops", "5000", "--workers", "50", "--rounds", "2"]);
    let ours = contender(&report, "droas");
    assert_flawless(ours, 10_000);
    assert!(ours["writes_per_transaction"].as_f64() > Some(2.0), "{ours}");
    assert!(ours["database_bytes"].as_u64() > Some(100_000), "{ours}");
    assert_eq!(ours["rounds_ops_per_s"].as_array().map(Vec::len), Some(2));
}

#[test]
fn baselines_count_the_same_messages_in_the_same_call() {
    for mode in ["thread", "process"] {
        let report = figures(&[
            "activity",
            "--ops",
            "300",
            "--workers",
            "4",
            "--mode",
            mode,
            "--baseline",
            "all",
        ]);
        assert_flawless(contender(&report, "droas"), 300);
        assert_flawless(contender(&report, "tuned"), 300);
        // Those who read and then write are refused a lock at times, however long they would wait for it.
        for naive in ["naive", "naive0"].map(|name| contender(&report, name)) {
            let errors = naive["errors"].as_object().expect("kinds");
            let failed: u64 = errors.values().filter_map(Value::as_u64).sum();
            let acknowledged = naive["acknowledged"].as_u64().expect("a number");
            assert!(acknowledged > 0 && acknowledged + failed == 300, "{naive}");
        }
        for baseline in ["tuned", "naive", "naive0"] {
            assert!(
                contender(&report, baseline)["times"].as_f64() > Some(0.0),
                "{report}"
            );
        }
    }
}

#[test]
fn database_that_another_program_locks_for_ten_seconds_costs_no_operation() {
    let began = Instant::now();
    let report = figures(&[
        "activity",
        "--ops",
        "4000",
        "--workers",
        "20",
        "--locked-for",
        "10",
    ]);
    let lasted = Duration::from_secs(10);
    assert!(began.elapsed() >= lasted);
    let ours = contender(&report, "droas");
    assert_flawless(ours, 4_000);
    let longest_ms = ours["latency_ms"]["longest"].as_f64();
    assert!(
        longest_ms >= Some(9_000.0),
        "somebody waited for the lock: {ours}"
    );
}

#[test]
fn table_is_printed_and_written_as_markdown() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("activity.md");
    let place = folder.path().to_str().expect("UTF-8");
    let output = loadtest(&[
        "activity",
        "--ops",
        "200",
        "--baseline",
        "tuned",
        "--database",
        place,
        "--markdown",
        file.to_str().expect("UTF-8"),
    ]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(table.contains("\n| droas | 100.00 % | 0 |"), "{table}");
    assert!(table.contains("\n| tuned | 100.00 % | 0 |"), "{table}");
    assert_eq!(fs::read_to_string(&file).expect("written"), table);
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 1, "the databases are gone, the table is left");
}

#[test]
fn server_is_counted_in_by_tasks_and_by_processes() {
    let Some(server) = pgtest::shared() else { return };
    let database = server.database();
    let url = database.url();
    for mode in ["thread", "process"] {
        let report = figures(&[
            "activity",
            "--ops",
            "600",
            "--workers",
            "4",
            "--mode",
            mode,
            "--database",
            &url,
        ]);
        assert_flawless(contender(&report, "droas"), 600);
    }
}

#[test]
fn place_that_cannot_be_used_is_refused_with_a_sentence() {
    for (arguments, sentence) in [
        (
            ["--database", "/nowhere/at/all"],
            "/nowhere/at/all is not a folder",
        ),
        (["--database", "postgres://"], "names no database"),
    ] {
        let output = loadtest(&[&["activity"], &arguments[..]].concat());
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(sentence), "{told}");
    }
    let url = "postgres://nobody@127.0.0.1:1/none";
    let output = loadtest(&["activity", "--database", url, "--baseline", "tuned"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains("are about files"),
        "{told}"
    );
}
