//! REST.

use crate::config::SimConfig;

/// What REST keeps of its own.
#[derive(Debug)]
pub struct RestState;

impl RestState {
    pub(crate) fn new(_config: &SimConfig) -> Self {
        Self
    }
}
