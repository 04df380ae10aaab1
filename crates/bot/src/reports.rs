//! The daily reports of guilds: who wrote most on the last whole day, posted once.
//!
//! A guild's schedule lies in the store and is looked at when it is due: [`look`] makes the day's row, unless there is one,
//! and says when to look again. Rows are posted and settled by [`post`], a few at a time, so that the welcomes' share of
//! Discord's limits stays theirs. As with welcomes, an attempt is noted before it is made, a post of unknown outcome is
//! repeated with its nonce for as long as Discord knows that, and then looked for in the channel.

mod compose;
mod look;
mod post;

use std::sync::Arc;
use std::time::Duration;

use discord::Rest;
use domain::id::UserId;
use store::{Store, StoreError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::app::Fatal;
use crate::clock::Clock;
use crate::greeter::Greeter;
use crate::people::People;
use crate::plan::Plans;
use crate::portrait::Portraits;
use crate::tally::Tally;
use crate::timing::Timing;

/// A report that could not be posted so long after it was due is not posted any more.
pub(crate) const LATE_MAX: Duration = Duration::from_secs(12 * 3600);

/// How long reports are remembered.
pub(crate) const KEPT_FOR: Duration = Duration::from_secs(30 * 86_400);

/// The most reports that are made at the same time, of the 64 messages of the greeter beside them.
const AT_ONCE_MAX: usize = 4;

/// The most guilds that are looked at in a row.
const LOOKS_MAX: usize = 64;

/// Between two rounds there is at least this much time, unless something happened.
const REST_MIN: Duration = Duration::from_millis(10);

/// What reporting needs.
pub(crate) struct Reporter {
    pub(crate) store: Store,
    pub(crate) rest: Rest,
    pub(crate) portraits: Arc<Portraits>,
    pub(crate) people: Arc<People>,
    pub(crate) plans: Arc<Plans>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
    pub(crate) bot: UserId,
    /// For jitter.
    pub(crate) seed: u64,
}

impl Reporter {
    /// What works beside a greeter, with the same things.
    pub(crate) fn beside(greeter: &Greeter, people: Arc<People>) -> Self {
        Self {
            store: greeter.store.clone(),
            rest: greeter.rest.clone(),
            portraits: Arc::clone(&greeter.portraits),
            people,
            plans: Arc::clone(&greeter.plans),
            clock: Arc::clone(&greeter.clock),
            tally: Arc::clone(&greeter.tally),
            timing: greeter.timing,
            bot: greeter.bot,
            seed: greeter.seed,
        }
    }
}

/// Why a report was left where it is.
#[derive(Debug, thiserror::Error)]
enum Left {
    /// The database does not answer; it comes again when its time is over.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing can be posted any more.
    #[error(transparent)]
    Fatal(Fatal),
}

/// Reports until `stop`, then finishes the posts that are in flight. What Discord replays after a start is let in first.
///
/// # Errors
/// [`Fatal`]: Discord refuses the token.
pub(crate) async fn run(reporter: Arc<Reporter>, stop: CancellationToken) -> Result<(), Fatal> {
    let mut posting = JoinSet::new();
    let mut pauses = reporter.timing.store.start(reporter.seed);
    let mut wait = reporter.timing.look_every;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
            Some(ended) = posting.join_next() => note(ended)?,
        }
        wait = match work(&reporter, &mut posting).await {
            Ok(wait) => {
                pauses = reporter.timing.store.start(reporter.seed);
                wait
            }
            Err(error) => {
                if pauses.is_fresh() {
                    error!(%error, "the database does not answer as it should; daily reports wait");
                }
                pauses.next_pause()
            }
        };
    }
    while let Some(ended) = posting.join_next().await {
        note(ended)?;
    }
    Ok(())
}

/// Looks at the guilds that are due, and begins posts. Returns how long there will be nothing new to do.
async fn work(
    reporter: &Arc<Reporter>,
    posting: &mut JoinSet<Result<(), Left>>,
) -> Result<Duration, StoreError> {
    let now = reporter.clock.now();
    let due = reporter.store.report_schedules_due(now, LOOKS_MAX).await?;
    let mut looked = Ok(());
    for schedule in &due {
        // One guild of which something cannot be read must not keep the others waiting.
        if let Err(error) = look::at(reporter, *schedule).await {
            warn!(guild = %schedule.guild, %error, "it cannot be found out whether a daily report is due");
            looked = Err(error);
        }
    }
    let free = AT_ONCE_MAX.saturating_sub(posting.len());
    let until = now + reporter.timing.attempt_lease;
    for report in reporter.store.take_due_reports(now, until, free).await? {
        let reporter = Arc::clone(reporter);
        posting.spawn(async move { post::post(&reporter, report).await });
    }
    looked.map(|()| {
        if due.len() == LOOKS_MAX {
            REST_MIN
        } else {
            reporter.timing.look_every
        }
    })
}

fn note(ended: Result<Result<(), Left>, tokio::task::JoinError>) -> Result<(), Fatal> {
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Left::Store(error))) => {
            error!(%error, "the database does not answer; a daily report waits");
            Ok(())
        }
        Ok(Err(Left::Fatal(fatal))) => Err(fatal),
        Err(error) => Err(Fatal::Panicked(error.to_string())),
    }
}
