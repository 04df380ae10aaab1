//! Interactions, which do not wait for the batch that their frame is in.
//!
//! They are handed on as the frame comes in, also while the database stalls: somebody waits for an answer, for three
//! seconds. The frame's sequence counts as any other's. What a crash replays is older than that, and is dropped.

use std::sync::Arc;

use discord::{Frame, Incoming, Unanswerable, UnservedReason};
use domain::time::UnixMs;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tracing::{info, warn};

use crate::tally::Tally;

/// Where interactions are handed on.
#[derive(Clone)]
pub(crate) struct InteractionDoor {
    to: mpsc::Sender<Incoming>,
    tally: Arc<Tally>,
}

impl InteractionDoor {
    /// A door, and what comes through it, of which `len_max` may wait.
    pub(crate) fn open(tally: Arc<Tally>, len_max: usize) -> (Self, mpsc::Receiver<Incoming>) {
        let (to, from) = mpsc::channel(len_max);
        (Self { to, tally }, from)
    }

    /// Hands on what the frame tells of, where it is an interaction. Never waits.
    pub(super) fn hear(&self, frame: &Frame, now: UnixMs) {
        let Some(interaction) = frame.interaction(now) else {
            return;
        };
        self.tally.interactions_told(1);
        let incoming = match interaction {
            Ok(incoming) => incoming,
            Err(error @ Unanswerable::Late { .. }) => {
                self.tally.interactions_late(1);
                info!(%error, "an interaction is too old to be answered, and is dropped");
                return;
            }
            Err(Unanswerable::Unreadable(error)) => {
                self.tally.interactions_unreadable(1);
                warn!(%error, "an interaction cannot be read, nor answered");
                return;
            }
        };
        if let Incoming::Unserved(unserved) = &incoming
            && let UnservedReason::Unreadable(error) = &unserved.reason
        {
            self.tally.interactions_unreadable(1);
            warn!(%error, "an interaction cannot be read");
        }
        // Nobody listens any more only while the bot stops.
        if let Err(TrySendError::Full(_)) = self.to.try_send(incoming) {
            self.tally.interactions_dropped(1);
            warn!("an interaction is dropped: too many wait to be answered");
        }
    }
}

#[cfg(test)]
mod tests;
