//! Makes the document strict.
//!
//! As it is published, an object may hold any field besides those that are named, and `int32` is a word without a
//! meaning. A mistyped field would pass. So each place where a schema is *used* (a property's value, an array's items,
//! a whole body) forbids the fields that nothing inside of it names. The components themselves stay open, since they
//! are combined with `allOf`, where each part sees the fields of the others.

use serde_json::{Map, Value, json};

/// Keywords whose value maps names to schemas that are used there.
const MAPS_OF_USES: [&str; 2] = ["properties", "patternProperties"];
/// Keywords whose value is a schema that is used there.
const USES: [&str; 2] = ["items", "additionalProperties"];
/// Keywords whose value lists schemas for the same place.
const COMBINATIONS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Makes every schema in `root` strict, but for the components' own top.
pub(super) fn close(root: &mut Value) {
    let original = root.clone();
    walk(root, &original);
}

fn walk(value: &mut Value, root: &Value) {
    match value {
        Value::Object(object) => {
            bound_integers(object);
            for (key, inner) in object.iter_mut() {
                walk(inner, root);
                if USES.contains(&key.as_str()) {
                    close_copy(inner, root);
                } else if MAPS_OF_USES.contains(&key.as_str())
                    && let Value::Object(schemas) = inner
                {
                    schemas.values_mut().for_each(|schema| close_copy(schema, root));
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| walk(inner, root)),
        _ => {}
    }
}

fn close_copy(schema: &mut Value, root: &Value) {
    let itself = schema.clone();
    close_here(schema, &itself, root);
}

/// Forbids in `schema` the fields that are not named in `meaning`, which is what `schema` stands for, if that can be
/// an object at all.
pub(super) fn close_here(schema: &mut Value, meaning: &Value, root: &Value) {
    if names_fields(meaning, root, 0)
        && let Value::Object(object) = schema
    {
        object.insert("unevaluatedProperties".into(), json!(false));
    }
}

fn names_fields(schema: &Value, root: &Value, depth: usize) -> bool {
    // Deeper than any schema of use: a circle of references without a field in between.
    if depth > 16 {
        return false;
    }
    if schema.get("properties").is_some() {
        return true;
    }
    if let Some(target) = schema["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'))
    {
        return root
            .pointer(target)
            .is_some_and(|target| names_fields(target, root, depth + 1));
    }
    COMBINATIONS.into_iter().any(|keyword| {
        let parts = schema[keyword].as_array().into_iter().flatten();
        parts.into_iter().any(|part| names_fields(part, root, depth + 1))
    })
}

/// Gives `int32` its range (OpenAPI 3.1, "Data Types").
fn bound_integers(schema: &mut Map<String, Value>) {
    if schema.get("format").is_some_and(|format| format == "int32") {
        schema.entry("minimum").or_insert(json!(i32::MIN));
        schema.entry("maximum").or_insert(json!(i32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combined_component_stays_open_and_its_use_is_closed() {
        let mut root = json!({
            "components": { "schemas": {
                "Named": { "type": "object", "properties": { "name": { "type": "string" } } },
                "Dog": { "allOf": [
                    { "$ref": "#/components/schemas/Named" },
                    { "type": "object", "properties": { "age": { "type": "integer", "format": "int32" } } },
                ] },
                "Kennel": { "type": "object", "properties": {
                    "dogs": { "type": "array", "items": { "$ref": "#/components/schemas/Dog" } },
                } },
            } },
        });
        close(&mut root);
        let schemas = &root["components"]["schemas"];
        assert_eq!(schemas["Named"].get("unevaluatedProperties"), None);
        assert_eq!(schemas["Dog"].get("unevaluatedProperties"), None);
        let dogs = &schemas["Kennel"]["properties"]["dogs"];
        assert_eq!(dogs["items"]["unevaluatedProperties"], json!(false));
        assert_eq!(
            dogs.get("unevaluatedProperties"),
            None,
            "an array names no fields of its own"
        );
        assert_eq!(
            schemas["Dog"]["allOf"][1]["properties"]["age"]["maximum"],
            json!(i32::MAX)
        );
    }
}
