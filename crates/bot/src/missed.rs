//! Joins that no session told of: found in the guilds' lists of members.
//!
//! After a new session began, the store names the guilds to be searched. They are looked through page by page, in turns,
//! at a bounded pace. Who joined since the guild's joins were last known for certain is handed to the shard loop of the
//! guild, which decides about them in one order with the joins that the gateway tells, and commits each page together
//! with how far the search has come.

mod meanwhile;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use discord::{MemberPage, Rest, RestError, Verdict};
use domain::effect::Effect;
use domain::event::{Event, Join};
use domain::id::{GuildId, UserId};
use domain::shard::ShardKey;
use store::{Batch, Search, Store, StoreError};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::app::Fatal;
use crate::clock::Clock;
use crate::plan::Plans;
use crate::tally::Tally;
use crate::timing::Timing;
pub(crate) use meanwhile::Meanwhile;

/// What searching needs.
pub(crate) struct Searcher {
    pub(crate) store: Store,
    pub(crate) rest: Rest,
    pub(crate) plans: Arc<Plans>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) timing: Timing,
    /// Told when there is something to search.
    pub(crate) searches_begun: Arc<Notify>,
    /// The shard loops, by the shard's id.
    pub(crate) loops: Vec<LoopHandle>,
}

/// Where a shard's loop takes what was found.
#[derive(Clone)]
pub(crate) struct LoopHandle {
    pub(crate) shard: ShardKey,
    pub(crate) found: mpsc::Sender<FoundPage>,
    pub(crate) meanwhile: Arc<Meanwhile>,
}

/// A page of a guild's members, as far as it matters.
#[derive(Debug)]
pub(crate) struct FoundPage {
    /// Who may have joined unheard, and who is seen to have passed screening, in the order of their joins.
    pub(crate) events: Vec<(UserId, Event)>,
    /// How far the search has come with it.
    pub(crate) progress: Effect,
}

/// Searches until `stop`. What was not done is done by the next process.
pub(crate) async fn run(searcher: Searcher, stop: CancellationToken) -> Result<(), Fatal> {
    loop {
        let pace = tokio::time::sleep(searcher.timing.page_every);
        let searched = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            searched = searcher.step() => searched,
        };
        let found_work = searched.unwrap_or_else(|error| {
            error!(%error, "the database does not answer; the search for missed joins waits");
            false
        });
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = pace, if found_work => {}
            () = searcher.searches_begun.notified(), if !found_work => {}
            () = tokio::time::sleep(searcher.timing.look_every), if !found_work => {}
        }
    }
}

impl Searcher {
    /// Looks through one page. Returns whether there was one.
    async fn step(&self) -> Result<bool, StoreError> {
        let Some(search) = self.store.next_search(self.clock.now()).await? else {
            return Ok(false);
        };
        let Some(count) = self.loops.first().map(|one| one.shard.count) else {
            return Ok(false);
        };
        let shard = ShardKey::of(search.guild, count);
        let Some(handle) = self.loops.iter().find(|one| one.shard == shard) else {
            return Ok(false);
        };
        if !self.greets(search.guild).await? {
            self.record(Effect::EndSearch(search.guild)).await?;
            return Ok(true);
        }
        handle.meanwhile.begin(search.guild);
        match self.rest.members_after(search.guild, search.after).await {
            Ok(page) => {
                self.tally.members_looked_at(page.members.len() as u64);
                let waiting = self.store.in_screening(search.guild).await?;
                let found = self.found(&search, page, &waiting.into_iter().collect());
                // A loop that is gone has stopped, and so will we.
                drop(handle.found.send(found).await);
                handle.meanwhile.wait_until_taken().await;
            }
            Err(error) => {
                handle.meanwhile.end();
                let pause = self.rest_after(&error);
                warn!(guild = %search.guild, %error, pause_ms = pause.as_millis(), "missed joins cannot be looked for; trying again");
                self.record(Effect::SearchOn {
                    guild: search.guild,
                    after: search.after,
                    at: self.clock.now() + pause,
                })
                .await?;
            }
        }
        Ok(true)
    }

    /// Whether anybody is greeted in a guild.
    async fn greets(&self, guild: GuildId) -> Result<bool, StoreError> {
        let Some(facts) = self.store.guild(guild).await? else {
            return Ok(false);
        };
        let plan = self.plans.of(facts).await?;
        Ok(plan.enabled && plan.channel.is_some())
    }

    fn found(&self, search: &Search, page: MemberPage, in_screening: &HashSet<UserId>) -> FoundPage {
        let guild = search.guild;
        let since = search
            .since
            .max(self.clock.now() - self.plans.policy().stale_after);
        let progress = match page.next {
            Some(after) => Effect::SearchOn {
                guild,
                after,
                at: self.clock.now(),
            },
            None => {
                info!(%guild, "the search for missed joins is done");
                Effect::EndSearch(guild)
            }
        };
        let mut members = page.members;
        members.sort_by_key(|join| join.joined_at);
        let events = members
            .into_iter()
            .filter_map(|join| {
                let passed = !join.pending && in_screening.contains(&join.member.id);
                let user = join.member.id;
                match (join.joined_at >= since, passed) {
                    (_, true) => Some((user, passed_screening(&join))),
                    (true, false) => Some((user, Event::MemberFound(join))),
                    (false, false) => None,
                }
            })
            .collect();
        FoundPage { events, progress }
    }

    async fn record(&self, effect: Effect) -> Result<(), StoreError> {
        let batch = Batch {
            at: self.clock.now(),
            effects: vec![effect],
            checkpoint: None,
        };
        self.store.commit(batch).await.map(drop)
    }

    fn rest_after(&self, error: &RestError) -> Duration {
        match error.verdict() {
            Verdict::Wait(pause) => pause,
            Verdict::NotSent | Verdict::Unknown => self.timing.rest_after_page,
            _ => self.timing.rest_when_list_refused,
        }
    }
}

fn passed_screening(join: &Join) -> Event {
    Event::MemberUpdated {
        guild: join.guild,
        user: join.member.id,
        pending: Some(false),
    }
}
