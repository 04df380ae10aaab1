//! What can be done on a route, and where the document keeps the schemas for it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Route;
use super::pointer::{Pointer, follow};
use super::template::Template;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];

/// One method of one route.
#[derive(Debug)]
pub struct Operation {
    /// The schema of each placeholder of the path, by name.
    pub path: BTreeMap<String, Parameter>,
    /// The schema of each parameter of the query, by name.
    pub query: BTreeMap<String, Parameter>,
    /// What the request's body must be; `None` when there is to be none.
    pub body: Option<Body>,
    /// The answers, by status as the document writes it: `200`, `4XX`, `default`.
    answers: BTreeMap<String, Answer>,
}

/// A parameter of the path or the query.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its schema.
    pub schema: Pointer,
    /// Whether it must be there.
    pub required: bool,
}

/// The body of a request.
#[derive(Debug)]
pub struct Body {
    /// Whether it must be there.
    pub required: bool,
    /// Its schema, by media type.
    pub schemas: BTreeMap<String, Pointer>,
}

/// An answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It has no body.
    Empty,
    /// Its body is JSON of this schema.
    Json(Pointer),
    /// Its body is something else, as a picture.
    Other,
}

impl Operation {
    /// What the document says of an answer with `status`: the status itself before its class before the default.
    pub fn answer(&self, status: u16) -> Option<&Answer> {
        let class = format!("{}XX", status / 100);
        let keys = [status.to_string(), class, "default".to_owned()];
        keys.iter().find_map(|key| self.answers.get(key))
    }
}

/// Every route of the document, or what is wrong with it.
pub(super) fn routes(root: &Value) -> Result<Vec<Route>, String> {
    let paths = Pointer::default().join("paths");
    let items = root["paths"].as_object().ok_or("it has no `paths`")?;
    let routes = items.keys().map(|path| {
        let at = paths.join(path);
        let (_, item) = follow(root, &at).ok_or_else(|| format!("{at} leads nowhere"))?;
        let shared = parameters(root, &at)?;
        let methods = METHODS.into_iter().filter(|method| item.get(method).is_some());
        let operations = methods.map(|method| {
            let operation = operation(root, &at.join(method), &shared)?;
            Ok((method.to_uppercase(), operation))
        });
        Ok(Route {
            template: Template::parse(path),
            operations: operations.collect::<Result<_, String>>()?,
        })
    });
    routes.collect()
}

/// Parameters by where they stand (`path`, `query`) and name.
type Parameters = BTreeMap<(String, String), Parameter>;

fn operation(root: &Value, at: &Pointer, shared: &Parameters) -> Result<Operation, String> {
    let mut all = shared.clone();
    all.extend(parameters(root, at)?);
    let standing_in = |place: &str| {
        let those = all.iter().filter(|((at, _), _)| at == place);
        those
            .map(|((_, name), parameter)| (name.clone(), parameter.clone()))
            .collect()
    };
    Ok(Operation {
        path: standing_in("path"),
        query: standing_in("query"),
        body: body(root, &at.join("requestBody"))?,
        answers: answers(root, &at.join("responses"))?,
    })
}

fn parameters(root: &Value, owner: &Pointer) -> Result<Parameters, String> {
    let list = owner.join("parameters");
    let Some((list, Value::Array(entries))) = follow(root, &list) else {
        return Ok(Parameters::new());
    };
    let parameters = (0..entries.len()).map(|index| {
        let at = list.join(&index.to_string());
        let (at, entry) = follow(root, &at).ok_or_else(|| format!("{at} leads nowhere"))?;
        let (Some(place), Some(name)) = (entry["in"].as_str(), entry["name"].as_str()) else {
            return Err(format!("{at} has no `in` or no `name`"));
        };
        let parameter = Parameter {
            schema: at.join("schema"),
            required: entry["required"].as_bool().unwrap_or(false),
        };
        Ok(((place.to_owned(), name.to_owned()), parameter))
    });
    parameters.collect()
}

fn body(root: &Value, at: &Pointer) -> Result<Option<Body>, String> {
    let Some((at, body)) = follow(root, at) else {
        return Ok(None);
    };
    let content = body["content"]
        .as_object()
        .ok_or_else(|| format!("{at} has no `content`"))?;
    let schemas = content.keys().map(|media_type| {
        let schema = at.join("content").join(media_type).join("schema");
        (media_type.clone(), schema)
    });
    Ok(Some(Body {
        required: body["required"].as_bool().unwrap_or(false),
        schemas: schemas.collect(),
    }))
}

fn answers(root: &Value, at: &Pointer) -> Result<BTreeMap<String, Answer>, String> {
    let (at, all) = follow(root, at).ok_or_else(|| format!("{at} is missing"))?;
    let all = all.as_object().ok_or_else(|| format!("{at} is not an object"))?;
    let answers = all.keys().map(|status| {
        let at = at.join(status);
        let (at, answer) = follow(root, &at).ok_or_else(|| format!("{at} leads nowhere"))?;
        let content = answer.get("content").and_then(Value::as_object);
        let answer = match content {
            None => Answer::Empty,
            Some(content) if content.contains_key("application/json") => {
                Answer::Json(at.join("content").join("application/json").join("schema"))
            }
            Some(_) => Answer::Other,
        };
        Ok((status.clone(), answer))
    });
    answers.collect()
}
