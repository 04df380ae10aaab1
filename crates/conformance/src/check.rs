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
/// Pictures are not described by the document.
const CDN: &str = "/cdn/";

/// Checks exchanges against one document.
pub struct Checker<'a> {
    document: &'a Document,
    refusals: Refusals,
}

/// What to make of a request that the document forbids and that the simulator refused as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusals {
    /// They agree, and nothing is wrong: tests of the simulator ask for refusals.
    Agreed,
    /// It is a finding: a bot should not have asked.
    Finding,
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

impl Part {
    /// Whether the bot, and not the simulator, is to blame.
    pub fn is_request(self) -> bool {
        !matches!(self, Self::Status | Self::Answer)
    }
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
    /// A checker that treats refused requests as `refusals` says.
    pub fn new(document: &'a Document, refusals: Refusals) -> Self {
        Self { document, refusals }
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
        let refused = self.lets_pass(&findings, exchange);
        if refused {
            findings.clear();
        }
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
        let refused = self.lets_pass(&findings, exchange);
        if refused {
            findings.clear();
        }
        Verdict::Api {
            route: format!("{} {}", exchange.method, exchange.path),
            answered: false,
            refused,
            findings,
        }
    }

    /// Whether the simulator refused what the document forbids, and that is well.
    fn lets_pass(&self, findings: &[Finding], exchange: &Exchange) -> bool {
        let refused = matches!(exchange.status, Some(400 | 404 | 405)) && exchange.fault.is_none();
        refused && !findings.is_empty() && self.refusals == Refusals::Agreed
    }
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
