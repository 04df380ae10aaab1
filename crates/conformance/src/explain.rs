//! What a validator complains of, said so that somebody can mend it.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};

/// One place that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// A JSON pointer into what was checked.
    pub(crate) pointer: String,
    /// What was expected there.
    pub(crate) expected: String,
}

/// The places that are wrong, each once.
///
/// "None of the seven alternatives fits" helps nobody, so for these the complaints of the alternative that comes
/// nearest are told. The complaint that an object's fields are unknown is left out where something else is wrong in
/// that object or below: it follows from the other, since a part that does not fit is not asked which fields it names.
pub(crate) fn explain<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Vec<Violation> {
    let mut found = Vec::new();
    for error in errors {
        descend(&error, &mut found);
    }
    let follows = |outer: &Violation| {
        found.iter().any(
            |(unknown, inner)| match inner.pointer.strip_prefix(&outer.pointer) {
                Some("") => !unknown,
                Some(rest) => rest.starts_with('/'),
                None => false,
            },
        )
    };
    let mut violations = Vec::<Violation>::new();
    for (unknown, violation) in &found {
        let follows = *unknown && follows(violation);
        if !follows && !violations.contains(violation) {
            violations.push(violation.clone());
        }
    }
    violations
}

/// Each complaint below `error`, and whether it is only about unknown fields.
fn descend(error: &ValidationError<'_>, found: &mut Vec<(bool, Violation)>) {
    let alternatives = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => context,
        kind => {
            let unknown = matches!(kind, ValidationErrorKind::UnevaluatedProperties { .. });
            let violation = Violation {
                pointer: error.instance_path().to_string(),
                expected: expected(error),
            };
            found.push((unknown, violation));
            return;
        }
    };
    let here = error.instance_path().to_string();
    if let Some(kinds) = types_only(alternatives, &here) {
        let violation = Violation {
            pointer: here,
            expected: format!("a value of type {}", kinds.join(" or ")),
        };
        found.push((false, violation));
        return;
    }
    let nearest = alternatives.iter().min_by_key(|errors| distance(errors, &here));
    match nearest {
        Some(errors) if !errors.is_empty() => errors.iter().for_each(|error| descend(error, found)),
        _ => found.push((
            false,
            Violation {
                pointer: here,
                expected: error.masked().to_string(),
            },
        )),
    }
}

/// The types that the alternatives want, each once, when their only complaint is that the value is of another one.
fn types_only(alternatives: &[Vec<ValidationError<'_>>], here: &str) -> Option<Vec<String>> {
    let mut kinds = Vec::new();
    for errors in alternatives {
        let [error] = errors.as_slice() else { return None };
        let ValidationErrorKind::Type { kind } = error.kind() else {
            return None;
        };
        if error.instance_path().as_str() != here {
            return None;
        }
        let names = match kind {
            TypeKind::Single(kind) => vec![kind.to_string()],
            TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
        };
        let new: Vec<String> = names.into_iter().filter(|name| !kinds.contains(name)).collect();
        kinds.extend(new);
    }
    (!kinds.is_empty()).then_some(kinds)
}

/// How far an alternative is from fitting: one of another type is further than one of another `type` field (that is
/// how Discord tells its alternatives apart), and that is further than any number of smaller complaints.
fn distance(errors: &[ValidationError<'_>], here: &str) -> (usize, usize, usize) {
    let other_type = |error: &&ValidationError<'_>| {
        matches!(error.kind(), ValidationErrorKind::Type { .. }) && error.instance_path().as_str() == here
    };
    let other_kind = |error: &&ValidationError<'_>| {
        let at = error.instance_path().as_str();
        at.strip_prefix(here) == Some("/type")
            && matches!(error.kind().keyword(), "const" | "enum" | "oneOf" | "anyOf")
    };
    (
        errors.iter().filter(other_type).count(),
        errors.iter().filter(other_kind).count(),
        errors.len(),
    )
}

fn expected(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => format!("the field {property}, which is required"),
        Kind::UnevaluatedProperties { unexpected } => {
            format!(
                "only fields that the document names, unlike {}",
                unexpected.join(", ")
            )
        }
        Kind::Type {
            kind: TypeKind::Single(kind),
        } => format!("a value of type {kind}"),
        Kind::Type {
            kind: TypeKind::Multiple(kinds),
        } => {
            let kinds: Vec<String> = kinds.iter().map(|kind| kind.to_string()).collect();
            format!("a value of type {}", kinds.join(" or "))
        }
        Kind::Constant { expected_value } => format!("the value {expected_value}"),
        Kind::Enum { options } => format!("one of {options}"),
        Kind::Format { format } => format!("a text of the format {format}"),
        Kind::Pattern { pattern } => format!("a text that matches {pattern}"),
        Kind::MaxLength { limit } => format!("at most {limit} characters"),
        Kind::MinLength { limit } => format!("at least {limit} characters"),
        Kind::MaxItems { limit } => format!("at most {limit} items"),
        Kind::MinItems { limit } => format!("at least {limit} items"),
        Kind::Maximum { limit } => format!("at most {limit}"),
        Kind::Minimum { limit } => format!("at least {limit}"),
        Kind::UniqueItems => "no item twice".to_owned(),
        _ => format!("something else, since {}", error.masked_with("this")),
    }
}
