//! Members who write and join at a steady pace.

use serde_json::json;

use crate::figures;

#[test]
fn steady_community_is_greeted_and_counted_while_the_bots_memory_is_watched() {
    let report = figures(&[
        "steady",
        "--rest",
        "1",
        "--load",
        "4",
        "--every",
        "0.25",
        "--guilds",
        "5",
        "--members",
        "20",
        "--messages-per-second",
        "500",
        "--joins-per-second",
        "5",
    ]);
    assert_eq!(report["messages"], 2_000, "{report}");
    let nothing = json!({"members": 0, "lost": 0, "surplus": 0});
    assert_eq!(report["miscounted"], nothing, "{report}");
    assert_eq!(
        (&report["joins"], &report["greeted_once"]),
        (&20.into(), &20.into()),
        "{report}"
    );
    for (phase, seconds) in [("at_rest", 1.0), ("under_load", 4.0)] {
        let phase = &report[phase];
        let samples = phase["samples"].as_array().expect("a list");
        assert!(samples.len() >= 2, "{report}");
        for sample in samples {
            let figure = |name: &str| sample[name].as_f64().expect("a number");
            assert!(figure("resident_mib") > figure("anonymous_mib"), "{sample}");
            assert!(figure("anonymous_mib") > 1.0, "{sample}");
        }
        let at = |sample: &serde_json::Value| sample["at_s"].as_f64().expect("a number");
        assert!(
            at(&samples[samples.len() - 1]) - at(&samples[0]) >= seconds - 0.3,
            "{report}"
        );
    }
    let cpu_percent = report["under_load"]["cpu_percent"].as_f64();
    assert!(cpu_percent > Some(0.0), "{report}");
}
