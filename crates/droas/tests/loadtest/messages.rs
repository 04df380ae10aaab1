//! Messages that members write to the whole bot.

use serde_json::json;

use crate::{figures, loadtest};

#[test]
fn bot_counts_every_message_of_a_busy_community() {
    let report = figures(&[
        "messages",
        "--guilds",
        "3",
        "--members",
        "50",
        "--messages",
        "3000",
        "--per-second",
        "1500",
    ]);
    assert_eq!(report["messages"], 3_000, "{report}");
    assert_eq!(report["stored"], 3_000, "{report}");
    let nothing = json!({"members": 0, "lost": 0, "surplus": 0});
    assert_eq!(report["miscounted"], nothing, "{report}");
    assert!(
        report["event_to_commit_ms"]["p50"].as_f64() > Some(0.0),
        "{report}"
    );
    let commits = report["commits"].as_u64().expect("a number");
    assert!((1..3_000).contains(&commits), "messages share commits: {report}");
}

#[test]
fn bot_that_is_told_as_much_as_it_takes_counts_all_of_it() {
    let output = loadtest(&["messages", "--messages", "5000", "--per-second", "0"]);
    let (table, told) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{table}{told}");
    assert!(
        table.contains("| members miscounted; messages lost; too many | 0; 0; 0 |"),
        "{table}"
    );
}
