//! Discord is slow, refuses and breaks off in the middle: each member is greeted exactly once all the same.

use std::time::Duration;

use domain::welcome::SkipReason;
use sim::driver::MemberHandle;
use sim::faults::{FaultPlan, RequestFaults};
use sim::rest::limits::{Rate, RestLimits};

use crate::harness::{Scenario, Setup, unheard_posts};

/// Lets ten members join while posts fail in a way, half the time, and expects ten welcomes.
async fn greet_through(create_message: RequestFaults) {
    let scenario = Scenario::begin().await;
    scenario.sim.set_faults(FaultPlan {
        create_message,
        ..FaultPlan::default()
    });
    let members: Vec<MemberHandle> = (0..10)
        .map(|n| scenario.guild.join(&format!("guest {n}")))
        .collect();
    scenario.bot_counts(|tally| tally.posts_retried > 0).await;
    // One post that fails again and again would wait for minutes in the end.
    scenario.sim.set_faults(FaultPlan::default());
    scenario.welcomed(&members).await;
    for member in members {
        assert_eq!(scenario.welcomes(member), 1);
    }
    let (tally, outbox) = scenario.end().await;
    assert_eq!((tally.welcomes_sent, outbox.sent), (10, 10));
}

#[tokio::test]
async fn errors_before_the_effect_lose_no_welcome() {
    greet_through(RequestFaults {
        error_before: 0.5,
        ..RequestFaults::default()
    })
    .await;
}

#[tokio::test]
async fn errors_after_the_effect_send_no_welcome_twice() {
    greet_through(RequestFaults {
        error_after: 0.5,
        ..RequestFaults::default()
    })
    .await;
}

#[tokio::test]
async fn connections_reset_before_the_effect_lose_no_welcome() {
    greet_through(RequestFaults {
        reset_before: 0.5,
        ..RequestFaults::default()
    })
    .await;
}

#[tokio::test]
async fn connections_reset_after_the_effect_send_no_welcome_twice() {
    greet_through(RequestFaults {
        reset_after: 0.5,
        ..RequestFaults::default()
    })
    .await;
}

#[tokio::test]
async fn answers_that_never_come_send_no_welcome_twice() {
    greet_through(RequestFaults {
        silence_after: 0.5,
        ..RequestFaults::default()
    })
    .await;
}

#[tokio::test]
async fn channels_limit_is_kept_without_a_single_429() {
    let create_message = Rate {
        requests: 2,
        window_ms: 300,
    };
    let mut setup = Setup::default();
    setup.sim.limits.rest = RestLimits {
        create_message,
        ..RestLimits::raised()
    };
    let scenario = Scenario::begin_with(setup).await;
    let members: Vec<_> = (0..9)
        .map(|n| scenario.guild.join(&format!("guest {n}")))
        .collect();
    scenario.welcomed(&members).await;
    let names: Vec<_> = scenario
        .guild
        .welcome_messages()
        .iter()
        .map(|message| message.mentions[0])
        .collect();
    assert_eq!(
        names,
        members.iter().map(|member| member.user).collect::<Vec<_>>(),
        "in the order of their joins"
    );
    assert_eq!(scenario.sim.counters().rate_limited, 0);
    scenario.end().await;
}

#[tokio::test]
async fn rate_limits_that_nobody_earned_are_waited_for() {
    let scenario = Scenario::begin().await;
    let mut plan = FaultPlan::default();
    plan.create_message.rate_limited = 0.5;
    plan.create_message.rate_limit.retry_after_ms = 50;
    scenario.sim.set_faults(plan);
    let members: Vec<_> = (0..10)
        .map(|n| scenario.guild.join(&format!("guest {n}")))
        .collect();
    scenario.welcomed(&members).await;
    assert!(scenario.sim.counters().rate_limited > 0);
    for member in members {
        assert_eq!(scenario.welcomes(member), 1);
    }
    scenario.end().await;
}

#[tokio::test]
async fn avatars_that_cannot_be_had_cost_the_avatar_alone() {
    let scenario = Scenario::begin().await;
    let mut plan = FaultPlan::default();
    plan.cdn.error_before = 1.0;
    scenario.sim.set_faults(plan);
    let member = scenario.guild.join("faceless");
    scenario.welcomed(&[member]).await;
    assert_eq!(scenario.guild.welcome_messages()[0].attachments.len(), 1);
    let (tally, _) = scenario.end().await;
    assert_eq!((tally.avatars_missing, tally.cards_missing), (1, 0));
}

#[tokio::test]
async fn post_of_long_ago_is_found_in_the_channel_and_not_sent_again() {
    let mut setup = Setup::default();
    // Nothing but a look at the channel can tell: Discord forgets nonces at once, and the echo comes too late.
    setup.sim.limits.nonce_window_ms = 0;
    let mut scenario = Scenario::begin_with(setup).await;
    let member = scenario.guild.join("unsure");
    scenario.sim.set_faults(unheard_posts());
    scenario.welcomed(&[member]).await;
    scenario.stop_bot().await;
    scenario.sim.set_faults(FaultPlan::default());
    scenario.sim.invalidate_sessions(false);
    scenario.clock.advance(Duration::from_secs(300));
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.welcomes_sent == 1).await;
    assert_eq!(scenario.welcomes(member), 1);
    let (_, outbox) = scenario.end().await;
    assert_eq!(outbox.sent, 1);
}

#[tokio::test]
async fn channel_that_is_closed_to_the_bot_holds_its_welcomes_and_nobody_elses() {
    let mut scenario = Scenario::without_bot(Setup::default()).await;
    let open = scenario.sim.create_guild("open");
    let view_channel = 1 << 10;
    assert!(
        scenario
            .guild
            .deny_bot(scenario.guild.welcome_channel(), view_channel)
    );
    scenario.start_bot().await;
    let waiting = scenario.guild.join("waiting");
    let greeted = open.join("greeted");
    scenario.welcomed(&[greeted]).await;
    scenario.bot_counts(|tally| tally.posts_retried == 1).await;
    assert_eq!(scenario.welcomes(waiting), 0);
    assert!(scenario.guild.deny_bot(scenario.guild.welcome_channel(), 0));
    scenario.stop_bot().await;
    scenario.clock.advance(Duration::from_secs(3_700));
    scenario.start_bot().await;
    scenario.bot_counts(|tally| tally.welcomes_skipped == 1).await;
    let (_, outbox) = scenario.end().await;
    assert_eq!(
        outbox.skipped.get(&SkipReason::Stale),
        Some(&1),
        "too late for a welcome"
    );
}
