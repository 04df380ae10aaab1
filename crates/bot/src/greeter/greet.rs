//! One welcome: from its row to a message whose outcome is recorded.

use discord::{RestError, Verdict};
use domain::id::{ChannelId, MessageId};
use domain::welcome::{SkipReason, Welcome, WelcomeState};
use store::Outcome;
use tracing::{info, warn};

use super::{Greeter, LaneEnd, compose};
use crate::app::Fatal;

/// Greets one member, or finds out that it was done, or that it is not to be done.
///
/// # Errors
/// How the guild's lane ends: the welcome could not be settled now.
pub(super) async fn greet(greeter: &Greeter, welcome: Welcome) -> Result<(), LaneEnd> {
    let now = greeter.clock.now();
    let unknown = welcome.state == WelcomeState::Sending;
    if unknown {
        let expired = welcome
            .first_attempt_at
            .is_none_or(|first| now.since(first) > greeter.timing.nonce_window);
        if let Some(channel) = welcome.channel.filter(|_| welcome.left || expired)
            && let Some(message) = find_post(greeter, &welcome, channel).await?
        {
            info!(welcome = %welcome.id, %message, "an earlier post was found in the channel");
            let outcome = Outcome::Sent {
                message: Some(message),
                channel,
                at: now,
            };
            return settle(greeter, &welcome, outcome).await;
        }
    }
    if welcome.left {
        return skip(greeter, &welcome, SkipReason::Left).await;
    }
    if now.since(welcome.queued_at) > greeter.policy.stale_after {
        return skip(greeter, &welcome, SkipReason::Stale).await;
    }
    let Some(guild) = greeter.store.guild(welcome.guild).await? else {
        return skip(greeter, &welcome, SkipReason::GuildLeft).await;
    };
    // What may stand in one channel already is not posted to another.
    let Some(channel) = welcome
        .channel
        .filter(|_| unknown)
        .or_else(|| greeter.policy.channel(&guild))
    else {
        return skip(greeter, &welcome, SkipReason::NoChannel).await;
    };
    let card = greeter.portraits.draw(&welcome, &guild).await;
    let message = compose::message(&greeter.policy.message, &welcome, &guild, card);

    let began_at = greeter.clock.now();
    let Some(welcome) = greeter
        .store
        .begin_attempt(
            welcome.id,
            channel,
            began_at,
            began_at + greeter.timing.attempt_lease,
        )
        .await?
    else {
        // The member left, or the message came back on the gateway, while the card was drawn.
        return Ok(());
    };
    match greeter.rest.create_message(channel, &message).await {
        Ok(posted) => {
            let at = greeter.clock.now();
            info!(welcome = %welcome.id, guild = %guild.id, user = %welcome.member.id, "greeted");
            settle(
                greeter,
                &welcome,
                Outcome::Sent {
                    message: posted.id,
                    channel,
                    at,
                },
            )
            .await
        }
        Err(error) => not_done(greeter, &welcome, error, Asked::ToPost).await,
    }
}

/// What Discord was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    ToPost,
    /// What stands in the channel; says nothing of the attempt that is looked for.
    WhatStandsThere,
}

/// Records what a failed request means for the welcome and for the guild's next ones.
async fn not_done(
    greeter: &Greeter,
    welcome: &Welcome,
    error: RestError,
    asked: Asked,
) -> Result<(), LaneEnd> {
    let now = greeter.clock.now();
    let pause = || {
        greeter
            .timing
            .post
            .start(greeter.seed ^ welcome.id.0)
            .after(welcome.attempts.saturating_sub(1))
            .next_pause()
    };
    let verdict = error.verdict();
    let at = match verdict {
        Verdict::NotSent | Verdict::Unknown => now + pause(),
        Verdict::Wait(duration) => now + duration,
        Verdict::ChannelClosed => now + greeter.timing.probe_every,
        Verdict::TokenRefused => now,
        Verdict::Refused => {
            warn!(welcome = %welcome.id, guild = %welcome.guild, %error, "Discord refused the welcome for good");
            return skip(greeter, welcome, SkipReason::Refused).await;
        }
    };
    warn!(welcome = %welcome.id, guild = %welcome.guild, attempts = welcome.attempts, %error, "not greeted yet");
    greeter.tally.posts_retried(1);
    let not_delivered = asked == Asked::ToPost && verdict != Verdict::Unknown;
    settle(greeter, welcome, Outcome::Retry { not_delivered, at }).await?;
    match verdict {
        Verdict::TokenRefused => Err(LaneEnd::Fatal(Fatal::TokenRefused)),
        _ => Err(LaneEnd::RestUntil(at)),
    }
}

async fn skip(greeter: &Greeter, welcome: &Welcome, reason: SkipReason) -> Result<(), LaneEnd> {
    info!(welcome = %welcome.id, guild = %welcome.guild, user = %welcome.member.id, reason = reason.name(), "not greeted");
    settle(
        greeter,
        welcome,
        Outcome::Skip {
            reason,
            at: greeter.clock.now(),
        },
    )
    .await
}

async fn settle(greeter: &Greeter, welcome: &Welcome, outcome: Outcome) -> Result<(), LaneEnd> {
    let counter = match outcome {
        Outcome::Sent { .. } => |greeter: &Greeter| greeter.tally.welcomes_sent(1),
        Outcome::Skip { .. } => |greeter: &Greeter| greeter.tally.welcomes_skipped(1),
        Outcome::Retry { .. } => |_: &Greeter| {},
    };
    if greeter.store.settle(welcome.id, outcome).await? {
        counter(greeter);
    }
    Ok(())
}

/// Looks for an earlier attempt's message in its channel: ours, with the welcome's nonce or mentioning its member.
///
/// # Errors
/// The channel could not be read; the guild rests, since posting again might greet twice.
async fn find_post(
    greeter: &Greeter,
    welcome: &Welcome,
    channel: ChannelId,
) -> Result<Option<MessageId>, LaneEnd> {
    let from = welcome.first_attempt_at.unwrap_or(welcome.queued_at);
    let mut after = MessageId::floor(from - greeter.timing.clock_slack);
    loop {
        let page = match greeter.rest.messages_after(channel, after, PAGE_LEN).await {
            Ok(page) => page,
            Err(error) => {
                return not_done(greeter, welcome, error, Asked::WhatStandsThere)
                    .await
                    .map(|()| None);
            }
        };
        let ours = page.iter().find(|message| {
            message.author == greeter.bot
                && match &message.nonce {
                    Some(nonce) => *nonce == welcome.id.nonce(),
                    None => message.mentions.contains(&welcome.member.id),
                }
        });
        if let Some(message) = ours {
            return Ok(Some(message.id));
        }
        match page.iter().map(|message| message.id).max() {
            Some(newest) if page.len() == usize::from(PAGE_LEN) => after = newest,
            _ => return Ok(None),
        }
    }
}

/// The most messages that Discord returns at once.
const PAGE_LEN: u8 = 100;
