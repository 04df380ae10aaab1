//! What makes a release, run with a program that is a few bytes long.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::root;

/// Whether there is what the scripts need: Python, and git's history for the time of the commit.
fn can_release() -> bool {
    let works = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(root()).output();
        output.is_ok_and(|output| output.status.success())
    };
    let can = works("python3", &["-c", "import tomllib"]) && works("git", &["log", "-1"]);
    if !can {
        // Past the test harness, which would keep it to itself.
        let _ = writeln!(std::io::stderr(), "skipped: no Python 3.11, or no git");
    }
    can
}

fn release(program: &Path, out: &Path, more: &[&str]) -> Output {
    Command::new(root().join("scripts/release"))
        .arg("--program")
        .arg(program)
        .arg("--out")
        .arg(out)
        .args(more)
        .output()
        .expect("the script runs")
}

fn file_that_ends(folder: &Path, end: &str) -> Vec<u8> {
    let files = fs::read_dir(folder).expect("made");
    let path = files
        .map(|entry| entry.expect("listed").path())
        .find(|path| path.to_string_lossy().ends_with(end));
    fs::read(path.unwrap_or_else(|| panic!("no file ends with {end}"))).expect("readable")
}

#[test]
fn release_is_the_same_each_time_and_tells_what_is_in_it_and_whose_that_is() {
    if !can_release() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("program");
    fs::write(&program, "the program").expect("written");
    let outs = ["first", "second"].map(|name| folder.path().join(name));
    for out in &outs {
        let output = release(&program, out, &[]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let archives = outs.each_ref().map(|out| file_that_ends(out, ".tar.gz"));
    assert!(archives[0] == archives[1], "the same commit gives the same bytes");

    let unpacked = folder.path().join("unpacked");
    fs::create_dir(&unpacked).expect("made");
    let archive = folder.path().join("release.tar.gz");
    fs::write(&archive, &archives[0]).expect("written");
    let status = Command::new("tar")
        .args(["--extract", "--gzip", "--strip-components=1", "--file"])
        .arg(&archive)
        .arg("--directory")
        .arg(&unpacked)
        .status();
    assert!(status.is_ok_and(|status| status.success()));
    let read = |path: &str| {
        fs::read_to_string(unpacked.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    assert_eq!(read("droas"), "the program");
    assert!(read("deploy/systemd/droas.service").contains("ExecStart="));
    for paper in ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "droas.example.toml"] {
        assert!(!read(paper).is_empty());
    }
    let licences = read("THIRD-PARTY.txt");
    for owed in [
        "SIL OPEN FONT LICENSE",
        "work of the Independent JPEG Group",
        "SQLite is in the public domain",
        "tokio ",
    ] {
        assert!(licences.contains(owed), "{owed}");
    }

    let parts: Value = serde_json::from_slice(&file_that_ends(&outs[0], ".cdx.json")).expect("JSON");
    let components = parts["components"].as_array().expect("a list");
    let names: BTreeSet<&str> = components
        .iter()
        .filter_map(|component| component["name"].as_str())
        .collect();
    for part in [
        "tokio",
        "rusqlite",
        "sqlite",
        "zstd",
        "card",
        "NotoColorEmoji.ttf",
    ] {
        assert!(names.contains(part), "{part} is part of the binary");
    }
    for other in ["proptest", "loom", "conformance", "pgtest"] {
        assert!(!names.contains(other), "{other} is not part of the binary");
    }
    let known: BTreeSet<&str> = components
        .iter()
        .chain([&parts["metadata"]["component"]])
        .filter_map(|component| component["bom-ref"].as_str())
        .collect();
    for dependency in parts["dependencies"].as_array().expect("a list") {
        for on in dependency["dependsOn"].as_array().expect("a list") {
            assert!(
                known.contains(on.as_str().expect("a name")),
                "{on} is no component"
            );
        }
    }
}

#[test]
fn tag_that_is_not_the_version_makes_no_release() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("program");
    fs::write(&program, "the program").expect("written");
    let output = release(&program, &folder.path().join("out"), &["--tag", "v0.0.0"]);
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        !output.status.success() && told.contains("the tag is v0.0.0, and Cargo.toml says"),
        "{told}"
    );
}
