//! The answer: its status and its body.

use serde_json::Value;

use super::{Finding, Part, validate};
use crate::document::{Answer, Document, Operation};
use crate::recording::Exchange;

/// Checks the answer to a request; there is nothing to check where there was none.
pub(super) fn check(document: &Document, operation: &Operation, exchange: &Exchange) -> Vec<Finding> {
    let Some(status) = exchange.status else {
        return Vec::new();
    };
    let body = exchange.answer.as_ref().filter(|body| !body.is_null());
    if status == 429 && body.is_none() {
        // Past the limit of invalid requests Cloudflare answers in front of the API, and not in JSON (Rate Limits,
        // "Invalid Request Limit aka Cloudflare Bans", read in August 2026).
        return Vec::new();
    }
    match operation.answer(status) {
        None => vec![finding(
            Part::Status,
            format!("a status that the document names, not {status}"),
        )],
        Some(Answer::Empty) if body.is_some() => {
            vec![finding(Part::Answer, format!("no body with status {status}"))]
        }
        Some(Answer::Empty | Answer::Other) => Vec::new(),
        Some(Answer::Json(schema)) => validate(document, schema, body.unwrap_or(&Value::Null), Part::Answer),
    }
}

fn finding(part: Part, expected: String) -> Finding {
    Finding {
        part,
        pointer: String::new(),
        expected,
    }
}
