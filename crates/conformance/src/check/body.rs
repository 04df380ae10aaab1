//! The request's body: JSON, or a form with files.

use serde_json::{Map, Value};

use super::{Finding, Part, validate};
use crate::document::{Body, Document, Operation};
use crate::recording::{self, Exchange};

const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data";
/// The part of a form that holds what would be the JSON body without files (Reference, "Uploading Files", read in
/// August 2026).
const PAYLOAD: &str = "payload_json";

/// Checks the body of a request.
pub(super) fn check(document: &Document, operation: &Operation, exchange: &Exchange) -> Vec<Finding> {
    let given = exchange.json.is_some() || exchange.parts.is_some();
    let Some(body) = &operation.body else {
        // The document names no body for these; Discord takes an empty object all the same.
        let empty =
            exchange.parts.is_none() && matches!(&exchange.json, Some(Value::Object(map)) if map.is_empty());
        return if given && !empty {
            whole("no body")
        } else {
            Vec::new()
        };
    };
    if !given {
        return if body.required {
            whole("a body")
        } else {
            Vec::new()
        };
    }
    match (&exchange.parts, &exchange.json) {
        (Some(parts), _) => form(document, body, exchange, parts),
        (None, Some(json)) => match schema_for(body, exchange, JSON) {
            Ok(schema) => validate(document, schema, json, Part::Body),
            Err(findings) => findings,
        },
        (None, None) => Vec::new(),
    }
}

fn form(document: &Document, body: &Body, exchange: &Exchange, parts: &[recording::Part]) -> Vec<Finding> {
    let schema = match schema_for(body, exchange, FORM) {
        Ok(schema) => schema,
        Err(findings) => return findings,
    };
    let mut value = Map::new();
    let mut findings = Vec::new();
    for part in parts {
        if part.name == PAYLOAD {
            match &part.json {
                Some(Value::Object(fields)) => value.extend(fields.clone()),
                _ => findings.push(finding(&format!("/{PAYLOAD}"), "a JSON object")),
            }
        } else if !is_numbered_file(&part.name) {
            // The bytes of a file are a string for the schema, whatever they are.
            let content = part.json.clone().unwrap_or_else(|| Value::from(""));
            value.insert(part.name.clone(), content);
        }
    }
    if findings.is_empty() {
        findings = validate(document, schema, &Value::Object(value), Part::Body);
    }
    findings
}

/// `files[0]` to `files[9]`: at most ten files (Reference, "Uploading Files", read in August 2026). The document names
/// them for some of the routes that take them and not for others, so they are checked here for all.
fn is_numbered_file(name: &str) -> bool {
    let number = name
        .strip_prefix("files[")
        .and_then(|rest| rest.strip_suffix(']'));
    number.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
}

fn schema_for<'a>(
    body: &'a Body,
    exchange: &Exchange,
    meant: &str,
) -> Result<&'a crate::document::Pointer, Vec<Finding>> {
    let declared = exchange.headers.get("content-type").map_or("", String::as_str);
    let declared = declared.split(';').next().unwrap_or_default().trim();
    if !declared.eq_ignore_ascii_case(meant) {
        return Err(whole(&format!(
            "the header content-type: {meant}, not {declared:?}"
        )));
    }
    let schema = body.schemas.get(meant);
    schema.ok_or_else(|| {
        let known: Vec<&str> = body.schemas.keys().map(String::as_str).collect();
        whole(&format!("a body of {}, not of {meant}", known.join(" or ")))
    })
}

fn whole(expected: &str) -> Vec<Finding> {
    vec![finding("", expected)]
}

fn finding(pointer: &str, expected: &str) -> Finding {
    Finding {
        part: Part::Body,
        pointer: pointer.to_owned(),
        expected: expected.to_owned(),
    }
}
