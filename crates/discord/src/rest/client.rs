//! Sending a request when its turn has come, and again where that may help.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use breaker::{Outcome, Settings as BreakerSettings};
use domain::time::UnixMs;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, Proxy, RequestBuilder, redirect};
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep};
use tracing::{debug, warn};
use url::Url;

use super::answer;
use super::error::{RestError, cause};
use super::limiter::{Bounds, LimitFigures, Route};
use super::message::{Attachment, form};
use super::outcome::{Answer, Ended, Failed, fault, finish, not_answered, note_limited, read_body};
use super::roles::{AUDIT_LOG_REASON, escaped};
use super::turn::Turns;
use crate::endpoints::{Endpoints, join};
use crate::health::{Guard, Health, RouteClass, now};
use crate::meter::{ClassFigures, RequestOutcome};
use crate::retry::Retries;
use crate::token::Token;

/// What we call ourselves. Discord blocks clients without such a name.
/// Source: Discord's documentation, "API Reference", heading "User Agent", read in August 2026.
const USER_AGENT: &str = concat!(
    "DiscordBot (https://github.com/droas/droas, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// How many 429s a call meets at most: they have no effect, but to meet one again and again is a 429 too many.
const LIMITED_MAX: u32 = 5;

/// No call takes longer: its waits at the rate limits, its tries and the pauses between them, all in all.
///
/// A message's nonce is remembered by Discord "in the past few minutes", so every repeat within a call is safe.
/// Source: Discord's documentation, "Message", heading "Create Message", read in August 2026.
pub const CALL_TIME_MAX: Duration = Duration::from_secs(30);

/// A request is not sent with less time than this before its call's end: it would end in doubt.
const REQUEST_TIME_MIN: Duration = Duration::from_secs(5);

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
    request_timeout: Duration,
    call_time_max: Duration,
    retries: Retries,
    guards: [Guard; 5],
    dates: Dates,
}

/// Who wants to know what time it is for Discord.
#[derive(Default)]
struct Dates(OnceLock<Box<dyn Fn(UnixMs) + Send + Sync>>);

impl fmt::Debug for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dates").finish_non_exhaustive()
    }
}

/// What can be set about [`Rest`].
#[derive(Clone, Debug)]
pub struct RestOptions {
    /// Requests in any second, over all routes. Discord's limit is 50; large bots are given more.
    pub requests_per_second: u32,
    /// Answers of 401, 403 and 429 in any ten minutes, after which most calls are refused here. At 10,000 Discord bans
    /// the address.
    pub invalid_requests_max: u32,
    /// How long a call may wait for its turn, 429s included. It is never longer than [`CALL_TIME_MAX`] leaves.
    pub wait_max: Duration,
    /// How long it may take to make a connection.
    pub connect_timeout: Duration,
    /// How long one request may take, from its first byte to its answer's last.
    pub request_timeout: Duration,
    /// How long a call may take in all; at most [`CALL_TIME_MAX`].
    pub call_time_max: Duration,
    /// How often a call that is safe to repeat is sent again in place, when the network or Discord failed.
    pub retries_max: u32,
    /// When calls are held back because Discord is not well; each class of routes has a breaker of its own.
    pub breaker: BreakerSettings,
    /// For the jitter of pauses.
    pub seed: u64,
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
            call_time_max: CALL_TIME_MAX,
            retries_max: 3,
            breaker: BreakerSettings::default(),
            seed: rand::random(),
            proxy: None,
        }
    }
}

impl RestOptions {
    /// The same with every time but the limits' own windows `by` times shorter, for rehearsals against the simulator;
    /// `by` is at least 1.
    pub fn hastened(self, by: u32) -> Self {
        let by = by.max(1);
        Self {
            wait_max: self.wait_max / by,
            connect_timeout: self.connect_timeout / by,
            request_timeout: self.request_timeout / by,
            call_time_max: self.call_time_max / by,
            breaker: BreakerSettings {
                window: self.breaker.window / by,
                slow_after: self.breaker.slow_after / by,
                open_min: self.breaker.open_min / by,
                open_max: self.breaker.open_max / by,
                ..self.breaker
            },
            ..self
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
    pub(super) class: RouteClass,
    pub(super) route: Route,
    pub(super) method: Method,
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'a str, String)],
    pub(super) content: Content<'a>,
}

/// What a request carries. It is put together anew each time that it is sent.
pub(super) enum Content<'a> {
    None,
    /// Nothing; but it has an effect, which is as good done twice, and of which the guild's audit log says this.
    Reason(&'a str),
    Json {
        json: Vec<u8>,
        files: &'a [Attachment],
        /// Whether a second one has no second effect.
        repeatable: bool,
    },
}

impl Call<'_> {
    /// Whether it can have an effect that lasts.
    fn has_effect(&self) -> bool {
        !matches!(self.content, Content::None)
    }

    /// Whether it says who we are. An interaction's own token is in the path of what answers it, and Discord asks for no
    /// other there.
    pub(super) fn names_token(&self) -> bool {
        self.class != RouteClass::Interactions
    }

    fn is_repeatable(&self) -> bool {
        match self.content {
            Content::None | Content::Reason(_) => true,
            Content::Json { repeatable, .. } => repeatable,
        }
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
        let mut http = http_client().connect_timeout(options.connect_timeout);
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
            request_timeout: options.request_timeout,
            call_time_max: options.call_time_max.min(CALL_TIME_MAX),
            retries: Retries::new(options.retries_max, options.seed, now()),
            guards: [
                RouteClass::Messages,
                RouteClass::Channels,
                RouteClass::Members,
                RouteClass::Ourselves,
                RouteClass::Interactions,
            ]
            .map(|class| Guard::new(class, options.breaker.clone(), options.seed)),
            dates: Dates::default(),
        })))
    }

    /// How each class of routes is doing.
    pub fn health(&self) -> Vec<Health> {
        self.0.guards.iter().map(Guard::health).collect()
    }

    /// What the requests of each class came to.
    pub fn figures(&self) -> Vec<ClassFigures> {
        self.0.guards.iter().map(Guard::figures).collect()
    }

    /// How the rate limits stand.
    pub fn limit_figures(&self) -> LimitFigures {
        self.0.turns.figures()
    }

    /// For how long messages are held back because Discord is not well; `None` when they are not. Whoever notes an
    /// attempt before it posts can ask first, and spare the note.
    pub fn messages_held_for(&self) -> Option<Duration> {
        self.guard(RouteClass::Messages).held_for()
    }

    /// From now on `hear` is called with the time, to the second, at which each answer was written, by the clock of who
    /// wrote it. Only the first who asks is told.
    pub fn hear_dates(&self, hear: impl Fn(UnixMs) + Send + Sync + 'static) {
        // A second one is of the same process, and would hear the same.
        let _ = self.0.dates.0.set(Box::new(hear));
    }

    /// Whether half of what may be sent in a second was sent in the last one, or more, or waits for its turn: what is not
    /// urgent can give way.
    pub fn is_busy(&self) -> bool {
        self.0.turns.are_busy()
    }

    fn guard(&self, class: RouteClass) -> &Guard {
        self.0
            .guards
            .iter()
            .find(|guard| guard.class() == class)
            .expect("there is one for each class of the API")
    }

    /// Sends a request when its turn has come, and again in place where that may help and does no harm.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<Answer, RestError> {
        self.call_by(call, Instant::now() + self.0.call_time_max)
            .await
            .map_err(Ended::whole)
    }

    /// As [`Rest::call`], with an end that is nearer, perhaps.
    pub(super) async fn call_by(&self, call: Call<'_>, end: Instant) -> Result<Answer, Ended> {
        let deadline = end.min(Instant::now() + self.0.call_time_max);
        let turn_deadline = self.turn_deadline(deadline);
        let guard = self.guard(call.class);
        self.0.retries.call_begins(now());
        let mut doubt = None;
        let mut limited = 0;
        let mut tries = 0;
        loop {
            let failed = match self
                .try_once(&call, guard, turn_deadline, deadline, &mut limited)
                .await
            {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            tries += 1;
            let pause = self.pause_after(&call, guard, &failed, tries, turn_deadline);
            let error = failed.error;
            if matches!(error, RestError::HeldBack { .. }) {
                guard.meter().held_back();
            }
            if call.has_effect() && doubt.is_none() && matches!(error, RestError::Unknown { .. }) {
                doubt = Some(error.clone());
            }
            let Some(pause) = pause else {
                return Err(Ended { doubt, last: error });
            };
            debug!(
                route = call.route.name, %error, pause_ms = pause.as_millis(), tries, "a call failed and is sent again"
            );
            sleep(pause).await;
            guard.meter().retry();
        }
    }

    /// Until when a call may wait for its turn and pause, so that what is sent then has time to be answered.
    fn turn_deadline(&self, deadline: Instant) -> Instant {
        let request_time = self
            .0
            .request_timeout
            .min(REQUEST_TIME_MIN)
            .min(deadline.saturating_duration_since(Instant::now()) / 2);
        (deadline - request_time).min(Instant::now() + self.0.wait_max)
    }

    /// How long to wait before a failed call is sent again in place; `None` when it is not to be.
    fn pause_after(
        &self,
        call: &Call<'_>,
        guard: &Guard,
        failed: &Failed,
        tries: u32,
        turn_deadline: Instant,
    ) -> Option<Duration> {
        let is_safe = call.is_repeatable() || matches!(failed.error, RestError::NotSent { .. });
        if !is_safe || !failed.error.may_pass() || guard.held_for().is_some() {
            return None;
        }
        let asked = failed.retry_after.unwrap_or_default();
        if Instant::now() + asked >= turn_deadline {
            return None;
        }
        let pause = self.0.retries.pause_before(tries, now())?.max(asked);
        (Instant::now() + pause < turn_deadline).then_some(pause)
    }

    /// Sends a request when its turn has come, and again after a 429, which has no effect.
    async fn try_once(
        &self,
        call: &Call<'_>,
        guard: &Guard,
        turn_deadline: Instant,
        deadline: Instant,
        limited: &mut u32,
    ) -> Result<Answer, Failed> {
        let turn = self.0.turns.enqueue(call.route);
        loop {
            turn.come(turn_deadline, || guard.held_for(), guard.meter())
                .await?;
            let request = self.request(call)?;
            let permit = guard.acquire()?;
            let begun = Instant::now();
            let left = deadline.saturating_duration_since(begun);
            let sent = request.timeout(self.0.request_timeout.min(left)).send().await;
            let response = match sent {
                Ok(response) => response,
                Err(error) => {
                    permit.end(fault(&error), now());
                    if let Some(outcome) = RequestOutcome::not_answered(&error) {
                        guard.meter().request(outcome, begun.elapsed());
                    }
                    return Err(not_answered(error).into());
                }
            };
            let status = response.status().as_u16();
            if let Some((hear, date)) = self.0.dates.0.get().zip(answer::date(response.headers())) {
                hear(date);
            }
            if status != 429 {
                let ended = finish(call, turn, permit, response).await;
                let outcome =
                    RequestOutcome::answered(status, ended.as_ref().map_err(|failed| &failed.error));
                guard.meter().request(outcome, begun.elapsed());
                return ended;
            }
            permit.end(Outcome::Neutral, now());
            let told = answer::told(response.headers());
            let headers = response.headers().clone();
            let body = read_body(response).await.unwrap_or_default();
            guard.meter().request(RequestOutcome::Limited, begun.elapsed());
            let (scope, retry_after) = answer::limited(&headers, &body);
            let retry_after = turn.limited(scope, retry_after, &told);
            note_limited(call, scope, retry_after);
            *limited += 1;
            if *limited >= LIMITED_MAX {
                return Err(RestError::RateLimited { retry_after }.into());
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
        let mut request = self.0.http.request(call.method.clone(), url);
        if call.names_token() {
            request = request.header(AUTHORIZATION, self.0.authorization.clone());
        }
        Ok(match &call.content {
            Content::None => request,
            Content::Reason(reason) => request.header(AUDIT_LOG_REASON, escaped(reason)),
            Content::Json { json, files: [], .. } => request
                .header(CONTENT_TYPE, "application/json")
                .body(json.clone()),
            Content::Json { json, files, .. } => {
                request.multipart(form(json.clone(), files).map_err(|error| not_sent(cause(error)))?)
            }
        })
    }
}
