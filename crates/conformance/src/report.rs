//! What was found, route by route and then each thing once.

use std::collections::BTreeMap;
use std::fmt;

use crate::check::{Finding, Verdict};
use crate::recording::Place;

/// Everything that was seen in the recordings.
#[derive(Debug, Default)]
pub struct Report {
    /// Requests of the API.
    pub requests: usize,
    /// Requests for pictures, which were passed over.
    pub cdn: usize,
    routes: BTreeMap<String, Count>,
    findings: BTreeMap<(String, Finding), Occurrences>,
}

#[derive(Debug, Default)]
struct Count {
    requests: usize,
    answers: usize,
    refused: usize,
    findings: usize,
}

#[derive(Debug)]
struct Occurrences {
    count: usize,
    /// The pointer as it was the first time, with the numbers of list items.
    pointer: String,
    place: Place,
}

impl Report {
    /// Takes one verdict.
    pub fn add(&mut self, place: &Place, verdict: Verdict) {
        let Verdict::Api {
            route,
            answered,
            refused,
            findings,
        } = verdict
        else {
            self.cdn += 1;
            return;
        };
        self.requests += 1;
        let count = self.routes.entry(route.clone()).or_default();
        count.requests += 1;
        count.answers += usize::from(answered);
        count.refused += usize::from(refused);
        for finding in findings {
            let pointer = finding.pointer.clone();
            count.findings += 1;
            let key = (route.clone(), anywhere(finding));
            let occurrences = self.findings.entry(key).or_insert_with(|| Occurrences {
                count: 0,
                pointer,
                place: place.clone(),
            });
            occurrences.count += 1;
        }
    }

    /// How many distinct things are wrong.
    pub fn distinct_findings(&self) -> usize {
        self.findings.len()
    }
}

/// The finding without the numbers of list items, so that the same mistake in each of a thousand members is one.
fn anywhere(mut finding: Finding) -> Finding {
    let is_number = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    let steps = finding
        .pointer
        .split('/')
        .map(|step| if is_number(step) { "*" } else { step });
    finding.pointer = steps.collect::<Vec<_>>().join("/");
    finding
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .routes
            .keys()
            .map(|route| route.chars().count())
            .max()
            .unwrap_or(0)
            .max("route".len());
        writeln!(f, "{:width$}  requests  answers  refused  findings", "route")?;
        for (route, count) in &self.routes {
            let Count {
                requests,
                answers,
                refused,
                findings,
            } = count;
            writeln!(
                f,
                "{route:width$}  {requests:8}  {answers:7}  {refused:7}  {findings:8}"
            )?;
        }
        writeln!(
            f,
            "{} requests; {} for pictures were passed over",
            self.requests, self.cdn
        )?;
        for ((route, finding), occurrences) in &self.findings {
            let Occurrences {
                count,
                pointer,
                place,
            } = occurrences;
            let whole = if pointer.is_empty() { "(whole)" } else { pointer };
            writeln!(f, "\n{route}, {} at {whole}", finding.part)?;
            writeln!(f, "  expected: {}", finding.expected)?;
            writeln!(
                f,
                "  seen {count}x, first at {}:{}",
                place.file.display(),
                place.line
            )?;
        }
        Ok(())
    }
}
