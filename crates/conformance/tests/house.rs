//! The papers say what is so: ARCHITECTURE.md's crates are the workspace's, their arrows run down only, and the README's
//! commands are those that CI runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which of our crates each crate may depend on. Development dependencies are exempt: tests may look at anything.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "droas",
        &[
            "web", "bot", "sim", "discord", "store", "card", "assets", "fetch", "domain",
        ],
    ),
    ("web", &["bot", "discord", "domain"]),
    ("bot", &["discord", "store", "card", "assets", "fetch", "domain"]),
    ("discord", &["breaker", "tls", "domain"]),
    ("assets", &["domain", "tls"]),
    ("fetch", &["tls"]),
    ("tls", &[]),
    ("breaker", &[]),
    ("store", &["domain", "tls"]),
    ("card", &["domain", "jpeg"]),
    ("jpeg", &[]),
    ("domain", &[]),
    ("sim", &[]),
    ("pgtest", &[]),
    ("conformance", &[]),
];

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("the crate lies in crates/ of the workspace")
        .to_owned()
}

fn text(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The manifest of each crate of the workspace, by the crate's name.
fn manifests() -> BTreeMap<String, toml::Table> {
    let workspace: toml::Table = text("Cargo.toml")
        .parse()
        .expect("the workspace's manifest is TOML");
    let members = workspace["workspace"]["members"]
        .as_array()
        .expect("the members are a list");
    assert_eq!(
        members.as_slice(),
        [toml::Value::from("crates/*")],
        "the members are read from crates/ below"
    );
    let folders = fs::read_dir(root().join("crates")).expect("crates/ can be listed");
    let folders = folders.map(|entry| entry.expect("crates/ can be listed").path());
    let crates = folders
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("the manifest can be read");
            let manifest: toml::Table = manifest.parse().expect("a crate's manifest is TOML");
            let name = manifest["package"]["name"]
                .as_str()
                .expect("a crate has a name")
                .to_owned();
            assert_eq!(
                Some(name.as_str()),
                folder.file_name().and_then(|name| name.to_str()),
                "a folder is named as its crate"
            );
            (name, manifest)
        });
    crates.collect()
}

/// The text below a heading of the second level, to the next one.
fn section<'a>(paper: &'a str, heading: &str) -> &'a str {
    let start = paper
        .find(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("there is no heading \"## {heading}\""));
    let body = &paper[start + 4..];
    &body[..body.find("\n## ").unwrap_or(body.len())]
}

/// The first command that a section shows.
fn command(section: &str) -> &str {
    let (_, block) = section
        .split_once("```sh\n")
        .expect("the section shows a command");
    block.lines().next().expect("the block has a line")
}

#[test]
fn the_architecture_lists_each_crate_of_the_workspace_with_what_it_must_not_know() {
    let architecture = text("ARCHITECTURE.md");
    let mut listed = BTreeSet::new();
    for row in section(&architecture, "Crates")
        .lines()
        .filter(|line| line.starts_with("| `"))
    {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, lives, unknown] = cells.as_slice() else {
            panic!("a row has three cells: {row}")
        };
        assert!(
            !lives.is_empty() && !unknown.is_empty(),
            "each cell says something: {row}"
        );
        assert!(
            listed.insert(name.trim_matches('`').to_owned()),
            "a crate has one row: {row}"
        );
    }
    let members: BTreeSet<String> = manifests().into_keys().collect();
    assert_eq!(listed, members, "left: ARCHITECTURE.md; right: the workspace");
}

#[test]
fn arrows_between_crates_run_down_only() {
    let manifests = manifests();
    for (name, manifest) in &manifests {
        let (_, below) = ARROWS
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("say in this test which crates {name} may depend on"));
        for table in ["dependencies", "build-dependencies"] {
            let dependencies = manifest.get(table).and_then(toml::Value::as_table);
            for dependency in dependencies.into_iter().flat_map(toml::Table::keys) {
                let allowed = !manifests.contains_key(dependency) || below.contains(&dependency.as_str());
                assert!(
                    allowed,
                    "{name} depends on {dependency}: it may only on {below:?}"
                );
            }
        }
        let targets = manifest.get("target");
        assert!(
            targets.is_none(),
            "{name} has dependencies by target, which this test does not read"
        );
    }
}

#[test]
fn doors_for_tests_are_opened_by_tests_alone() {
    let mut opened = 0;
    for (name, manifest) in &manifests() {
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = manifest.get(table).and_then(toml::Value::as_table);
            for (dependency, wanted) in dependencies.into_iter().flatten() {
                if wanted.to_string().contains("test-door") {
                    assert_eq!(table, "dev-dependencies", "{name} opens the door of {dependency}");
                    opened += 1;
                }
            }
        }
        let features = manifest.get("features").and_then(toml::Value::as_table);
        for (feature, asks) in features.into_iter().flatten() {
            assert!(
                !asks.to_string().contains("test-door"),
                "{name} opens a door by its feature {feature}"
            );
        }
    }
    assert!(
        opened > 0,
        "no test opens a door: this test looks for the wrong word"
    );
}

#[test]
fn unsafe_code_is_forbidden_in_every_crate() {
    let workspace: toml::Table = text("Cargo.toml")
        .parse()
        .expect("the workspace's manifest is TOML");
    // Forbidden, unlike denied, is what no attribute further down allows again.
    assert_eq!(
        workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(),
        Some("forbid")
    );
    for (name, manifest) in &manifests() {
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(
            lints.and_then(toml::Value::as_bool),
            Some(true),
            "{name} takes the lints of the workspace"
        );
    }
}

#[test]
fn tls_is_rustls_with_ring_alone() {
    let lock: toml::Table = text("Cargo.lock").parse().expect("the lock file is TOML");
    let packages = lock["package"].as_array().expect("the packages are a list");
    let names: BTreeSet<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .collect();
    assert!(names.contains("ring") && names.contains("rustls"));
    for unwanted in [
        "aws-lc-rs",
        "aws-lc-sys",
        "cmake",
        "native-tls",
        "openssl",
        "openssl-sys",
    ] {
        assert!(!names.contains(unwanted), "something brings {unwanted}");
    }
}

#[test]
fn the_commands_of_the_readme_are_those_that_ci_runs() {
    let (readme, ci) = (text("README.md"), text(".ci/run"));
    for heading in ["Try it in a minute", "For developers"] {
        let command = command(section(&readme, heading));
        assert!(
            command.starts_with("cargo "),
            "\"## {heading}\" shows a cargo command first: {command}"
        );
        // CI may add arguments, and nothing in front but the step's title and time.
        let runs = ci.lines().filter(|line| line.starts_with("step ")).any(|line| {
            let rest = line.split_once(command).map(|(_, rest)| rest);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        assert!(runs, ".ci/run has no step that runs the README's `{command}`");
    }
}
