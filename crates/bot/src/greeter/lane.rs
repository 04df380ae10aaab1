//! A lane: what is due in one guild, one post after the other.

use std::collections::VecDeque;

use domain::id::{GuildId, WelcomeId};
use domain::welcome::{SkipReason, Welcome, WelcomeState};
use store::StoreError;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Greeter, LaneEnd, compose, greet};
use crate::plan::GuildPlan;
use crate::policy::RaidPolicy;

/// The most welcomes that a lane takes at once, beside those that tell a long queue from a longer one.
const LEN_MAX: usize = 32;
/// The most members whom Discord tells of one message.
/// Source: Discord's documentation, "Message", heading "Allowed Mentions Object", read in August 2026.
const MENTIONS_MAX: usize = 100;

/// One message: a welcome with a message of its own, or a group.
pub(super) struct Post {
    /// The nonce: the id of the welcome, or of the group's first one.
    pub(super) id: WelcomeId,
    /// Whom it greets, oldest first; at least one.
    pub(super) welcomes: Vec<Welcome>,
    /// They are bound, or to be bound, into a group.
    pub(super) grouped: bool,
    /// A picture goes with it.
    pub(super) with_picture: bool,
}

impl Post {
    fn single(welcome: Welcome) -> Self {
        Self {
            id: welcome.id,
            welcomes: vec![welcome],
            grouped: false,
            with_picture: true,
        }
    }

    /// An attempt was begun, and its outcome is not known.
    pub(super) fn is_unknown(&self) -> bool {
        self.welcomes[0].state == WelcomeState::Sending
    }

    /// Nobody is left to be greeted.
    pub(super) fn have_all_left(&self) -> bool {
        self.welcomes.iter().all(|welcome| welcome.left)
    }
}

/// Posts what is due in a guild, up to a number.
pub(super) async fn run(greeter: &Greeter, guild: GuildId, stop: &CancellationToken) -> LaneEnd {
    match post_all(greeter, guild, stop).await {
        Ok(()) => LaneEnd::Done,
        Err(end) => end,
    }
}

async fn post_all(greeter: &Greeter, guild: GuildId, stop: &CancellationToken) -> Result<(), LaneEnd> {
    let facts = greeter.store.guild(guild).await?;
    let plan = match &facts {
        Some(facts) => Some(greeter.plans.of(facts.clone()).await?),
        None => None,
    };
    if let Some(plan) = &plan
        && hold_back(greeter, plan).await?
    {
        return Ok(());
    }
    let raids = greeter.plans.policy().raids;
    let len_max = LEN_MAX.max(raids.list_from.saturating_add(1));
    let now = greeter.clock.now();
    let mut queue = VecDeque::from(greeter.store.due_in(guild, now, len_max).await?);
    while !stop.is_cancelled() {
        // Settings that were changed since the last post hold for the next one.
        let plan = match &facts {
            Some(facts) => Some(greeter.plans.of(facts.clone()).await?),
            None => None,
        };
        let Some(post) = next_post(greeter, &mut queue, plan.as_ref()).await? else {
            break;
        };
        let fetch_anew = post.grouped;
        greet::greet(greeter, post, plan.as_ref()).await?;
        if fetch_anew {
            // The queue has grown meanwhile, and what comes next depends on how long it is.
            break;
        }
    }
    Ok(())
}

/// Takes the next post out of the queue.
async fn next_post(
    greeter: &Greeter,
    queue: &mut VecDeque<Welcome>,
    plan: Option<&GuildPlan>,
) -> Result<Option<Post>, LaneEnd> {
    let Some(first) = queue.pop_front() else {
        return Ok(None);
    };
    if let Some(group) = first.group.filter(|_| first.state == WelcomeState::Sending) {
        queue.retain(|welcome| welcome.group != Some(group));
        let mut welcomes = greeter.store.group(group).await?;
        welcomes.retain(|welcome| welcome.state == WelcomeState::Sending);
        let with_picture = welcomes.len() <= card::GROUP_LEN_MAX;
        return Ok((!welcomes.is_empty()).then_some(Post {
            id: group,
            welcomes,
            grouped: true,
            with_picture,
        }));
    }
    let raids = greeter.plans.policy().raids;
    let waiting = |welcome: &Welcome| welcome.state == WelcomeState::Pending;
    let len = 1 + queue.iter().filter(|welcome| waiting(welcome)).count();
    let Some(plan) = plan.filter(|plan| plan.enabled && waiting(&first) && len > raids.group_from) else {
        return Ok(Some(Post::single(first)));
    };
    queue.push_front(first);
    let with_picture = len <= raids.list_from;
    let len_max = if with_picture {
        card::GROUP_LEN_MAX
    } else {
        MENTIONS_MAX
    };
    let mut welcomes: Vec<Welcome> = queue
        .iter()
        .filter(|welcome| waiting(welcome))
        .take(len_max)
        .cloned()
        .collect();
    let fitting = compose::fitting(plan, welcomes[0].id, &welcomes, len_max);
    welcomes.truncate(fitting);
    let id = welcomes[0].id;
    let last = welcomes[welcomes.len() - 1].id;
    queue.retain(|welcome| !waiting(welcome) || welcome.id > last);
    let grouped = welcomes.len() > 1;
    Ok(Some(Post {
        id,
        welcomes,
        grouped,
        with_picture,
    }))
}

/// Skips the welcomes of a raid where raids are not greeted. Returns whether there may be more of them.
async fn hold_back(greeter: &Greeter, plan: &GuildPlan) -> Result<bool, StoreError> {
    if !plan.hold_back || !plan.enabled {
        return Ok(false);
    }
    let (guild, raids) = (plan.guild.id, greeter.plans.policy().raids);
    let now = greeter.clock.now();
    let since = now - RaidPolicy::WITHIN;
    let joined = greeter
        .store
        .joined_since(guild, since, raids.group_from.saturating_add(1))
        .await?;
    if joined <= raids.group_from {
        return Ok(false);
    }
    let count = greeter.store.hold_back(guild, since, now).await?;
    if count > 0 {
        greeter.tally.welcomes_skipped(count);
        greeter.tally.kinds().given_up(SkipReason::HeldBack, count);
        warn!(%guild, count, reason = SkipReason::HeldBack.name(), "a raid is not greeted");
    }
    Ok(count > 0)
}

/// Skips what could not be posted in time, of guilds that cannot be greeted in too.
pub(super) async fn sweep(greeter: &Greeter) -> Result<(), StoreError> {
    loop {
        let now = greeter.clock.now();
        let count = greeter
            .store
            .skip_stale(now - greeter.plans.policy().stale_after, now)
            .await?;
        if count == 0 {
            return Ok(());
        }
        greeter.tally.welcomes_skipped(count);
        greeter.tally.kinds().given_up(SkipReason::Stale, count);
        info!(
            count,
            reason = SkipReason::Stale.name(),
            "welcomes could not be posted in time"
        );
    }
}
