//! The HTTP control API under `/sim`.

use std::sync::Arc;

use axum::Router;

use crate::state::State;

/// The control API's routes.
pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
}
