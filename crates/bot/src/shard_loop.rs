//! From the gateway's frames to committed rows.
//!
//! Frames that are ready are drained into a batch, and the batch is committed together with the shard's checkpoint
//! before more are taken: what a crash takes back is replayed. A join is decided against what is committed: when the batch
//! holds something that may concern the same member, it is committed first. Messages are summed as the batch goes on, so
//! that a commit costs by the members who wrote. While the database does not answer, frames wait in the [`intake`], and
//! the session lives on.

mod batch;
mod intake;
mod interactions;
mod messages;
mod recent;
mod threads;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use discord::{GatewayError, Session, Shard};
use domain::effect::{self, Context, Decision, Effect};
use domain::event::Event;
use domain::id::UserId;
use domain::join::JoinRules;
use domain::time::UnixMs;
use domain::welcome::Membership;
use store::{Batch, Checkpoint, CheckpointChange, Committed, ShardKey, Store, StoreError};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::access_news::AccessNews;
use crate::clock::Clock;
use crate::control::ShardLine;
use crate::courtesies::{Courtesies, Leave};
use crate::missed::{FoundPage, Meanwhile};
use crate::plan::{Entrance, Plans};
use crate::tally::Tally;
use crate::timing::Timing;
use crate::welcome_ids::WelcomeIds;
use batch::OpenBatch;
pub(crate) use intake::BacklogBounds;
use intake::{Heard, Intake, Stopped};
pub(crate) use interactions::InteractionDoor;
use recent::RecentMessages;
use threads::KnownThreads;

/// How long a batch may be filled. A heartbeat inside a batch may tell Discord of sequences up to the batch's end, so
/// batches are short.
const BATCH_TIME_MAX: Duration = Duration::from_millis(50);

/// What all shard loops of a process share.
pub(crate) struct ShardLoopParts {
    pub(crate) store: Store,
    pub(crate) bot: UserId,
    pub(crate) rules: JoinRules,
    /// How guilds greet.
    pub(crate) plans: Arc<Plans>,
    /// Where those who left are bid farewell.
    pub(crate) courtesies: Courtesies,
    pub(crate) ids: WelcomeIds,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
    /// For jitter.
    pub(crate) seed: u64,
    /// Told when welcomes were queued.
    pub(crate) welcomes_queued: Arc<Notify>,
    /// Told when guilds are there to be searched for missed joins.
    pub(crate) searches_begun: Arc<Notify>,
    /// Told where the bot may be allowed something new.
    pub(crate) access_news: Arc<AccessNews>,
    /// How many frames may wait for the database.
    pub(crate) backlog: BacklogBounds,
    /// Where interactions go, as soon as they come in.
    pub(crate) interactions: InteractionDoor,
}

/// What the search for missed joins has to tell a shard's loop.
pub(crate) struct Findings {
    pub(crate) pages: mpsc::Receiver<FoundPage>,
    pub(crate) meanwhile: Arc<Meanwhile>,
}

/// Runs a shard until `stop`, or until Discord refuses it for good; then closes it so that its session can be resumed.
///
/// # Errors
/// [`GatewayError`]: Discord will not have this bot; reconnecting does not help.
pub(crate) async fn run(
    parts: Arc<ShardLoopParts>,
    shard: Shard,
    key: ShardKey,
    findings: Findings,
    line: Arc<ShardLine>,
    stop: CancellationToken,
) -> Result<(), GatewayError> {
    let had_session = shard.session().is_some();
    let intake = Intake::new(
        shard,
        Arc::clone(&parts.clock),
        parts.backlog,
        parts.interactions.clone(),
        line.waiting(),
    );
    let mut shard_loop = ShardLoop {
        parts,
        intake,
        key,
        findings,
        line,
        stop,
        batch: OpenBatch::default(),
        recent: RecentMessages::default(),
        threads: KnownThreads::default(),
        had_session,
    };
    let ended = shard_loop.run().await;
    shard_loop.intake.close().await;
    match ended {
        Err(Ended::Refused(error)) => Err(error),
        Err(Ended::Stopped) => Ok(()),
    }
}

/// A shard, and what it has in hand.
struct ShardLoop {
    parts: Arc<ShardLoopParts>,
    intake: Intake,
    key: ShardKey,
    findings: Findings,
    /// The operator's line to this loop.
    line: Arc<ShardLine>,
    stop: CancellationToken,
    batch: OpenBatch,
    /// Which messages were counted of late.
    recent: RecentMessages,
    /// Which channels are threads, of guilds to which it matters.
    threads: KnownThreads,
    /// There was a session, of this process or the one before: a new one means that events were missed.
    had_session: bool,
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

impl From<Stopped> for Ended {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl ShardLoop {
    async fn run(&mut self) -> Result<Infallible, Ended> {
        let (store, key) = (self.parts.store.clone(), self.key);
        if let Some(checkpoint) = self.patiently(|| store.checkpoint(key)).await? {
            self.recent = RecentMessages::of(&checkpoint.recent_messages);
        }
        loop {
            let first = tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(Ended::Stopped),
                () = self.line.reconnect_asked() => {
                    info!(shard = self.key.id, "the connection is made anew, as the operator asks");
                    self.intake.reconnect().await;
                    continue;
                }
                Some(page) = self.findings.pages.recv() => {
                    self.take_found(page).await?;
                    continue;
                }
                heard = self.intake.next() => heard?,
            };
            let until = Instant::now() + BATCH_TIME_MAX;
            let mut next = Some(first);
            while let Some(heard) = next.take() {
                self.take(heard).await?;
                if self.batch.is_full() || Instant::now() >= until {
                    break;
                }
                let mut ready = self.intake.try_next();
                if matches!(ready, Ok(None)) && self.batch.only_sums() {
                    // The runtime bounds what a task reads in one go, and lets others have their turn: more may be there.
                    tokio::task::yield_now().await;
                    ready = self.intake.try_next();
                }
                match ready {
                    Ok(heard) => next = heard,
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

    /// Takes a frame into the batch.
    async fn take(&mut self, heard: Heard) -> Result<(), Ended> {
        self.line.heard(heard.at);
        let event = match heard.frame.decode() {
            Ok(decoded) => decoded.event,
            Err(error) => {
                self.parts.tally.frames_unreadable(1);
                warn!(shard = self.key.id, %error, "an event could not be read and is passed over");
                Event::Unused
            }
        };
        let position = Some((heard.frame.sequence(), heard.session));
        let name = heard.frame.event_name();
        match event {
            Event::MessagePosted(message) if message.by_person => self.count_message(&message).await?,
            event => self.take_event(event, heard.at).await?,
        }
        self.batch.len += 1;
        self.batch.events.add(name);
        self.batch.position = position;
        self.batch.heard_at.get_or_insert(heard.at);
        Ok(())
    }

    /// Takes an event into the batch.
    async fn take_event(&mut self, event: Event, heard_at: UnixMs) -> Result<(), Ended> {
        self.note(&event);
        let asked = effect::asks_for(&event);
        let changes = |member| {
            self.batch
                .effects
                .iter()
                .any(|effect| effect.may_change_episode(member))
        };
        if asked.is_some_and(changes) {
            // What came before must be there to be read.
            self.commit().await?;
        }
        self.findings.meanwhile.hear(&event);
        self.threads.hear(&event);
        self.batch.told_at = self.batch.told_at.max(event.told_at());
        self.batch.begins_searches |= matches!(event, Event::GuildSeen { .. });
        self.batch
            .access_changed
            .extend(event.access_changed_in(self.parts.bot));
        if let Event::MemberLeft { guild, member } = &event
            && !member.bot
        {
            self.batch.left.push(Leave {
                guild: *guild,
                member: member.clone(),
                at: heard_at,
            });
        }
        self.decide(event, asked, heard_at).await
    }

    /// Takes a page of members who may have joined unheard, and commits it together with how far the search has come.
    /// Every member stands in it once, so one does not ask for what another changes.
    async fn take_found(&mut self, page: FoundPage) -> Result<(), Ended> {
        let Some(changes) = self.findings.meanwhile.end() else {
            return Ok(());
        };
        let now = self.parts.clock.now();
        for (user, mut event) in page.events {
            if let Event::MemberFound(join) = &mut event {
                // Nobody tells a second time that they passed.
                join.pending &= !changes.passed.contains(&user);
            }
            if !changes.left.contains(&user) {
                self.note(&event);
                let asked = effect::asks_for(&event);
                self.decide(event, asked, now).await?;
            }
        }
        self.batch.effects.push(page.progress);
        self.commit().await
    }

    /// Adds to the batch what an event comes to.
    async fn decide(
        &mut self,
        event: Event,
        asked: Option<Membership>,
        heard_at: UnixMs,
    ) -> Result<(), Ended> {
        let mut last = None;
        let mut entrance = Entrance::default();
        if let Some(membership) = asked {
            let store = self.parts.store.clone();
            last = self.patiently(|| store.episode(membership)).await?;
            let plans = Arc::clone(&self.parts.plans);
            entrance = self.patiently(|| plans.entrance(membership.guild)).await?;
        }
        let now = self.parts.clock.now();
        let context = Context {
            now,
            heard_at,
            bot: self.parts.bot,
            rules: self.parts.rules,
            enabled: entrance.enabled,
            after_screening: entrance.after_screening,
            new_id: self.parts.ids.next(now),
        };
        match effect::decide(&context, event, last.as_ref()) {
            Decision::Store(effects) => self.batch.effects.extend(effects),
            Decision::RefuseJoin(refusal) => {
                self.parts.tally.joins_refused(1);
                debug!(shard = self.key.id, ?refusal, membership = ?asked, "join refused");
            }
        }
        Ok(())
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
                        "the session before could not be resumed; who joined since its last event is looked for"
                    );
                }
            }
            Event::Resumed => {
                tally.sessions_resumed(1);
                info!(shard, "the session was resumed");
            }
            Event::MemberJoined(_) => tally.joins_told(1),
            Event::MemberFound(_) => tally.joins_found(1),
            _ => {}
        }
    }

    /// Commits the batch and empties it; waits for a store that cannot answer now.
    async fn commit(&mut self) -> Result<(), Ended> {
        let OpenBatch {
            len,
            events,
            heard_at,
            counted,
            mut effects,
            mut activity,
            position,
            told_at,
            begins_searches,
            access_changed,
            left,
            ..
        } = std::mem::take(&mut self.batch);
        if effects.is_empty() && position.is_none() {
            return Ok(());
        }
        if counted > 0 {
            effects.push(Effect::CountActivity(activity.take()));
        }
        effects.extend(told_at.map(|at| Effect::HearUntil { shard: self.key, at }));
        let committed = self
            .store(Batch {
                at: self.parts.clock.now(),
                effects,
                checkpoint: position.map(|(sequence, session)| self.checkpoint(sequence, session)),
            })
            .await?;
        self.count(committed);
        self.parts.tally.messages_counted(counted);
        self.parts.tally.kinds().events(&events);
        if let Some(first) = heard_at {
            // As if all had come in with the first: no event took longer.
            let took = self.parts.clock.now().since(first);
            let handling = &self.parts.tally.latencies().event_handling;
            handling.observe_many(took, u64::from(len));
        }
        for guild in access_changed {
            self.parts.access_news.changed(guild);
        }
        if begins_searches {
            self.parts.searches_begun.notify_one();
        }
        for leave in left {
            // Where this cannot be read, nothing is said.
            if self.parts.plans.says_farewell(leave.guild).await.unwrap_or(false) {
                self.parts.courtesies.left(leave);
            }
        }
        Ok(())
    }

    /// Stores a batch. Where another welcome has the id of a new one already, it is stored with other ids.
    async fn store(&mut self, batch: Batch) -> Result<Committed, Ended> {
        let (parts, mut batch) = (Arc::clone(&self.parts), Arc::new(batch));
        loop {
            let commit = || {
                let storing = parts.store.commit(Arc::clone(&batch));
                async {
                    match storing.await {
                        Err(StoreError::IdTaken { id }) => Ok(Err(id)),
                        committed => committed.map(Ok),
                    }
                }
            };
            match self.patiently(commit).await? {
                Ok(committed) => return Ok(committed),
                Err(id) => {
                    warn!(shard = self.key.id, %id, "another welcome has the id of a new one; others are drawn");
                    let now = parts.clock.now();
                    parts.ids.draw_again(&mut Arc::make_mut(&mut batch).effects, now);
                }
            }
        }
    }

    /// What a restart resumes from: what is committed, in the session that it belongs to.
    fn checkpoint(&self, sequence: u64, session: Option<Arc<Session>>) -> CheckpointChange {
        match session.filter(|_| self.intake.session().is_some()) {
            Some(session) => CheckpointChange::Save(Checkpoint {
                shard: self.key,
                session_id: session.id.clone(),
                resume_url: session.resume_url.clone(),
                sequence,
                recent_messages: self.recent.kept(),
            }),
            // Declared void since: there is nothing to resume.
            None => CheckpointChange::Forget(self.key),
        }
    }

    fn count(&self, committed: Committed) {
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
    }

    /// Asks the store until it answers. Events wait meanwhile.
    async fn patiently<T, F>(&mut self, mut ask: impl FnMut() -> F) -> Result<T, Ended>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut pauses = self.parts.timing.store.start(self.parts.seed);
        loop {
            let error = match self.intake.listen_during(ask(), &self.stop).await? {
                Ok(answer) => {
                    if !pauses.is_fresh() {
                        info!(
                            shard = self.key.id,
                            "the database answers again; events that waited are handled"
                        );
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let is_first = pauses.is_fresh();
            let pause = pauses.next_pause();
            if is_first {
                error!(shard = self.key.id, %error, "the database does not answer; events wait");
            } else {
                debug!(shard = self.key.id, %error, pause_ms = pause.as_millis(), "the database still does not answer");
            }
            self.intake
                .listen_during(tokio::time::sleep(pause), &self.stop)
                .await?;
        }
    }
}
