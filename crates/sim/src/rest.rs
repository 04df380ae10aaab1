//! REST under `/api/v10`.
//!
//! A request goes one way: it is read ([`request`]), finds its route ([`route`]), is let in (token, rate limits), has
//! its effect ([`actions`]), and is recorded; the faults strike between these steps. The effect is one synchronous
//! function under the world's lock, so it happens wholly or not at all.

mod actions;
mod allowed_mentions;
mod answer;
mod applications;
mod callbacks;
mod command_form;
mod commands;
mod components;
mod embeds;
pub(crate) mod gate;
mod guilds;
pub mod interactions;
pub mod limits;
mod member_roles;
mod message_form;
mod messages;
mod modal_form;
pub(crate) mod picture_size;
pub(crate) mod refusal;
pub(crate) mod request;
mod route;
mod users;
mod webhooks;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use axum::extract::{Extension, Request, State as Shared};
use axum::response::Response;
use axum::routing::any;

use crate::cdn::Pictures;
use crate::config::SimConfig;
use crate::record::{RECORD_DIR_VARIABLE, Recorder};
use crate::server::Line;
use crate::state::State;
use crate::world::Id;
use commands::Commands;
use interactions::{Interaction, Interactions};
use limits::{RateLimiter, RestLimits};

/// What REST and the CDN keep of their own.
///
/// Whoever needs several of the locks takes them in the order of the fields, and the world's last.
#[derive(Debug)]
pub struct RestState {
    interactions: Mutex<Interactions>,
    commands: Mutex<Commands>,
    direct_channels: Mutex<BTreeMap<Id, Id>>,
    limiter: Mutex<RateLimiter>,
    recorder: OnceLock<Recorder>,
    pub(crate) pictures: Pictures,
}

impl RestState {
    pub(crate) fn new(config: &SimConfig) -> Self {
        Self {
            interactions: Mutex::new(Interactions::new(config.seed)),
            commands: Mutex::default(),
            direct_channels: Mutex::default(),
            limiter: Mutex::new(RateLimiter::new(config.limits.rest.clone())),
            recorder: OnceLock::new(),
            pictures: Pictures::default(),
        }
    }

    /// Begins to record, to `file` or, where none is named, into the folder of the environment's
    /// [`RECORD_DIR_VARIABLE`], if there is one.
    ///
    /// # Errors
    /// The file cannot be opened for writing.
    pub fn begin_recording(&self, file: Option<&Path>) -> io::Result<()> {
        let recorder = match (file, std::env::var_os(RECORD_DIR_VARIABLE)) {
            (Some(file), _) => Recorder::append_to(file)?,
            (None, Some(folder)) => Recorder::new_file_in(Path::new(&folder))?,
            (None, None) => return Ok(()),
        };
        // Whoever recorded first goes on.
        let _ = self.recorder.set(recorder);
        Ok(())
    }

    /// Where requests are recorded.
    pub fn recorder(&self) -> Option<&Recorder> {
        self.recorder.get()
    }

    /// How many requests are let through.
    pub fn limits(&self) -> RestLimits {
        lock(&self.limiter).limits().clone()
    }

    /// Lets so many requests through from now on. What was counted is forgotten, but for invalid requests.
    pub fn set_limits(&self, limits: RestLimits) {
        lock(&self.limiter).set_limits(limits);
    }

    /// Until this time of the world's clock (milliseconds since 1970), requests that concern this channel, guild or
    /// webhook are answered by 429 of scope shared: others have used it up.
    pub fn exhaust_shared(&self, resource: Id, until_ms: i64) {
        lock(&self.limiter).exhaust_shared(resource.to_string(), until_ms);
    }

    /// An interaction as it stands now, with its answers.
    pub fn interaction(&self, id: Id) -> Option<Interaction> {
        self.interactions().get(id).cloned()
    }

    pub(crate) fn interactions(&self) -> MutexGuard<'_, Interactions> {
        lock(&self.interactions)
    }

    pub(crate) fn commands(&self) -> MutexGuard<'_, Commands> {
        lock(&self.commands)
    }
}

/// A panic while a lock was held leaves consistent data: every change here is a single step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// REST's routes: whatever begins with `/api/`.
pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/api", any(serve))
        .route("/api/{*path}", any(serve))
}

async fn serve(
    Shared(state): Shared<Arc<State>>,
    Extension(line): Extension<Line>,
    request: Request,
) -> Response {
    let request = request::read(request).await;
    let outcome = gate::pass(&state, &request).await;
    outcome.deliver(&state, &line, &request).await
}
