//! The rules of OpenMetrics that a reader of our figures relies on.
//!
//! Source: the OpenMetrics specification 1.0.0, headings "Text format" and "Metric types", read in August 2026.

use std::collections::{BTreeMap, BTreeSet};

/// The type and the samples of one family.
#[derive(Default)]
struct Family<'a> {
    kind: &'a str,
    has_help: bool,
    /// Names with labels, and values.
    samples: Vec<(&'a str, f64)>,
}

/// Checks a whole answer.
pub(super) fn check(text: &str) {
    let body = text.strip_suffix("# EOF\n").expect("it ends with # EOF");
    let mut families: BTreeMap<&str, Family<'_>> = BTreeMap::new();
    let mut current = "";
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# ") {
            let (word, rest) = rest.split_once(' ').expect("a word");
            let (name, told) = rest.split_once(' ').expect("a name and what is told of it");
            let family = families.entry(name).or_default();
            assert!(family.samples.is_empty(), "{line}: its samples came before");
            match word {
                "HELP" => assert!(!std::mem::replace(&mut family.has_help, true), "{line}: twice"),
                "TYPE" => assert!(
                    std::mem::replace(&mut family.kind, told).is_empty(),
                    "{line}: twice"
                ),
                other => panic!("{other}: {line}"),
            }
            current = name;
        } else {
            let (figure, value) = line.rsplit_once(' ').expect("a figure and its value");
            let value = value.parse().unwrap_or_else(|_| panic!("{line}: no number"));
            assert!(figure.starts_with(current), "{line}: among those of {current}");
            families
                .get_mut(current)
                .expect("a family is told of before its samples")
                .samples
                .push((figure, value));
        }
    }
    assert!(families.len() > 90, "only {} families", families.len());
    for (name, family) in &families {
        check_family(name, family);
    }
}

fn check_family(name: &str, family: &Family<'_>) {
    assert!(
        family.has_help && !family.kind.is_empty(),
        "{name}: nothing is said of it"
    );
    assert!(name.starts_with("droas_") && !name.ends_with("_total"), "{name}");
    let figures: BTreeSet<_> = family.samples.iter().map(|(figure, _)| figure).collect();
    assert_eq!(
        figures.len(),
        family.samples.len(),
        "{name}: a figure stands twice"
    );
    let endings: &[&str] = match family.kind {
        "counter" => &["_total"],
        "gauge" => &[""],
        "histogram" => &["_bucket", "_sum", "_count"],
        other => panic!("{name} is a {other}"),
    };
    for (figure, value) in &family.samples {
        let bare = figure.split('{').next().expect("a name");
        let ending = bare.strip_prefix(name).expect("the family's name");
        assert!(endings.contains(&ending), "{figure} of a {}", family.kind);
        assert!(family.kind == "gauge" || *value >= 0.0, "{figure}: {value}");
        for shown in ["guild", "user", "channel", "token"] {
            assert!(
                !figure.contains(&format!("{shown}=")),
                "{figure} tells of one {shown}"
            );
        }
    }
    if family.kind == "histogram" {
        check_histogram(name, family);
    }
}

/// Buckets grow, the last of them holds everything, and its count is the histogram's.
fn check_histogram(name: &str, family: &Family<'_>) {
    let mut last: Option<(f64, f64)> = None;
    let mut whole = 0;
    for (figure, value) in &family.samples {
        let Some((_, labels)) = figure.split_once("_bucket{") else {
            if figure[name.len()..].starts_with("_count") {
                whole += 1;
            }
            continue;
        };
        let (_, bound) = labels.split_once("le=\"").expect("a bound");
        let bound: f64 = bound[..bound.find('"').expect("its end")]
            .parse()
            .expect("a number");
        match last {
            Some((before, count)) if before < f64::INFINITY => {
                assert!(
                    bound > before && *value >= count,
                    "{figure} {value} after {before} {count}"
                );
            }
            _ => {}
        }
        last = Some((bound, *value));
    }
    let infinite = |(figure, _): &&(&str, f64)| figure.contains("le=\"+Inf\"");
    let ends: Vec<f64> = family
        .samples
        .iter()
        .filter(infinite)
        .map(|(_, count)| *count)
        .collect();
    let counts = family
        .samples
        .iter()
        .filter(|(figure, _)| figure[name.len()..].starts_with("_count"));
    assert_eq!(
        ends,
        counts.map(|(_, count)| *count).collect::<Vec<_>>(),
        "{name}"
    );
    assert_eq!(ends.len(), whole, "{name}");
}
