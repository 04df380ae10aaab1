//! Sending a request, and saying what became of it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, Proxy, RequestBuilder, Response, redirect};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::{debug, warn};
use url::Url;

use super::answer;
use super::error::{RestError, cause};
use super::limiter::{Bounds, Route, Scope};
use super::message::{Attachment, form};
use super::turn::{Turn, Turns};
use crate::endpoints::{Endpoints, join};
use crate::token::Token;

/// What we call ourselves. Discord blocks clients without such a name.
/// Source: Discord's documentation, "API Reference", heading "User Agent", read in August 2026.
const USER_AGENT: &str = concat!(
    "DiscordBot (https://github.com/droas/droas, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// The largest answer that is read: a hundred of the longest messages fit.
const ANSWER_LEN_MAX: usize = 8 * 1024 * 1024;

/// How often a call is sent at most: a 429 has no effect, but to meet one again and again is a 429 too many.
const SENT_MAX: u32 = 5;

/// Discord's REST API. A clone is the same client, with the same limits: there is one for each token.
#[derive(Clone, Debug)]
pub struct Rest(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: Client,
    api: Url,
    authorization: HeaderValue,
    turns: Turns,
    wait_max: Duration,
}

/// What can be set about [`Rest`].
#[derive(Clone, Debug)]
pub struct RestOptions {
    /// Requests in any second, over all routes. Discord's limit is 50; large bots are given more.
    pub requests_per_second: u32,
    /// Answers of 401, 403 and 429 in any ten minutes, after which most calls are refused here. At 10,000 Discord bans
    /// the address.
    pub invalid_requests_max: u32,
    /// How long a call may wait for its turn, 429s included.
    pub wait_max: Duration,
    /// How long it may take to make a connection.
    pub connect_timeout: Duration,
    /// How long one request may take, from its first byte to its answer's last.
    pub request_timeout: Duration,
    /// An HTTP proxy for everything; the environment's is not looked at.
    pub proxy: Option<Url>,
}

impl Default for RestOptions {
    fn default() -> Self {
        Self {
            requests_per_second: 50,
            invalid_requests_max: 500,
            wait_max: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(20),
            proxy: None,
        }
    }
}

/// The HTTP client could not be made: the configuration of its proxy or of TLS is at fault.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made: {0}")]
pub struct BuildError(pub(crate) String);

impl From<reqwest::Error> for BuildError {
    fn from(error: reqwest::Error) -> Self {
        Self(cause(error))
    }
}

/// A client as all of ours are: our TLS, no redirects, no proxy of the environment.
pub(crate) fn http_client() -> ClientBuilder {
    Client::builder()
        .tls_backend_preconfigured(crate::tls::client_config())
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
}

/// A request.
pub(super) struct Call<'a> {
    pub(super) route: Route,
    pub(super) method: Method,
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'a str, String)],
    pub(super) content: Content<'a>,
}

/// What a request carries. It is put together anew each time that it is sent.
pub(super) enum Content<'a> {
    None,
    Message {
        json: Vec<u8>,
        attachment: Option<&'a Attachment>,
    },
}

/// An answer of 2xx.
pub(super) struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, RestError> {
        serde_json::from_slice(&self.body).map_err(|_| RestError::Malformed { status: self.status })
    }
}

impl Rest {
    /// A client for a token.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn new(token: Token, endpoints: &Endpoints) -> Result<Self, BuildError> {
        Self::with_options(token, endpoints, RestOptions::default())
    }

    /// A client for a token, with limits and times of one's own.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn with_options(
        token: Token,
        endpoints: &Endpoints,
        options: RestOptions,
    ) -> Result<Self, BuildError> {
        if !token.looks_plausible() {
            warn!("the token does not look like a bot's token; Discord will tell whether it is one");
        }
        let mut authorization = HeaderValue::from_str(token.with_prefix().expose_secret())
            .expect("a token holds nothing but visible ASCII");
        authorization.set_sensitive(true);
        let mut http = http_client()
            .connect_timeout(options.connect_timeout)
            .timeout(options.request_timeout);
        if let Some(proxy) = &options.proxy {
            http = http.proxy(Proxy::all(proxy.as_str())?);
        }
        Ok(Self(Arc::new(Inner {
            http: http.build()?,
            api: endpoints.api.clone(),
            authorization,
            turns: Turns::new(Bounds {
                per_second: options.requests_per_second,
                invalid_max: options.invalid_requests_max,
            }),
            wait_max: options.wait_max,
        })))
    }

    /// Sends a request when its turn has come, and again after a 429.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<Answer, RestError> {
        let deadline = Instant::now() + self.0.wait_max;
        let turn = self.0.turns.enqueue(call.route);
        let mut sent = 0;
        loop {
            turn.come(deadline).await?;
            let response = self.request(&call)?.send().await.map_err(not_answered)?;
            sent += 1;
            let status = response.status().as_u16();
            if status != 429 {
                return finish(turn, response).await;
            }
            let told = answer::told(response.headers());
            let headers = response.headers().clone();
            let body = read_body(response).await.unwrap_or_default();
            let (scope, retry_after) = answer::limited(&headers, &body);
            let retry_after = turn.limited(scope, retry_after, &told);
            note_limited(&call, scope, retry_after);
            if sent >= SENT_MAX {
                return Err(RestError::RateLimited { retry_after });
            }
        }
    }

    fn request(&self, call: &Call<'_>) -> Result<RequestBuilder, RestError> {
        let not_sent = |cause: String| RestError::NotSent { cause };
        let mut url = join(&self.0.api, call.path.iter().copied())
            .ok_or_else(|| not_sent("the API's address cannot have a path".to_owned()))?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let request = self
            .0
            .http
            .request(call.method.clone(), url)
            .header(AUTHORIZATION, self.0.authorization.clone());
        Ok(match &call.content {
            Content::None => request,
            Content::Message {
                json,
                attachment: None,
            } => request
                .header(CONTENT_TYPE, "application/json")
                .body(json.clone()),
            Content::Message {
                json,
                attachment: Some(attachment),
            } => request.multipart(form(json.clone(), attachment).map_err(|error| not_sent(cause(error)))?),
        })
    }
}

/// Reads an answer that is not 429.
async fn finish(turn: Turn, response: Response) -> Result<Answer, RestError> {
    let status = response.status().as_u16();
    let told = answer::told(response.headers());
    // The limiter learns before the body is here: others wait for what the headers tell.
    turn.answered(status, &told);
    let body = read_body(response).await;
    match status {
        200..300 => body
            .map(|body| Answer { status, body })
            .ok_or(RestError::Malformed { status }),
        300..500 => Err(answer::refused(status, &body.unwrap_or_default())),
        _ => Err(RestError::Unknown {
            status: Some(status),
            cause: format!("the answer was {status}"),
        }),
    }
}

/// The body, unless it breaks off or is larger than anything that Discord sends.
async fn read_body(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > ANSWER_LEN_MAX {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

fn not_answered(error: reqwest::Error) -> RestError {
    if error.is_connect() || error.is_builder() {
        RestError::NotSent { cause: cause(error) }
    } else {
        RestError::Unknown {
            status: None,
            cause: cause(error),
        }
    }
}

fn note_limited(call: &Call<'_>, scope: Scope, retry_after: Duration) {
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
