//! Answers that say no, as Discord words them.
//!
//! Source of the codes: Discord's documentation, "Opcodes and Status Codes", heading "JSON Error Codes"; of the nested
//! `errors`: "API Reference", heading "Error Messages"; both read in August 2026. Discord's OpenAPI document calls the
//! code inside `_errors` an integer, while the documentation and the service itself give text there; so do we.

use serde_json::{Map, Value, json};

/// A request that is refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
    /// The nested `errors` of an invalid form.
    pub(crate) errors: Option<Value>,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $code:literal, $message:literal;)*) => {
        impl Refusal {
            $($(#[$doc])* pub(crate) fn $name() -> Self {
                Self { status: $status, code: $code, message: $message.to_owned(), errors: None }
            })*
        }
    };
}

refusals! {
    unauthorized = 401, 0, "401: Unauthorized";
    not_found = 404, 0, "404: Not Found";
    method_not_allowed = 405, 0, "405: Method Not Allowed";
    unknown_channel = 404, 10003, "Unknown Channel";
    unknown_guild = 404, 10004, "Unknown Guild";
    unknown_member = 404, 10007, "Unknown Member";
    unknown_message = 404, 10008, "Unknown Message";
    unknown_role = 404, 10011, "Unknown Role";
    unknown_user = 404, 10013, "Unknown User";
    unknown_webhook = 404, 10015, "Unknown Webhook";
    unknown_application = 404, 10002, "Unknown Application";
    unknown_interaction = 404, 10062, "Unknown interaction";
    unknown_command = 404, 10063, "Unknown application command";
    entity_too_large = 413, 40005, "Request entity too large";
    already_acknowledged = 400, 40060, "Interaction has already been acknowledged.";
    /// Discord's edge refuses clients that do not say who they are.
    no_user_agent = 403, 40333, "internal network error";
    missing_access = 403, 50001, "Missing Access";
    edit_of_a_stranger = 403, 50005, "Cannot edit a message authored by another user";
    empty_message = 400, 50006, "Cannot send an empty message";
    no_direct_messages = 403, 50007, "Cannot send messages to this user";
    no_text_channel = 400, 50008, "Cannot send messages in a non-text channel";
    missing_permissions = 403, 50013, "Missing Permissions";
    invalid_role = 400, 50028, "Invalid Role";
    invalid_webhook_token = 401, 50027, "Invalid Webhook Token";
    invalid_json = 400, 50109, "The request body contains invalid JSON.";
}

impl Refusal {
    /// Invalid form, with one thing wrong at `path`.
    pub(crate) fn form(path: &str, code: &str, message: impl Into<String>) -> Self {
        let mut form = FormErrors::default();
        form.add(path, code, message);
        form.refusal()
    }

    /// An id that is none.
    pub(crate) fn not_snowflake(path: &str, value: &str) -> Self {
        Self::form(
            path,
            "NUMBER_TYPE_COERCE",
            format!("Value \"{value}\" is not snowflake."),
        )
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// What is wrong with a form, field by field.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormErrors {
    found: Vec<(String, String, String)>,
}

impl FormErrors {
    /// Something is wrong with the field at `path`: keys and indices with dots between them, `embeds.0.title`.
    pub(crate) fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        self.found
            .push((path.to_owned(), code.to_owned(), message.into()));
    }

    pub(crate) fn required(&mut self, path: &str) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// The field must be a text, if it is there and not null, of at most `max` characters.
    pub(crate) fn text<'a>(&mut self, path: &str, value: Option<&'a Value>, max: usize) -> Option<&'a str> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                if text.chars().count() > max {
                    let message = format!("Must be {max} or fewer in length.");
                    self.add(path, "BASE_TYPE_MAX_LENGTH", message);
                }
                Some(text)
            }
            Some(_) => {
                self.add(
                    path,
                    "STRING_TYPE_CONVERT",
                    "Could not interpret value as string.",
                );
                None
            }
        }
    }

    /// The field must be there, a text of `min` to `max` characters.
    pub(crate) fn required_text(&mut self, path: &str, value: Option<&Value>, min: usize, max: usize) {
        match value {
            None | Some(Value::Null) => self.required(path),
            Some(Value::String(text)) => {
                if !(min..=max).contains(&text.chars().count()) {
                    let message = format!("Must be between {min} and {max} in length.");
                    self.add(path, "BASE_TYPE_BAD_LENGTH", message);
                }
            }
            Some(_) => {
                self.add(
                    path,
                    "STRING_TYPE_CONVERT",
                    "Could not interpret value as string.",
                );
            }
        }
    }

    /// The field must be a list, if it is there and not null, of at most `max` things.
    pub(crate) fn list<'a>(&mut self, path: &str, value: Option<&'a Value>, max: usize) -> &'a [Value] {
        match value {
            None | Some(Value::Null) => &[],
            Some(Value::Array(items)) => {
                if items.len() > max {
                    let message = format!("Must be {max} or fewer in length.");
                    self.add(path, "BASE_TYPE_MAX_LENGTH", message);
                }
                items
            }
            Some(_) => {
                self.add(
                    path,
                    "LIST_TYPE_CONVERT",
                    "Only iterables may be used in a ListType",
                );
                &[]
            }
        }
    }

    /// The field must be an object, if it is there and not null.
    pub(crate) fn object<'a>(
        &mut self,
        path: &str,
        value: Option<&'a Value>,
    ) -> Option<&'a Map<String, Value>> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::Object(object)) => Some(object),
            Some(_) => {
                self.add(
                    path,
                    "DICT_TYPE_CONVERT",
                    "Only dictionaries may be used in a DictType",
                );
                None
            }
        }
    }

    /// The field must be true or false, if it is there and not null.
    pub(crate) fn flag(&mut self, path: &str, value: Option<&Value>) -> Option<bool> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::Bool(flag)) => Some(*flag),
            Some(_) => {
                self.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
                None
            }
        }
    }

    /// The field must be a whole number, if it is there and not null, within these bounds.
    pub(crate) fn integer(&mut self, path: &str, value: Option<&Value>, min: i64, max: i64) -> Option<i64> {
        let value = value.filter(|value| !value.is_null())?;
        let Some(number) = value.as_i64() else {
            self.add(
                path,
                "NUMBER_TYPE_COERCE",
                format!("Value \"{value}\" is not int."),
            );
            return None;
        };
        if number < min {
            let message = format!("int value should be greater than or equal to {min}.");
            self.add(path, "NUMBER_TYPE_MIN", message);
        }
        if number > max {
            let message = format!("int value should be less than or equal to {max}.");
            self.add(path, "NUMBER_TYPE_MAX", message);
        }
        Some(number)
    }

    /// The field must be an id, if it is there and not null.
    pub(crate) fn snowflake(&mut self, path: &str, value: Option<&Value>) -> Option<u64> {
        let value = value.filter(|value| !value.is_null())?;
        let id = match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        if id.is_none() {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let message = format!("Value \"{shown}\" is not snowflake.");
            self.add(path, "NUMBER_TYPE_COERCE", message);
        }
        id
    }

    /// # Errors
    /// The refusal that tells all that was found.
    pub(crate) fn check(self) -> Result<(), Refusal> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }

    fn refusal(self) -> Refusal {
        let mut tree = json!({});
        for (path, code, message) in self.found {
            let mut node = &mut tree;
            for key in path.split('.').filter(|key| !key.is_empty()) {
                node = &mut node[key];
                if node.is_null() {
                    *node = json!({});
                }
            }
            let error = json!({"code": code, "message": message});
            match node.get_mut("_errors").and_then(Value::as_array_mut) {
                Some(errors) => errors.push(error),
                None => node["_errors"] = json!([error]),
            }
        }
        leave_outermost(&mut tree);
        Refusal {
            status: 400,
            code: 50035,
            message: "Invalid Form Body".to_owned(),
            errors: Some(tree),
        }
    }
}

/// Discord's OpenAPI document lets a field have either errors of its own or errors of what it holds: what is wrong as a
/// whole is not looked into.
fn leave_outermost(node: &mut Value) {
    let Some(fields) = node.as_object_mut() else {
        return;
    };
    if fields.contains_key("_errors") {
        fields.retain(|key, _| key == "_errors");
    } else {
        fields.values_mut().for_each(leave_outermost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_errors_nest_by_the_path_of_the_field() {
        let mut form = FormErrors::default();
        form.text("embeds.0.title", Some(&json!("xxx")), 2);
        form.integer("limit", Some(&json!(0)), 1, 100);
        let refusal = form.check().expect_err("two fields are wrong");
        assert_eq!(
            refusal.body(),
            json!({
                "message": "Invalid Form Body",
                "code": 50035,
                "errors": {
                    "embeds": {"0": {"title": {"_errors": [
                        {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2 or fewer in length."}
                    ]}}},
                    "limit": {"_errors": [
                        {"code": "NUMBER_TYPE_MIN", "message": "int value should be greater than or equal to 1."}
                    ]},
                },
            })
        );
    }

    #[test]
    fn a_field_that_is_wrong_as_a_whole_is_not_looked_into() {
        let mut form = FormErrors::default();
        form.text("embeds.0.title", Some(&json!("xxx")), 2);
        form.list("embeds", Some(&json!([{}, {}])), 1);
        let refusal = form.check().expect_err("the list and its item are wrong");
        let embeds = refusal.body()["errors"]["embeds"].clone();
        assert_eq!(embeds["_errors"].as_array().map(Vec::len), Some(1));
        assert_eq!(embeds.as_object().map(Map::len), Some(1), "{embeds}");
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        let mut form = FormErrors::default();
        form.text("content", Some(&json!("小林小林")), 4);
        assert_eq!(form.check(), Ok(()));
    }
}
