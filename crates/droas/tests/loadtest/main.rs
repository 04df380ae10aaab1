//! The load tests, as anybody can run them.

mod activity;
mod joins;
mod messages;
mod perf_check;
mod steady;

use std::process::{Command, Output};

use serde_json::Value;

/// Runs `droas loadtest` with these arguments.
fn loadtest(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_droas"))
        .arg("loadtest")
        .args(arguments)
        .output()
        .expect("the binary runs")
}

/// The figures of a load test that found no fault.
fn figures(arguments: &[&str]) -> Value {
    let output = loadtest(&[arguments, &["--json"]].concat());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
