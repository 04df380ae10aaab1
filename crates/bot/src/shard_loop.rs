//! From the gateway's frames to committed rows.
//!
//! Frames that are ready are drained into a batch, and the batch is committed together with the shard's checkpoint
//! before the shard is polled again: Discord never hears of a sequence that is not durable, and what a crash takes back
//! is replayed. A join is decided against what is committed and ends its batch at once.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use discord::{Frame, GatewayError, Session, Shard};
use domain::effect::{self, Context, Decision, Effect};
use domain::event::Event;
use domain::id::UserId;
use domain::join::JoinRules;
use store::{Batch, Checkpoint, CheckpointChange, ShardKey, Store, StoreError};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::clock::Clock;
use crate::patience::Patience;
use crate::tally::Tally;
use crate::welcome_ids::WelcomeIds;

/// The most frames of a batch.
const BATCH_LEN_MAX: u32 = 500;

/// How long a batch may be filled. A heartbeat inside a batch may tell Discord of sequences up to the batch's end, so
/// batches are short.
const BATCH_TIME_MAX: Duration = Duration::from_millis(50);

/// What all shard loops of a process share.
pub(crate) struct ShardLoopParts {
    pub(crate) store: Store,
    pub(crate) bot: UserId,
    pub(crate) rules: JoinRules,
    pub(crate) ids: WelcomeIds,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    /// For jitter.
    pub(crate) seed: u64,
    /// Told when welcomes were queued.
    pub(crate) welcomes_queued: Arc<Notify>,
}

/// Runs a shard until `stop`, or until Discord refuses it for good; then closes it so that its session can be resumed.
///
/// # Errors
/// [`GatewayError`]: Discord will not have this bot; reconnecting does not help.
pub(crate) async fn run(
    parts: Arc<ShardLoopParts>,
    shard: Shard,
    key: ShardKey,
    stop: CancellationToken,
) -> Result<(), GatewayError> {
    let had_session = shard.session().is_some();
    let mut shard_loop = ShardLoop {
        parts,
        shard,
        key,
        stop,
        batch: OpenBatch::default(),
        had_session,
    };
    let ended = shard_loop.run().await;
    shard_loop.shard.close().await;
    match ended {
        Err(Ended::Refused(error)) => Err(error),
        Err(Ended::Stopped) => Ok(()),
    }
}

/// A shard, and what it has in hand.
struct ShardLoop {
    parts: Arc<ShardLoopParts>,
    shard: Shard,
    key: ShardKey,
    stop: CancellationToken,
    batch: OpenBatch,
    /// There was a session, of this process or the one before: a new one means that events were missed.
    had_session: bool,
}

/// What was decided and is not committed yet.
#[derive(Default)]
struct OpenBatch {
    len: u32,
    effects: Vec<Effect>,
    /// Of the frame that was taken last.
    sequence: Option<u64>,
}

/// Why a loop ends.
enum Ended {
    /// It was told to. What was not committed is replayed to the next process.
    Stopped,
    /// Discord refuses the shard.
    Refused(GatewayError),
}

impl From<GatewayError> for Ended {
    fn from(error: GatewayError) -> Self {
        Self::Refused(error)
    }
}

impl ShardLoop {
    async fn run(&mut self) -> Result<Infallible, Ended> {
        loop {
            let first = tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(Ended::Stopped),
                frame = self.shard.next() => frame?,
            };
            let until = Instant::now() + BATCH_TIME_MAX;
            let mut next = Some(first);
            while let Some(frame) = next.take() {
                let joined = self.take(frame).await?;
                if joined || self.batch.len >= BATCH_LEN_MAX || Instant::now() >= until {
                    break;
                }
                match self.shard.try_next() {
                    Ok(frame) => next = frame,
                    Err(error) => {
                        // What came before the refusal was heard all the same.
                        self.commit().await?;
                        return Err(error.into());
                    }
                }
            }
            self.commit().await?;
        }
    }

    /// Takes a frame into the batch. Returns whether it was a join, which ends the batch.
    async fn take(&mut self, frame: Frame) -> Result<bool, Ended> {
        let event = match frame.decode() {
            Ok(decoded) => decoded.event,
            Err(error) => {
                self.parts.tally.frames_unreadable(1);
                warn!(shard = self.key.id, %error, "an event could not be read and is passed over");
                Event::Unused
            }
        };
        self.note(&event);
        let asked = effect::asks_for(&event);
        let mut last = None;
        if let Some(membership) = asked {
            // What came before must be there to be read.
            self.commit().await?;
            let store = self.parts.store.clone();
            last = self.patiently(|| store.episode(membership)).await?;
        }
        let now = self.parts.clock.now();
        let context = Context {
            now,
            bot: self.parts.bot,
            rules: self.parts.rules,
            new_id: self.parts.ids.next(now),
        };
        match effect::decide(&context, event, last.as_ref()) {
            Decision::Nothing => {}
            Decision::Store(effect) => self.batch.effects.push(effect),
            Decision::RefuseJoin(refusal) => {
                self.parts.tally.joins_refused(1);
                debug!(shard = self.key.id, ?refusal, membership = ?asked, "join refused");
            }
        }
        self.batch.len += 1;
        self.batch.sequence = Some(frame.sequence());
        Ok(asked.is_some())
    }

    /// Counts and logs what an operator wants to know of.
    fn note(&mut self, event: &Event) {
        let (shard, tally) = (self.key.id, &self.parts.tally);
        match event {
            Event::Ready { guilds, .. } => {
                tally.sessions_begun(1);
                info!(shard, guilds = guilds.len(), "a session began");
                if std::mem::replace(&mut self.had_session, true) {
                    warn!(
                        shard,
                        "the session before could not be resumed; who joined since its last event is not greeted"
                    );
                }
            }
            Event::Resumed => {
                tally.sessions_resumed(1);
                info!(shard, "the session was resumed");
            }
            Event::MemberJoined(_) => tally.joins_told(1),
            _ => {}
        }
    }

    /// Commits the batch and empties it; waits for a store that cannot answer now.
    async fn commit(&mut self) -> Result<(), Ended> {
        let OpenBatch {
            effects, sequence, ..
        } = std::mem::take(&mut self.batch);
        let Some(sequence) = sequence else { return Ok(()) };
        let checkpoint = match self.shard.session() {
            Some(Session { id, resume_url }) => CheckpointChange::Save(Checkpoint {
                shard: self.key,
                session_id: id,
                resume_url,
                sequence,
            }),
            // Declared void after the batch's last frame: there is nothing to resume.
            None => CheckpointChange::Forget(self.key),
        };
        let batch = Batch {
            at: self.parts.clock.now(),
            effects,
            checkpoint: Some(checkpoint),
        };
        let store = self.parts.store.clone();
        let committed = self.patiently(|| store.commit(batch.clone())).await?;
        let tally = &self.parts.tally;
        tally.welcomes_queued(committed.welcomes_queued);
        tally.welcomes_sent(committed.welcomes_confirmed);
        tally.welcomes_skipped(committed.welcomes_skipped);
        if committed.welcomes_queued > 0 {
            debug!(
                shard = self.key.id,
                count = committed.welcomes_queued,
                "welcomes queued"
            );
            self.parts.welcomes_queued.notify_one();
        }
        Ok(())
    }

    /// Asks the store until it answers. Discord's events wait meanwhile: the shard is not polled.
    async fn patiently<T, F>(&mut self, mut ask: impl FnMut() -> F) -> Result<T, Ended>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut pauses = Patience::STORE.start(self.parts.seed);
        loop {
            let error = match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = pauses.next_pause();
            error!(%error, pause_ms = pause.as_millis(), "the database does not answer; events wait");
            tokio::select! {
                () = self.stop.cancelled() => return Err(Ended::Stopped),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
