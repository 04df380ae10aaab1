//! What is at which path, and what stands around every answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bot::control::{Control, Recent, Status};
use tokio::time::{sleep, timeout};
use tracing::warn;

use crate::access::{self, Access, Denied, Room};
use crate::health::{self, Trouble};
use crate::history::History;
use crate::metrics;
use crate::page::{self, Range};

/// How long the bot may take to tell how it is. A database that does not answer takes all of it.
pub(crate) const STATUS_WITHIN: Duration = Duration::from_secs(5);

/// How old what is told may be. However many ask, the database is read this often and no more.
const FRESH: Duration = Duration::from_secs(1);

/// What somebody waits who shows a wrong token. Guessing would take for ever without it; this keeps it from taking the
/// bot's time.
const WRONG_TOKEN_TAKES: Duration = Duration::from_secs(1);

/// How often the log tells of wrong tokens at most.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// The most bytes of a form: a token, with room for how forms write what is no letter.
const FORM_LEN_MAX: usize = 2_048;

/// How long a form may take to come in.
const FORM_WITHIN: Duration = Duration::from_secs(10);

/// How many of the newest welcomes, and of the newest that failed, the page shows.
const RECENT_LEN: usize = 12;

/// What the server's pages are made of.
#[derive(Clone)]
pub(crate) struct Site(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) control: Control,
    /// The version of the program.
    version: &'static str,
    access: Access,
    history: Mutex<History>,
    status: Fresh<Status>,
    recent: Fresh<Result<Recent, String>>,
    /// When it was last said in the log that somebody shows wrong tokens.
    warned_at: Mutex<Option<Instant>>,
}

impl std::ops::Deref for Site {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What was read last, while it is fresh. One reads, and the others wait for what they find.
struct Fresh<T>(tokio::sync::Mutex<Option<(Instant, Arc<T>)>>);

impl<T> Default for Fresh<T> {
    fn default() -> Self {
        Self(tokio::sync::Mutex::default())
    }
}

impl<T> Fresh<T> {
    /// `None` when reading takes too long.
    async fn get(&self, read: impl Future<Output = T>) -> Option<Arc<T>> {
        let both = async {
            let mut kept = self.0.lock().await;
            if let Some((at, value)) = &*kept
                && at.elapsed() < FRESH
            {
                return Arc::clone(value);
            }
            let value = Arc::new(read.await);
            *kept = Some((Instant::now(), Arc::clone(&value)));
            value
        };
        timeout(STATUS_WITHIN, both).await.ok()
    }
}

impl Site {
    pub(crate) fn new(control: Control, version: &'static str, access: Access) -> Self {
        Self(Arc::new(Inner {
            control,
            version,
            access,
            history: Mutex::default(),
            status: Fresh::default(),
            recent: Fresh::default(),
            warned_at: Mutex::default(),
        }))
    }

    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn status(&self) -> Option<Arc<Status>> {
        self.status.get(self.control.status()).await
    }

    async fn recent(&self) -> Result<Recent, String> {
        let read = async {
            let recent = self.control.recent(RECENT_LEN).await;
            recent.map_err(|error| error.to_string())
        };
        match self.recent.get(read).await {
            Some(recent) => Result::clone(&recent),
            None => Err("it does not answer".to_owned()),
        }
    }

    /// Somebody showed a wrong token: it takes them a while, and is told in the log, though not as often as they try.
    async fn wrong_token(&self) {
        let is_news = {
            let mut warned_at = self.warned_at.lock().unwrap_or_else(PoisonError::into_inner);
            let is_news = warned_at.is_none_or(|at| at.elapsed() >= WARN_EVERY);
            if is_news {
                *warned_at = Some(Instant::now());
            }
            is_news
        };
        if is_news {
            warn!("somebody showed a wrong token to the status page");
        }
        sleep(WRONG_TOKEN_TAKES).await;
    }

    /// All paths.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/", get(status_page))
            .route("/sign-in", post(sign_in))
            .route("/sign-out", post(sign_out))
            .route(
                "/style.css",
                get(async || file("text/css; charset=utf-8", page::STYLE)),
            )
            .route(
                "/refresh.js",
                get(async || file("text/javascript; charset=utf-8", page::SCRIPT)),
            )
            .route("/icon.svg", get(async || file("image/svg+xml", page::ICON)))
            .route("/healthz", get(async || "alive\n"))
            .route("/readyz", get(ready))
            .route("/metrics", get(figures))
            .fallback(async || {
                (
                    StatusCode::NOT_FOUND,
                    "there are / (for people), /healthz, /readyz and /metrics\n",
                )
            })
            .layer(from_fn(guarded))
            .with_state(self)
    }
}

/// What keeps browsers from doing with an answer what it is not for.
async fn guarded(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, &str); 7] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut answer = next.run(request).await;
    for (name, value) in HEADERS {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}

fn html(status: StatusCode, text: String) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], text).into_response()
}

async fn status_page(State(site): State<Site>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if let Err(denied) = site.access.admits(Room::Page, &headers, site.control.now()) {
        return refuse(&site, denied, Room::Page).await;
    }
    let range = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "range")
        .and_then(|(_, name)| Range::named(&name))
        .unwrap_or_default();
    let (status, recent) = tokio::join!(site.status(), site.recent());
    let view = page::View {
        version: site.version,
        status: status.as_deref(),
        recent,
        charts: page::charts(&site.history(), Instant::now(), range),
        range,
        now: site.control.now(),
        signed_in: site.access.asks(),
    };
    html(StatusCode::OK, page::status(&view))
}

async fn refuse(site: &Site, denied: Denied, room: Room) -> Response {
    let text = match denied {
        Denied::StrangeHost => {
            "This page answers to http://localhost and http://127.0.0.1 alone, so that no web page elsewhere can read it through \
             your browser. To reach it by another name, through a proxy say, set a token: write at least 16 characters into \
             a file, name that file in web.token_file, and start the bot again.\n"
        }
        Denied::NoTokenIsSet => {
            "Other machines can ask this address, so the status page needs a token: write at least 16 characters into a file \
             (openssl rand -hex 24 makes some), name that file in web.token_file or set DROAS_WEB_TOKEN, and start the bot \
             again. Or set web.listen to 127.0.0.1:8437, where none is needed.\n"
        }
        Denied::TokenIsMissing | Denied::TokenIsWrong if room == Room::Figures => {
            "These figures need the token of web.token_file, in the header \"Authorization: Bearer\". In the configuration of \
             Prometheus: authorization: {credentials_file: FILE}\n"
        }
        Denied::TokenIsMissing => "",
        Denied::TokenIsWrong => "This is not the token of web.token_file.\n",
    };
    if denied == Denied::TokenIsWrong {
        site.wrong_token().await;
    }
    let mut answer = match denied {
        Denied::StrangeHost | Denied::NoTokenIsSet if room == Room::Page => {
            html(StatusCode::FORBIDDEN, page::refusal(text.trim_end()))
        }
        Denied::StrangeHost | Denied::NoTokenIsSet => (StatusCode::FORBIDDEN, text).into_response(),
        Denied::TokenIsMissing if room == Room::Page => html(StatusCode::UNAUTHORIZED, page::sign_in(false)),
        Denied::TokenIsMissing | Denied::TokenIsWrong => (StatusCode::UNAUTHORIZED, text).into_response(),
    };
    if answer.status() == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    answer
}

/// Somebody shows the token in the form.
async fn sign_in(State(site): State<Site>, request: Request) -> Response {
    if !is_from_here(request.headers()) {
        return foreign_form();
    }
    if !site.access.asks() {
        return to_the_page(None);
    }
    let body = timeout(FORM_WITHIN, to_bytes(request.into_body(), FORM_LEN_MAX)).await;
    let Ok(Ok(body)) = body else {
        return (StatusCode::BAD_REQUEST, "this is no form of the status page\n").into_response();
    };
    let shown = url::form_urlencoded::parse(&body)
        .find(|(name, _)| name == "token")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    match site.access.sign_in(shown.trim().as_bytes(), site.control.now()) {
        Some(cookie) => to_the_page(Some(cookie)),
        None => {
            site.wrong_token().await;
            html(StatusCode::UNAUTHORIZED, page::sign_in(true))
        }
    }
}

async fn sign_out(request: Request) -> Response {
    if is_from_here(request.headers()) {
        to_the_page(Some(access::signed_out()))
    } else {
        foreign_form()
    }
}

/// Whether a form was sent from the status page, and not by a page of another site. Programs do not say from where.
fn is_from_here(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    matches!(from, None | Some(b"same-origin" | b"none"))
}

fn foreign_form() -> Response {
    (StatusCode::FORBIDDEN, "this form is on the status page alone\n").into_response()
}

fn to_the_page(cookie: Option<String>) -> Response {
    let mut answer = (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, HeaderValue::from_static("/"))],
    )
        .into_response();
    if let Some(cookie) = cookie {
        let cookie = HeaderValue::try_from(cookie).expect("digits, letters and signs of ours");
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}

/// 200 when the bot can do its work, or waits for the end of another one that does; 503 with a line for each thing that is in
/// the way.
async fn ready(State(site): State<Site>) -> Response {
    let status = site.status().await;
    let troubles = match &status {
        Some(status) => health::troubles(status),
        None => vec![Trouble::NoAnswer],
    };
    if troubles.is_empty() {
        let stands_by = status.is_some_and(|status| status.stands_by);
        return if stands_by {
            "standing by: another droas is at work over the same database\n".into_response()
        } else {
            "ready\n".into_response()
        };
    }
    let lines: String = troubles.iter().map(|trouble| format!("{trouble}\n")).collect();
    (StatusCode::SERVICE_UNAVAILABLE, lines).into_response()
}

async fn figures(State(site): State<Site>, headers: HeaderMap) -> Response {
    if let Err(denied) = site.access.admits(Room::Figures, &headers, site.control.now()) {
        return refuse(&site, denied, Room::Figures).await;
    }
    let Some(status) = site.status().await else {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "the bot does not tell how it is\n",
        )
            .into_response();
    };
    let text = metrics::text(&status, site.control.latencies(), site.version);
    let kind = HeaderValue::from_static(metrics::CONTENT_TYPE);
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
