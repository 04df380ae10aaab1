//! One post: from its rows to a message whose outcome is recorded.

use discord::{Attachment, Refusal, RestError, Verdict};
use domain::id::ChannelId;
use domain::time::UnixMs;
use domain::welcome::{ParkReason, Parked, SkipReason, Welcome};
use store::{Outcome, StoreError};
use tracing::{info, warn};

use super::lane::Post;
use super::{Greeter, LaneEnd, compose, outcome};
use crate::app::Fatal;
use crate::plan::GuildPlan;
use crate::traces::Told;

/// Greets those whom a post is for, or finds out that it was done, or that it is not to be done. `plan` is `None` where
/// the bot is no member any more.
///
/// # Errors
/// How the guild's lane ends: the post could not be settled now.
pub(super) async fn greet(greeter: &Greeter, post: Post, plan: Option<&GuildPlan>) -> Result<(), LaneEnd> {
    let now = greeter.clock.now();
    let Some(plan) = plan else {
        return skip(greeter, &post, SkipReason::GuildLeft).await;
    };
    let unknown_in = post.welcomes[0].channel.filter(|_| post.is_unknown());
    if let Some(channel) = unknown_in {
        let is_window_over = now.since(outcome::begun_at(&post)) > greeter.timing.nonce_window;
        // Where nobody is to be greeted any more, it is not posted again to find out.
        if is_window_over || post.have_all_left() || !plan.enabled {
            return find_out(greeter, plan, &post, channel).await;
        }
    } else if post.have_all_left() {
        return skip(greeter, &post, SkipReason::Left).await;
    } else if !plan.enabled {
        return skip(greeter, &post, SkipReason::Disabled).await;
    } else if !post.grouped && is_stale(greeter, &post.welcomes[0], now) {
        return skip(greeter, &post, SkipReason::Stale).await;
    }
    // What may stand in one channel already is not posted to another.
    let Some(channel) = unknown_in.or(plan.channel) else {
        return skip(greeter, &post, SkipReason::NoChannel).await;
    };
    let mut card = draw(greeter, &post, plan).await;
    let taken = begin(greeter, &post, channel).await?;
    let Some(first) = taken.first() else {
        // The members left, or the message came back on the gateway, while the card was drawn.
        return Ok(());
    };
    let is_smaller = taken.len() < post.welcomes.len();
    let post = Post {
        id: first.group.unwrap_or(first.id),
        welcomes: taken,
        ..post
    };
    if is_smaller {
        card = draw(greeter, &post, plan).await;
    }
    let message = compose::message(plan, post.id, &post.welcomes, card);
    match greeter.rest.create_message(channel, &message).await {
        Ok(posted) => {
            info!(welcome = %post.id, guild = %plan.guild.id, count = post.welcomes.len(), "greeted");
            if post.welcomes.len() > 1 {
                greeter.tally.groups_sent(1);
            }
            let outcome = Outcome::Sent {
                message: posted.id,
                channel,
                at: greeter.clock.now(),
            };
            settle(greeter, &post, outcome).await?;
            // Only now: it is settled, so nobody comes here with it again. Who is greeted with many others is not told
            // more, since a raid would have the bot write to hundreds.
            if let [welcome] = post.welcomes.as_slice()
                && plan.direct_message.is_some()
            {
                greeter.courtesies.greeted(welcome, greeter.clock.now());
            }
            greeter.parking.unpark(greeter, plan.guild.id).await?;
            Ok(())
        }
        Err(error) => not_done(greeter, &post, channel, error, Asked::ToPost).await,
    }
}

fn is_stale(greeter: &Greeter, welcome: &Welcome, now: UnixMs) -> bool {
    now.since(welcome.queued_at) > greeter.plans.policy().stale_after
}

async fn draw(greeter: &Greeter, post: &Post, plan: &GuildPlan) -> Option<Attachment> {
    let card = plan.card.as_ref()?;
    match post.welcomes.as_slice() {
        [only] => greeter.portraits.draw(only, plan, card).await,
        many if post.with_picture => greeter.portraits.group(many, plan, card).await,
        _ => None,
    }
}

/// Takes the post's rows for an attempt. Returns those that were taken.
async fn begin(greeter: &Greeter, post: &Post, channel: ChannelId) -> Result<Vec<Welcome>, StoreError> {
    let now = greeter.clock.now();
    let until = now + greeter.timing.attempt_lease;
    let store = &greeter.store;
    if !post.grouped {
        let taken = store.begin_attempt(post.id, channel, now, until).await?;
        Ok(taken.into_iter().collect())
    } else if post.is_unknown() {
        store.begin_group_again(post.id, now, until).await
    } else {
        let ids: Vec<_> = post.welcomes.iter().map(|welcome| welcome.id).collect();
        store.begin_group(&ids, channel, now, until).await
    }
}

/// Settles a post that Discord would not recognise any more, or that nobody is left for, by what the channel tells.
async fn find_out(
    greeter: &Greeter,
    plan: &GuildPlan,
    post: &Post,
    channel: ChannelId,
) -> Result<(), LaneEnd> {
    let told = match outcome::find(greeter, plan, post, channel).await {
        Ok(told) => told,
        Err(error) => return not_done(greeter, post, channel, error, Asked::WhatStandsThere).await,
    };
    let at = greeter.clock.now();
    match told {
        Told::Standing(message) => {
            info!(welcome = %post.id, %message, "an earlier post was found in the channel");
            let outcome = Outcome::Sent {
                message: Some(message),
                channel,
                at,
            };
            settle(greeter, post, outcome).await
        }
        Told::NotThere => {
            settle(greeter, post, Outcome::NotThere { at }).await?;
            // It is the guild's oldest again: it goes before those that the lane has taken with it.
            Err(LaneEnd::Done)
        }
        Told::Nothing => {
            let echo_until = outcome::begun_at(post) + greeter.timing.echo_within;
            if at >= echo_until {
                return skip(greeter, post, SkipReason::UnknownOutcome).await;
            }
            let wait = Outcome::Retry {
                not_delivered: false,
                at: echo_until,
            };
            settle(greeter, post, wait).await
        }
    }
}

/// What Discord was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    ToPost,
    /// What stands in the channel; says nothing of the attempt that is looked for.
    WhatStandsThere,
}

/// Records what a failed request means for the post and for the guild's next ones.
async fn not_done(
    greeter: &Greeter,
    post: &Post,
    channel: ChannelId,
    error: RestError,
    asked: Asked,
) -> Result<(), LaneEnd> {
    let now = greeter.clock.now();
    let (guild, attempts) = (post.welcomes[0].guild, post.welcomes[0].attempts);
    let verdict = error.verdict();
    let at = match verdict {
        Verdict::NotSent | Verdict::Unknown => {
            now + greeter
                .timing
                .post
                .start(greeter.seed ^ post.id.0)
                .after(attempts.saturating_sub(1))
                .next_pause()
        }
        Verdict::Wait(duration) => now + duration,
        // The guild is parked; once it is not, the post is due.
        Verdict::ChannelClosed | Verdict::TokenRefused => now,
        Verdict::Refused if asked == Asked::ToPost => {
            warn!(welcome = %post.id, %guild, %error, "Discord refused the welcome for good");
            return skip(greeter, post, SkipReason::Refused).await;
        }
        Verdict::Refused => {
            warn!(welcome = %post.id, %guild, %error, "Discord does not tell whether the welcome was posted");
            return skip(greeter, post, SkipReason::UnknownOutcome).await;
        }
    };
    warn!(welcome = %post.id, %guild, attempts, %error, "not greeted yet");
    greeter.tally.posts_retried(1);
    let outcome = match (asked, verdict) {
        (Asked::WhatStandsThere, Verdict::ChannelClosed)
            if post.welcomes.iter().all(|one| is_stale(greeter, one, now)) =>
        {
            skip(greeter, post, SkipReason::UnknownOutcome).await?;
            return Err(park(greeter, channel, guild, &error).await);
        }
        (Asked::ToPost, Verdict::Wait(_)) => Outcome::NotTried { at },
        _ => Outcome::Retry {
            not_delivered: asked == Asked::ToPost && verdict != Verdict::Unknown,
            at,
        },
    };
    settle(greeter, post, outcome).await?;
    Err(match verdict {
        Verdict::TokenRefused => LaneEnd::Fatal(Fatal::TokenRefused),
        Verdict::ChannelClosed => park(greeter, channel, guild, &error).await,
        _ => LaneEnd::RestUntil(at),
    })
}

/// Notes that the guild cannot be greeted in.
async fn park(
    greeter: &Greeter,
    channel: ChannelId,
    guild: domain::id::GuildId,
    error: &RestError,
) -> LaneEnd {
    let parked = Parked {
        guild,
        channel,
        reason: match error.refusal() {
            Some(Refusal::ChannelGone) => ParkReason::ChannelGone,
            Some(Refusal::MissingAccess) => ParkReason::NoAccess,
            _ => ParkReason::NoPermission,
        },
        since: greeter.clock.now(),
    };
    match greeter.parking.park(greeter, parked).await {
        Ok(()) => LaneEnd::Parked,
        Err(error) => error.into(),
    }
}

async fn skip(greeter: &Greeter, post: &Post, reason: SkipReason) -> Result<(), LaneEnd> {
    let first = &post.welcomes[0];
    info!(
        welcome = %post.id, guild = %first.guild, user = %first.member.id, count = post.welcomes.len(),
        reason = reason.name(), "not greeted"
    );
    let at = greeter.clock.now();
    settle(greeter, post, Outcome::Skip { reason, at }).await
}

async fn settle(greeter: &Greeter, post: &Post, outcome: Outcome) -> Result<(), LaneEnd> {
    let changed = greeter.store.settle(post.id, outcome).await?;
    match outcome {
        Outcome::Sent { at, .. } => {
            greeter.tally.welcomes_sent(changed);
            for welcome in &post.welcomes {
                let took = at.since(welcome.joined_at);
                greeter.tally.latencies().join_to_post.observe(took);
            }
        }
        Outcome::Skip { reason, .. } => {
            greeter.tally.welcomes_skipped(changed);
            greeter.tally.kinds().given_up(reason, changed);
        }
        Outcome::NotThere { .. } | Outcome::NotTried { .. } | Outcome::Retry { .. } => {}
    }
    Ok(())
}
