//! The way of a request to its effect, and of the answer back.

use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use serde_json::json;

use super::answer::Answer;
use super::limits::{Limited, Standing};
use super::refusal::Refusal;
use super::request::Call;
use super::route::{self, Route};
use super::{actions, lock};
use crate::faults::{Failure, FakeRateLimit, RateLimitScope, RequestFate};
use crate::record::{Line as RecordedLine, RecordedPart};
use crate::server::Line;
use crate::state::State;

/// Requests that a sound client never makes are kept up to this number.
const UNEXPECTED_MAX: usize = 1_000;

/// What came of a request.
#[derive(Debug)]
pub(super) struct Outcome {
    template: Option<&'static str>,
    reply: Reply,
    /// What went wrong on purpose.
    fault: Option<&'static str>,
    /// How long the answer waits after the effect.
    delay: Duration,
}

#[derive(Debug)]
enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Option<String>,
    },
    /// What stands between the client and Discord answers, in words for people.
    Page {
        status: u16,
        text: &'static str,
    },
    Reset,
    Silence,
}

/// Lets a request through to its effect, or not.
pub(super) async fn pass(state: &State, call: &Call) -> Outcome {
    let now_ms = state.clock().now_ms();
    let found = route::find(&call.method, &call.path);
    let mut outcome = Outcome {
        template: found.as_ref().ok().map(|route| route.template),
        reply: Reply::Silence,
        fault: None,
        delay: Duration::ZERO,
    };
    if state.world().faults.outage(now_ms) {
        outcome.fault = Some("outage");
        outcome.reply = failed(Failure::Status(503), || None);
        return outcome;
    }
    if lock(&state.rest.limiter).is_banned(now_ms) {
        outcome.reply = Reply::Page {
            status: 429,
            text: BANNED,
        };
        return outcome;
    }
    let route = match admitted(state, call, found) {
        Ok(route) => route,
        Err(refusal) => {
            outcome.reply = refused(&refusal, Vec::new());
            return outcome;
        }
    };
    let fate = state.world().faults.request(route.class);
    let standing = || Some(lock(&state.rest.limiter).standing(&route.bucket, state.clock().now_ms()));
    let RequestFate {
        delay,
        before,
        after,
        answer_delay,
    } = fate;
    outcome.delay = answer_delay;
    wait(state, delay).await;
    if let Some(failure) = before {
        outcome.fault = Some(match failure {
            Failure::Status(_) => "error_before",
            Failure::Reset => "reset_before",
            Failure::Silence => "silence_before",
            Failure::RateLimited(_) => "rate_limited",
        });
        outcome.reply = failed(failure, standing);
        return outcome;
    }
    let counts_globally = route.needs_token;
    // The delay may have moved the time.
    let now_ms = state.clock().now_ms();
    let taken = lock(&state.rest.limiter).take(&route.bucket, counts_globally, now_ms);
    let taken = match taken {
        Ok(taken) => taken,
        Err(limited) => {
            outcome.reply = too_early(&limited);
            return outcome;
        }
    };
    let headers = bucket_headers(&taken);
    let acted = route.action.and_then(|action| actions::act(state, call, action));
    outcome.reply = match acted {
        Ok(Answer { status, body }) => Reply::Answer {
            status,
            headers,
            body,
        },
        Err(refusal) => refused(&refusal, headers),
    };
    if let Some(failure) = after {
        outcome.fault = Some(match failure {
            Failure::Status(_) => "error_after",
            Failure::Reset => "reset_after",
            Failure::Silence => "silence_after",
            Failure::RateLimited(_) => "rate_limited",
        });
        outcome.reply = failed(failure, standing);
    }
    outcome
}

/// Who may ask for anything at all.
fn admitted(state: &State, call: &Call, found: Result<Route, Refusal>) -> Result<Route, Refusal> {
    if call.header(header::USER_AGENT).is_none_or(str::is_empty) {
        return Err(Refusal::no_user_agent());
    }
    let route = found?;
    let token = call
        .header(header::AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Bot "));
    let accepted = token.is_some_and(|token| state.world().bot.accepts(token));
    if route.needs_token && !accepted {
        return Err(Refusal::unauthorized());
    }
    Ok(route)
}

/// Waits in real time, at most until the simulator stops.
pub(crate) async fn wait(state: &State, delay: Duration) {
    if !delay.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = state.stop.cancelled() => {}
        }
    }
}

fn refused(refusal: &Refusal, headers: Vec<(&'static str, String)>) -> Reply {
    Reply::Answer {
        status: refusal.status,
        headers,
        body: Some(refusal.body().to_string()),
    }
}

/// `standing` says how the bucket really is: in Discord's own example of a 429 the headers speak of the bucket, which has
/// room, and only `retry_after` of the limit that was met.
fn failed(failure: Failure, standing: impl Fn() -> Option<Standing>) -> Reply {
    match failure {
        Failure::Reset => Reply::Reset,
        Failure::Silence => Reply::Silence,
        Failure::Status(status) => Reply::Page {
            status,
            text: "<html><head><title>Error</title></head><body>upstream connect error</body></html>",
        },
        Failure::RateLimited(FakeRateLimit { headers: false, .. }) => Reply::Page {
            status: 429,
            text: BANNED,
        },
        Failure::RateLimited(fake) => {
            let retry_after_ms = i64::try_from(fake.retry_after_ms).unwrap_or(i64::MAX);
            too_early(&Limited {
                scope: fake.scope,
                retry_after_ms,
                standing: (fake.scope != RateLimitScope::Global).then(standing).flatten(),
            })
        }
    }
}

/// How Cloudflare answers an address that it has banned: neither JSON nor headers that would say for how long.
const BANNED: &str = "error code: 1015";

/// Source: Discord's documentation, "Rate Limits", headings "Exceeding A Rate Limit" and "Header Format", read in
/// August 2026.
fn too_early(limited: &Limited) -> Reply {
    let global = limited.scope == RateLimitScope::Global;
    let mut headers = limited.standing.as_ref().map(bucket_headers).unwrap_or_default();
    headers.push(("retry-after", ((limited.retry_after_ms + 999) / 1000).to_string()));
    if global {
        headers.push(("x-ratelimit-global", "true".to_owned()));
    }
    let scope = match limited.scope {
        RateLimitScope::User => "user",
        RateLimitScope::Global => "global",
        RateLimitScope::Shared => "shared",
    };
    headers.push(("x-ratelimit-scope", scope.to_owned()));
    let message = match limited.scope {
        RateLimitScope::Shared => "The resource is being rate limited.",
        _ => "You are being rate limited.",
    };
    let body = json!({
        "message": message,
        "retry_after": limited.retry_after_ms as f64 / 1000.0,
        "global": global,
        "code": 0,
    });
    Reply::Answer {
        status: 429,
        headers,
        body: Some(body.to_string()),
    }
}

fn bucket_headers(standing: &Standing) -> Vec<(&'static str, String)> {
    let seconds = |ms: i64| format!("{:.3}", ms as f64 / 1000.0);
    vec![
        ("x-ratelimit-limit", standing.limit.to_string()),
        ("x-ratelimit-remaining", standing.remaining.to_string()),
        ("x-ratelimit-reset", seconds(standing.reset_ms)),
        ("x-ratelimit-reset-after", seconds(standing.reset_after_ms)),
        ("x-ratelimit-bucket", standing.bucket.clone()),
    ]
}

impl Outcome {
    /// Counts and records what came of the request, then answers, or not.
    pub(super) async fn deliver(self, state: &State, line: &Line, call: &Call) -> Response {
        // Before any delay: who gives up waiting has had the effect all the same.
        self.count(state, call);
        self.record(state, call);
        wait(state, self.delay).await;
        match self.reply {
            Reply::Answer {
                status,
                headers,
                body,
            } => {
                let json = body
                    .is_some()
                    .then_some((header::CONTENT_TYPE, "application/json"));
                respond(state, status, headers, json, body.unwrap_or_default())
            }
            Reply::Page { status, text } => respond(
                state,
                status,
                Vec::new(),
                Some((header::CONTENT_TYPE, "text/html; charset=UTF-8")),
                text.to_owned(),
            ),
            Reply::Reset => line.reset().await,
            Reply::Silence => {
                state.stop.cancelled().await;
                line.reset().await
            }
        }
    }

    fn status(&self) -> Option<u16> {
        match self.reply {
            Reply::Answer { status, .. } | Reply::Page { status, .. } => Some(status),
            Reply::Reset | Reply::Silence => None,
        }
    }

    fn count(&self, state: &State, call: &Call) {
        let status = self.status();
        let path = || format!("{} {}", call.method, route::without_tokens(&call.path));
        let shared = matches!(&self.reply, Reply::Answer { headers, .. }
            if headers.iter().any(|(name, value)| *name == "x-ratelimit-scope" && value == "shared"));
        let invalid = matches!(status, Some(401 | 403 | 429)) && !shared;
        if invalid {
            lock(&state.rest.limiter).count_invalid(state.clock().now_ms());
        }
        let mut world = state.world();
        let counters = &mut world.counters;
        let name = self.template.map_or_else(path, str::to_owned);
        *counters.requests.entry((name, status.unwrap_or(0))).or_default() += 1;
        counters.invalid_requests += u64::from(invalid);
        counters.rate_limited += u64::from(status == Some(429));
        counters.rate_limited_earned += u64::from(status == Some(429) && self.fault.is_none());
        if let Some(fault) = self.fault {
            *counters.faults.entry(fault).or_default() += 1;
        }
        let unsound = match (status, self.template) {
            (Some(400 | 405 | 413), _) => self.fault.is_none(),
            (Some(404), None) => true,
            _ => false,
        };
        if unsound && counters.unexpected.len() < UNEXPECTED_MAX {
            let why = match &self.reply {
                Reply::Answer { body: Some(body), .. } => body,
                _ => "",
            };
            counters.unexpected.push(format!("{}: {why}", path()));
        }
    }

    fn record(&self, state: &State, call: &Call) {
        let Some(recorder) = state.rest.recorder() else {
            return;
        };
        let answer = match &self.reply {
            Reply::Answer { body: Some(body), .. } => serde_json::from_str(body).ok(),
            _ => None,
        };
        recorder.write(&RecordedLine {
            at_ms: state.clock().now_ms(),
            status: self.status(),
            answer,
            fault: self.fault,
            parts: call.body.parts.as_ref().map(|parts| {
                parts
                    .iter()
                    .map(|part| RecordedPart {
                        name: &part.name,
                        filename: part.filename.as_deref(),
                        content_type: part.content_type.as_deref(),
                        size: part.bytes.len(),
                        json: call.body.json.as_ref().filter(|_| part.name == "payload_json"),
                    })
                    .collect()
            }),
            ..RecordedLine::of_request(
                call.method.as_str(),
                &route::without_tokens(&call.path),
                &call.query,
                &call.headers,
                call.body.json.as_ref(),
            )
        });
    }
}

fn respond(
    state: &State,
    status: u16,
    headers: Vec<(&'static str, String)>,
    content_type: Option<(HeaderName, &'static str)>,
    body: String,
) -> Response {
    let mut response = Response::new(Body::from(body));
    // A plan of faults may name a number that is no status.
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some((name, value)) = content_type {
        response
            .headers_mut()
            .insert(name, header::HeaderValue::from_static(value));
    }
    let now = UNIX_EPOCH + Duration::from_millis(state.clock().now_ms().max(0).unsigned_abs());
    // It has the form of a header's value whatever the time is.
    if let Ok(date) = header::HeaderValue::from_str(&httpdate::fmt_http_date(now)) {
        response.headers_mut().insert(header::DATE, date);
    }
    for (name, value) in headers {
        if let Ok(value) = header::HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
