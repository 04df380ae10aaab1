//! Holds one exchange against the document.

mod answer;
mod body;
mod parameter;

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::document::{Document, Pointer};
use crate::explain::explain;
use crate::recording::Exchange;

/// Every route of the document stands below this path.
const API: &str = "/api/v10";
/// How twilight-http and what discord.py stands on name themselves in `user-agent`.
const FOREIGN_AGENTS: [&str; 2] = ["Twilight-rs", "aiohttp"];
/// Pictures are not described by the document.
const CDN: &str = "/cdn/";

/// Checks exchanges against one document.
pub struct Checker<'a> {
    document: &'a Document,
    requests: Requests,
}

/// How requests are judged, and with them routes that are not in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// Each that the document forbids is a finding: a bot of ours should not have made it.
    Strict,
    /// One that the document forbids and that the simulator refused is none: tests of the simulator ask for refusals.
    Refusable,
}

/// What an exchange was found to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A request for a picture, which the document does not describe.
    Cdn,
    /// A request of the API.
    Api {
        /// The method and the path's template, or the path itself where no template fits.
        route: String,
        /// Whether an answer was there to be checked, and was.
        answered: bool,
        /// Whether the request was forbidden by the document, refused by the simulator and let pass for it.
        refused: bool,
        /// What is wrong, in the order of the request's parts.
        findings: Vec<Finding>,
    },
}

/// One thing that is not as the document says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The part of the exchange.
    pub part: Part,
    /// A JSON pointer into that part; empty for the whole of it.
    pub pointer: String,
    /// What was expected there.
    pub expected: String,
}

/// A part of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The method and path.
    Route,
    /// A placeholder of the path; the pointer names it.
    Path,
    /// A parameter of the query; the pointer names it.
    Query,
    /// The request's body.
    Body,
    /// The answer's status.
    Status,
    /// The answer's body.
    Answer,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Route => "route",
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "request body",
            Self::Status => "status",
            Self::Answer => "answer",
        })
    }
}

impl<'a> Checker<'a> {
    /// A checker that judges requests as `requests` says.
    pub fn new(document: &'a Document, requests: Requests) -> Self {
        Self { document, requests }
    }

    /// Checks one exchange.
    ///
    /// An answer that a planned fault made is not checked, since faults are what Discord's document does not describe.
    /// The request before it is.
    pub fn check(&self, exchange: &Exchange) -> Verdict {
        if exchange.path.starts_with(CDN) {
            return Verdict::Cdn;
        }
        let path = decode(&exchange.path);
        let route = path.as_deref().and_then(|path| self.document.route(path));
        let operation = route.and_then(|route| route.operations.get(&exchange.method));
        let (Some(path), Some(route), Some(operation)) = (&path, route, operation) else {
            return self.unknown_route(exchange);
        };

        let mut findings = parameter::path(self.document, operation, &route.template, path);
        findings.extend(parameter::query(self.document, operation, &exchange.query));
        findings.extend(body::check(self.document, operation, exchange));
        let refused = self.lets_pass(&mut findings, exchange);
        let answered = exchange.status.is_some() && exchange.fault.is_none();
        if answered {
            findings.extend(answer::check(self.document, operation, exchange));
        }
        Verdict::Api {
            route: format!("{} {}", exchange.method, route.template),
            answered,
            refused,
            findings,
        }
    }

    fn unknown_route(&self, exchange: &Exchange) -> Verdict {
        let mut findings = vec![Finding {
            part: Part::Route,
            pointer: String::new(),
            expected: format!("a route of the document, below {API}"),
        }];
        let refused = self.lets_pass(&mut findings, exchange);
        Verdict::Api {
            route: format!("{} {}", exchange.method, exchange.path),
            answered: false,
            refused,
            findings,
        }
    }

    /// Drops the findings in a request that are none by the way in which requests are judged. Returns whether they were
    /// dropped because the simulator refused it, too.
    fn lets_pass(&self, findings: &mut Vec<Finding>, exchange: &Exchange) -> bool {
        if is_foreign(exchange) {
            findings.retain(|finding| finding.part == Part::Route);
        }
        let refused = matches!(exchange.status, Some(400 | 404 | 405 | 413)) && exchange.fault.is_none();
        let lets_pass = self.requests == Requests::Refusable && refused && !findings.is_empty();
        if lets_pass {
            findings.clear();
        }
        lets_pass
    }
}

/// Whether a client that others wrote made the request. What it sends shows what Discord takes in better than the
/// document does: numbers for ids and for truth, and fields that the document does not name.
fn is_foreign(exchange: &Exchange) -> bool {
    let agent = exchange.headers.get("user-agent").map_or("", String::as_str);
    FOREIGN_AGENTS.iter().any(|foreign| agent.contains(foreign))
}

/// The path's segments behind the API's prefix; `None` when it is not below that, or no UTF-8.
fn decode(path: &str) -> Option<Vec<String>> {
    let segments = path.strip_prefix(API)?.strip_prefix('/')?.split('/');
    let decoded = segments.map(|segment| Some(percent_decode_str(segment).decode_utf8().ok()?.into_owned()));
    decoded.collect()
}

/// What in `value` is not as the schema at `schema` says.
fn validate(document: &Document, schema: &Pointer, value: &Value, part: Part) -> Vec<Finding> {
    let validator = document.validator(schema);
    let violations = explain(validator.iter_errors(value)).into_iter();
    let findings = violations.map(|violation| Finding {
        part,
        pointer: violation.pointer,
        expected: violation.expected,
    });
    findings.collect()
}
