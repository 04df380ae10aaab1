//! `scripts/perf-check`, which holds the load tests' figures against thresholds.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

/// Runs it with these thresholds; `None` where there is no Python that can.
fn check(thresholds: &str) -> Option<Output> {
    let python = Command::new("python3").args(["-c", "import tomllib"]).status();
    if !python.is_ok_and(|status| status.success()) {
        // Past the test harness, which would keep it to itself.
        let _ = writeln!(std::io::stderr(), "skipped: no Python 3.11 found");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("thresholds.toml");
    fs::write(&file, thresholds).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/perf-check");
    let checked = Command::new("python3")
        .arg(script)
        .args(["--program", env!("CARGO_BIN_EXE_droas"), "--thresholds"])
        .arg(&file)
        .output();
    Some(checked.expect("it runs"))
}

fn thresholds(bounds: &[&str]) -> String {
    let mut file = "[[run]]\nname = 'small'\n\
                    arguments = ['activity', '--ops', '400', '--workers', '4', '--baseline', 'tuned']\n"
        .to_owned();
    for bound in bounds {
        file.push_str("[[run.threshold]]\n");
        file.push_str(bound);
    }
    file
}

const ALL_STORED: &str = "what = 'stored'\nfigure = 'contenders.droas.success_percent'\nat_least = 99.99\n";
const NO_SPEED: &str = "what = 'p99'\nfigure = 'contenders.tuned.latency_ms.p99'\nat_most = 0\n";
const NO_FIGURE: &str = "what = 'taste'\nfigure = 'contenders.droas.taste'\nat_most = 0\n";

#[test]
fn thresholds_that_are_met_pass() {
    let Some(output) = check(&thresholds(&[ALL_STORED])) else {
        return;
    };
    let table = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{table}");
    assert!(
        table.contains("| small | stored | ≥ 99.99 | 100 | met |"),
        "{table}"
    );
}

#[test]
fn threshold_that_nothing_can_meet_fails_and_is_named() {
    let Some(output) = check(&thresholds(&[ALL_STORED, NO_SPEED])) else {
        return;
    };
    let table = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{table}");
    assert!(table.contains("| met |"), "{table}");
    let missed = table.lines().filter(|line| line.ends_with("| MISSED |"));
    let missed: Vec<_> = missed.collect();
    assert!(
        missed.len() == 1 && missed[0].contains("| p99 | ≤ 0 |"),
        "{table}"
    );
}

#[test]
fn what_cannot_be_measured_does_not_pass() {
    let arguments = "[[run]]\nname = 'none'\narguments = ['no-such-load']\n[[run.threshold]]\n";
    for (thresholds, sentence) in [
        (String::new(), "names no [[run]]"),
        ("[[run]".to_owned(), "cannot be read"),
        (thresholds(&[]), "'threshold' is missing"),
        (thresholds(&["what = 'x'\nfigure = 'y'\n"]), "at_least or at_most"),
        (thresholds(&[NO_FIGURE]), "no figure contenders.droas.taste"),
        (format!("{arguments}{ALL_STORED}"), "told no figures"),
    ] {
        let Some(output) = check(&thresholds) else { return };
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(sentence), "{sentence:?} is not in {told}");
    }
}
