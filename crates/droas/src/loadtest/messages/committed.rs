//! How far the bot has stored what it was told, seen from outside while it works.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, bail};
use rusqlite::{Connection, OpenFlags};
use sim::clock::Clock;

/// How often the database is looked at; an event is seen to be stored so much later than it is, at most.
const EVERY: Duration = Duration::from_millis(1);

/// Reads, over and over, the sequence of the last event whose effects are stored. It commits with them.
pub(in crate::loadtest) struct Committed {
    shared: Arc<Shared>,
    thread: JoinHandle<rusqlite::Result<Vec<Step>>>,
}

#[derive(Default)]
struct Shared {
    sequence: AtomicU64,
    stop: AtomicBool,
}

/// Everything up to this sequence was seen to be stored at this time, and not before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    sequence: u64,
    at_us: i64,
}

/// When it was seen to be stored.
pub(in crate::loadtest) struct Seen(Vec<Step>);

impl Committed {
    /// Watches a SQLite database of the bot's, which exists, by the world's clock.
    pub(in crate::loadtest) fn watch(database: PathBuf, clock: Clock) -> Self {
        let shared = Arc::new(Shared::default());
        let watched = Arc::clone(&shared);
        let thread = thread::spawn(move || look(&database, &clock, &watched));
        Self { shared, thread }
    }

    /// Waits until everything up to a sequence is stored, which may grow meanwhile. Returns it.
    ///
    /// # Errors
    /// It took longer than `patience`.
    pub(in crate::loadtest) async fn until(
        &self,
        patience: Duration,
        wanted: impl Fn() -> u64,
    ) -> anyhow::Result<u64> {
        let stored = async {
            let mut ticks = tokio::time::interval(EVERY);
            loop {
                ticks.tick().await;
                let sequence = self.shared.sequence.load(Ordering::Relaxed);
                if sequence > 0 && sequence >= wanted() {
                    return Ok(sequence);
                }
                if self.thread.is_finished() {
                    bail!("the bot's database cannot be read");
                }
            }
        };
        tokio::time::timeout(patience, stored)
            .await
            .context("it took too long")?
    }

    /// Looks no more.
    pub(in crate::loadtest) fn stop(self) -> anyhow::Result<Seen> {
        self.shared.stop.store(true, Ordering::Relaxed);
        let seen = self.thread.join().expect("reading does not panic");
        Ok(Seen(seen.context("the bot's database cannot be read")?))
    }
}

fn look(database: &std::path::Path, clock: &Clock, shared: &Shared) -> rusqlite::Result<Vec<Step>> {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    db.busy_timeout(Duration::from_secs(10))?;
    let mut last = db.prepare("SELECT coalesce(max(sequence), 0) FROM gateway_session")?;
    let mut steps: Vec<Step> = Vec::new();
    while !shared.stop.load(Ordering::Relaxed) {
        let sequence = last.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs();
        if steps.last().is_none_or(|step| step.sequence < sequence) {
            steps.push(Step {
                sequence,
                at_us: clock.now_us(),
            });
            shared.sequence.store(sequence, Ordering::Relaxed);
        }
        thread::sleep(EVERY);
    }
    Ok(steps)
}

impl Seen {
    /// When each of the `count` events after a sequence was stored, in their order; fewer when some never were.
    pub(super) fn stored_at_us(&self, after: u64, count: usize) -> Vec<i64> {
        let mut steps = self.0.iter();
        let mut step = steps.next();
        let mut times = Vec::with_capacity(count);
        for sequence in (after + 1..).take(count) {
            while step.is_some_and(|step| step.sequence < sequence) {
                step = steps.next();
            }
            let Some(step) = step else { break };
            times.push(step.at_us);
        }
        times
    }

    /// How often something more was seen to be stored after a sequence: as many commits or more.
    pub(super) fn commits_since(&self, sequence: u64) -> usize {
        self.0.iter().filter(|step| step.sequence > sequence).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_is_stored_when_a_sequence_that_reaches_it_first_is() {
        let step = |sequence, at_us| Step { sequence, at_us };
        let seen = Seen(vec![step(4, 100), step(6, 150), step(9, 300)]);
        assert_eq!(seen.stored_at_us(4, 4), [150, 150, 300, 300]);
        assert_eq!(seen.stored_at_us(0, 2), [100, 100]);
        assert_eq!(seen.stored_at_us(8, 3), [300], "two were never stored");
        assert_eq!(seen.commits_since(4), 2);
    }
}
