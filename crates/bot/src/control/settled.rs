//! What became of the welcomes that are settled.
//!
//! A history of millions takes seconds to count, and figures are read every few seconds. So a short one is counted for each
//! answer, and a long one beside all answers: portion by portion, with a rest after each, so that counting takes a hundredth
//! of the time and no reading of the database is long.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::welcome::SkipReason;
use store::{OutboxCounts, Store, StoreError};
use tokio::time::Instant;
use tracing::debug;

/// How many welcomes stand in their channel or will not be posted, by what the database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Standing in their channel.
    pub sent: u64,
    /// Not posted, by reason; a reason without welcomes is absent.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// How long ago they were counted; zero where it was for this answer.
    pub counted_ago: Duration,
}

impl Settled {
    fn of(counts: OutboxCounts, counted_ago: Duration) -> Self {
        Self {
            sent: counts.sent,
            skipped: counts.skipped,
            counted_ago,
        }
    }
}

/// When what is counted.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// A history of no more welcomes is short: it is counted in a few milliseconds.
    short_len_max: usize,
    /// Of a long one, so many are counted at once.
    portion_len: usize,
    /// So many times as long as a portion took is the rest after it.
    rest: u32,
    /// A long one is not counted again before.
    again_after: Duration,
}

const PACE: Pace = Pace {
    short_len_max: 10_000,
    portion_len: 10_000,
    rest: 100,
    again_after: Duration::from_secs(60),
};

pub(super) struct History {
    pace: Pace,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// What a long history came to, and when.
    known: Option<(OutboxCounts, Instant)>,
    is_counted: bool,
}

impl Default for History {
    fn default() -> Self {
        Self::with(PACE)
    }
}

impl History {
    fn with(pace: Pace) -> Self {
        Self {
            pace,
            state: Arc::default(),
        }
    }

    /// What is settled, as far as is known without counting for long; `None` until a long history was counted for the first
    /// time.
    pub(super) async fn settled(&self, store: &Store) -> Result<Option<Settled>, StoreError> {
        if !self.is_long() {
            let counted = store.count_welcomes(None, self.pace.short_len_max + 1).await?;
            if counted.last.is_none() {
                return Ok(Some(Settled::of(counted.counts, Duration::ZERO)));
            }
        }
        self.count_beside(store);
        let known = lock(&self.state).known.clone();
        Ok(known.map(|(counts, at)| Settled::of(counts, at.elapsed())))
    }

    /// As it was found last. Housekeeping may make it short again.
    fn is_long(&self) -> bool {
        let state = lock(&self.state);
        match &state.known {
            Some((counts, _)) => counts.total() > self.pace.short_len_max as u64,
            None => state.is_counted,
        }
    }

    /// Sees to it that the history is counted, unless it is or was just now.
    fn count_beside(&self, store: &Store) {
        let pace = self.pace;
        {
            let mut state = lock(&self.state);
            let known_at = state.known.as_ref().map(|(_, at)| *at);
            if state.is_counted || known_at.is_some_and(|at| at.elapsed() < pace.again_after) {
                return;
            }
            state.is_counted = true;
        }
        let (store, state) = (store.clone(), Arc::clone(&self.state));
        tokio::spawn(async move {
            let counted = count(&store, pace).await;
            let mut state = lock(&state);
            state.is_counted = false;
            match counted {
                Ok(counts) => state.known = Some((counts, Instant::now())),
                // Who asks for figures is told so; the next who asks has it counted.
                Err(error) => debug!(%error, "the history of welcomes was not counted"),
            }
        });
    }
}

/// Each welcome as it was when its portion was read.
async fn count(store: &Store, pace: Pace) -> Result<OutboxCounts, StoreError> {
    let (mut sum, mut after) = (OutboxCounts::default(), None);
    loop {
        let begun = Instant::now();
        let portion = store.count_welcomes(after, pace.portion_len).await?;
        sum.add(portion.counts);
        if portion.last.is_none() {
            return Ok(sum);
        }
        after = portion.last;
        tokio::time::sleep(begun.elapsed() * pace.rest).await;
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
