//! Placeholders of the path and parameters of the query.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Finding, Part, validate};
use crate::document::{Document, Operation, Parameter, Template};

/// Checks what stands in the path in place of the placeholders.
pub(super) fn path(
    document: &Document,
    operation: &Operation,
    template: &Template,
    path: &[String],
) -> Vec<Finding> {
    let values = template.values(path);
    let findings = values.filter_map(|(name, value)| {
        let parameter = operation.path.get(name)?;
        check(document, parameter, Part::Path, name, value)
    });
    findings.collect()
}

/// Checks the query.
pub(super) fn query(
    document: &Document,
    operation: &Operation,
    given: &BTreeMap<String, String>,
) -> Vec<Finding> {
    let missing = operation
        .query
        .iter()
        .filter(|(name, parameter)| parameter.required && !given.contains_key(*name));
    let mut findings: Vec<Finding> = missing
        .map(|(name, _)| finding(Part::Query, name, "is required".to_owned()))
        .collect();
    for (name, value) in given {
        match operation.query.get(name) {
            None => findings.push(finding(Part::Query, name, "no parameter of that name".to_owned())),
            Some(parameter) => findings.extend(check(document, parameter, Part::Query, name, value)),
        }
    }
    findings
}

/// A parameter arrives as text and is meant as something else: right is one that has a reading which fits its schema.
fn check(document: &Document, parameter: &Parameter, part: Part, name: &str, value: &str) -> Option<Finding> {
    let readings = readings(value);
    let fits = |reading: &Value| validate(document, &parameter.schema, reading, part).is_empty();
    if readings.iter().any(fits) {
        return None;
    }
    let schema = document.schema(&parameter.schema);
    Some(finding(part, name, format!("a value of the schema {schema}")))
}

fn readings(text: &str) -> Vec<Value> {
    let mut readings = vec![Value::from(text)];
    readings.extend(text.parse::<i64>().map(Value::from));
    readings.extend(text.parse::<f64>().map(Value::from));
    readings.extend(text.parse::<bool>().map(Value::from));
    // A list of one.
    let lists: Vec<Value> = readings
        .iter()
        .map(|reading| Value::Array(vec![reading.clone()]))
        .collect();
    readings.extend(lists);
    readings
}

fn finding(part: Part, name: &str, expected: String) -> Finding {
    Finding {
        part,
        pointer: format!("/{name}"),
        expected,
    }
}
