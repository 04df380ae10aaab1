//! The alerts and the dashboard in `deploy/` ask for what a running bot serves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::programs::{Home, Simulator};
use crate::web::{a_member_joins, told_when};

/// What a bot serves: for each name that can be asked for, the labels that its figures have with their values; `None` while
/// it has no figure yet.
type Served = BTreeMap<String, Option<BTreeMap<String, BTreeSet<String>>>>;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads OpenMetrics's text.
fn served(figures: &str) -> Served {
    let mut served = Served::new();
    for line in figures.lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            let (name, kind) = family.split_once(' ').expect("a name and a type");
            let ends: &[&str] = match kind {
                "counter" => &["_total"],
                "histogram" => &["_bucket", "_count", "_sum"],
                _ => &[""],
            };
            served.extend(ends.iter().map(|end| (format!("{name}{end}"), None)));
        } else if !line.starts_with('#') {
            let (name, labels) = name_and_matchers(line);
            let known = served
                .get_mut(name)
                .unwrap_or_else(|| panic!("{name} has a type"))
                .get_or_insert_default();
            for (label, _, value) in labels {
                known.entry(label).or_default().insert(value);
            }
        }
    }
    served
}

/// The name at the beginning of a text, and what stands in braces right behind it: label, operator and value.
fn name_and_matchers(text: &str) -> (&str, Vec<(String, String, String)>) {
    let ends = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let (name, behind) = text.split_at(ends.unwrap_or(text.len()));
    let Some(behind) = behind.strip_prefix('{') else {
        return (name, Vec::new());
    };
    let (inside, _) = behind.split_once('}').expect("a brace is closed");
    let matchers = inside.split("\",").filter(|matcher| !matcher.trim().is_empty());
    let matchers = matchers.map(|matcher| {
        let (label, value) = matcher.split_once('"').expect("a value in quotes");
        let operator = label.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ' ');
        let label = label.strip_suffix(operator).expect("the operator is its end");
        (
            label.trim().to_owned(),
            operator.to_owned(),
            value.trim_end_matches('"').to_owned(),
        )
    });
    (name, matchers.collect())
}

/// Holds each name of ours in a text, with its labels, against what is served.
fn mistakes(asked: &str, served: &Served) -> BTreeSet<String> {
    let begins = asked.match_indices("droas_").map(|(at, _)| at);
    let begins = begins.filter(|at| !asked[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    let mut mistakes = BTreeSet::new();
    for at in begins {
        let (name, matchers) = name_and_matchers(&asked[at..]);
        let Some(labels) = served.get(name) else {
            mistakes.insert(format!("{name} is not served"));
            continue;
        };
        let Some(labels) = labels else { continue };
        for (label, operator, value) in matchers {
            // These two are Prometheus's own.
            if label == "instance" || label == "job" {
                continue;
            }
            match labels.get(&label) {
                None => {
                    mistakes.insert(format!("{name} has no label {label}"));
                }
                Some(known) => {
                    let values = value
                        .split('|')
                        .filter(|_| matches!(operator.as_str(), "=" | "=~"));
                    let unknown = values.filter(|value| !known.contains(*value));
                    mistakes.extend(unknown.map(|value| format!("{name} has no {label} {value:?}")));
                }
            }
        }
    }
    mistakes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_that_alerts_and_dashboard_ask_for_are_served() {
    let simulator = Simulator::start(5);
    let home = Home::of(&simulator);
    let bot = home.start_bot();
    told_when(&bot, "/readyz", |status, _| status == 200).await;
    a_member_joins(&simulator).await;
    let figures = told_when(&bot, "/metrics", |_, text| {
        text.contains("\ndroas_welcomes_sent_total 1\n")
    })
    .await;
    let served = served(&figures);

    let alerts = read("prometheus/alerts.yml");
    let dashboard: serde_json::Value =
        serde_json::from_str(&read("grafana/dashboards/droas.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let queries: Vec<&str> = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
        .map(|target| target["expr"].as_str().expect("a query"))
        .collect();
    assert!(queries.len() > 40, "{} queries", queries.len());
    let asked = [alerts, queries.join("\n")];
    let found: BTreeSet<String> = asked.iter().flat_map(|asked| mistakes(asked, &served)).collect();
    assert!(found.is_empty(), "{found:#?}");

    // What is made up is found.
    let made_up = "rate(droas_welcomes_sent) + droas_welcomes{state=\"lost\"} + droas_welcomes{shard=\"0\"}";
    assert_eq!(mistakes(made_up, &served).len(), 3);
}
