//! A raid and a rush against the whole bot.

use crate::{figures, loadtest};

/// What a small machine has for the bot.
const MEMORY_MAX_MIB: f64 = 256.0;

#[test]
fn raid_of_ten_thousand_is_greeted_within_the_memory_of_a_small_machine() {
    let raid = ["joins", "--joins", "10000", "--within", "10", "--guilds", "1"];
    let report = figures(&[&raid[..], &["--quiet-guilds", "20"]].concat());
    assert_eq!(
        (&report["lost"], &report["sent_twice"], &report["earned_429"]),
        (&0.into(), &0.into(), &0.into()),
        "{report}"
    );
    assert!(report["joins"].as_u64() >= Some(10_000), "{report}");
    assert!(
        report["messages"].as_u64() < report["joins"].as_u64().map(|joins| joins / 2),
        "the raid is greeted in groups: {report}"
    );
    if let Some(peak_mib) = report["peak_memory_mib"].as_f64() {
        assert!(peak_mib < MEMORY_MAX_MIB, "{report}");
    }
}

#[test]
fn rush_with_a_tenth_of_all_requests_failing_greets_everybody_once() {
    let output = loadtest(&["joins", "--joins", "200", "--guilds", "20", "--failures", "10"]);
    let (table, told) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{table}{told}");
    assert!(table.contains("| success | 100.00 % |"), "{table}");
}
