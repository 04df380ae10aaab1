//! Channels that are closed to the bot: their guilds are left alone, said so, and greeted in again once that is mended.

use std::time::Duration;

use bot::Timing;
use domain::id::GuildId;
use domain::welcome::{ParkReason, SkipReason};
use sim::faults::FaultPlan;

use crate::harness::{Scenario, Setup};

const VIEW_CHANNEL: u64 = 1 << 10;
const SEND_MESSAGES: u64 = 1 << 11;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;

#[tokio::test]
async fn parked_queue_goes_on_when_the_channel_is_mended() {
    let scenario = Scenario::begin().await;
    let channel = scenario.guild.welcome_channel();
    assert!(scenario.guild.deny_bot(channel, SEND_MESSAGES));
    let members: Vec<_> = (0..5)
        .map(|n| scenario.guild.join(&format!("guest {n}")))
        .collect();
    scenario
        .bot_counts(|tally| tally.welcomes_queued == 5 && tally.guilds_parked == 1)
        .await;
    let tries = scenario.tally().posts_retried;
    assert!(
        tries <= 2,
        "nobody knocks at a closed door again and again: {tries}"
    );
    // Half an hour lies before the next probe: it is the news of the change that lets the welcomes go on.
    assert!(scenario.guild.deny_bot(channel, 0));
    scenario.welcomed(&members).await;
    scenario.bot_counts(|tally| tally.guilds_unparked == 1).await;
    for member in members {
        assert_eq!(scenario.welcomes(member), 1);
    }
    scenario.end().await;
}

#[tokio::test]
async fn parked_guild_is_known_after_a_restart_and_tried_again() {
    let mut scenario = Scenario::begin().await;
    let channel = scenario.guild.welcome_channel();
    assert!(scenario.guild.deny_bot(channel, VIEW_CHANNEL));
    let member = scenario.guild.join("waiting");
    scenario.bot_counts(|tally| tally.guilds_parked == 1).await;
    scenario.stop_bot().await;
    let guild = GuildId(scenario.guild.id);
    let parked = scenario.parked(guild).await.expect("parked");
    assert_eq!((parked.channel.0, parked.reason), (channel, ParkReason::NoAccess));
    assert!(scenario.guild.deny_bot(channel, 0));
    scenario.start_bot().await;
    scenario.welcomed(&[member]).await;
    scenario.bot_counts(|tally| tally.guilds_unparked == 1).await;
    scenario.stop_bot().await;
    assert_eq!(scenario.parked(guild).await, None);
    scenario.start_bot().await;
    scenario.end().await;
}

#[tokio::test]
async fn closed_channel_is_probed_now_and_then() {
    let mut setup = Setup::default();
    setup.timing.probe_every = Duration::from_millis(50);
    let scenario = Scenario::begin_with(setup).await;
    let channel = scenario.guild.welcome_channel();
    assert!(scenario.guild.deny_bot(channel, SEND_MESSAGES));
    let member = scenario.guild.join("patient");
    scenario.bot_counts(|tally| tally.posts_retried >= 3).await;
    assert_eq!(scenario.tally().guilds_parked, 1);
    assert!(scenario.guild.deny_bot(channel, 0));
    scenario.welcomed(&[member]).await;
    scenario.end().await;
}

#[tokio::test]
async fn parked_queue_goes_stale() {
    let mut setup = Setup::default();
    setup.timing.look_every = Duration::from_millis(50);
    let scenario = Scenario::begin_with(setup).await;
    let channel = scenario.guild.welcome_channel();
    assert!(scenario.guild.deny_bot(channel, SEND_MESSAGES));
    for n in 0..5 {
        scenario.guild.join(&format!("guest {n}"));
    }
    scenario
        .bot_counts(|tally| tally.welcomes_queued == 5 && tally.guilds_parked == 1)
        .await;
    scenario.clock.advance(Duration::from_secs(3700));
    scenario.bot_counts(|tally| tally.welcomes_skipped == 5).await;
    let (tally, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::Stale), Some(&5));
    assert!(tally.posts_retried <= 2, "{tally:?}");
}

/// A bot that forgets about nonces at once, and may not read its channel's past.
async fn in_the_dark(echo_within: Duration) -> Scenario {
    let timing = Timing {
        nonce_window: Duration::ZERO,
        echo_within,
        ..Timing::default().hastened(50)
    };
    let scenario = Scenario::begin_with(Setup {
        timing,
        ..Setup::default()
    })
    .await;
    let channel = scenario.guild.welcome_channel();
    assert!(scenario.guild.deny_bot(channel, READ_MESSAGE_HISTORY));
    scenario
}

#[tokio::test]
async fn where_the_past_cannot_be_read_the_echo_is_waited_for() {
    let scenario = in_the_dark(Duration::from_secs(3600)).await;
    let member = scenario.guild.join("in the dark");
    let mut plan = FaultPlan::default();
    plan.create_message.error_after = 1.0;
    plan.gateway.late = 1.0;
    plan.gateway.late_ms = [1500, 1500];
    scenario.sim.set_faults(plan);
    scenario.bot_counts(|tally| tally.welcomes_sent == 1).await;
    assert_eq!(scenario.welcomes(member), 1);
    scenario.end().await;
}

#[tokio::test]
async fn where_nothing_can_tell_nobody_is_greeted_twice() {
    let mut scenario = in_the_dark(Duration::from_secs(2)).await;
    let mut plan = FaultPlan::default();
    plan.create_message.error_after = 1.0;
    plan.gateway.late = 1.0;
    plan.gateway.late_ms = [600_000, 600_000];
    let member = scenario.guild.join("in the dark");
    scenario.sim.set_faults(plan);
    scenario.welcomed(&[member]).await;
    scenario.stop_bot().await;
    // The echo is lost with the session.
    scenario.sim.invalidate_sessions(false);
    scenario.sim.set_faults(FaultPlan::default());
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.welcomes_skipped == 1).await;
    assert_eq!(scenario.welcomes(member), 1);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.skipped.get(&SkipReason::UnknownOutcome), Some(&1));
}
