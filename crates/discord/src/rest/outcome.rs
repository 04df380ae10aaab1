//! What became of a request.

use std::time::Duration;

use breaker::{Outcome, Permit};
use domain::time::UnixMs;
use reqwest::Response;
use serde::de::DeserializeOwned;
use tracing::{debug, warn};

use super::answer;
use super::client::Call;
use super::error::{Refusal, RestError, cause};
use super::limiter::Scope;
use super::turn::Turn;
use crate::health::now;

/// The largest answer that is read: a hundred of the longest messages fit.
const ANSWER_LEN_MAX: usize = 8 * 1024 * 1024;

/// An answer of 2xx.
pub(super) struct Answer {
    status: u16,
    body: Vec<u8>,
    date: Option<UnixMs>,
}

impl Answer {
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, RestError> {
        serde_json::from_slice(&self.body).map_err(|_| RestError::Malformed { status: self.status })
    }

    /// When it was written, by the clock of who wrote it.
    pub(super) fn date(&self) -> Option<UnixMs> {
        self.date
    }
}

/// A try that gave no answer.
pub(super) struct Failed {
    pub(super) error: RestError,
    /// How long Discord asked to be left alone.
    pub(super) retry_after: Option<Duration>,
}

impl From<RestError> for Failed {
    fn from(error: RestError) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

/// How a call without an answer ended.
pub(super) struct Ended {
    /// The first of its tries of which nobody knows whether it had its effect.
    pub(super) doubt: Option<RestError>,
    /// The last of them.
    pub(super) last: RestError,
}

impl Ended {
    /// What the call came to: what its last try came to, unless the outcome of an earlier one is not known. No refusal of
    /// a later try says anything of that one, but for one: that a message with its nonce was posted, and is gone.
    pub(super) fn whole(self) -> RestError {
        let Self { doubt, last } = self;
        match doubt {
            Some(doubt) if last.refusal() != Some(Refusal::MessageGone) => {
                if last != doubt {
                    debug!(error = %last, "a repeat ended otherwise; what became of the first is not known");
                }
                doubt
            }
            _ => last,
        }
    }
}

/// Reads an answer that is not 429.
pub(super) async fn finish(
    call: &Call<'_>,
    turn: Turn,
    permit: Permit<'_>,
    response: Response,
) -> Result<Answer, Failed> {
    let status = response.status().as_u16();
    let headers = response.headers();
    let (told, retry_after) = (answer::told(headers), answer::retry_after(headers));
    let date = answer::date(headers);
    // A 401 to what does not name our token says nothing of it; Discord counts it as invalid all the same.
    let counted = if call.names_token() || status != 401 {
        status
    } else {
        403
    };
    // The limiter learns before the body is here: others wait for what the headers tell.
    turn.answered(counted, &told);
    let body = read_body(response).await;
    let answer = match (status, body) {
        (200..300, Ok(body)) => Ok(Answer { status, body, date }),
        (200..300, Err(Unread::TooLong)) => Err(RestError::Malformed { status }.into()),
        (200..300, Err(Unread::BrokenOff(cause))) => Err(RestError::Unknown {
            status: Some(status),
            cause,
        }
        .into()),
        (300..500, body) => {
            Err(answer::refused(status, &body.unwrap_or_default(), call.names_token()).into())
        }
        _ => Err(Failed {
            error: RestError::Unknown {
                status: Some(status),
                cause: format!("the answer was {status}"),
            },
            retry_after,
        }),
    };
    permit.end(judge(&answer), now());
    answer
}

/// What an answer says of how Discord is doing.
fn judge(answer: &Result<Answer, Failed>) -> Outcome {
    match answer {
        Err(failed) if failed.error.may_pass() => Outcome::Bad,
        // Overloaded, by its own account, or not Discord at all.
        Err(failed) => match failed.error.refusal() {
            Some(Refusal::NotNow | Refusal::Intercepted) => Outcome::Neutral,
            _ => Outcome::Good,
        },
        Ok(_) => Outcome::Good,
    }
}

/// Why a body cannot be had.
pub(super) enum Unread {
    BrokenOff(String),
    TooLong,
}

/// The body, unless it breaks off or is larger than anything that Discord sends.
pub(super) async fn read_body(mut response: Response) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    let broken_off = |error| Unread::BrokenOff(cause(error));
    while let Some(chunk) = response.chunk().await.map_err(broken_off)? {
        if body.len() + chunk.len() > ANSWER_LEN_MAX {
            return Err(Unread::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a request without an answer says of how Discord is doing.
pub(super) fn fault(error: &reqwest::Error) -> Outcome {
    if error.is_builder() {
        Outcome::Neutral
    } else {
        Outcome::Bad
    }
}

pub(super) fn not_answered(error: reqwest::Error) -> RestError {
    if error.is_connect() || error.is_builder() {
        RestError::NotSent { cause: cause(error) }
    } else {
        RestError::Unknown {
            status: None,
            cause: cause(error),
        }
    }
}

pub(super) fn note_limited(call: &Call<'_>, scope: Scope, retry_after: Duration) {
    let (route, retry_after_ms) = (call.route.name, retry_after.as_millis());
    match scope {
        Scope::Edge => warn!(
            route,
            retry_after_ms,
            "something before Discord holds our address off (429 without Discord's headers); everything waits"
        ),
        Scope::Global => warn!(
            route,
            retry_after_ms, "Discord's global limit was met; everything waits"
        ),
        Scope::User => warn!(
            route,
            retry_after_ms, "a rate limit was met that our count did not foresee"
        ),
        Scope::Shared => debug!(route, retry_after_ms, "others have used up a limit that we share"),
    }
}
