//! The alerts and the dashboard, as far as that can be seen without a bot that runs: `processes` has what it serves.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{text, yaml};

#[test]
fn each_alert_says_what_it_means_and_what_to_do_and_is_shown_to_fire() {
    let alerts = yaml("deploy/prometheus/alerts.yml");
    let shown = text("deploy/prometheus/alerts.test.yml");
    let groups = alerts["groups"].as_array().expect("groups");
    let rules: Vec<&Value> = groups
        .iter()
        .flat_map(|group| group["rules"].as_array().expect("rules"))
        .collect();
    assert!(rules.len() >= 20, "{} alerts", rules.len());
    let page = plain(&text("docs/handbook/src/alerts.md"));
    for rule in rules {
        let name = rule["alert"].as_str().expect("a name");
        let severity = rule["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("critical" | "warning")), "{name}");
        for annotation in ["summary", "description", "action"] {
            let sentence = rule["annotations"][annotation].as_str().unwrap_or_default();
            assert!(sentence.len() > 20, "{name} has no {annotation}");
            // The page has no figures, and no names of processes.
            let told = annotation == "summary" || sentence.contains("{{") || page.contains(&plain(sentence));
            assert!(
                told,
                "the handbook's page alerts.md tells something else of {name}"
            );
        }
        let linked = rule["annotations"]["handbook"].as_str().expect("a page");
        let heading = format!("docs/handbook/src/alerts.md#{}", name.to_lowercase());
        assert_eq!(linked, heading);
        assert!(page.contains(&format!(" ### {name} ")), "the page has {name}");
        assert!(
            shown.contains(&format!("{{alertname=\"{name}\"}}")),
            "no case of alerts.test.yml makes {name} fire"
        );
    }
}

/// A text in one line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_panel_has_a_place_of_its_own_and_says_what_it_shows() {
    let dashboard: Value = serde_json::from_str(&text("deploy/grafana/dashboards/droas.json")).expect("JSON");
    let (mut ids, mut places) = (BTreeSet::new(), BTreeSet::new());
    let panels = dashboard["panels"].as_array().expect("panels");
    for panel in panels {
        let title = panel["title"].as_str().expect("a title");
        assert!(ids.insert(panel["id"].as_u64()), "{title}: its id is another's");
        let place = |key: &str| panel["gridPos"][key].as_u64().expect("a number");
        for x in place("x")..place("x") + place("w") {
            assert!(x < 24, "{title} is wider than the page");
            for y in place("y")..place("y") + place("h") {
                assert!(places.insert((x, y)), "{title} lies over another panel");
            }
        }
        if panel["type"] == "row" {
            continue;
        }
        let description = panel["description"].as_str().unwrap_or_default();
        assert!(description.ends_with('.'), "{title} says what it shows");
        for target in panel["targets"].as_array().expect("targets") {
            let asked = target["expr"].as_str().expect("a query");
            assert!(
                asked.contains("$instance") || asked.contains("ALERTS"),
                "{title} does not heed the choice of processes: {asked}"
            );
        }
    }
    let rows = panels.iter().filter(|panel| panel["type"] == "row");
    let titles: Vec<&str> = rows.filter_map(|row| row["title"].as_str()).collect();
    assert_eq!(
        titles,
        [
            "Health",
            "Welcomes and members",
            "Latency",
            "Discord",
            "Database",
            "Process"
        ]
    );
}
