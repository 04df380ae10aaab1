//! Placeholders of the path and parameters of the query.

use std::collections::BTreeMap;

use serde_json::Value;
use url::form_urlencoded;

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
        check(document, parameter, Part::Path, name, &[value.to_owned()])
    });
    findings.collect()
}

/// Checks the query.
pub(super) fn query(document: &Document, operation: &Operation, query: &str) -> Vec<Finding> {
    let mut given = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        given
            .entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    let missing = operation
        .query
        .iter()
        .filter(|(name, parameter)| parameter.required && !given.contains_key(*name));
    let mut findings: Vec<Finding> = missing
        .map(|(name, _)| finding(Part::Query, name, "is required".to_owned()))
        .collect();
    for (name, values) in &given {
        match operation.query.get(name) {
            None => findings.push(finding(Part::Query, name, "no parameter of that name".to_owned())),
            Some(parameter) => findings.extend(check(document, parameter, Part::Query, name, values)),
        }
    }
    findings
}

/// A parameter arrives as text and is meant as something else: right is one that has a reading which fits its schema.
fn check(
    document: &Document,
    parameter: &Parameter,
    part: Part,
    name: &str,
    values: &[String],
) -> Option<Finding> {
    let readings = readings(values);
    let fits = |reading: &Value| validate(document, &parameter.schema, reading, part).is_empty();
    if readings.iter().any(fits) {
        return None;
    }
    let schema = document.schema(&parameter.schema);
    Some(finding(part, name, format!("a value of the schema {schema}")))
}

fn readings(values: &[String]) -> Vec<Value> {
    let scalar = |text: &str| -> Vec<Value> {
        let mut readings = vec![Value::from(text)];
        readings.extend(text.parse::<i64>().map(Value::from));
        readings.extend(text.parse::<f64>().map(Value::from));
        readings.extend(text.parse::<bool>().map(Value::from));
        readings
    };
    let mut readings = match values {
        [single] => scalar(single),
        _ => Vec::new(),
    };
    // A list of texts or of numbers; Discord takes a repeated parameter for it.
    let texts: Vec<Value> = values.iter().map(|value| Value::from(value.as_str())).collect();
    readings.push(Value::Array(texts));
    let numbers: Option<Vec<Value>> = values
        .iter()
        .map(|value| Some(Value::from(value.parse::<i64>().ok()?)))
        .collect();
    readings.extend(numbers.map(Value::Array));
    readings
}

fn finding(part: Part, name: &str, expected: String) -> Finding {
    Finding {
        part,
        pointer: format!("/{name}"),
        expected,
    }
}
