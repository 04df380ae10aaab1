//! A request, read whole.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Multipart, Query};
use axum::http::{HeaderMap, Method, Request, header};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// Bytes of a request's body, files and all.
/// Source: Discord's documentation, "API Reference", heading "Uploading Files", read in August 2026.
pub(crate) const BODY_BYTES_MAX: usize = 25 << 20;
/// More than this is not even read.
const READ_BYTES_MAX: usize = 64 << 20;

/// A request, read whole.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// What a request's body holds.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// The body, or the form's `payload_json`.
    pub(crate) json: Option<Value>,
    /// The form's parts; `None` for anything but a form.
    pub(crate) parts: Option<Vec<Part>>,
    /// Why it could not be read.
    pub(crate) refusal: Option<Refusal>,
}

/// A part of a form.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Call {
    /// A header's text.
    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether a switch of the query is on.
    pub(crate) fn switch(&self, name: &str) -> bool {
        self.query
            .get(name)
            .is_some_and(|value| matches!(value.as_str(), "true" | "True" | "1"))
    }

    /// A number of the query.
    ///
    /// # Errors
    /// It is no whole number, or out of bounds.
    pub(crate) fn number(&self, name: &str, min: i64, max: i64, default: i64) -> Result<i64, Refusal> {
        let Some(text) = self.query.get(name) else {
            return Ok(default);
        };
        let mut form = super::refusal::FormErrors::default();
        let value = text
            .parse::<i64>()
            .map_or_else(|_| Value::from(text.as_str()), Value::from);
        let number = form.integer(name, Some(&value), min, max);
        form.check()?;
        Ok(number.unwrap_or(default))
    }

    /// An id of the query.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn snowflake(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.query
            .get(name)
            .map(|text| text.parse().map_err(|_| Refusal::not_snowflake(name, text)))
            .transpose()
    }

    /// The body as JSON; null when there is none.
    ///
    /// # Errors
    /// It could not be read.
    pub(crate) fn json(&self) -> Result<&Value, Refusal> {
        match (&self.body.refusal, &self.body.json) {
            (Some(refusal), _) => Err(refusal.clone()),
            (None, Some(json)) => Ok(json),
            (None, None) => Ok(&Value::Null),
        }
    }

    /// The files of a form, with the number that stands in their part's name: `files[0]`.
    pub(crate) fn files(&self) -> Vec<(u64, &Part)> {
        self.body
            .parts
            .iter()
            .flatten()
            .filter(|part| part.filename.is_some())
            .enumerate()
            .map(|(index, part)| {
                let number = part
                    .name
                    .strip_prefix("files[")
                    .and_then(|rest| rest.strip_suffix(']'))
                    .and_then(|number| number.parse().ok());
                (number.unwrap_or(index as u64), part)
            })
            .collect()
    }
}

/// Reads a request to its end.
pub(crate) async fn read(request: Request<axum::body::Body>) -> Call {
    let query = Query::<BTreeMap<String, String>>::try_from_uri(request.uri()).unwrap_or_default();
    let (parts, body) = request.into_parts();
    let body = match to_bytes(body, READ_BYTES_MAX).await {
        Ok(bytes) if bytes.len() <= BODY_BYTES_MAX => parse(&parts, bytes).await,
        _ => Body {
            refusal: Some(Refusal::entity_too_large()),
            ..Body::default()
        },
    };
    Call {
        path: parts.uri.path().to_owned(),
        method: parts.method,
        query: query.0,
        headers: parts.headers,
        body,
    }
}

async fn parse(head: &axum::http::request::Parts, bytes: Bytes) -> Body {
    let content_type = head
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    if content_type.starts_with("multipart/form-data") {
        return form(head, bytes).await;
    }
    if bytes.is_empty() {
        return Body::default();
    }
    match serde_json::from_slice(&bytes) {
        Ok(json) => Body {
            json: Some(json),
            ..Body::default()
        },
        Err(_) => Body {
            refusal: Some(Refusal::invalid_json()),
            ..Body::default()
        },
    }
}

async fn form(head: &axum::http::request::Parts, bytes: Bytes) -> Body {
    let mut request = Request::new(axum::body::Body::from(bytes));
    *request.headers_mut() = head.headers.clone();
    // The switch that lets large bodies through lies there.
    *request.extensions_mut() = head.extensions.clone();
    let broken = Body {
        refusal: Some(Refusal::form(
            "",
            "MULTIPART_INVALID",
            "The form could not be read.",
        )),
        ..Body::default()
    };
    let Ok(mut form) = Multipart::from_request(request, &()).await else {
        return broken;
    };
    let mut parts = Vec::new();
    loop {
        match form.next_field().await {
            Ok(Some(field)) => {
                let (name, filename) = (
                    field.name().unwrap_or_default().to_owned(),
                    field.file_name().map(str::to_owned),
                );
                let content_type = field.content_type().map(str::to_owned);
                let Ok(bytes) = field.bytes().await else {
                    return broken;
                };
                parts.push(Part {
                    name,
                    filename,
                    content_type,
                    bytes,
                });
            }
            Ok(None) => break,
            Err(_) => return broken,
        }
    }
    let json = match parts.iter().find(|part| part.name == "payload_json") {
        Some(payload) => match serde_json::from_slice(&payload.bytes) {
            Ok(json) => json,
            Err(_) => {
                return Body {
                    parts: Some(parts),
                    refusal: Some(Refusal::invalid_json()),
                    json: None,
                };
            }
        },
        None => Value::Object(fields(&parts)),
    };
    Body {
        json: Some(json),
        parts: Some(parts),
        refusal: None,
    }
}

/// A form without `payload_json` may hold the fields one by one.
fn fields(parts: &[Part]) -> Map<String, Value> {
    parts
        .iter()
        .filter(|part| part.filename.is_none())
        .map(|part| {
            let text = String::from_utf8_lossy(&part.bytes).into_owned();
            (part.name.clone(), Value::String(text))
        })
        .collect()
}
