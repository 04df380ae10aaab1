//! The CDN under `/cdn`: avatars, icons, and the files of messages.
//!
//! Nobody uploads avatars here: the picture of a hash is drawn from the hash ([`portrait`]).
//! Source of the paths: Discord's documentation, "API Reference", headings "Image Formatting" and "CDN Endpoints", read
//! in August 2026.

mod cache;
pub(crate) mod portrait;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Query, Request, State as Shared};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;

use crate::faults::{Failure, RequestClass};
use crate::record::Line as RecordedLine;
use crate::rest::gate::wait;
use crate::rest::lock;
use crate::server::Line;
use crate::state::State;
use crate::world::Id;
use cache::Cache;
use portrait::{Format, Portrait};

/// Drawn pictures that are kept.
const CACHE_BYTES_MAX: usize = 16 << 20;
/// The side of a picture when no size is asked for.
const SIDE_DEFAULT_PX: u32 = 128;

/// Draws pictures, and keeps some.
#[derive(Debug)]
pub(crate) struct Pictures {
    cache: Mutex<Cache>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            cache: Mutex::new(Cache::new(CACHE_BYTES_MAX)),
        }
    }
}

impl Pictures {
    fn draw(&self, hash: &str, format: Format, side_px: u32) -> Bytes {
        let key = (hash.to_owned(), format, side_px.min(portrait::SIDE_MAX_PX));
        if let Some(kept) = lock(&self.cache).get(&key) {
            return kept;
        }
        let portrait = match hash.strip_prefix(DEFAULT) {
            Some(index) => Portrait::default_of(index.parse().unwrap_or(0)),
            None => Portrait::of(hash),
        };
        let picture = Bytes::from(portrait.encode(format, side_px));
        lock(&self.cache).put(key, picture.clone());
        picture
    }
}

/// What the default avatars are kept under; a hash holds no slash.
const DEFAULT: &str = "embed/";

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    Avatar { user: Id, file: &'a str },
    MemberAvatar { guild: Id, user: Id, file: &'a str },
    DefaultAvatar { file: &'a str },
    Icon { guild: Id, file: &'a str },
    Attachment { channel: Id, file: Id },
    Given { file: Id },
}

fn asked<'a>(segments: &[&'a str]) -> Option<Asked<'a>> {
    Some(match *segments {
        ["avatars", user, file] => Asked::Avatar {
            user: user.parse().ok()?,
            file,
        },
        ["guilds", guild, "users", user, "avatars", file] => Asked::MemberAvatar {
            guild: guild.parse().ok()?,
            user: user.parse().ok()?,
            file,
        },
        ["embed", "avatars", file] => Asked::DefaultAvatar { file },
        ["icons", guild, file] => Asked::Icon {
            guild: guild.parse().ok()?,
            file,
        },
        ["attachments", channel, file, _] => Asked::Attachment {
            channel: channel.parse().ok()?,
            file: file.parse().ok()?,
        },
        ["ephemeral-attachments", file, _] => Asked::Given {
            file: file.parse().ok()?,
        },
        _ => return None,
    })
}

/// What came of a request: a status, and a file with its media type.
type Found = Result<(String, Bytes), StatusCode>;

fn find(state: &State, path: &str, query: &BTreeMap<String, String>) -> Found {
    let segments: Vec<&str> = path.trim_start_matches("/cdn/").split('/').collect();
    let asked = asked(&segments).ok_or(StatusCode::NOT_FOUND)?;
    let side_px = side(query)?;
    let known = {
        let world = state.world();
        match &asked {
            Asked::Avatar { user, .. } => world.users.get(user).and_then(|user| user.avatar.clone()),
            Asked::MemberAvatar { guild, user, .. } => world
                .member(*guild, *user)
                .and_then(|member| member.avatar.clone()),
            Asked::Icon { guild, .. } => world.guilds.get(guild).and_then(|guild| guild.icon.clone()),
            Asked::Attachment { channel, file } => {
                let found = world.channel(*channel).and_then(|(_, channel)| {
                    // A file's id is younger than its message's, by little unless an edit brought it.
                    let older = channel.messages.range(..file).rev();
                    let mut files = older.flat_map(|(_, message)| &message.attachments);
                    files.find(|attachment| attachment.id == *file).cloned()
                });
                let bytes = found.as_ref().and_then(|file| file.bytes.clone());
                if let (Some(found), Some(bytes)) = (found, bytes) {
                    return Ok((found.content_type.unwrap_or_default(), bytes));
                }
                None
            }
            Asked::DefaultAvatar { .. } | Asked::Given { .. } => None,
        }
    };
    match asked {
        Asked::Avatar { file, .. } | Asked::MemberAvatar { file, .. } | Asked::Icon { file, .. } => {
            let (hash, extension) = file.split_once('.').ok_or(StatusCode::NOT_FOUND)?;
            let format = Format::by_extension(extension).ok_or(StatusCode::UNSUPPORTED_MEDIA_TYPE)?;
            if known.as_deref() != Some(hash) {
                return Err(StatusCode::NOT_FOUND);
            }
            if format == Format::Gif && !hash.starts_with("a_") {
                return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
            }
            let picture = state.rest.pictures.draw(hash, format, side_px);
            Ok((format.media_type().to_owned(), picture))
        }
        Asked::DefaultAvatar { file } => {
            let index = file
                .strip_suffix(".png")
                .and_then(|index| index.parse::<u32>().ok());
            let index = index.filter(|index| *index <= 5).ok_or(StatusCode::NOT_FOUND)?;
            // The size of these is what it is, whatever was asked for.
            let picture = state
                .rest
                .pictures
                .draw(&format!("{DEFAULT}{index}"), Format::Png, 256);
            Ok((Format::Png.media_type().to_owned(), picture))
        }
        Asked::Attachment { file, .. } | Asked::Given { file } => {
            state.rest.interactions().file(file).ok_or(StatusCode::NOT_FOUND)
        }
    }
}

/// The side in pixels: a power of two from 16 to 4096.
fn side(query: &BTreeMap<String, String>) -> Result<u32, StatusCode> {
    let Some(size) = query.get("size") else {
        return Ok(SIDE_DEFAULT_PX);
    };
    size.parse::<u32>()
        .ok()
        .filter(|size| size.is_power_of_two() && (16..=4096).contains(size))
        .ok_or(StatusCode::BAD_REQUEST)
}

/// The CDN's routes: whatever begins with `/cdn/`.
pub(crate) fn router() -> Router<Arc<State>> {
    Router::new().route("/cdn/{*path}", any(serve))
}

async fn serve(
    Shared(state): Shared<Arc<State>>,
    Extension(line): Extension<Line>,
    request: Request,
) -> Response {
    let query = Query::<BTreeMap<String, String>>::try_from_uri(request.uri())
        .unwrap_or_default()
        .0;
    let (head, _) = request.into_parts();
    let path = head.uri.path();
    let now_ms = state.clock().now_ms();
    let (outage, fate) = {
        let mut world = state.world();
        let fate = world.faults.request(RequestClass::Cdn);
        (world.faults.outage(now_ms), fate)
    };
    wait(&state, fate.delay).await;
    // Nothing changes by being read: before and after are one.
    let failure = if outage {
        Some(Failure::Status(503))
    } else {
        fate.before.or(fate.after)
    };
    let found = match &failure {
        Some(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
        None if head.method != Method::GET => Err(StatusCode::METHOD_NOT_ALLOWED),
        None => find(&state, path, &query),
    };
    let (status, fault) = match (&failure, &found) {
        (Some(Failure::Status(status)), _) => (Some(*status), Some("error")),
        (Some(Failure::RateLimited(_)), _) => (Some(429), Some("rate_limited")),
        (Some(Failure::Reset), _) => (None, Some("reset")),
        (Some(Failure::Silence), _) => (None, Some("silence")),
        (None, Ok(_)) => (Some(200), None),
        (None, Err(status)) => (Some(status.as_u16()), None),
    };
    {
        let mut world = state.world();
        let key = (format!("{} /cdn", head.method), status.unwrap_or(0));
        *world.counters.requests.entry(key).or_default() += 1;
        if failure.is_some() {
            *world.counters.faults.entry("cdn").or_default() += 1;
        }
    }
    if let Some(recorder) = state.rest.recorder() {
        recorder.write(&RecordedLine {
            at_ms: state.clock().now_ms(),
            status,
            fault: if outage { Some("outage") } else { fault },
            ..RecordedLine::of_request(head.method.as_str(), path, &query, &head.headers, None)
        });
    }
    wait(&state, fate.answer_delay).await;
    match failure {
        Some(Failure::Reset) => line.reset().await,
        Some(Failure::Silence) => {
            state.stop.cancelled().await;
            line.reset().await
        }
        Some(Failure::RateLimited(fake)) => {
            let mut response = bare(StatusCode::TOO_MANY_REQUESTS);
            let wait = Duration::from_millis(fake.retry_after_ms).as_secs_f64().ceil();
            if fake.headers
                && let Ok(value) = HeaderValue::from_str(&wait.to_string())
            {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
        Some(Failure::Status(status)) => {
            bare(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
        None => match found {
            Ok((media_type, bytes)) => file(&media_type, bytes),
            Err(status) => bare(status),
        },
    }
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn file(media_type: &str, bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let media_type =
        HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000"),
    );
    response
}
